"""The settings at the head of an issue, as YAML."""

from __future__ import annotations

from typing import Final

import yaml

MAX_ALIASES: Final = 10
"""As many can stand for thirty times what is written, a hundred for a billion words."""


def load(source: str) -> tuple[object, str]:
    """The value that `source` is, and "", or None and what is wrong with it."""
    try:
        return yaml.load(source, _Loader), ""
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        return None, str(error).split("\n")[0]


class _Loader(yaml.SafeLoader):
    """A YAML loader that takes few aliases, and none inside of itself. Numbers stay the text that is written: 012 would
    be issue 10, and 12:30 the title 750."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases = 0
        self._around: list[str | None] = []
        """The anchors of the values that the next one stands in."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        is_alias = self.check_event(yaml.AliasEvent)
        anchor: str | None = self.peek_event().anchor  # type: ignore[no-untyped-call]
        self._aliases += is_alias
        if self._aliases > MAX_ALIASES:
            raise yaml.YAMLError(f"more than {MAX_ALIASES} names for other values (*name) are not read")
        if is_alias and anchor in self._around:
            raise yaml.YAMLError(f"*{anchor} names a value that it stands in")
        self._around.append(anchor)
        node = super().compose_node(parent, index)
        self._around.pop()
        return node

    def construct_day(self, node: yaml.ScalarNode) -> object:
        """A day that is none, such as 2024-02-30, is a text: all the other settings are right."""
        try:
            return self.construct_yaml_timestamp(node)
        except (ValueError, OverflowError):
            return self.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
