"""An archive is read as one: what returns in its issues, and what most of them do, settles what one file cannot."""

import pickle
import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from newsletters import make_engine, run_reindex
from test_reader_properties import kept, letters

from wangqi.indexer.archive.files import find_issues
from wangqi.indexer.archive.habits import NO_HABITS, Evidence, Habits, Siblings, common_habits, key_of
from wangqi.indexer.reader import Reading, read_closely
from wangqi.indexer.reader.blocks import read_lines
from wangqi.indexer.reader.lines import Line
from wangqi.indexer.reindex.one_file import read_one
from wangqi.indexer.store.generations import Store
from wangqi.indexer.store.manifest import read_manifest
from wangqi.indexer.store.opening import open_current
from wangqi.search.model import Issue
from wangqi.web.cli.program import main

ARCHIVES = Path(__file__).parent / "fixtures" / "archives"
NAMES = sorted(folder.name for folder in ARCHIVES.iterdir())

# Drawn from few, and not made of letters each: an issue has eleven such sets.
KEYS = st.frozensets(
    st.sampled_from([key_of(one + other) for one in "甲乙丙丁" for other in ("", *"甲乙丙丁")]), max_size=5
)
LEVELS = st.dictionaries(st.integers(1, 6), st.builds(Siblings, *[st.integers(0, 9)] * 3), max_size=3)
EVIDENCE = st.builds(
    Evidence,
    entries=KEYS,
    closing=KEYS,
    taken=KEYS,
    headings=KEYS,
    leads=KEYS,
    outer=KEYS,
    leaders=KEYS,
    details=KEYS,
    labels=KEYS,
    levels=LEVELS,
    tops=LEVELS,
)


def read_alone(name: str) -> dict[str, Reading]:
    """The issues of an archive by path, each read for itself."""
    folder = ARCHIVES / name
    return {path: read_closely(name, path, (folder / path).read_bytes()) for path in find_issues(folder).issues}


def read_together(name: str) -> dict[str, Issue]:
    alone = read_alone(name)
    habits = common_habits(reading.evidence for reading in alone.values())
    return {
        path: read_closely(
            name, path, (ARCHIVES / name / path).read_bytes(), habits=habits.touching(reading.evidence)
        ).issue
        for path, reading in alone.items()
    }


def titled(issue: Issue) -> list[tuple[str, str | None]]:
    return [(entry.title, entry.url) for entry in issue.entries()]


def test_bullets_that_close_every_issue_are_no_entries() -> None:
    for path, issue in read_together("footer").items():
        addresses = {entry.url for entry in issue.entries()}
        assert not addresses & {"https://chat.example/group", "https://mail.example/draft"}, path
        assert issue.front is not None
        assert {"交流群", "投一篇稿", "往期"} <= set(issue.front.text.splitlines()), path
        assert "https://chat.example/group" in {link.url for link in issue.front.links}


def test_an_entry_that_stands_in_every_issue_is_in_the_front_of_its_section() -> None:
    for path, issue in read_together("footer").items():
        tools = next(section for section in issue.sections if section.title == "工具")
        assert "木友夜校" not in {entry.title for entry in tools.entries}, path
        assert len(tools.entries) == 3
        assert tools.front is not None
        assert tools.front.text == "木友夜校：每周三晚上开课。"


def test_a_column_with_a_new_link_each_time_and_a_thing_that_comes_twice_stay() -> None:
    issues = read_together("footer")
    assert [issue.entries()[0].url for issue in issues.values()] == [
        f"https://bench.example/word/{number}" for number in range(1, 11)
    ]
    assert [path for path, issue in issues.items() if "会唱歌的锯" in dict(titled(issue))] == ["02.md", "07.md"]


def test_a_paragraph_that_closes_issues_and_an_entry_with_other_numbers_each_time_are_furniture() -> None:
    for path, issue in read_together("sign-off").items():
        assert [entry.title for entry in issue.entries()] == [f"第 {path[:2]} 种刨子", f"锯子 {path[:2]}"], path
        assert issue.entries()[-1].text == f"锯得快，第 {path[:2]} 回试用。"
        assert issue.front is not None
        assert "本刊同时发在木工社区和邮件里。" in issue.front.text
        assert "订阅地址：" in issue.front.text


def test_a_footer_takes_no_address_from_the_last_entry() -> None:
    together = read_together("closed")
    assert titled(together["2024-03-01.md"]) == [
        ("墨斗：换一个柄", "https://thread.example/3"),
        ("角尺新标准发布", "https://talk.example/3"),
    ]
    assert all(len(issue.entries()) == 2 for issue in together.values())


def test_outer_bullets_that_return_name_groups_also_alone_and_with_a_link() -> None:
    together = read_together("groups")
    names = {"梧桐实验室", "白杨小组", "银杏博客", "合欢社"}
    assert {section.title for issue in together.values() for section in issue.sections} == names
    assert not names & {entry.title for issue in together.values() for entry in issue.entries()}
    assert len(together["2024-05-04.md"].sections) == 1


def test_labels_that_come_round_in_most_issues_do_so_where_one_thing_stands_alone() -> None:
    alone, together = read_alone("labels"), read_together("labels")
    assert [entry.title for entry in alone["04.md"].issue.entries()] == ["本周入手", "闲话"]
    assert titled(together["04.md"]) == [("台钳", "https://shop.example/7"), ("闲话", None)]
    assert titled(together["08.md"]) == [("手钻", "https://shop.example/14"), ("闲话", None)]
    assert together["04.md"].entries()[0].text == "用处：钳得牢，第 4 期试过。\n价钱：55 元\n物件："


def test_labels_that_lead_nothing_in_most_issues_lead_nothing() -> None:
    leads = Evidence(leaders=frozenset({key_of("项目")}))
    loose = Evidence(labels=frozenset({key_of("项目")}))
    assert common_habits([*[leads] * 5, *[loose] * 4]).leaders == {key_of("项目")}
    assert common_habits([*[leads] * 5, *[loose] * 5]) == NO_HABITS
    assert common_habits([*[leads] * 3, *[Evidence()] * 9]) == NO_HABITS


def test_a_level_means_in_an_odd_issue_what_it_means_in_the_others() -> None:
    section = read_together("levels")["05.md"].sections[0]
    assert (section.title, [entry.title for entry in section.entries]) == ("更新", ["锉刀 5.2 的更新"])


def test_the_topmost_headings_mean_in_an_odd_issue_what_they_mean_in_the_others() -> None:
    odd = read_together("tops")["2024-05-01.md"]
    assert [(section.title, len(section.entries)) for section in odd.sections] == [("", 2)]
    assert [(entry.title, entry.kind) for entry in odd.entries()] == [
        ("歇业一天", "other"),
        ("八卦：会上的摊位", "other"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_by_habits(name: str) -> None:
    together = read_together(name)
    for path, reading in read_alone(name).items():
        before, after = letters(kept(reading.issue)), letters(kept(together[path]))
        assert set(before) == set(after), path


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_of_the_first_reading_makes_the_second_no_other(name: str) -> None:
    alone = read_alone(name)
    habits = common_habits(reading.evidence for reading in alone.values())
    for path, first in alone.items():
        data, own = (ARCHIVES / name / path).read_bytes(), habits.touching(first.evidence)
        draft = pickle.loads(pickle.dumps(first.draft))
        for each in (own, NO_HABITS):
            again = read_closely(name, path, data, habits=each, draft=draft)
            anew = read_closely(name, path, data, habits=each)
            assert (again.issue, again.reasons, again.evidence) == (anew.issue, anew.reasons, first.evidence), path


def test_the_draft_of_what_a_file_was_before_is_not_used() -> None:
    before = read_closely("周刊", "1.md", "## 工具\n\n- [刨子](https://plane.example)\n".encode())
    data = "## 工具\n\n- [锯子](https://saw.example)\n".encode()
    again = read_closely("周刊", "1.md", data, draft=before.draft)
    assert titled(again.issue) == [("锯子", "https://saw.example")]


@pytest.mark.parametrize("name", NAMES)
def test_an_archive_of_a_few_issues_has_no_habits(name: str) -> None:
    evidence = [reading.evidence for reading in read_alone(name).values()]
    assert common_habits(evidence[:7]) == NO_HABITS
    assert common_habits(evidence) != NO_HABITS


ISSUES = st.builds(
    lambda drawn, count: [drawn[at % len(drawn)] for at in range(count)],  # so that habits come about
    st.lists(EVIDENCE, min_size=1, max_size=5),
    st.integers(8, 20),
)


@given(ISSUES, st.randoms(use_true_random=False))
def test_the_order_of_the_issues_does_not_matter(issues: list[Evidence], chance: random.Random) -> None:
    shuffled = list(issues)
    chance.shuffle(shuffled)
    habits = common_habits(issues)
    assert common_habits(shuffled) == habits
    assert common_habits(shuffled).fingerprint == habits.fingerprint


@given(EVIDENCE)
def test_evidence_is_the_same_out_of_the_manifest(evidence: Evidence) -> None:
    assert Evidence.unpacked(evidence.packed()) == evidence


@given(ISSUES)
def test_fingerprints_tell_habits_apart(issues: list[Evidence]) -> None:
    habits = common_habits(issues)
    for touching in (habits.touching(one) for one in issues):
        assert touching.touching(issues[0]).fingerprint == habits.touching(issues[0]).fingerprint or touching != habits
        assert (touching.fingerprint == habits.fingerprint) == (touching == habits)
        assert (touching.fingerprint == "") == (touching == NO_HABITS)


# -- in the index


def copied(folder: Path, name: str, *, without: str = "") -> Path:
    shutil.copytree(ARCHIVES / name, folder)
    if without:
        (folder / without).unlink()
    return folder


def indexed(index: Path) -> dict[str, object]:
    """All that the serving generation holds of each issue."""
    generation = open_current(index, make_engine())
    try:
        issues = {info.ref.id: generation.searcher.documents(info.ref.id) for info in generation.searcher.issues()}
        return {"issues": issues, "records": dict(generation.manifest.issues)}
    finally:
        generation.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("position", [0, 4, -1])
def test_an_issue_that_is_added_gives_the_index_of_a_full_run(tmp_path: Path, name: str, position: int) -> None:
    path = sorted(issue.name for issue in (ARCHIVES / name).iterdir())[position]
    archive = copied(tmp_path / "archive", name, without=path)
    run_reindex(tmp_path / "index", weekly=archive)
    shutil.copy(ARCHIVES / name / path, archive)
    run_reindex(tmp_path / "index", weekly=archive)
    run_reindex(tmp_path / "full", weekly=archive)
    assert indexed(tmp_path / "index") == indexed(tmp_path / "full")


def test_one_issue_more_does_not_read_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = copied(tmp_path / "archive", "footer", without="10.md")
    run_reindex(tmp_path / "index", weekly=archive)
    shutil.copy(ARCHIVES / "footer" / "10.md", archive)
    read: list[str] = []

    def reading(archive, path, data, **options):  # type: ignore[no-untyped-def]
        read.append(path)
        return read_closely(archive, path, data, **options)

    monkeypatch.setattr("wangqi.indexer.reader.read_closely", reading)
    run_reindex(tmp_path / "index", weekly=archive)
    assert read == ["10.md", "10.md"]  # once for itself, once with the habits of its archive


def test_what_habits_do_not_change_is_made_once_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, texts = copied(tmp_path / "archive", "footer"), list[str]()

    def parsing(text: str) -> list[Line]:
        texts.append(text)
        return read_lines(text)

    monkeypatch.setattr("wangqi.indexer.reader.issue.read_lines", parsing)
    run_reindex(tmp_path / "index", weekly=archive)
    assert len(texts) == len(set(texts)) == len(list(archive.iterdir()))


def test_issues_are_read_again_when_the_habits_of_their_archive_turn(tmp_path: Path) -> None:
    archive = copied(tmp_path / "archive", "footer")
    for path in sorted(archive.iterdir())[7:]:
        path.unlink()
    run_reindex(tmp_path / "index", weekly=archive)  # of seven issues, which have no habits yet
    shutil.copy(ARCHIVES / "footer" / "08.md", archive)
    report = run_reindex(tmp_path / "index", force=True, weekly=archive)
    assert "7 of weekly read again, since what its issues have in common is another" in report.reason
    assert (report.issues.added, report.issues.changed) == (1, 7)
    assert not run_reindex(tmp_path / "index", weekly=archive).changed


@pytest.mark.parametrize("what", ["gone", "draft"])
def test_a_file_that_changes_between_the_two_readings_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    archive = copied(tmp_path / "archive", "footer")

    def counting(evidence: Iterable[Evidence]) -> Habits:
        if what == "gone":
            (archive / "03.md").unlink()
        else:
            (archive / "03.md").write_text("---\ndraft: true\n---\n- [甲](https://a.example)\n", encoding="utf-8")
        return common_habits(evidence)

    with monkeypatch.context() as patch:
        patch.setattr("wangqi.indexer.reindex.reindex_plan.common_habits", counting)
        report = run_reindex(tmp_path / "index", weekly=archive)
    said = [(one.file.name, one.problem.code) for one in report.problems if one.problem.code != "no-date"]
    assert said == [("03.md", "unreadable" if what == "gone" else "draft")]
    assert report.issues.added == len(list(ARCHIVES.joinpath("footer").iterdir())) - (what == "draft")
    counts = run_reindex(tmp_path / "index", weekly=archive).issues
    assert (counts.removed, counts.failed) == (int(what == "gone"), 0)
    run_reindex(tmp_path / "full", weekly=archive)
    assert indexed(tmp_path / "index") == indexed(tmp_path / "full")


@pytest.mark.parametrize("name", NAMES)
def test_one_file_is_read_as_the_index_holds_it(tmp_path: Path, name: str) -> None:
    archive = copied(tmp_path / "archive", name)
    run_reindex(tmp_path / "index", weekly=archive)
    store = Store(tmp_path / "index")
    manifest = read_manifest(store.path(store.current()))
    held = {record.path: record.digest for record in manifest.issues.values()}
    for path, issue in read_together(name).items():
        alone = [
            read_one(archive / path, {"weekly": archive}, sections={}, manifest=known).issue
            for known in (manifest, None)
        ]
        assert alone[0] == alone[1]
        assert titled(alone[0]) == titled(issue)
        assert alone[0].digest == held[path]


def test_why_says_what_decided_in_each_section(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = ARCHIVES / "footer"
    result = CliRunner().invoke(main, ["parse", "--why", "--archive", str(folder), str(folder / "03.md")])
    told = [line.removeprefix("wangqi: ") for line in result.stderr.splitlines()]
    assert "line 7: '工具' is a name of tool (entries): bullets lead 4" in told
    assert "line 10: returns in other issues of the archive: no entry" in told


def test_why_says_of_each_entry_what_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    issue = """## 工具

- [小锤](https://a.example/hammer)：敲钉子
- **小钳**：拔钉子

  项目地址：https://a.example/pliers
- [小锯](https://a.example/saw)和小尺要一起用，这里说的是为什么

## 话题：钉子

墙上的钉子是谁的？
"""
    (tmp_path / "1.md").write_text(issue, encoding="utf-8")
    result = CliRunner().invoke(main, ["parse", "--why", "1.md"])
    assert [line.removeprefix("wangqi: ") for line in result.stderr.splitlines() if "entry (" in line] == [
        "line 3: an entry (bullets), titled by its link, its address beside the title",
        "line 4: an entry (bullets), titled by what is bold, its address on line 6",
        "line 7: an entry (bullets), titled by its line, its address beside the title",
        "line 9: an entry (all of the section is one text), titled by its heading, no address in its text",
    ]


def test_why_says_which_habits_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, said in {
        "levels": "headings below a section mostly lead entries at level 3",
        "closed": "a footer",
    }.items():
        folder = ARCHIVES / name
        file = sorted(folder.iterdir())[4]
        result = CliRunner().invoke(main, ["parse", "--why", "--archive", str(folder), str(file)])
        assert result.exit_code == 0, result.output
        assert said in result.stderr
