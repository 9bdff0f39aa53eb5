"""The model: issues, their sections and their entries, as plain immutable values.

The indexer makes them from Markdown, an engine stores them, pages and the JSON API show them.

    >>> place = issue_id("demo", "issues/issue-7.md")
    >>> entry_id(place, 3)          # the third entry of that file
    '4zjk7sbskbkcc-3'
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wangqi.search.model.kinds import ENTRY_KINDS, KINDS, Kind

__all__ = [
    "ENTRY_KINDS", "KINDS", "Entry", "Issue", "IssueInfo", "IssueRef", "Kind", "Link", "Problem", "Role", "Section",
    "entry_id", "issue_id",
]  # fmt: skip

Role = Literal["entry", "front", "boilerplate", "issue"]
"""`entry`: what readers look for. `front`: free text of an issue or a section, outside its entries.
`boilerplate`: the same in a section that returns in every issue (订阅, 往年回顾, 招聘…); ranked low.
`issue`: the issue itself, which its title and its number find."""


def issue_id(archive: str, path: str) -> str:
    """Id of the issue at `path` (POSIX, below the archive's folder): 13 characters a-z2-7.

    Made from the place alone: the same after any reindex, never the id of another file.
    """
    digest = hashlib.blake2b(f"{archive}\0{path}".encode(), digest_size=8).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def entry_id(issue: str, key: int | str) -> str:
    """Id of what is found in an issue. `key` is that of an entry or of a section's front text (indexer.reader.ids), "0"
    for the issue's own front text, "issue" for the issue itself. It holds no `-`: what is before it is the issue's."""
    return f"{issue}-{key}"


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside an entry, besides the one that the entry is about."""

    text: str
    """Visible text, "" for a bare address."""
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRef:
    """The issue that an entry belongs to, as shown beside the entry."""

    id: str
    archive: str
    path: str
    """POSIX path below the archive's folder."""
    number: int | None
    title: str
    """"" when the file names none; pages then show the number or the path."""
    date: date | None
    is_uncommitted: bool = False
    """Whether it has no date since it is not committed to git yet."""
    tags: tuple[str, ...] = ()
    """What its author filed it under, as written; each once."""
    settings: tuple[tuple[str, str], ...] = ()
    """Names and values of its front matter that an address may be made of (`link_fields`); never shown."""


# Not frozen, though nobody changes one: a frozen one takes fifteen times as long to make, and each hit makes one.
@dataclass(slots=True, kw_only=True)
class Entry:
    """A resource, article, tool, book, quotation or piece of news of an issue: the unit that readers find."""

    id: str
    role: Role = "entry"
    kind: Kind
    title: str
    """Plain text; "" for a quotation. For a front text, the title of its section or issue; for an issue, its own."""
    text: str
    """Plain text below the title, lines separated by "\\n"; never holds the title again."""
    url: str | None
    """The link that the entry is about, as written in the file."""
    section: str
    """Title of the section, "" before the first one."""
    line: int
    """Line of the file, from 1, on which the entry starts."""
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = ()
    """Addresses of the images, in order."""
    image_texts: tuple[str, ...] = ()
    """What their author says of them (alternative texts, titles) and the text does not: searched, not shown."""
    contributor: str | None = None
    """Who sent it in (投稿), without the @."""
    attribution: str | None = None
    """Who said it, for a quotation."""
    issue: IssueRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of an issue with the entries under it."""

    title: str
    kind: Kind
    line: int
    """Line of the heading, from 1."""
    boilerplate: bool = False
    front: Entry | None = None
    """Visible text of the section that belongs to none of its entries."""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a file that was not understood, or may be a mistake of the author's."""

    path: str
    line: int
    code: str
    """Stable short name, such as `unknown-section`, `no-link`, `number-gap`, `unreadable`."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as it was read from its Markdown file."""

    ref: IssueRef
    digest: str
    """Hex digest of the file's bytes and of everything outside it that its reading depends on (date from git, section
    aliases, version of the reader): equal digest, equal issue."""
    front: Entry | None
    """Visible text before the first section."""
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    release: date | None = None
    """The day before which its settings want it kept back, beside its date (`publishDate` of Hugo's)."""
    date_line: int = 1
    """Line of the file with the setting that dates it, or that keeps it back for longer; 1 where none does."""

    def documents(self) -> list[Entry]:
        """Everything of the issue that can be found, in the order of the file: fronts and entries."""
        found = [self.front] if self.front else []
        for section in self.sections:
            found += [section.front] if section.front else []
            found += section.entries
        return found

    def entries(self) -> list[Entry]:
        """The entries alone, in the order of the file."""
        return [entry for section in self.sections for entry in section.entries]

    def indexed(self) -> list[Entry]:
        """Everything that an index holds of the issue: itself, then its documents."""
        return [self.itself(), *self.documents()]

    def itself(self) -> Entry:
        """The issue as a document of its own."""
        ref = self.ref
        return Entry(
            id=entry_id(ref.id, "issue"),
            role="issue",
            kind="issue",
            title=ref.title or (ref.path if ref.number is None else f"第 {ref.number} 期"),
            text=f"{self.entry_count} 条",
            url=None,
            section="",
            line=1,
            issue=ref,
        )

    @property
    def entry_count(self) -> int:
        """Entries that readers look for: those of boilerplate left out."""
        return sum(entry.role == "entry" for entry in self.entries())


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueInfo:
    ref: IssueRef
    digest: str
    entries: int
