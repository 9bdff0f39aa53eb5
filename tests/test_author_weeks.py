"""A week of four authors with a real archive, each with a way of publishing, from the draft to the rollback.

One keeps a folder without git; one pushes to a bare repository, whose hook `post-receive` reindexes; one's git host
calls the hook of a site behind nginx; one has no server, and exports the site from a shallow checkout.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import feedparser
import pytest
from browsing import serving as serving_files
from exporting import StaticHost
from newsletters import commit, git
from nginx_front import Front, in_front_of
from real_server import Answer, RealServer, serving
from running import ROOT, free_port, program_environment, until, wangqi

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.shared

SECRET = "the secret of a git host, long enough"
FOUND_WITHIN_S = 30.0
"""From the author's last command to the entry in an answer, beside other tests; 1 to 3 s alone."""

DRAFT = """\
---
title: 知识分享第17期
date: 2025-03-14 00:01:06
---

## 资源

1.[折纸灯](htps://lantern.example/fold)

把一份 JSON 折成一棵可以收起的树。

2.[浮桥](https://bridge.example/pontoon)

TODO

3.[旧识](%(old)s)

以前推荐过的一个项目。

4.[风铃](https://chime.example/wind

服务一停就响。

## 资源

1.[浮桥](https://bridge.example/pontoon)

在两个消息队列之间搬运消息。
"""
PLANTED = {8: "link-scheme", 14: "to-do", 16: "link-ran", 20: "link-unclosed", 24: "section-twice", 26: "link-twice"}
"""Line → code of each mistake of the draft."""

ISSUE = """\
---
title: 知识分享第17期
date: 2025-03-14 00:01:06
---

## 资源

1.[折纸灯](https://lantern.example/fold)

把一份 JSON 折成一棵可以收起的树。

2.[浮桥](https://bridge.example/pontoon)

在两个消息队列之间搬运消息。

3.[风铃](https://chime.example/wind)

服务一停就响。
"""
FILE = "knowledge-share-17.md"


def run(folder: Path, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    command = wangqi(*arguments)
    done = subprocess.run(command, cwd=folder, env=program_environment(), capture_output=True, text=True, timeout=300)
    assert code is None or done.returncode == code, done.stderr
    return done


class Author:
    """Keeps issues in a folder without git, on the machine of the site, and runs `reindex`."""

    def __init__(self, home: Path, shared: Path) -> None:
        self.home = home
        """Where the site is run."""
        self.issues = home / "weekly"
        """Where issues are written."""
        self.base = ""
        self._start(shared)

    def _start(self, shared: Path) -> None:
        self._copy(shared, self.issues)
        self._settings("weekly")

    @staticmethod
    def _copy(shared: Path, folder: Path) -> None:
        shutil.copytree(shared / "corpora" / "kuring", folder)

    def _settings(self, archive: str) -> None:
        (self.home / "wangqi.toml").write_text(f'title = "知识分享"\n[archives]\nweekly = "{archive}"\n', "utf-8")

    def publish(self) -> None:
        run(self.home, "reindex")

    def serve(self, stack: ExitStack) -> None:
        self.server: RealServer = stack.enter_context(serving(self.home / ".wangqi", workers=1))

    def ask(self, address: str) -> Answer:
        return self.server.ask(self.base + address)


class BareRepository(Author):
    """Pushes to a bare repository of the site's machine, whose hook is that of docs/operating.md."""

    def _start(self, shared: Path) -> None:
        self.issues = self.home.parent / "author"
        self._copy(shared, self.issues)
        git(self.issues, "init", "--quiet")
        commit(self.issues)
        section = (ROOT / "docs/operating.md").read_text(encoding="utf-8").split("\n## Reindex on push\n")[1]
        blocks = re.findall(r"^```(?:sh)?\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        once, hook = (block.replace("/srv/", f"{self.home.parent}/") for block in blocks[1:3])
        git(self.home.parent, "init", "--quiet", "--bare", "weekly.git")
        shutil.rmtree(self.home)
        subprocess.run(["sh", "-ec", once.removeprefix("$ ")], check=True)
        self._settings(".")
        command = self.home.parent / "bin" / "wangqi"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {" ".join(wangqi())} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        script = self.home.parent / "weekly.git" / "hooks" / "post-receive"
        path = f"export PATH='{command.parent}':\"$PATH\" PYTHONPATH='{ROOT}'\n"
        script.write_text(hook.replace("#!/bin/sh\n", f"#!/bin/sh\n{path}"), encoding="utf-8")
        script.chmod(0o755)
        self.publish()

    def publish(self) -> None:
        if subprocess.run(["git", "status", "--porcelain"], cwd=self.issues, capture_output=True, check=True).stdout:
            commit(self.issues, "2025-03-14T09:00:00 +0800")
        git(self.issues, "push", "--quiet", str(self.home.parent / "weekly.git"), "HEAD:main")


class Hooked(Author):
    """Pushes to a git host, which calls the hook of a site behind nginx."""

    nginx: str

    def _start(self, shared: Path) -> None:
        self.issues = self.home.parent / "author"
        self._copy(shared, self.issues)
        git(self.issues, "init", "--quiet")
        commit(self.issues)
        git(self.home, "clone", "--quiet", str(self.issues), "weekly")
        self._settings("weekly")

    def publish(self) -> None:
        commit(self.issues, "2025-03-14T09:00:00 +0800")
        body = json.dumps({"after": str(time.monotonic_ns())}).encode()
        signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        answer = self.front.ask("/weekly/hooks/reindex", {"X-Hub-Signature-256": signature}, "POST", body)
        assert answer.status == 202

    def serve(self, stack: ExitStack) -> None:
        port = free_port()
        variables = {"WANGQI_BASE_URL": f"http://weekly.example:{port}/weekly", "WANGQI_HOOK_SECRET": SECRET}
        server = serving(self.home / ".wangqi", "--proxies", "1", workers=1, environment=variables)
        self.server = stack.enter_context(server)
        self.front: Front = stack.enter_context(
            in_front_of(self.server, self.nginx, self.home / "nginx", port, keeps=False)
        )

    def ask(self, address: str) -> Answer:
        return self.front.ask(f"/weekly{quote(address, safe='/?&=%+:#')}")


AUTHORS = {"a folder": Author, "a bare repository": BareRepository, "a git host": Hooked}


@pytest.fixture(scope="module", params=AUTHORS)
def author(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    if request.param == "a git host":
        Hooked.nginx = request.getfixturevalue("nginx")
    home = tmp_path_factory.mktemp("author") / "weekly"
    home.mkdir()
    author = AUTHORS[request.param](home, shared)
    with ExitStack() as stack:
        author.serve(stack)
        yield author


def found(author: Author, query: str) -> dict[str, Any] | None:
    """The first hit, when it has the words in its title."""
    hits = author.ask(f"/api/v1/search?q={quote(query)}&sort=newest").json["hits"]
    return next((hit for hit in hits if query in hit["title"]), None)


def publish(author: Author, is_there: Callable[[], object]) -> None:
    author.publish()
    until(lambda: bool(is_there()), "what was published is not there", FOUND_WITHIN_S)


def planted(author: Author, text: str) -> dict[int, str]:
    draft = author.home.parent / "draft" / FILE
    draft.parent.mkdir(exist_ok=True)
    draft.write_text(text, encoding="utf-8")
    index = str(author.home / ".wangqi")
    report = json.loads(run(author.home, "check", "--index", index, "--json", str(draft), code=None).stdout)
    [file] = report.get("files", [report])
    return {problem["line"]: problem["code"] for problem in file["problems"]}


def test_week_of_an_author_with_a_server(author: Author) -> None:
    old = author.ask("/api/v1/search?q=site:github.com&sort=oldest").json["hits"][0]["url"]
    assert planted(author, DRAFT % {"old": old}) == PLANTED
    assert planted(author, ISSUE) == {}

    (author.issues / FILE).write_text(ISSUE, encoding="utf-8")
    publish(author, lambda: found(author, "折纸灯"))
    lantern, chime = found(author, "折纸灯"), found(author, "风铃")
    assert lantern
    assert chime
    for feed in ("/issues.atom", f"/search.atom?q={quote('折纸灯')}"):
        assert "折纸灯" in str(feedparser.parse(author.ask(feed).body).entries[0]), feed

    (author.issues / FILE).write_text(ISSUE.replace("折纸灯", "折纸灯笼"), encoding="utf-8")
    publish(author, lambda: found(author, "折纸灯笼"))
    assert found(author, "折纸灯笼")["id"] == lantern["id"]  # type: ignore[index]  # the link is the same

    (author.issues / FILE).write_text(ISSUE.replace("折纸灯", "折纸灯笼").split("3.[风铃]")[0], encoding="utf-8")
    publish(author, lambda: author.ask(f"/entries/{chime['id']}").status == 410)
    assert author.ask(f"/entries/{lantern['id']}").status in (200, 302)

    run(author.home, "rollback", "--index", str(author.home / ".wangqi"))
    until(lambda: bool(found(author, "风铃")), "the issue of before is not there", FOUND_WITHIN_S)
    run(author.home, "reindex")
    until(lambda: not found(author, "风铃"), "the issue of today is not there", FOUND_WITHIN_S)


def test_issue_that_gets_another_name_is_found_at_the_new_one(author: Author) -> None:
    (author.issues / FILE).write_text(ISSUE, encoding="utf-8")
    publish(author, lambda: found(author, "折纸灯"))
    before = urlsplit(found(author, "折纸灯")["issue"]["url"]).path  # type: ignore[index]
    (author.issues / FILE).rename(author.issues / "2020-17.md")
    publish(author, lambda: "2020-17.md" in str(found(author, "折纸灯")))
    answer = author.ask(before.removeprefix("/weekly") if isinstance(author, Hooked) else before)
    if isinstance(author, BareRepository | Hooked):  # git knows what it was
        assert (answer.status, answer.headers["Location"].endswith("2020-17.md")) == (301, True)
    else:
        assert answer.status == 410


@pytest.mark.browser
def test_week_of_an_author_without_a_server(shared: Path, tmp_path: Path, browser: Browser) -> None:
    """As action.yml does it, in a checkout that was shallow."""
    author = tmp_path / "author"
    shutil.copytree(shared / "corpora" / "kuring", author)
    git(author, "init", "--quiet")
    commit(author, "2019-01-01T00:00:00 +0800")
    (author / FILE).write_text(ISSUE, encoding="utf-8")
    commit(author, "2025-03-14T09:00:00 +0800")
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{author}", "checkout")
    checkout = tmp_path / "checkout"
    git(checkout, "fetch", "--quiet", "--unshallow")
    run(checkout, "reindex", "weekly=.")
    run(checkout, "export", "public", "--base-url", "https://weekly.example/past")
    with serving_files(StaticHost(checkout / "public")) as address:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{address}/past/")
        page.get_by_role("searchbox").fill("折纸灯")
        page.keyboard.press("Enter")
        page.locator(".hits h2", has_text="折纸灯").first.wait_for()
        context.close()
