"""Checkouts of which git, left to itself, starts a program of the archive's: one way of doing so each.

`Site.program` leaves the file `Site.marker` behind. A trap is set in a checkout that is one commit behind its origin;
what it returns is the folder and the git command that walk into it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsletters import commit, git, write_archive, write_issue

Walk = tuple[Path, list[str]]

BYSTANDERS = (".envrc", ".gitconfig", ".gitmodules", ".lfsconfig", "sitecustomize.py", "conftest.py", "Makefile", "git")
"""Files that other programs would follow."""


@dataclass(frozen=True)
class Site:
    origin: Path
    checkout: Path
    archive: Path
    """A folder of the checkout, as in `weekly = "issues"`."""
    program: Path
    """Lies in the archive."""
    marker: Path

    @property
    def has_run(self) -> bool:
        return self.marker.exists()

    def config(self, name: str, value: str | Path) -> None:
        git(self.checkout, "config", name, str(value))

    def walks_in(self, walk: Walk) -> bool:
        """Whether the program runs when git is left to itself."""
        folder, command = walk
        subprocess.run(["git", *command], cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        return self.has_run


def make_site(folder: Path) -> Site:
    """Two issues in a checkout, three at its origin."""
    origin, checkout, marker = folder / "origin", folder / "weekly", folder / "marker"
    write_archive(origin / "issues", 2)
    program = origin / "issues/x.sh"
    program.write_text(f"#!/bin/sh\n: > '{marker}'\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    for name in BYSTANDERS:
        shutil.copy(program, origin / "issues" / name)
    git(origin, "init", "--quiet")
    commit(origin)
    git(folder, "clone", "--quiet", str(origin), str(checkout))
    write_issue(origin / "issues", 3, "Fresh3")
    commit(origin)
    return Site(origin, checkout, checkout / "issues", checkout / "issues/x.sh", marker)


def sign_head(repository: Path) -> None:
    """Give the last commit the header of a signature, which `log.showSignature` has gpg look at."""
    raw = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=repository, capture_output=True, check=True).stdout
    head, _, message = raw.partition(b"\n\n")
    signature = b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----"
    write = ["git", "hash-object", "-t", "commit", "-w", "--stdin"]
    signed = subprocess.run(
        write, cwd=repository, input=head + signature + b"\n\n" + message, capture_output=True, check=True
    )
    git(repository, "update-ref", "HEAD", signed.stdout.decode().strip())


def signature(site: Site) -> Walk:
    # The origin has the signed commit as well, so that the pull continues it.
    sign_head(site.origin)
    git(site.checkout, "fetch", "--quiet")
    git(site.checkout, "reset", "--quiet", "--hard", "origin/HEAD")
    write_issue(site.origin / "issues", 4, "Fresh4")
    commit(site.origin)
    site.config("log.showSignature", "true")
    site.config("gpg.program", site.program)
    return site.checkout, ["log"]


def bare_repository_in_the_archive(site: Site) -> Walk:
    for name in ("HEAD", "config", "objects", "refs"):
        source = site.origin / ".git" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, site.archive / name)
    sign_head(site.archive)
    settings = (
        "[core]\nrepositoryFormatVersion = 0\nbare = true\n[log]\nshowSignature = true\n[gpg]\nprogram = ./x.sh\n"
    )
    (site.archive / "config").write_text(settings, encoding="utf-8")
    return site.archive, ["log"]


def fsmonitor(site: Site) -> Walk:
    site.config("core.fsmonitor", site.program)
    return site.checkout, ["status"]


def hooks_path(site: Site) -> Walk:
    hooks = site.checkout / "issues/hooks"
    hooks.mkdir()
    put_hooks(site, hooks)
    site.config("core.hooksPath", hooks)
    return site.checkout, ["pull", "--ff-only"]


def hooks(site: Site) -> Walk:
    put_hooks(site, site.checkout / ".git/hooks")
    return site.checkout, ["pull", "--ff-only"]


def put_hooks(site: Site, folder: Path) -> None:
    for name in ("post-merge", "post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        shutil.copy(site.program, folder / name)


def external_diff(site: Site) -> Walk:
    site.config("diff.external", site.program)
    return site.checkout, ["show", "--ext-diff"]


def text_of_binary_files(site: Site) -> Walk:
    (site.checkout / ".git/info/attributes").write_text("*.md diff=x\n", encoding="utf-8")
    site.config("diff.x.textconv", site.program)
    return site.checkout, ["show", "--textconv"]


def smudge_filter(site: Site) -> Walk:
    (site.checkout / ".git/info/attributes").write_text("*.md filter=x\n", encoding="utf-8")
    site.config("filter.x.smudge", site.program)
    return site.checkout, ["pull", "--ff-only"]


def address_that_is_a_command(site: Site) -> Walk:
    site.config("remote.origin.url", f"ext::{site.program}")
    site.config("protocol.ext.allow", "always")
    return site.checkout, ["pull", "--ff-only"]


def ssh_command(site: Site) -> Walk:
    site.config("remote.origin.url", "ssh://nowhere.invalid/weekly")
    site.config("core.sshCommand", site.program)
    return site.checkout, ["pull", "--ff-only"]


def git_proxy(site: Site) -> Walk:
    site.config("remote.origin.url", "git://nowhere.invalid/weekly")
    site.config("core.gitProxy", site.program)
    return site.checkout, ["pull", "--ff-only"]


def upload_pack(site: Site) -> Walk:
    site.config("remote.origin.uploadpack", site.program)
    return site.checkout, ["pull", "--ff-only"]


def refs_of_alternates(site: Site) -> Walk:
    alternates = site.checkout / ".git/objects/info/alternates"
    alternates.write_text(f"{site.origin / '.git/objects'}\n", encoding="utf-8")
    site.config("core.alternateRefsCommand", site.program)
    return site.checkout, ["fetch", str(site.origin), "HEAD:refs/heads/other"]


def included_settings(site: Site) -> Walk:
    (site.archive / "settings").write_text(f"[core]\nfsmonitor = {site.program}\n", encoding="utf-8")
    site.config("include.path", site.archive / "settings")
    return site.checkout, ["status"]


def settings_of_a_worktree(site: Site) -> Walk:
    site.config("extensions.worktreeConfig", "true")
    git(site.checkout, "config", "--worktree", "core.fsmonitor", str(site.program))
    return site.checkout, ["status"]


def submodule(site: Site) -> Walk:
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(site.origin), "issues/sub"]
    git(site.checkout, *add)
    git(site.checkout / "issues/sub", "config", "core.fsmonitor", str(site.program))
    site.config("submodule.recurse", "true")
    return site.checkout, ["status"]


def archive_that_is_a_submodule(site: Site) -> Walk:
    """The archive itself is the submodule, with settings of its own."""
    shutil.rmtree(site.archive)
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--force", str(site.origin), "issues"]
    git(site.checkout, "rm", "-r", "--cached", "--quiet", "issues")
    git(site.checkout, *add)
    git(site.archive, "config", "core.fsmonitor", str(site.archive / "issues/x.sh"))
    return site.archive, ["status"]


def unpacked_repository(site: Site) -> Walk:
    """Git takes no `.git` into a commit, but an archive that was unpacked may hold one."""
    git(site.archive, "init", "--quiet")
    git(site.archive, "config", "core.fsmonitor", "./x.sh")
    return site.archive, ["status"]


def unpacked_link_to_a_repository(site: Site) -> Walk:
    git(site.archive, "init", "--quiet", "--separate-git-dir", "elsewhere")
    git(site.archive, "config", "core.fsmonitor", "./x.sh")
    return site.archive, ["status"]


def missing_objects(site: Site) -> Walk:
    """What is not there would be fetched from where the settings say."""
    for path in (site.checkout / ".git/objects").rglob("*"):
        path.chmod(0o755)
    blobs = subprocess.run(
        ["git", "ls-tree", "-r", "--object-only", "HEAD"], cwd=site.checkout, capture_output=True, text=True, check=True
    )
    for blob in blobs.stdout.split():
        (site.checkout / ".git/objects" / blob[:2] / blob[2:]).unlink(missing_ok=True)
    site.config("core.repositoryFormatVersion", "1")
    site.config("extensions.partialClone", "origin")
    site.config("remote.origin.promisor", "true")
    site.config("remote.origin.uploadpack", site.program)
    return site.checkout, ["show"]


TRAPS: tuple[Callable[[Site], Walk], ...] = (
    signature,
    bare_repository_in_the_archive,
    fsmonitor,
    hooks_path,
    hooks,
    external_diff,
    text_of_binary_files,
    smudge_filter,
    address_that_is_a_command,
    ssh_command,
    git_proxy,
    upload_pack,
    refs_of_alternates,
    included_settings,
    settings_of_a_worktree,
    submodule,
    archive_that_is_a_submodule,
    unpacked_repository,
    unpacked_link_to_a_repository,
    missing_objects,
)
