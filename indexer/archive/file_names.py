"""Names of files and folders: which are issues, drafts or other documents."""

import re
from typing import Final

SUFFIXES: Final = (".md", ".markdown")
MDX_SUFFIXES: Final = (".mdx",)
"""Markdown with components: most such files are pages of a site, few are issues."""

_LEFT_OUT_FOLDERS: Final = frozenset({"node_modules", "vendor", "_drafts", "drafts", "_templates", "templates"})
_ABOUT_THE_REPOSITORY = re.compile(
    r"(?:readme|about|subscribe|changelog|changes|history|licen[sc]e|contributing|contributors|authors|"
    r"code[-_ ]of[-_ ]conduct|"
    r"security|support|(?:pull[-_ ]request[-_ ]|issue[-_ ])?template|summary|_sidebar|_navbar|_coverpage|toc|404)"
    r"(?:[-_.](?:zh|cn|tw|hk|en|ja|jp|ko|fr|de|es|pt|ru)(?:[-_][a-z]{2,4})?)?",
    re.IGNORECASE,
)


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def is_folder_of_issues(name: str) -> bool:
    """Whether issues are looked for in a folder of that name."""
    return not is_hidden(name) and name.lower() not in _LEFT_OUT_FOLDERS


def is_issue_name(name: str) -> bool:
    """Whether a file of that name can be an issue."""
    return _is_text(name, SUFFIXES) and not is_about_the_repository(name)


def is_markdown(name: str) -> bool:
    return _is_text(name, SUFFIXES + MDX_SUFFIXES)


def is_doubtful_name(name: str) -> bool:
    """Whether a file of that name is an issue only if it looks like one: `vol-16/README.md`, `16.mdx`."""
    return _is_text(name, MDX_SUFFIXES) or (_is_text(name, SUFFIXES) and is_about_the_repository(name))


def is_about_the_repository(name: str) -> bool:
    return bool(_ABOUT_THE_REPOSITORY.fullmatch(name.rpartition(".")[0]))


def _is_text(name: str, suffixes: tuple[str, ...]) -> bool:
    stem, dot, suffix = name.rpartition(".")
    return bool(stem) and not is_hidden(name) and dot + suffix.lower() in suffixes
