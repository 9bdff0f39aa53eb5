"""The only door to git: where a checkout is, what its history says, and taking what is new at its origin.

What lies in an archive is a stranger's, and git starts whatever the settings of a repository name: `gpg.program`,
hooks, filters, `core.fsmonitor`… So git is never left to look for a repository by itself, and

- history is read in an empty repository of our own that borrows the checkout's objects: none of the checkout's
  settings, hooks and attributes is there to be followed;
- a pull has to follow the checkout's settings: those that could start a program are overridden, or it is refused
  (`git_settings`).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wangqi.indexer.archive.git_settings import OVERRIDDEN, not_followed
from wangqi.search.errors import GitError
from wangqi.search.errors.message import Message

LOG_S: Final = 30
"""`git log` over 20 000 commits takes about two."""

PULL_S: Final = 120
_MOMENT_S: Final = 10

_MAX_LINK_BYTES: Final = 10_000
"""Of a file that holds nothing but a path."""

_PLACES: Final = frozenset(
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES", "CEILING_DIRECTORIES", "COMMON_DIR", "CONFIG", "DIR", "GRAFT_FILE",
        "IMPLICIT_WORK_TREE", "INDEX_FILE", "INTERNAL_SUPER_PREFIX", "NAMESPACE", "OBJECT_DIRECTORY", "PREFIX",
        "QUARANTINE_PATH", "REPLACE_REF_BASE", "SHALLOW_FILE", "WORK_TREE",
    )
)  # fmt: skip
"""Variables that say which repository is meant. git sets them for its hooks, from which a reindex may be started."""

_PROTOCOLS: Final = "file:git:http:https:ssh"
"""Ways to an origin of which none lets its address name a program, as `ext::` does."""

_NOTHING_STARTED: Final = tuple(part for name, value in OVERRIDDEN.items() for part in ("-c", f"{name}={value}"))


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder of files under git."""

    top: Path
    """The folder that holds `.git`; symbolic links resolved, as in the others."""
    git_dir: Path
    common_dir: Path
    """Where the objects are: another folder than `git_dir` in a linked worktree alone."""

    @property
    def objects(self) -> Path:
        return self.common_dir / "objects"

    @property
    def is_partial(self) -> bool:
        """Whether some objects were left with the origin (`git clone --filter`)."""
        return any((self.objects / "pack").glob("*.promisor"))

    def cut_off(self) -> frozenset[str]:
        """Commits whose parents a shallow clone does not hold."""
        try:
            return frozenset((self.common_dir / "shallow").read_text(encoding="ascii").split())
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError) as error:
            raise GitError("{file} cannot be read: {error}", file=self.common_dir / "shallow", error=error) from error


def folders_with_git(folder: Path) -> Iterator[Path]:
    """Yield `folder` and the folders above it that hold a `.git` of any kind, the nearest first."""
    return (each for each in (folder, *folder.parents) if (each / ".git").exists())


def find_checkout(path: Path) -> Checkout:
    """The checkout that the folder or file `path` stands in: the nearest folder with a `.git` that is a repository.

    Only `.git` counts, which git never takes into a commit. A folder with `HEAD`, `objects` and `refs` in it, which git
    itself would take for a bare repository, may have come with the archive. Raises `GitError` when there is none.
    """
    place = path.resolve()
    folder = place if place.is_dir() else place.parent
    try:
        for top in folders_with_git(folder):
            git_dir = _git_dir(top / ".git")
            if git_dir and (common_dir := _common_dir(git_dir)):
                return Checkout(top, git_dir, common_dir)
    except (OSError, ValueError) as error:
        raise GitError("no git checkout: {error}", error=error) from error
    raise GitError("no git checkout: there is no .git in {folder} or above it", folder=folder)


def read_log(checkout: Checkout, *arguments: str) -> str:
    """The output of `git log` with these `arguments` over the history of `HEAD`; "" before the first commit.

    Undecodable bytes are surrogates. Paths count from the top of the checkout. Objects that are not there are not
    fetched. Raises `GitError`.
    """
    head = _head(checkout)
    if not head:
        return ""
    from tempfile import TemporaryDirectory  # with what it brings, 3 ms of a reindex that asks git nothing

    try:
        with TemporaryDirectory(prefix="wangqi-git-") as folder:
            _make_repository(Path(folder), head, checkout.cut_off())
            variables = {"GIT_OBJECT_DIRECTORY": str(checkout.objects)}
            printed = _run([f"--git-dir={folder}", "log", *arguments], folder, _apart(variables), LOG_S)
    except OSError as error:
        raise GitError("git needs a folder for temporary files: {error}", error=error) from error
    return printed.decode("utf-8", "surrogateescape")


def pull(checkout: Checkout) -> None:
    """Take what is new at the origin of the checkout, where that continues what is there. Raises `GitError`.

    Not done for a checkout of another user's (unless `safe.directory` names it) and for one with settings that may
    start a program. Its hooks are not run, its submodules are left alone, and nobody is asked for a password.
    """
    _check_owner(checkout)
    listed = _run([*_named(checkout), "config", "--list", "--show-scope", "--name-only", "-z"], checkout.top, _ours())
    fields = listed.decode("utf-8", "replace").split("\0")
    own = (name for scope, name in zip(fields[::2], fields[1::2], strict=False) if scope in {"local", "worktree"})
    if names := not_followed(own):
        raise GitError(
            "not pulled, since {names} in {file} may start a program; what you need of it belongs "
            "in your own ~/.gitconfig",
            names=names,
            file=checkout.common_dir / "config",
        )
    arguments = [
        "--ff-only", "--no-rebase", "--no-autostash", "--no-recurse-submodules", "--no-verify-signatures", "--no-stat",
        "--quiet",
    ]  # fmt: skip
    _run([*_named(checkout), "pull", *arguments], checkout.top, _ours(), PULL_S)


def _git_dir(entry: Path) -> Path | None:
    """The folder that `.git` is or, as a file of one line, leads to (worktrees, submodules, bare repositories
    elsewhere)."""
    if entry.is_dir():
        return entry.resolve()
    if not entry.is_file():
        return None
    mark, _, path = _read_line(entry).partition(": ")
    return (entry.parent / path).resolve() if mark == "gitdir" and path else None


def _common_dir(git_dir: Path) -> Path | None:
    """The folder in which the repository `git_dir` has its objects; None when it is no repository."""
    link = git_dir / "commondir"
    common = (git_dir / _read_line(link)).resolve() if link.is_file() else git_dir
    is_repository = (git_dir / "HEAD").is_file() and (common / "objects").is_dir() and (common / "refs").is_dir()
    return common if is_repository else None


def _read_line(path: Path) -> str:
    with path.open("rb") as file:
        return os.fsdecode(file.read(_MAX_LINK_BYTES)).rstrip("\n")


def _head(checkout: Checkout) -> str:
    """The id of the commit that is checked out; "" when there is none yet. Resolving a name starts nothing."""
    command = [*_named(checkout), "rev-parse", "--verify", "--quiet", "HEAD"]
    try:
        return _run(command, checkout.top, _apart({})).decode().strip()
    except _ExitError as error:
        if error.said:
            raise
        return ""


def _make_repository(folder: Path, head: str, shallow: frozenset[str]) -> None:
    """A bare repository without objects, in which nothing but `head` is said."""
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text(f"{head}\n", encoding="ascii")
    if shallow:
        (folder / "shallow").write_text("".join(f"{commit}\n" for commit in shallow), encoding="ascii")
    format_ = "sha1" if len(head) == 40 else "sha256"
    config = f"[core]\nrepositoryFormatVersion = 1\nbare = true\n[extensions]\nobjectFormat = {format_}\n"
    (folder / "config").write_text(config, encoding="ascii")


def _check_owner(checkout: Checkout) -> None:
    """Let git itself look for the checkout, which it does not trust when it is somebody else's."""
    environment = _ours() | {"GIT_CEILING_DIRECTORIES": str(checkout.top.parent)}
    found = _run([*_NOTHING_STARTED, "rev-parse", "--absolute-git-dir"], checkout.top, environment)
    if Path(os.fsdecode(found).rstrip("\n")).resolve() != checkout.git_dir:
        raise GitError("not pulled, since git takes {top} for another checkout than that of its .git", top=checkout.top)


def _named(checkout: Checkout) -> list[str]:
    """Options that say which repository is meant, and that what it sets starts nothing."""
    return [f"--git-dir={checkout.git_dir}", f"--work-tree={checkout.top}", "--no-pager", *_NOTHING_STARTED]


def _ours() -> dict[str, str]:
    """The variables of this process, without those that name a repository."""
    own = {name: value for name, value in os.environ.items() if name not in _PLACES}
    return {"GIT_ALLOW_PROTOCOL": _PROTOCOLS} | own | {"GIT_TERMINAL_PROMPT": "0"}


def _apart(variables: dict[str, str]) -> dict[str, str]:
    """An environment for git without any setting, the person's own included, and without a way to fetch anything."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name == "GIT_EXEC_PATH"}
    alone = {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    return own | alone | variables


class _ExitError(GitError):
    def __init__(self, said: str) -> None:
        super().__init__(Message("git: {said}", said=said))
        self.said = said


def _run(
    arguments: Sequence[str], folder: Path | str, environment: Mapping[str, str], seconds: int = _MOMENT_S
) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitError("git did not answer within {seconds} seconds", seconds=seconds) from error
    except OSError as error:
        raise GitError("git cannot be started: {reason}", reason=error.strerror) from error
    if done.returncode:
        raise _ExitError(" ".join(done.stderr.decode("utf-8", "replace").split()))
    return done.stdout
