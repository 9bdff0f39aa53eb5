"""Archives → index: only what changed, the last good version of what is broken, nothing lost by accident."""

import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from newsletters import ANALYZER, commit, found, git, issue_text, make_engine, run_reindex, write_archive, write_issue
from samples import find

from wangqi.indexer.config import Config
from wangqi.indexer.reindex import reindex
from wangqi.indexer.reindex.report import ReindexReport
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.opening import OpenGeneration, open_current
from wangqi.search.errors import ConfigError, ShrinkingError
from wangqi.search.model import Problem, issue_id
from wangqi.search.query.tree import Everything
from wangqi.search.whoosh_engine import WhooshEngine

ENGINE = make_engine()


def ask(index: Path, question: Callable[[OpenGeneration], object]) -> object:
    generation = open_current(index, ENGINE)
    try:
        return question(generation)
    finally:
        generation.close()


def counts(report: ReindexReport) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: count for name, count in asdict(report.issues).items() if count}


def problems(report: ReindexReport) -> list[Problem]:
    """All but that the issues of the archive have no date."""
    return [one.problem for one in report.problems if one.problem.code != "no-date"]


def unreadable(report: ReindexReport) -> list[tuple[str, int, str]]:
    return [(one.problem.path, one.problem.line, one.problem.code) for one in report.problems if one.unreadable]


def test_first_run_indexes_everything(tmp_path: Path, archive: Path) -> None:
    report = run_reindex(tmp_path / "index", weekly=archive)
    assert (report.generation, report.changed, report.state, report.entries) == ("000001", True, "missing", 20)
    assert counts(report) == {"added": 10}
    assert found(tmp_path / "index", "Tool3b") == ["Tool3b"]


def test_run_without_changes_writes_nothing(index: Path, archive: Path) -> None:
    report = run_reindex(index, weekly=archive)
    assert (report.generation, report.changed, report.state) == ("000001", False, "equal")
    assert counts(report) == {"unchanged": 10}
    assert Store(index).names() == ["000001"]


def test_run_without_changes_does_not_read_markdown(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "wangqi.indexer.reader.read_closely", lambda *_, **__: pytest.fail("an unchanged issue was read")
    )
    assert not run_reindex(index, weekly=archive).changed


def test_edited_issue_replaces_its_entries_and_no_other_is_read(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[list[str]] = []
    real_build = type(ENGINE).build

    def build(self, folder, issues, **options):  # type: ignore[no-untyped-def]
        issues = list(issues)
        built.append([issue.ref.path for issue in issues])
        real_build(self, folder, issues, **options)

    monkeypatch.setattr(type(ENGINE), "build", build)
    write_issue(archive, 3, "Fresh")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"changed": 1, "unchanged": 9}
    assert (report.state, report.reason, report.entries) == ("content", "1 changed", 19)
    assert built == [["issue-03.md"]]
    assert (found(index, "Fresh"), found(index, "Tool3a")) == (["Fresh"], [])


def test_added_and_removed_files_come_and_go(index: Path, archive: Path) -> None:
    write_issue(archive, 11, "Eleven")
    (archive / "issue-05.md").unlink()
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"added": 1, "removed": 1, "unchanged": 9}
    assert (found(index, "Eleven"), found(index, "Tool5a")) == (["Eleven"], [])
    assert ask(index, lambda generation: generation.text(issue_id("weekly", "issue-05.md"))) is None


def test_renamed_file_is_another_issue(index: Path, archive: Path) -> None:
    (archive / "issue-05.md").rename(archive / "five.md")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"added": 1, "removed": 1, "unchanged": 9}
    assert found(index, "Tool5a") == ["Tool5a"]


def test_touched_file_is_no_change(index: Path, archive: Path) -> None:
    os.utime(archive / "issue-01.md", (0, 0))
    assert not run_reindex(index, weekly=archive).changed


def test_new_name_of_a_section_makes_every_issue_be_read_again(index: Path, archive: Path) -> None:
    config = Config(archives={"weekly": archive}, index_dir=index, sections={"工具": "book"})
    assert counts(reindex(config, ENGINE)) == {"changed": 10}


def commit_first_issue(archive: Path) -> None:
    for command in (["init"], ["add", "issue-01.md"], ["commit", "-m", "1"]):
        git(archive, *command, day="2024-03-08T12:00:00 +0800")


def days(index: Path) -> list[str]:
    held = ask(index, lambda generation: [info.ref.date for info in generation.searcher.issues()])
    return [str(day) for day in held if day]  # type: ignore[attr-defined]


def test_day_that_a_file_entered_git_is_part_of_its_issue(index: Path, archive: Path) -> None:
    commit_first_issue(archive)
    assert counts(run_reindex(index, weekly=archive)) == {"changed": 1, "unchanged": 9}
    assert days(index) == ["2024-03-08"]


def test_an_issue_that_is_not_committed_yet_is_the_newest_whatever_its_name(index: Path, archive: Path) -> None:
    git(archive, "init", "--quiet")
    commit(archive)
    (archive / "fresh.md").write_text("# 还没提交\n\n## 工具\n\n1、[Fresh](https://fresh.example/)\n", encoding="utf-8")
    run_reindex(index, weekly=archive)
    assert newest(index) == "fresh.md"
    commit(archive, day="2023-01-01T00:00:00 +0800")
    run_reindex(index, weekly=archive)
    assert newest(index) == "issue-10.md"


def newest(index: Path) -> str:
    generation = open_current(index, make_engine())
    try:
        return generation.searcher.issues()[0].ref.path
    finally:
        generation.close()


def test_days_stay_while_git_does_not_answer(index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_first_issue(archive)
    run_reindex(index, weekly=archive)
    monkeypatch.setenv("PATH", "")
    assert run_reindex(index, weekly=archive).state == "equal"
    write_issue(archive, 1, "Mended")
    assert counts(run_reindex(index, weekly=archive)) == {"changed": 1, "unchanged": 9}
    assert days(index) == ["2024-03-08"]


BROKEN = {
    "GBK": issue_text(3, "工具").encode("gbk"),
    "UTF-16": issue_text(3, "工具").encode("utf-16"),
    "cut UTF-8": issue_text(3, "工具").encode()[:-2],
    "NUL": b"# a\n\n\0",
    "5 MB": b"a" * 6_000_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_issue_that_cannot_be_read_keeps_its_last_good_version(data: bytes, index: Path, archive: Path) -> None:
    (archive / "issue-03.md").write_bytes(data)
    write_issue(archive, 4, "Fresh")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"changed": 1, "failed": 1, "unchanged": 8}
    assert [(path, code) for path, _, code in unreadable(report)] == [("issue-03.md", "unreadable")]
    assert (found(index, "Tool3a"), found(index, "Fresh")) == (["Tool3a"], ["Fresh"])
    kept = ask(index, lambda generation: generation.text(issue_id("weekly", "issue-03.md")))
    assert kept == issue_text(3, "Tool3a", "Tool3b").encode()

    again = run_reindex(index, weekly=archive)  # still broken: reported again, but nothing new to publish
    assert (again.changed, counts(again)) == (False, {"failed": 1, "unchanged": 9})
    assert unreadable(again) == unreadable(report)

    write_issue(archive, 3, "Mended")
    assert counts(run_reindex(index, weekly=archive)) == {"changed": 1, "unchanged": 9}
    assert found(index, "Mended") == ["Mended"]


def test_broken_issue_that_goes_back_to_its_last_good_version_is_read_again(index: Path, archive: Path) -> None:
    whole = (archive / "issue-03.md").read_bytes()
    (archive / "issue-03.md").write_bytes(b"\xff")
    run_reindex(index, weekly=archive)
    (archive / "issue-03.md").write_bytes(whole)
    report = run_reindex(index, weekly=archive)
    assert (counts(report), unreadable(report)) == ({"unchanged": 10}, [])
    assert report.changed  # the manifest no longer says that the issue is broken


@pytest.mark.parametrize("text", ["", "\n", "---\ntitle: 空\n---\n", "# 第 3 期\n\n## 工具\n"])
def test_an_issue_is_published_once_it_has_an_entry_and_keeps_its_last_good_version_when_emptied(
    text: str, index: Path, archive: Path
) -> None:
    for name in ("issue-03.md", "issue-11.md"):
        (archive / name).write_text(text, encoding="utf-8")
    report = run_reindex(index, weekly=archive)
    assert (counts(report), report.entries) == ({"failed": 1, "unchanged": 9}, 20)
    assert [(one.path, one.code, one.message.partition(": ")[2]) for one in problems(report)] == [
        ("issue-03.md", "empty-file", "its last good version is published"),
        ("issue-11.md", "empty-file", "it is published as soon as it has an entry"),
    ]
    listed = ask(index, lambda generation: sorted(info.ref.path for info in generation.searcher.issues()))
    assert listed == sorted(path.name for path in archive.iterdir() if path.name != "issue-11.md")
    again = run_reindex(index, weekly=archive)
    assert (again.changed, problems(again)) == (False, problems(report))

    write_issue(archive, 3, "Mended")
    write_issue(archive, 11, "Filled")
    assert counts(run_reindex(index, weekly=archive)) == {"added": 1, "changed": 1, "unchanged": 9}
    assert (found(index, "Filled"), found(index, "Tool3a")) == (["Filled"], [])


@pytest.mark.parametrize("full", [False, True])
def test_last_good_version_outlives_a_new_engine_and_a_full_rebuild(full: bool, index: Path, archive: Path) -> None:
    (archive / "issue-03.md").write_bytes(b"# \xff")
    run_reindex(index, weekly=archive)
    engine = ENGINE if full else make_engine("向量数据库")
    report = run_reindex(index, engine, full=full, weekly=archive)
    assert report.state == ("full" if full else "stale")
    assert (counts(report), report.entries) == ({"failed": 1, "unchanged": 9}, 20)
    generation = open_current(index, engine)
    assert len(generation.searcher.documents(issue_id("weekly", "issue-03.md"))) == 2
    generation.close()


def test_new_issue_that_cannot_be_read_is_reported_and_indexed_once_it_can(index: Path, archive: Path) -> None:
    (archive / "issue-11.md").write_bytes(b"# 1\n\n\xff")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"failed": 1, "unchanged": 10}
    assert unreadable(report) == [("issue-11.md", 3, "unreadable")]
    write_issue(archive, 11, "Eleven")
    assert counts(run_reindex(index, weekly=archive)) == {"added": 1, "unchanged": 10}
    assert found(index, "Eleven") == ["Eleven"]


def test_bug_in_the_reader_costs_one_issue_and_not_the_run(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wangqi.indexer import reader

    real = reader.read_closely

    def read_closely(archive, path, data, **options):  # type: ignore[no-untyped-def]
        if path == "issue-03.md":
            raise RecursionError("too deep")
        return real(archive, path, data, **options)

    monkeypatch.setattr(reader, "read_closely", read_closely)
    write_issue(archive, 3, "Crash")
    write_issue(archive, 4, "Fresh")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"changed": 1, "failed": 1, "unchanged": 8}
    assert unreadable(report) == [("issue-03.md", 1, "reader-crash")]
    assert (found(index, "Tool3a"), found(index, "Fresh")) == (["Tool3a"], ["Fresh"])


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    """As for anybody but root where permissions are missing."""
    real_open = os.open

    def refuse(path: str, *arguments, **options):  # type: ignore[no-untyped-def]
        if path == refused:
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)


def test_file_that_may_not_be_opened_is_reported(index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_to_open(monkeypatch, "issue-03.md")
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"failed": 1, "unchanged": 9}
    assert [one.message for one in problems(report)] == ["Permission denied"]
    assert found(index, "Tool3a") == ["Tool3a"]


SECRET = "口令为青鸟"


def test_what_is_behind_a_link_is_never_published(index: Path, archive: Path) -> None:
    (archive / ".env").write_text(f"# 第 99 期\n\n{SECRET}\n", encoding="utf-8")
    for folder, name in ((".git", "config.md"), ("drafts", "secret.md")):
        (archive / folder).mkdir()
        (archive / folder / name).write_text(f"# 第 99 期\n\n{SECRET}\n", encoding="utf-8")
    for name, target in (("leak", ".git/config.md"), ("x", ".env"), ("y", "drafts/secret.md"), ("z", "issue-01.md")):
        (archive / f"{name}.md").symlink_to(target)
    (archive / "posts").symlink_to("drafts")
    (archive / "issue-02.md").unlink()
    (archive / "issue-02.md").symlink_to("drafts/secret.md")  # in the place of one that was published
    report = run_reindex(index, weekly=archive)
    assert counts(report) == {"removed": 1, "unchanged": 9}
    told = [one.problem.path for one in report.problems if one.problem.code == "skipped"]
    assert told == ["issue-02.md", "leak.md", "posts", "x.md", "y.md", "z.md"]
    assert (found(index, "青鸟"), found(index, "Tool2a"), found(index, "Tool1a")) == ([], [], ["Tool1a"])
    assert published_bytes(index).count(SECRET.encode()) == 0
    again = run_reindex(index, weekly=archive)
    assert (again.changed, any(one.fresh for one in again.problems)) == (False, False)


def published_bytes(index: Path) -> bytes:
    """All that the generation that serves holds."""
    folder = Store(index).path(Store(index).current())
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_draft_is_left_out_until_it_is_published(index: Path, archive: Path) -> None:
    draft = "---\ndraft: true\n---\n" + issue_text(11, "Eleven")
    (archive / "issue-11.md").write_text(draft, encoding="utf-8")
    report = run_reindex(index, weekly=archive)
    assert (counts(report), report.entries, found(index, "Eleven")) == ({"unchanged": 10}, 20, [])
    assert not run_reindex(index, weekly=archive).changed
    (archive / "issue-11.md").write_text(draft.replace("true", "false"), encoding="utf-8")
    assert counts(run_reindex(index, weekly=archive)) == {"added": 1, "unchanged": 10}
    (archive / "issue-11.md").write_text(draft, encoding="utf-8")
    assert counts(run_reindex(index, weekly=archive)) == {"removed": 1, "unchanged": 10}
    assert found(index, "Eleven") == []


@pytest.mark.parametrize("mark", ["password: 1234", "published: false", "private: true", "search: false"])
def test_what_became_private_is_in_no_file_of_the_next_generation(mark: str, index: Path, archive: Path) -> None:
    text = issue_text(11, "Eleven") + f"\n{SECRET}\n"
    (archive / "issue-11.md").write_text(text, encoding="utf-8")
    run_reindex(index, weekly=archive)
    assert SECRET.encode() in published_bytes(index)
    (archive / "issue-11.md").write_text(f"---\ntitle: 第 11 期\n{mark}\n---\n{text}", encoding="utf-8")
    report = run_reindex(index, weekly=archive)
    assert (counts(report), found(index, "青鸟")) == ({"removed": 1, "unchanged": 10}, [])
    [told] = [one for one in report.problems if one.problem.path == "issue-11.md"]
    assert (told.problem.line, mark.partition(":")[0] in told.problem.message) == (3, True)
    assert SECRET.encode() not in published_bytes(index)
    assert not ask(index, lambda generation: generation.text(issue_id("weekly", "issue-11.md")))


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_what_became_private_and_unreadable_at_once_is_not_kept(encoding: str, index: Path, archive: Path) -> None:
    text = (archive / "issue-03.md").read_text(encoding="utf-8")
    (archive / "issue-03.md").write_bytes(f"---\ntitle: 第 3 期\ndraft: true\n---\n{text}".encode(encoding))
    report = run_reindex(index, weekly=archive)
    assert (counts(report), found(index, "Tool3a")) == ({"removed": 1, "unchanged": 9}, [])
    assert [one.code for one in problems(report)] == ["unreadable"]


def test_an_issue_dated_tomorrow_is_published_tomorrow_though_its_file_is_the_same(index: Path, archive: Path) -> None:
    day = date(2024, 5, 3)
    text = f"---\ntitle: 第 11 期\ndate: {day}\n---\n{issue_text(11, 'Eleven')}"
    (archive / "issue-11.md").write_text(text, encoding="utf-8")
    config = Config(archives={"weekly": archive}, index_dir=index)
    for today in (date(2023, 12, 31), date(2024, 5, 2)):
        report = reindex(config, ENGINE, today=today)
        assert (counts(report), found(index, "Eleven")) == ({"unchanged": 10}, [])
        [problem] = problems(report)
        assert (problem.code, problem.line) == ("future", 3)
    assert b"Eleven" not in published_bytes(index)
    assert counts(reindex(config, ENGINE, today=day)) == {"added": 1, "unchanged": 10}
    assert found(index, "Eleven") == ["Eleven"]
    assert not reindex(config, ENGINE, today=date(2024, 5, 4)).changed


@pytest.mark.parametrize("setting", ["publishDate", "publish_on", "scheduled", "published"])
def test_an_issue_waits_for_the_day_on_which_it_is_to_be_published(setting: str, index: Path, archive: Path) -> None:
    text = f"---\ntitle: 第 11 期\ndate: 2023-01-25\n{setting}: 2024-05-03\n---\n{issue_text(11, 'Eleven')}"
    (archive / "issue-11.md").write_text(text, encoding="utf-8")
    config = Config(archives={"weekly": archive}, index_dir=index)
    [problem] = problems(reindex(config, ENGINE, today=date(2024, 5, 2)))
    assert (problem.code, problem.line) == ("future", 4)
    assert "2024-05-03" in problem.message
    assert counts(reindex(config, ENGINE, today=date(2024, 5, 3))) == {"added": 1, "unchanged": 10}


def test_names_that_are_no_text_are_two_issues_where_they_are_two(index: Path, archive: Path) -> None:
    for byte, title in ((b"\xb5", "Eleven"), (b"\xda", "Twelve")):
        Path(os.fsdecode(os.fsencode(archive) + b"/" + byte + b".md")).write_text(issue_text(11, title))
    run_reindex(index, weekly=archive)
    assert (found(index, "Eleven"), found(index, "Twelve")) == (["Eleven"], ["Twelve"])


def test_issues_of_the_future_are_published_where_the_settings_say_so(index: Path, archive: Path) -> None:
    text = f"---\ntitle: 第 11 期\ndate: 2099-01-25\n---\n{issue_text(11, 'Eleven')}"
    (archive / "issue-11.md").write_text(text, encoding="utf-8")
    held = Config(archives={"weekly": archive}, index_dir=index)
    assert [one.code for one in problems(reindex(held, ENGINE))] == ["future"]
    assert counts(reindex(replace(held, future=True), ENGINE)) == {"added": 1, "unchanged": 10}
    assert counts(reindex(held, ENGINE)) == {"removed": 1, "unchanged": 10}


def test_the_day_on_which_a_file_entered_git_holds_nothing_back(index: Path, archive: Path) -> None:
    git(archive, "init", "--quiet")
    git(archive, "add", "-A")
    git(archive, "commit", "--quiet", "-m", "x", day="2024-05-03T00:30:00 +0800")  # on this machine it is still the 2nd
    report = reindex(Config(archives={"weekly": archive}, index_dir=index), ENGINE, today=date(2024, 5, 2))
    assert (report.problems, report.entries) == ((), 20)


def test_name_that_is_no_utf8_does_not_stop_the_run(index: Path, archive: Path) -> None:
    with open(os.fsencode(archive) + b"/\xb5\xda.md", "wb") as file:  # GBK for 第
        file.write(issue_text(11, "Eleven").encode())
    assert counts(run_reindex(index, weekly=archive)) == {"added": 1, "unchanged": 10}
    assert found(index, "Eleven") == ["Eleven"]
    assert not run_reindex(index, weekly=archive).changed


def test_index_inside_the_archive_is_not_indexed(archive: Path) -> None:
    index = archive / "build"
    assert counts(run_reindex(index, weekly=archive)) == {"added": 10}
    assert counts(run_reindex(index, weekly=archive)) == {"unchanged": 10}


def test_archive_that_is_not_named_stays(index: Path, archive: Path, tmp_path: Path) -> None:
    other = write_archive(tmp_path / "other", issues=2)
    report = run_reindex(index, other=other)
    assert (counts(report), report.entries) == ({"added": 2}, 24)
    (archive / "issue-01.md").unlink()
    assert counts(run_reindex(index, other=other)) == {"unchanged": 2}
    stale = run_reindex(index, make_engine("向量数据库"), other=other)  # a rebuild keeps it too, from its texts
    assert (stale.state, stale.entries) == ("stale", 24)


def test_without_archives_those_of_the_last_run_are_read(index: Path, archive: Path) -> None:
    write_issue(archive, 11, "Eleven")
    assert counts(run_reindex(index)) == {"added": 1, "unchanged": 10}


def test_archive_that_the_settings_no_longer_name_goes(index: Path, archive: Path, tmp_path: Path) -> None:
    other = write_archive(tmp_path / "other", issues=2)
    run_reindex(index, other=other)
    config = Config(archives={"weekly": archive}, archives_are_all=True, index_dir=index)
    report = reindex(config, ENGINE)
    assert (counts(report), report.entries) == ({"unchanged": 10, "removed": 2}, 20)
    assert list(Store(index).manifest(report.generation).archives) == ["weekly"]


def test_loss_of_more_than_a_fifth_is_refused_unless_forced(index: Path, archive: Path) -> None:
    for number in (1, 2, 3):
        (archive / f"issue-{number:02d}.md").unlink()
    with pytest.raises(ShrinkingError, match=r"6 of 20 entries would be lost \(3 removed\).*--force"):
        run_reindex(index, weekly=archive)
    assert Store(index).current() == "000001"
    assert counts(run_reindex(index, force=True, weekly=archive)) == {"removed": 3, "unchanged": 7}


def test_what_the_settings_leave_out_is_no_loss(index: Path, archive: Path) -> None:
    config = Config(archives={"weekly": archive}, index_dir=index, exclude=("issue-0[1-9].md", "issue-0?.md"))
    report = reindex(config, ENGINE)
    assert (counts(report), report.entries) == ({"removed": 9, "unchanged": 1}, 2)
    with pytest.raises(ConfigError, match=r"no Markdown files .* that include and exclude leave"):
        reindex(replace(config, include=("*.txt",)), ENGINE)


def test_reading_everything_anew_does_not_force(index: Path, archive: Path) -> None:
    for number in (1, 2, 3):
        (archive / f"issue-{number:02d}.md").unlink()
    with pytest.raises(ShrinkingError, match=r"6 of 20 entries would be lost"):
        run_reindex(index, full=True, weekly=archive)


def test_archive_taken_out_of_the_settings_has_to_be_forced(index: Path, archive: Path, tmp_path: Path) -> None:
    other = write_archive(tmp_path / "other", issues=10)
    run_reindex(index, other=other)
    config = Config(archives={"weekly": archive}, archives_are_all=True, index_dir=index)
    with pytest.raises(ShrinkingError, match=r"20 of 40 entries would be lost \(10 removed\).*--force"):
        reindex(config, ENGINE)
    assert reindex(config, ENGINE, force=True).entries == 20


def test_folder_that_may_not_be_listed_is_no_empty_one(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive / "2023").mkdir()
    (archive / "issue-01.md").rename(archive / "2023/issue-01.md")
    run_reindex(index, weekly=archive)
    refuse_to_open(monkeypatch, "2023")
    with pytest.raises(ConfigError, match=r"archive weekly: .*2023 cannot be listed: Permission denied"):
        run_reindex(index, weekly=archive)


def test_loss_of_a_fifth_is_no_shrinking(index: Path, archive: Path) -> None:
    for number in (1, 2):
        (archive / f"issue-{number:02d}.md").unlink()
    assert run_reindex(index, weekly=archive).entries == 16


def test_one_removed_file_is_meant_however_large_its_share(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "small", issues=3)
    run_reindex(tmp_path / "index", small=archive)
    (archive / "issue-01.md").unlink()
    assert counts(run_reindex(tmp_path / "index", small=archive)) == {"removed": 1, "unchanged": 2}
    (archive / "issue-02.md").write_text("空", encoding="utf-8")  # emptied, not removed
    with pytest.raises(ShrinkingError):
        run_reindex(tmp_path / "index", small=archive)


@pytest.mark.parametrize("name", ["index/issues.json", "MANIFEST.json"])
def test_damaged_generation_is_built_again_from_the_newest_good_one(name: str, index: Path, archive: Path) -> None:
    write_issue(archive, 1, "Fresh")
    run_reindex(index, weekly=archive)
    (index / "generations/000002" / name).write_text("{}")
    report = run_reindex(index, weekly=archive)
    assert (report.generation, report.state, counts(report)) == ("000003", "damaged", {"changed": 1, "unchanged": 9})
    assert name in report.reason
    assert report.reason.endswith("built again from generation 000001")
    assert found(index, "Fresh") == ["Fresh"]


def test_index_without_any_good_generation_is_built_anew(index: Path, archive: Path) -> None:
    (index / "generations/000001/index/issues.json").unlink()
    report = run_reindex(index, weekly=archive)
    assert (report.generation, report.state, counts(report)) == ("000002", "damaged", {"added": 10})
    assert found(index, "Tool1a") == ["Tool1a"]


def test_lost_pointer_is_found_again(index: Path, archive: Path) -> None:
    (index / "CURRENT").unlink()
    report = run_reindex(index, weekly=archive)
    assert (report.state, counts(report)) == ("damaged", {"unchanged": 10})
    assert found(index, "Tool1a") == ["Tool1a"]


def test_archive_that_is_not_there_says_so_and_changes_nothing(index: Path, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"archive gone: .*nowhere does not exist; name a folder of Markdown"):
        run_reindex(index, weekly=archive, gone=tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"archive none: no Markdown files \(\.md, \.markdown\) in .*empty"):
        run_reindex(index, none=tmp_path / "empty")
    with pytest.raises(ConfigError, match=r"no archive to read: name a folder of Markdown.*wangqi\.toml"):
        run_reindex(tmp_path / "new")
    assert Store(index).names() == ["000001"]


def test_archive_may_be_one_file(tmp_path: Path) -> None:
    path = write_issue(tmp_path / "weekly", 7, "Seven")
    path.write_text(path.read_text(encoding="utf-8") + "\n## 好物\n\n1、[a](https://a.example)\n", encoding="utf-8")
    report = run_reindex(tmp_path / "index", seven=path)
    assert counts(report) == {"added": 1}
    assert {one.file for one in report.problems} <= {path}


def test_report_for_scripts_has_the_promised_shape(index: Path, archive: Path) -> None:
    (archive / "issue-03.md").write_bytes(b"\xff")
    report = run_reindex(index, weekly=archive).as_dict()
    assert {name: report[name] for name in ("generation", "changed", "entries", "state")} == {
        "generation": "000002",
        "changed": True,
        "entries": 20,
        "state": "content",
    }
    assert report["issues"] == {"added": 0, "changed": 0, "removed": 0, "unchanged": 9, "failed": 1}
    assert report["took_ms"] > 0
    assert [one for one in report["problems"] if one["code"] == "unreadable"] == [
        {
            "archive": "weekly",
            "path": "issue-03.md",
            "line": 1,
            "code": "unreadable",
            "message": report["problems"][0]["message"],
        }
    ]


def test_index_grown_by_whoosh_answers_like_one_built_anew(index: Path, archive: Path) -> None:
    grown, engine = index.with_name("grown"), WhooshEngine(ANALYZER)

    def held(folder: Path) -> list[tuple[str, str]]:
        generation = open_current(folder, engine)
        matches = find(generation.searcher, Everything(), sort="newest")
        generation.close()
        return [(match.entry.id, match.entry.title) for match in matches.hits]

    def edit() -> None:
        write_issue(archive, 3, "Fresh", "Tool3b", "Tool3c")

    def add_and_remove() -> None:
        write_issue(archive, 11, "Eleven")
        (archive / "issue-05.md").unlink()

    def break_and_empty() -> None:
        (archive / "issue-06.md").write_bytes(b"\xff")
        (archive / "issue-07.md").write_bytes(b"")
        (archive / "issue-08.md").write_text("这一期没有条目。\n", encoding="utf-8")

    run_reindex(grown, engine, weekly=archive)
    for number, change in enumerate((edit, add_and_remove, break_and_empty)):
        # A new index never held what is broken or empty now.
        kept = {path: path.read_bytes() for path in (archive / "issue-06.md", archive / "issue-07.md")}
        change()
        run_reindex(grown, engine, weekly=archive)
        for path, data in kept.items():
            path.write_bytes(data)
        anew = index.with_name(f"anew{number}")
        run_reindex(anew, engine, weekly=archive)
        assert held(grown) == held(anew)


def test_progress_counts_what_is_read_and_what_is_indexed(tmp_path: Path, archive: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    config = Config(archives={"weekly": archive}, index_dir=tmp_path / "index")
    reindex(config, ENGINE, progress=lambda what, done, total: seen.append((what, done, total)))
    assert [step for step in seen if step[0] == "reading"] == [("reading", done, 10) for done in range(11)]
    assert [step for step in seen if step[0] == "indexing"] == [("indexing", done, 10) for done in range(11)]


def test_name_of_no_known_kind_is_told_once_with_its_count(index: Path, archive: Path) -> None:
    for number in (3, 5, 7):
        path = archive / f"issue-{number:02d}.md"
        path.write_text(path.read_text().replace("## 工具", "## 捡到宝"), encoding="utf-8")
    (problem,) = problems(run_reindex(index, weekly=archive))
    assert (problem.code, problem.path) == ("unknown-section", "issue-03.md")
    assert problem.message == "section '捡到宝' is of no known kind, in 3 issues"


def test_what_is_said_of_an_image_is_found_with_its_entry(tmp_path: Path) -> None:
    folder = tmp_path / "weekly"
    folder.mkdir()
    image = '![一只豪猪](a.png "三只旱獭")\n\n<img src="b.png" alt="海狸的坝" />\n\n![image](c.png)'
    (folder / "1.md").write_text(
        f"# 周刊第 1 期\n\n## 图片\n\n1、[图集](https://a.example)\n\n{image}\n", encoding="utf-8"
    )
    run_reindex(tmp_path / "index", weekly=folder)
    assert {word: found(tmp_path / "index", word) for word in ("豪猪", "旱獭", "海狸", "image")} == {
        "豪猪": ["图集"], "旱獭": ["图集"], "海狸": ["图集"], "image": []
    }  # fmt: skip
