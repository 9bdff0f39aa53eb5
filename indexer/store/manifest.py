"""The manifest of a generation: its contents and how it was made, as one JSON file beside it.

MANIFEST.json    versions, the engine's fingerprint, archives, issues, and size and sha256 of every other file
MANIFEST.sha256  `sha256sum -c` line of MANIFEST.json itself
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from wangqi.indexer.store.durable import write_file
from wangqi.search.errors import DamagedIndexError, StaleIndexError
from wangqi.search.errors.message import Message, packed, unpacked
from wangqi.search.model import Problem

FORMAT = 1
"""Raised when a generation of before can no longer be read."""

NAME = "MANIFEST.json"
CHECKSUM_NAME = "MANIFEST.sha256"

Status = Literal["read", "kept", "failed", "draft", "future", "early", "skipped"]
"""`read`: the index holds the file as it is. `kept`: the file cannot be read, the index holds its last good version.
`failed`: the file cannot be read and never could. `draft`: it says that it is not to be published.
`future`: its date is to come; `early`: so it is, but such issues are published.
`skipped`: it is not read, as a link is not, or has nothing to find."""


PUBLISHED: Final = frozenset[Status]({"read", "kept", "early"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecord:
    """The state of one issue file in a generation."""

    archive: str
    path: str
    digest: str
    """Of the version that is indexed; "" when there is none."""
    entered: date | None
    """Day the file entered git."""
    entries: int
    status: Status
    problems: tuple[Problem, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    """`Evidence.packed`: what the issue says about the habits of its archive, when it is indexed."""
    habits: str = ""
    """Fingerprint of those habits with which it was read."""


_TABLES: Final = ("issues", "files")
"""Fields of a manifest with a record for each of many."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    format: int = FORMAT
    fingerprint: str
    """Of the engine that built `index/`."""
    created: str
    """ISO 8601 with offset."""
    reason: str
    """Why this generation was made, for a person."""
    archives: dict[str, str]
    """Name → absolute path of the folder or file when it was last read."""
    issues: dict[str, IssueRecord]
    """By issue id."""
    files: dict[str, FileRecord]
    """By POSIX path below the generation's folder."""

    @property
    def digest(self) -> str:
        """Hex sha256 of its file."""
        return hashlib.sha256(_as_json(self)).hexdigest()

    @property
    def entries(self) -> int:
        return sum(record.entries for record in self.issues.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write both files, synced."""
    data = _as_json(manifest)
    write_file(folder / NAME, data)
    write_file(folder / CHECKSUM_NAME, f"{hashlib.sha256(data).hexdigest()}  {NAME}\n".encode())


def _as_json(manifest: Manifest) -> bytes:
    """With a line for each issue and each file, made one by one: those of a hundred thousand issues, as values and as
    pieces of JSON, would take more memory together than all the rest of a run."""
    settings = {name: value for name, value in vars(manifest).items() if name not in _TABLES}
    settings["reason"] = packed(manifest.reason)
    data = bytearray(_encoded(_line(settings).removesuffix("}")))
    for name in _TABLES:
        data += f', "{name}": {{'.encode()
        for number, (key, record) in enumerate(getattr(manifest, name).items()):
            data += f"{',' if number else ''}\n{_line(key)}: {_line(record)}".encode()
        data += b"}"
    return bytes(data + b"}\n")


def _encoded(text: str) -> bytes:
    """A piece of JSON in UTF-8. The name of an archive's folder may hold bytes that are none, which Python keeps as
    lone surrogates: they are written as JSON's own escapes and come back as they were."""
    return text.encode(errors="backslashreplace")


def _line(value: object) -> str:
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    """What JSON has no notation for: a day, or a record, whose fields `asdict` would copy one by one."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Problem):
        return {"path": value.path, "line": value.line, "code": value.code, "message": packed(value.message)}
    if isinstance(value, IssueRecord | FileRecord):
        return {name: getattr(value, name) for name in value.__slots__}
    raise TypeError(f"a manifest holds no {type(value).__name__}")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=_plain)
"""One for all: `json.dumps` makes one for each value."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in `folder`.

    Raises `DamagedIndexError` when it is missing or changed, `StaleIndexError` when it has another format.
    """
    try:
        data = (folder / NAME).read_bytes()
        expected = (folder / CHECKSUM_NAME).read_bytes()
    except OSError as error:
        raise DamagedIndexError("{file}: {reason}", file=error.filename, reason=error.strerror) from error
    for path in (folder / NAME, folder / CHECKSUM_NAME):
        if path.is_symlink():
            raise DamagedIndexError("{path}: is a link, to a file that may still change", path=path)
    if expected != f"{hashlib.sha256(data).hexdigest()}  {NAME}\n".encode():
        raise DamagedIndexError("{file}: does not match {checksum}", file=folder / NAME, checksum=CHECKSUM_NAME)
    return parse_manifest(data, str(folder / NAME))


def parse_manifest(data: bytes, where: str) -> Manifest:
    """The manifest in the bytes that stand `where`. Raises as `read_manifest`."""
    try:
        fields = json.loads(data)
        if fields["format"] == FORMAT:
            return _from_json(fields)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DamagedIndexError(
            "{file}: is no manifest ({error_type}: {error})", file=where, error_type=type(error).__name__, error=error
        ) from error
    raise StaleIndexError(
        "{file}: format {theirs}, not {ours}; run `wangqi reindex`", file=where, theirs=fields["format"], ours=FORMAT
    )


def _from_json(fields: dict[str, Any]) -> Manifest:
    fields["issues"] = {key: _issue_record(value) for key, value in fields["issues"].items()}
    fields["files"] = {key: FileRecord(**value) for key, value in fields["files"].items()}
    return Manifest(**fields | {"reason": unpacked(fields["reason"])})


def _issue_record(fields: dict[str, Any]) -> IssueRecord:
    entered = fields["entered"]
    problems = tuple(Problem(**each | {"message": unpacked(each["message"])}) for each in fields["problems"])
    return IssueRecord(**{**fields, "entered": entered and date.fromisoformat(entered), "problems": problems})


def built_how(theirs: str, ours: str) -> Message:
    """How an index of the fingerprint `theirs`, of which only the digest of the words comes last, differs from ours."""
    if theirs.rpartition("-")[0] == ours.rpartition("-")[0]:
        return Message("before words, aliases or dictionary changed")
    return Message("by another version of the program, the analyzer or its dictionary")
