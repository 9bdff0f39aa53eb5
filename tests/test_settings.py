"""A setting is one field of `Config`: what else has to know of it is named here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click
import pytest
from running import ROOT

from wangqi.indexer.config import Config, load_config, values
from wangqi.indexer.config.table import SETTINGS, Setting
from wangqi.indexer.config.values import ValueType
from wangqi.search.errors import ConfigError
from wangqi.web.cli.reindex import reindex
from wangqi.web.cli.serve import serve

DOCUMENT = ROOT / "docs" / "operating.md"
TABLES = re.compile(r"(<!-- settings -->\n\n)(.*?)(\n<!-- end of the settings -->)", re.DOTALL)

EXAMPLES: Final[dict[str, tuple[ValueType, str]]] = {
    "TEXT": (values.TEXT, "a text"),
    "SWITCH": (values.SWITCH, "yes"),
    "FILE": (values.FILE, "a.txt"),
    "FOLDER": (values.FOLDER, "a"),
    "BASE_URL": (values.BASE_URL, "https://a.example"),
    "WEB_ADDRESS": (values.WEB_ADDRESS, "https://a.example/?about"),
    "COLOUR": (values.COLOUR, "#8c1d4f"),
    "CANONICAL_PAGE": (values.CANONICAL_PAGE, "source"),
    "ADDRESS": (values.ADDRESS, "0.0.0.0"),
    "HOST_NAMES": (values.HOST_NAMES, "a.example b.example"),
    "NETWORKS": (values.NETWORKS, "192.0.2.7, 198.51.100.0/24"),
    "FRAME_ANCESTORS": (values.FRAME_ANCESTORS, "https://a.example"),
    "PORT": (values.PORT, "8001"),
    "PROCESSES": (values.PROCESSES, "63"),
    "PROXIES": (values.PROXIES, "2"),
    "ENGINE": (values.ENGINE, "opensearch"),
    "INDEX_NAME": (values.INDEX_NAME, "weekly_2"),
    "SHARDS": (values.SHARDS, "12"),
    "REPLICAS": (values.REPLICAS, "3"),
    "RATE": (values.RATE, "10"),
    "SECONDS": (values.SECONDS, "0.5"),
    "TIME_LIMIT": (values.TIME_LIMIT, "0.5"),
    "ARCHIVES": (values.ARCHIVES, "a=b"),
}
"""A value of each type that a variable can have, other than any default."""


def example(setting: Setting) -> str:
    """A value that is not the default."""
    if setting.field == "images":
        return "off"
    found = [text for type, text in EXAMPLES.values() if type == setting.type]
    assert found, f"EXAMPLES lacks a value for the type of {setting.name}"
    return found[0]


@pytest.mark.parametrize("setting", [each for each in SETTINGS.values() if each.variable], ids=lambda each: each.name)
def test_a_variable_sets_what_it_names(setting: Setting, tmp_path: Path) -> None:
    config = load_config(folder=tmp_path, environment={setting.variable: example(setting)}, for_server=True)
    assert getattr(config, setting.field) != getattr(load_config(folder=tmp_path, environment={}), setting.field)


@pytest.mark.parametrize("setting", [each for each in SETTINGS.values() if each.option], ids=lambda each: each.name)
def test_an_option_wins_over_its_variable(setting: Setting, tmp_path: Path) -> None:
    given = load_config(folder=tmp_path, environment={}, options={setting.name: example(setting)})
    other = {"N": "1", "SECONDS": "9", "ADDRESSES": "10.0.0.1", "": "no"}.get(setting.type.metavar, "other")
    options, environment = {setting.name: example(setting)}, {setting.variable: other}
    both = load_config(folder=tmp_path, environment=environment, options=options, for_server=True)
    assert getattr(both, setting.field) == getattr(given, setting.field)
    assert getattr(given, setting.field) != getattr(load_config(folder=tmp_path, environment={}), setting.field)


def options(command: click.Command) -> dict[str, click.Option]:
    return {each.opts[0]: each for each in command.params if isinstance(each, click.Option)}


def test_every_option_of_a_setting_is_one_of_serve() -> None:
    assert list(options(serve)) == [setting.option for setting in in_order() if setting.option]
    assert options(reindex)["--index"].help == options(serve)["--index"].help == SETTINGS["index"].help


def in_order() -> list[Setting]:
    """The index, which other commands take as well, comes first."""
    return sorted(SETTINGS.values(), key=lambda setting: setting.name != "index")


def test_every_field_of_the_settings_has_a_row() -> None:
    assert [each.name for each in fields(Config) if each.name not in {row.field for row in SETTINGS.values()}] == [
        "archives_are_all"
    ]
    assert [setting.name for setting in SETTINGS.values() if not setting.about] == []


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda each: each.name)
def test_every_setting_is_used(setting: Setting) -> None:
    sources = [path for package in ("indexer", "web") for path in (ROOT / package).rglob("*.py")]
    used = re.compile(rf"config\.{setting.field}\b")
    assert any(used.search(path.read_text(encoding="utf-8")) for path in sources), f"nothing reads {setting.field}"


def test_variables_are_named_in_the_table_alone() -> None:
    sources = [path for package in ("search", "indexer", "web") for path in (ROOT / package).rglob("*.py")]
    named = {name for path in sources for name in re.findall(r"WANGQI_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    assert named <= {setting.variable for setting in SETTINGS.values()}
    assert [path for path in sources if "getenv" in path.read_text(encoding="utf-8")] == []


GROUPS: Final[dict[str, Callable[[Setting], bool]]] = {
    "In `wangqi.toml`, or a variable `WANGQI_` and the name in capitals": lambda each: (
        each.in_file and each.has_variable
    ),
    "Only in `wangqi.toml`": lambda each: not each.has_variable,
    'Only as a variable, with `engine = "opensearch"`': lambda each: each.of_cluster,
}
"""Heading of a table of docs/operating.md → whether a setting is in it; those of the server are in `serve --help`."""


def names(setting: Setting) -> list[str]:
    """What a row shows; the other names follow from these as the heading of its table says."""
    name = setting.variable if setting.of_cluster else setting.name
    return [each for each in (name, setting.option) if each]


def documented() -> str:
    """`SETTINGS` as the Markdown tables of docs/operating.md."""
    tables = []
    for heading, holds in GROUPS.items():
        rows = [f"{heading}:\n", "| name | default | what it is |", "|---|---|---|"]
        for each in filter(holds, SETTINGS.values()):
            shown = ", ".join(f"`{name}`" for name in names(each))
            rows.append(f"| {shown} | {each.default} | {each.about} |")
        tables.append("\n".join(rows) + "\n")
    return "\n".join(tables)


def test_every_setting_is_in_one_table_or_an_option_and_its_other_names_follow() -> None:
    for each in SETTINGS.values():
        if each.of_server:
            assert each.option in options(serve) or each.name == "hook_secret", each.name
        else:
            assert len([heading for heading, holds in GROUPS.items() if holds(each)]) == 1, each.name
        if each.variable and not each.of_cluster:
            assert each.variable == f"WANGQI_{each.name.upper()}"
        if each.option:
            assert each.option == f"--{each.name.replace('_', '-')}"
    assert documented().count("\n| `") == len([each for each in SETTINGS.values() if not each.of_server])
    assert SETTINGS["hook_secret"].variable in DOCUMENT.read_text(encoding="utf-8")


def test_the_documented_tables_are_those_of_the_settings(request: Any) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        text = TABLES.sub(lambda found: found[1] + documented() + found[3], text)
        DOCUMENT.write_text(text, encoding="utf-8")
    found = TABLES.search(text)
    assert found, "docs/operating.md has no tables of settings"
    assert found[2] == documented(), (
        "pytest tests/test_settings.py --update-golden writes the tables of docs/operating.md"
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("port", "0", "--port: must be a whole number from 1 to 65535, not 0"),
        ("port", "８０", "--port: must be a whole number"),  # full-width digits
        ("workers", "65", "--workers: must be a whole number from 1 to 64, not 65"),
        ("rate", "-1", "--rate: must be a whole number of 0 or more, not -1"),
        ("cpu", "nan", "--cpu: must be a number of seconds, not nan"),
        ("proxies_at", "a.example", "--proxies-at: a.example is no address of a proxy"),
        ("base_url", "foo", "^--base-url: must be an address such as"),  # an option of `wangqi export` alone
        ("note_misses", "maybe", "--note-misses: must be true or false"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(name: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said):
        load_config(folder=tmp_path, environment={}, options={name: text})


def test_a_setting_of_the_server_is_read_for_the_server_alone(tmp_path: Path) -> None:
    # Kubernetes gives such a variable to every pod beside a service named wangqi.
    environment = {"WANGQI_PORT": "tcp://10.0.0.1:8000"}
    assert load_config(folder=tmp_path, environment=environment).port == Config().port
    with pytest.raises(ConfigError, match="WANGQI_PORT"):
        load_config(folder=tmp_path, environment=environment, for_server=True)


def test_the_file_has_no_settings_of_the_server(tmp_path: Path) -> None:
    (tmp_path / "wangqi.toml").write_text("proxies = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"unknown key proxies; .*; proxies is set by --proxies$"):
        load_config(folder=tmp_path, environment={})


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    config = load_config(folder=tmp_path, environment={"WANGQI_HOOK_SECRET": "ask nobody"}, for_server=True)
    assert config.hook_secret == "ask nobody"
    assert "ask nobody" not in repr(config)


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("WANGQI_ENGINE", "lucene", "WANGQI_ENGINE: must be one of whoosh, opensearch, not lucene"),
        ("OPENSEARCH_INDEX", "Weekly*", "OPENSEARCH_INDEX: must be small letters, digits and _"),
        ("OPENSEARCH_SHARDS", "0", "OPENSEARCH_SHARDS: must be a whole number from 1 to 1024, not 0"),
        ("OPENSEARCH_DEADLINE", "0", "OPENSEARCH_DEADLINE: must be more than 0 seconds"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(variable: str, text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load_config(folder=tmp_path, environment={variable: text})


def test_where_the_cluster_is_does_not_come_with_a_push(tmp_path: Path) -> None:
    (tmp_path / "wangqi.toml").write_text('engine = "opensearch"\nopensearch_url = "http://elsewhere.example:9200"\n')
    with pytest.raises(ConfigError, match="opensearch_url is set by OPENSEARCH_URL"):
        load_config(folder=tmp_path, environment={})
