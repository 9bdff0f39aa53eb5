"""Nothing that lies in an archive, or in the settings of its checkout, makes git start a program."""

import hmac
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from git_traps import TRAPS, Site, Walk, bare_repository_in_the_archive, fsmonitor, hooks, make_site, signature
from newsletters import git
from real_server import serving
from running import program_environment, until, wangqi

from wangqi.indexer.archive.git_dates import first_commit_days
from wangqi.indexer.archive.git_settings import OVERRIDDEN, not_followed
from wangqi.web.cli.update import pull_all

SECRET = "一个足够长的秘密-0123456789"


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own settings of git, which say nothing."""
    settings = tmp_path / "gitconfig"
    settings.write_text("", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    return settings


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.__name__)
def test_no_trap_runs_while_dates_are_read_and_the_checkout_is_pulled(
    trap: Callable[[Site], Walk], site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = trap(site)
    site.marker.unlink(missing_ok=True)  # setting a trap may have sprung it
    days = first_commit_days(site.archive)
    assert days.days or days.otherwise
    pull_all([site.archive])
    assert not site.has_run
    pulled = (site.archive / "issue-03.md").exists() or (site.archive / "issues/issue-03.md").exists()
    assert pulled or str(site.checkout) in capsys.readouterr().err
    assert site.walks_in(walk)  # else the test could not fail


def test_pull_takes_what_is_new_and_runs_none_of_what_it_overrides(site: Site) -> None:
    for trap in (signature, fsmonitor, hooks):
        trap(site)
    site.marker.unlink(missing_ok=True)
    pull_all([site.archive])
    assert (site.archive / "issue-04.md").exists()
    assert not site.has_run


def test_pull_that_is_refused_names_the_setting(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.config("core.sshCommand", "ssh -i key")
    site.config("filter.lfs.smudge", "git-lfs smudge -- %f")
    pull_all([site.archive, site.checkout])
    assert capsys.readouterr().err == (
        f"wangqi: {site.checkout}: not pulled, since core.sshcommand, filter.lfs.smudge in "
        f"{site.checkout / '.git/config'} may start a program; what you need of it belongs in your own ~/.gitconfig\n"
    )
    assert not (site.archive / "issue-03.md").exists()


def test_the_person_s_own_settings_may_start_what_they_like(site: Site, own_settings: Path) -> None:
    site.config("remote.origin.url", "ssh://nowhere.invalid/weekly")
    own_settings.write_text(f"[core]\nsshCommand = {site.program}\n", encoding="utf-8")
    pull_all([site.archive])
    assert site.has_run


def test_checkout_of_another_owner_is_not_pulled_until_it_is_allowed(
    site: Site, own_settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    pull_all([site.archive])
    said = capsys.readouterr().err
    assert "detected dubious ownership in repository at" in said
    assert said.count("\n") == 1
    own_settings.write_text("[safe]\ndirectory = *\n", encoding="utf-8")
    pull_all([site.archive])
    assert (site.archive / "issue-03.md").exists()


@pytest.mark.parametrize(
    "setting",
    [
        "alias.x", "core.askpass", "core.attributesfile", "core.sshcommand", "credential.helper",
        "credential.https://a.example.helper", "diff.x.command", "diff.x.textconv", "difftool.x.cmd", "fetch.bundleuri",
        "filter.x.clean", "filter.x.process", "filter.x.smudge", "gc.recentobjectshook", "http.cookiefile",
        "http.savecookies", "include.path", "includeif.gitdir:/.path", "init.templatedir", "lfs.customtransfer.x.path",
        "merge.x.driver", "mergetool.x.cmd", "pager.log", "pull.twohead", "remote.x.receivepack", "remote.x.uploadpack",
        "remote.x.vcs", "sequence.editor", "submodule.x.update", "uploadpack.packobjectshook", "what.nobody.knows.yet",
        "branch.x.mergeoptions", "filter.core.bare", "remote.a.url.vcs", "x\ncore.bare",
    ],
)  # fmt: skip
def test_setting_that_may_start_a_program_is_not_followed(setting: str) -> None:
    assert not_followed(["core.bare", setting]) == [setting]


def test_what_git_writes_by_itself_is_followed(site: Site, tmp_path: Path) -> None:
    git(site.checkout, "branch", "--track", "other", "origin/HEAD")
    git(site.checkout, "remote", "add", "名.字", "https://a.example/x.git")
    git(site.checkout, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(site.origin), "a b")
    git(site.checkout, "sparse-checkout", "set", "issues")
    git(site.checkout, "config", "http.https://a.example/.extraheader", "AUTHORIZATION: basic x")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", site.origin.as_uri(), "partial")
    for checkout in (site.checkout, site.checkout / "a b", tmp_path / "partial"):
        listed = ["git", "config", "--list", "--name-only", "-z"]
        names = subprocess.run(listed, cwd=checkout, capture_output=True, text=True, check=True).stdout.split("\0")
        assert not_followed(name for name in names[:-1] if not name.startswith("credential.")) == []


def test_settings_that_are_overridden_have_their_values_when_git_runs(site: Site) -> None:
    for name in OVERRIDDEN:
        site.config(name, "x")
    options = [part for name, value in OVERRIDDEN.items() for part in ("-c", f"{name}={value}")]
    for name, value in OVERRIDDEN.items():
        got = ["git", *options, "config", name]
        assert subprocess.run(got, cwd=site.checkout, capture_output=True, text=True).stdout == f"{value}\n"


COMMANDS = (
    ["reindex", "--strict"],
    ["parse", "issues/issue-01.md"],
    ["check", "issues/issue-01.md"],
    ["check", "issues/issue-01.md", "--strict"],
)


def arm(site: Site) -> list[Walk]:
    """All at once: the bare repository that is committed with the issues, and what a pull goes on with."""
    walks = [trap(site) for trap in (signature, fsmonitor, hooks, bare_repository_in_the_archive)]
    git(site.checkout, "-c", "core.fsmonitor=false", "add", "--force", "issues")
    site.marker.unlink(missing_ok=True)
    return walks


def test_no_command_runs_what_lies_in_the_archive(site: Site) -> None:
    walks = arm(site)
    (site.checkout / "wangqi.toml").write_text('[archives]\nqingtong = "issues"\n', encoding="utf-8")
    for command in COMMANDS:
        done = subprocess.run(
            wangqi(*command), cwd=site.checkout, env=program_environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 4), done.stderr
        assert "2024-01-01" in done.stdout or command[0] != "parse"
        assert not site.has_run, command
    for walk in walks:
        assert site.walks_in(walk)
        site.marker.unlink()


def test_server_and_its_hook_run_nothing_and_take_what_is_new(site: Site, tmp_path: Path) -> None:
    arm(site)
    with serving(tmp_path / "index", weekly=site.archive, environment={"WANGQI_HOOK_SECRET": SECRET}) as server:
        signed = "sha256=" + hmac.new(SECRET.encode(), b"{}", "sha256").hexdigest()
        assert server.ask("/hooks/reindex", "POST", b"{}", X_Hub_Signature_256=signed).status == 202
        until(lambda: server.ask("/api/v1/search?q=Fresh4").json["total"] == 1, server.log.read_text("utf-8"))
    assert not site.has_run
