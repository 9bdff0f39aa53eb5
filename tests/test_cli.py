"""The command line: answers on standard output, everything else on standard error, and exit codes."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from newsletters import commit, git, write_archive, write_issue
from running import ROOT, free_port, program_environment, run_python
from running import wangqi as command_line

from wangqi.indexer.store.generations import Store
from wangqi.search.reference.memory import MemoryEngine
from wangqi.web.cli import composition
from wangqi.web.cli.program import MODULES, main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with an archive of ten issues and no settings."""
    for name in [name for name in os.environ if name.startswith("WANGQI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(composition, "make_engine", lambda config: MemoryEngine(composition.make_analyzer(config)))
    monkeypatch.chdir(tmp_path)
    write_archive(tmp_path / "weekly")
    return tmp_path


def wangqi(*arguments: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.stderr
    return result


def wangqi_json(*arguments: str, exit_code: int = 0) -> dict[str, Any]:
    """The one JSON document on standard output."""
    answer = json.loads(wangqi(*arguments, exit_code=exit_code).stdout)
    assert isinstance(answer, dict)
    return answer


def error_of(*arguments: str, exit_code: int) -> str:
    """The one line on standard error; standard output is empty."""
    result = wangqi(*arguments, exit_code=exit_code)
    assert result.stdout == ""
    assert result.stderr.startswith("wangqi: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("wangqi: ").strip()


def test_reindex_says_what_it_did() -> None:
    first = wangqi("reindex", "weekly")
    assert first.stdout.startswith("generation 000001: 20 entries; there was no index\nissues: 10 added, 0 changed")
    assert wangqi("reindex").stdout.startswith("generation 000001: 20 entries; nothing changed")


def test_reindex_json_is_the_promised_document(folder: Path) -> None:
    (folder / "weekly/issue-03.md").write_bytes(b"# \xff")
    report = wangqi_json("reindex", "weekly", "--json")
    assert set(report) >= {"generation", "changed", "issues", "entries", "problems", "took_ms"}
    assert report["issues"] == {"added": 9, "changed": 0, "removed": 0, "unchanged": 0, "failed": 1}


def test_problem_is_shown_with_the_place_of_the_file(folder: Path) -> None:
    (folder / "weekly/issue-03.md").write_bytes(b"# a\n\xff")
    assert "weekly/issue-03.md:2: is not UTF-8 text" in wangqi("reindex", "weekly").stderr


def test_links_of_an_archive_that_is_not_there_are_told(folder: Path) -> None:
    under_git(folder / "weekly")
    (folder / "wangqi.toml").write_text('[links]\nwekly = "https://a.example/{stem}"\n', encoding="utf-8")
    said = wangqi("reindex", "weekly").stderr
    assert "links: there is no archive named wekly; there is weekly" in said
    wangqi("reindex", "--strict", exit_code=4)
    (folder / "wangqi.toml").write_text('[links]\nweekly = "https://a.example/{stem}"\n', encoding="utf-8")
    assert "links" not in wangqi("reindex", "--strict").stderr


def test_links_that_cannot_be_filled_in_are_told(folder: Path) -> None:
    write_issue(folder / "weekly", 0, "Extra").rename(folder / "weekly" / "extra.md")
    (folder / "weekly" / "extra.md").write_text("# 号外\n\n## 工具\n\n1、[Extra](https://extra.example)\n")
    (folder / "wangqi.toml").write_text('[links]\nweekly = "https://a.example/{number}"\n', encoding="utf-8")
    said = wangqi("reindex", "weekly").stderr
    assert "links: 1 of 11 issues of weekly lack what its template names, extra.md for one" in said


def test_a_folder_is_not_indexed_under_two_names(folder: Path) -> None:
    wangqi("reindex", "weekly")
    assert "archives weekly and other are the same folder" in error_of("reindex", "other=weekly", exit_code=1)
    (folder / "wangqi.toml").write_text('[archives]\nother = "weekly"\n', encoding="utf-8")
    assert wangqi_json("reindex", "--json")["changed"]  # that renames it


def test_strict_reindex_is_done_and_exits_with_4(folder: Path) -> None:
    under_git(folder / "weekly")
    (folder / "weekly/issue-03.md").write_bytes(b"\xff")
    assert wangqi_json("reindex", "weekly", "--strict", "--json", exit_code=4)["changed"] is True
    assert wangqi("reindex", "--strict", exit_code=4)  # still broken
    write_issue(folder / "weekly", 3, "Mended")
    assert wangqi("reindex", "--strict")


def under_git(folder: Path) -> None:
    git(folder, "init", "--quiet")
    commit(folder)


def test_missing_dates_are_one_problem_of_an_archive_that_says_why(folder: Path) -> None:
    said = wangqi("reindex", "weekly", "--strict", exit_code=4).stderr
    assert said == (
        "weekly/issue-01.md:1: 10 issues have no date, and git gives none: no git checkout: "
        f"there is no .git in {folder / 'weekly'} or above it (issue-01.md and 9 more)\n"
    )
    under_git(folder / "weekly")
    assert wangqi("reindex", "--strict").stderr == ""
    write_issue(folder / "weekly", 11, "Fresh")
    said = wangqi("reindex", "--strict", exit_code=4).stderr
    assert said == (
        "weekly/issue-11.md:1: 1 issue has no date, and git gives none: not committed to git yet (issue-11.md)\n"
    )
    assert wangqi_json("status", "--json")["problems"] == {"no-date": 1}


def test_one_issue_without_a_date_says_why(folder: Path) -> None:
    said = "weekly/issue-03.md:1: no date, and git gives none: no git checkout: there is no .git in"
    assert said in wangqi("parse", "weekly/issue-03.md").stderr
    assert "date" not in wangqi("check", "weekly/issue-03.md").stdout  # a draft has none yet


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["reindex"], 1, "no archive to read: name a folder of Markdown files, or list it in wangqi.toml"),
        (["reindex", "nowhere"], 1, "nowhere does not exist; name a folder"),
        (["reindex", "empty"], 1, "no Markdown files (.md, .markdown) in"),
        (["reindex", "weekly", "other/weekly"], 2, "two archives named weekly"),
        (["reindex", ""], 2, "an archive without a name or a path"),
        (["reindex", "weekly", "--index", "gbk.md"], 2, "gbk.md is a file; choose a folder for the index"),
        (["search", "图床", "--index", "gbk.md"], 2, "gbk.md is a file; choose a folder for the index"),
        (["status", "--index", ""], 2, "--index: must be a text that is not empty"),
        (["reindex", "--fast"], 2, "No such option"),
        (["search", "图床"], 1, "run `wangqi reindex` first"),
        (["search", "--kind", "toy"], 2, "--kind: must be one of resource, tool"),
        (["search", "--per-page", "1000"], 2, "--per-page: "),
        (["search", "--knd", "tool"], 2, "No such option '--knd'"),
        (["search", "--format", "xml"], 2, "'xml' is not one of"),
        (["status"], 1, "run `wangqi reindex` first"),
        (["verify"], 1, "run `wangqi reindex` first"),
        (["rollback"], 1, "run `wangqi reindex` first"),
        (["parse", "nowhere.md"], 2, "'nowhere.md' does not exist"),
        (["parse", "gbk.md"], 1, "gbk.md:1: is not UTF-8 text"),
        (["fly"], 2, "No such command 'fly'"),
    ],
)
def test_error_is_one_line_that_says_what_to_do(arguments: list[str], exit_code: int, said: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "gbk.md").write_bytes("# 周刊".encode("gbk"))
    assert said in error_of(*arguments, exit_code=exit_code)


def test_without_a_command_there_is_the_help_and_nothing_else() -> None:
    shown = wangqi(exit_code=2)
    assert (shown.stdout, shown.stderr) == ("", wangqi("--help").stdout)


def test_mistyped_archive_leaves_no_index_behind(folder: Path) -> None:
    error_of("reindex", "weakly", exit_code=1)
    assert sorted(path.name for path in folder.iterdir()) == ["weekly"]


def test_settings_that_cannot_be_read_are_wrong_usage(folder: Path) -> None:
    (folder / "wangqi.toml").write_text("titel = 1")
    assert error_of("reindex", exit_code=2).endswith("wangqi.toml: unknown key titel; is title meant?")


@pytest.mark.parametrize("command", [["reindex", "weekly"], ["search", "图床"], ["analyze", "图床"]])
def test_missing_dictionary_is_wrong_usage_like_any_other_bad_setting(folder: Path, command: list[str]) -> None:
    (folder / "wangqi.toml").write_text('dictionary = "words.txt"')
    said = error_of(*command, exit_code=2)
    assert said == f"dictionary {folder / 'words.txt'}: cannot be read: No such file or directory"


def test_settings_of_the_working_directory_hold(folder: Path) -> None:
    (folder / "wangqi.toml").write_text('index = "idx"\n[archives]\nqingtong = "weekly"\n[aliases]\nk8s = "Tool3a"')
    wangqi("reindex")
    assert (folder / "idx" / "CURRENT").is_file()
    assert wangqi_json("search", "k8s", "--archive", "qingtong", "--format", "json")["total"] == 1


def test_reindex_beside_another_exits_with_3() -> None:
    wangqi("reindex", "weekly")
    with Store(Path(".wangqi").resolve()).lock():
        assert f"pid {os.getpid()}" in error_of("reindex", "weekly", exit_code=3)


def test_shrinking_archive_is_refused_without_force(folder: Path) -> None:
    wangqi("reindex", "weekly")
    for number in range(1, 6):
        (folder / f"weekly/issue-{number:02d}.md").unlink()
    assert "10 of 20 entries would be lost" in error_of("reindex", exit_code=1)
    wangqi("reindex", "--force")


def test_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in error_of("reindex", "weekly", exit_code=1)


def test_search_shows_hits_for_a_person() -> None:
    wangqi("reindex", "weekly")
    shown = wangqi("search", "Tool3a").stdout
    assert shown.startswith("1 entry\n\n1. Tool3a\n   https://tool3a.example/\n")
    assert "Tool · weekly · Issue 3 · issue-03.md:5" in shown
    assert "\x1b" not in shown  # marks are for terminals


def test_explain_says_how_a_query_is_cut_and_why_a_hit_is_first() -> None:
    wangqi("reindex", "weekly")
    shown = wangqi("explain", "Tool3a", "-Tool4b", "-n", "1").stdout
    assert shown.startswith("Weights of words: “tool3a” ")
    assert "Without: “Tool4b”" in shown
    assert "1. Tool3a · Issue 3 · " in shown
    assert "\n   the title is what was typed: +100.0\n   has all words" in shown
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", shown)  # in an English terminal all of it is English
    assert len(wangqi_json("explain", "Tool3a", "--json")["explain"]["words"]) == 1


def test_search_tells_where_a_link_stands_besides(folder: Path) -> None:
    write_issue(folder / "weekly", 11, "Lantern")
    write_issue(folder / "weekly", 12, "Lantern")
    wangqi("reindex", "weekly")
    shown = wangqi("search", "lantern").stdout
    assert shown.startswith("1 entry\n")
    assert "weekly · Issue 12 · issue-12.md:5 · Also in Issue 11" in shown


def test_search_marks_matches_on_a_terminal() -> None:
    wangqi("reindex", "weekly")
    assert "\x1b[33m\x1b[1mTool3a\x1b[0m" in CliRunner().invoke(main, ["search", "Tool3a"], color=True).stdout


def test_search_json_is_what_the_api_answers(folder: Path) -> None:
    from wangqi.web.cli.serve import make_site
    from wangqi.web.cli.shared import settings

    wangqi("reindex", "weekly")
    printed = wangqi_json("search", "Tool3a", "--kind", "tool", "--format", "json")
    answered = make_site(settings()).test_client().get("/api/v1/search?q=Tool3a&kind=tool").get_json()
    for answer in (printed, answered):
        del answer["took_ms"]
    text = json.dumps(answered).replace("http://localhost", "")  # the terminal knows no host
    assert json.dumps(printed) == text


def test_search_options_are_the_parameters_of_the_api() -> None:
    wangqi("reindex", "weekly")
    found = wangqi_json("search", "--issue", "2..4", "--sort", "oldest", "-n", "5", "--page", "2", "--format", "json")
    assert (found["total"], found["page"], found["per_page"]) == (6, 2, 5)


@pytest.mark.parametrize(
    ("word", "total"),
    [
        ("-Tool3a", 19),
        ("-python", 20),  # no bundle of options, though -h is one
        ("-nginx", 20),  # nor the value of one
    ],
)
@pytest.mark.parametrize("command", [["search", "--format", "json", "-n5"], ["explain", "--json", "-n", "5"]])
def test_search_takes_a_minus_for_what_it_means_in_a_query(command: list[str], word: str, total: int) -> None:
    wangqi("reindex", "weekly")
    found = wangqi_json(*command, "说明", word)
    assert (found["total"], found["per_page"]) == (total, 5)
    assert found["query"]["excluded"] == [word[1:]]


def test_what_follows_two_dashes_is_text() -> None:
    wangqi("reindex", "weekly")
    assert wangqi_json("search", "--format", "json", "--", "--kind")["query"]["q"] == "--kind"


def test_search_markdown_is_a_list_that_means_itself(folder: Path) -> None:
    write_issue(folder / "weekly", 11, "[a](b)*")
    wangqi("reindex", "weekly")
    shown = wangqi("search", "Tool3a", "--format", "markdown").stdout
    assert shown == "- [Tool3a](<https://tool3a.example/>)：Tool3a 的说明。（第 3 期）\n"


def test_parse_json_is_the_promised_document() -> None:
    parsed = wangqi_json("parse", "weekly/issue-03.md", "--json")
    assert (parsed["archive"], parsed["path"], parsed["number"]) == ("weekly", "issue-03.md", 3)
    [section] = parsed["sections"]
    assert (section["title"], section["kind"], section["line"]) == ("工具", "tool", 3)
    assert [entry["title"] for entry in section["entries"]] == ["Tool3a", "Tool3b"]
    assert "5  Tool3a  https://tool3a.example/" in wangqi("parse", "weekly/issue-03.md").stdout


def test_check_compares_a_draft_with_what_ran(folder: Path) -> None:
    draft = write_issue(folder / "drafts", 12, "Tool3a", "New", "New")
    assert "no index" in wangqi("check", str(draft)).stderr  # then the draft alone is checked
    wangqi("reindex", "weekly")
    shown = wangqi("check", str(draft)).stdout
    assert "drafts/issue-12.md:5: Tool3a: ran before in weekly/issue-03.md:5" in shown
    assert "drafts/issue-12.md:13: New: the same link as on line 9" in shown
    assert "drafts/issue-12.md:1: number 12, but the last issue is number 10" in shown
    found = wangqi_json("check", str(draft), "--json", "--strict", exit_code=4)
    told = [one["code"] for one in found["files"][0]["problems"]]
    assert (found["path"], found["problems"]) == (found["files"][0]["path"], found["files"][0]["problems"])
    assert told == ["number-skipped", "link-ran", "link-twice"]
    [same] = wangqi_json("check", "./drafts/issue-12.md", "--json")["files"]
    assert {same["path"], *[one["path"] for one in same["problems"]]} == {"./drafts/issue-12.md"}
    wangqi("check", "weekly/issue-03.md", "--strict")  # published, and as good as before
    (folder / "wangqi.toml").write_text('[aliases]\nk8s = ["kubernetes"]\n', encoding="utf-8")
    assert "run `wangqi reindex`" in wangqi("search", "Tool3a", exit_code=1).stderr
    assert "ran before" in wangqi("check", str(draft)).stdout  # what ran is not a matter of words


def test_analyze_shows_the_tokens() -> None:
    tokens = wangqi_json("analyze", "图床工具", "--json")
    assert "工具" in tokens["words"]
    assert "图床@0" in wangqi("analyze", "图床工具").stdout


def test_analyze_shows_how_a_query_is_understood() -> None:
    words = wangqi_json("analyze", "k8s 工具", "--json")["query"]
    assert words[0] == {"text": "k8s", "start": 0, "end": 3, "aliases": ["Kubernetes"], "stem": ""}
    assert "query: k8s = Kubernetes / 工具" in wangqi("analyze", "k8s 工具").stdout


def test_evaluate_prints_the_measures(folder: Path) -> None:
    wangqi("reindex", "weekly")
    item = {"id": "d1", "kind": "title", "archive": "weekly", "file": "issue-03.md", "title": "Tool3a", "also": []}
    judged = json.dumps(item | {"query": "tool3a", "url": "https://tool3a.example/"})
    (folder / "judged.jsonl").write_text(judged + "\n", encoding="utf-8")
    measured = wangqi_json("evaluate", "judged.jsonl", "--json")
    assert measured["known_items"] == {"queries": 1, "success_at_1": 1.0, "success_at_5": 1.0, "mrr_at_10": 1.0}
    shown = wangqi("evaluate", "judged.jsonl").stdout.split("\n")
    assert shown[0].split() == ["queries", "success@1", "success@5", "MRR@10"]
    assert shown[1].split() == ["all", "1", "1.000", "1.000", "1.000"]


def test_status_says_what_the_index_holds(folder: Path) -> None:
    (folder / "weekly/issue-03.md").write_bytes(b"\xff")
    wangqi("reindex", "weekly")
    state = wangqi_json("status", "--json")
    assert (state["generation"], state["issues"], state["entries"], state["stale"]) == ("000001", 9, 18, False)
    assert state["archives"] == [
        {"name": "weekly", "root": str(folder / "weekly"), "issues": 9, "entries": 18, "unreadable": ["issue-03.md"]}
    ]
    assert state["problems"] == {"no-date": 9, "unreadable": 1}
    assert "9 issues, 18 entries" in wangqi("status").stdout


def test_status_counts_one_in_the_singular_and_tells_all_times_alike(folder: Path) -> None:
    (folder / "one.md").write_text("# 第 1 期\n\n## 工具\n\n1、[灯](https://lamp.example/)\n\n亮。\n", encoding="utf-8")
    wangqi("reindex", "one.md")
    said = wangqi("status").stdout
    assert "1 issue, 1 entry, 0.0 MB" in said
    assert "one: 1 issue, 1 entry, from" in said
    times = re.findall(r"20\d\d-\S+(?=: )", said)
    assert [len(each) for each in times] == [len("2024-01-01T00:00:00+00:00")] * 2


def test_status_says_that_new_words_make_the_index_stale(folder: Path) -> None:
    wangqi("reindex", "weekly")
    (folder / "wangqi.toml").write_text('words = ["向量数据库"]', encoding="utf-8")
    assert wangqi_json("status", "--json")["stale"] is True
    assert "run `wangqi reindex`" in error_of("search", "x", exit_code=1)
    assert "built before words, aliases or dictionary changed: run" in wangqi("status").stdout
    assert "000001 was built before words, aliases or dictionary changed" in wangqi("reindex").stdout
    assert wangqi_json("status", "--json")["stale"] is False


def test_verify_names_the_damaged_file_and_search_goes_on_with_the_generation_before(folder: Path) -> None:
    wangqi("reindex", "weekly")
    write_issue(folder / "weekly", 3, "Fresh")
    wangqi("reindex")
    assert wangqi_json("verify", "--json")["good"] is True
    (folder / ".wangqi/generations/000002/index/issues.json").write_text("{}")
    failed = wangqi("verify", exit_code=1)
    assert "generations/000002/index/issues.json: other bytes than were written" in failed.stderr
    assert "generation 000001: every byte is as it was written" in failed.stdout
    assert wangqi_json("verify", "--json", exit_code=1)["good"] is False
    found = wangqi("search", "Tool3a")
    assert "serving generation 000001 instead" in found.stderr
    assert found.stdout.startswith("1 entry")


def test_a_search_that_finds_nothing_says_so(folder: Path) -> None:
    wangqi("reindex", "weekly")
    assert wangqi("search", "zzzqqq").stdout == "0 entries\nNothing found for “zzzqqq”\n"
    assert wangqi("search", "--kind", "book").stdout == "0 entries\nThere are no such entries\n"


def test_rollback_goes_back_once_and_then_says_that_it_cannot(folder: Path) -> None:
    wangqi("reindex", "weekly")
    write_issue(folder / "weekly", 3, "Fresh")
    wangqi("reindex")
    assert wangqi_json("rollback", "--json") == {"generation": "000001", "before": "000002"}
    assert wangqi("search", "Fresh").stdout.startswith("0 entries")
    assert "nothing to go back to" in error_of("rollback", exit_code=1)


def test_operating_page_names_every_command() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert not [command for command in MODULES if f"wangqi {command}" not in page]


def test_a_name_that_is_not_utf8_is_read_by_every_command(folder: Path) -> None:
    odd = folder / os.fsdecode(b"weekly/issue-\xff.md")
    odd.write_bytes((folder / "weekly/issue-03.md").read_bytes())
    parsed = wangqi_json("parse", str(odd), "--archive", "weekly", "--json")
    assert parsed["path"] == r"issue-\xff.md"
    assert "Tool4a" in wangqi("parse", "weekly/issue-04.md", "--archive", "weekly").stdout
    wangqi("reindex", "weekly")
    hits = wangqi_json("search", "Tool3a", "--format", "json")["hits"]
    also_in = [other["id"] for hit in hits for other in hit["also_in"]]
    assert parsed["sections"][0]["entries"][0]["id"] in [hit["id"] for hit in hits] + also_in
    assert wangqi("check", str(odd)).stderr.startswith("2 entries")
    assert wangqi_json("check", str(odd), "--json")["files"][0]["path"].endswith(r"weekly/issue-\xff.md")


def test_a_folder_whose_name_is_not_utf8_is_an_archive(folder: Path) -> None:
    odd = folder / os.fsdecode(b"\xd6\xdc\xbf\xaf")  # GBK for 周刊
    (folder / "weekly").rename(odd)
    wangqi("reindex", str(odd))
    write_issue(odd, 3, "Fresh")
    assert wangqi_json("reindex", "--json")["issues"]["changed"] == 1
    [archive] = wangqi_json("status", "--json")["archives"]
    assert archive["root"].endswith(os.fsencode(odd.name).decode(errors="backslashreplace"))


def test_help_names_every_command() -> None:
    for command in MODULES:
        assert f"  {command} " in wangqi("--help").stdout
        assert wangqi(command, "--help").stdout.startswith(f"Usage: main {command} ")


# From here on as the author runs it: the real engine, in a process of its own.


def run_program(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = command_line(*arguments)
    return subprocess.run(command, capture_output=True, text=True, env=program_environment(), timeout=120)


def test_reindex_and_search_work_with_the_real_engine(folder: Path) -> None:
    report = json.loads(run_program("reindex", "weekly", "--json").stdout)
    assert report["entries"] == 20
    found = run_program("search", "Tool3a", "--format", "json")
    assert (json.loads(found.stdout)["total"], found.stderr) == (1, "")


def test_reindex_without_changes_loads_nothing_heavy(folder: Path) -> None:
    run_program("reindex", "weekly")
    code = (
        "import sys; from wangqi.web.cli.program import main\n"
        "try: main(['reindex'])\nfinally: print(sorted(sys.modules))"
    )
    done = run_python(code)
    assert "nothing changed" in done.stdout
    assert not [
        name
        for name in ("jieba", "rjieba", "opencc", "numpy", "whoosh", "markdown_it", "yaml", "flask")
        if f"'{name}'" in done.stdout
    ]


def test_serve_says_that_the_port_is_taken(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        said = error_of("serve", "weekly", "--port", port, exit_code=1)
    assert said == f"cannot listen at 127.0.0.1 port {port}: Address already in use; choose --port"


def test_serve_without_any_archive_says_so_and_does_not_start() -> None:
    done = run_program("serve", "--port", str(free_port()))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("wangqi: no archive to read: name a folder of Markdown files")


def test_serve_of_a_mistyped_archive_does_not_serve_what_was_indexed_before(folder: Path) -> None:
    run_program("reindex", "weekly")
    done = run_program("serve", "weakly", "--port", str(free_port()))
    said = [line for line in done.stderr.splitlines() if "indexing; until" not in line]  # on a slow machine
    assert (done.returncode, len(said)) == (1, 1)
    assert "weakly does not exist; name a folder" in said[0]


@pytest.mark.parametrize(
    ("archives", "code", "goes_on"),
    [
        ((), 0, True),
        ((), 1, True),  # the folder of the settings is not mounted yet
        (("weekly",), 0, True),
        (("weekly",), 1, False),
        (("weekly",), 3, True),  # another reindex is at it
        (("weekly",), -9, True),  # killed for memory
    ],
)
def test_serve_goes_on_after_a_passing_failure(
    archives: tuple[str, ...], code: int, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wangqi.web.cli import serve

    served: list[str] = []
    wangqi("reindex", "weekly")
    monkeypatch.setattr(serve, "bring_up_to_date", lambda archives, index, meanwhile: code)
    monkeypatch.setattr(
        serve, "_serve", lambda config, listener, *others, **more: served.append(listener.getsockname()[0])
    )
    wangqi("serve", *archives, "--port", str(free_port()), exit_code=0 if goes_on else code)
    assert bool(served) == goes_on
