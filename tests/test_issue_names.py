"""Names of issues in the list of all: what every title repeats is left out, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.web.pages.issue_names import without_repeated

TITLES = [
    (["青桐周报（第 7 期）：夜灯", "青桐周报（第 8 期）：台灯", "青桐周报（第 9 期）：路灯"], ["夜灯", "台灯", "路灯"]),
    # blanks and the sign behind differ
    (["青桐周报（第 7期）：夜灯", "青桐周报（第8 期）:台灯", "青桐周报（第 9 期） 路灯"], ["夜灯", "台灯", "路灯"]),
    # nothing would be left
    (["周报第 7 期", "周报第 8 期", "周报第 9 期"], ["周报第 7 期", "周报第 8 期", "周报第 9 期"]),
    # one of another time
    (["周刊 7：夜灯", "周刊 8：台灯", "周刊 9：路灯", "发刊词"], ["夜灯", "台灯", "路灯", "发刊词"]),
    (["Weekly #7: Lamps", "Weekly #8: Lanterns", "Weekly #9: Light"], ["Lamps", "Lanterns", "Light"]),
    (["夜灯的故事", "夜灯的来历", "夜灯的未来"], ["夜灯的故事", "夜灯的来历", "夜灯的未来"]),  # words, not a sign
    (["7. 灯下 1 夜", "8. 灯下 2 夜", "9. 灯下 3 夜"], ["灯下 1 夜", "灯下 2 夜", "灯下 3 夜"]),
    (["周刊：夜灯", "周刊：台灯"], ["周刊：夜灯", "周刊：台灯"]),  # too few to know
    (["第 7 期：7 盏灯", "第 8 期：8 盏灯", "第 9 期：9 盏灯"], ["7 盏灯", "8 盏灯", "9 盏灯"]),
]  # fmt: skip


@pytest.mark.parametrize(("titles", "names"), TITLES, ids=lambda value: value[0])
def test_what_every_title_repeats_is_left_out(titles: list[str], names: list[str]) -> None:
    assert without_repeated([(7 + place, title) for place, title in enumerate(titles)]) == names


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 30), st.text("第期：: a1刊", min_size=1, max_size=12)), max_size=8)
)
def test_a_name_is_never_empty_and_ends_as_its_title(titles: list[tuple[int | None, str]]) -> None:
    for (_, title), name in zip(titles, without_repeated(titles), strict=True):
        assert name
        assert "".join(title.split()).endswith("".join(name.split()))
