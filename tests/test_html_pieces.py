"""HTML made in Python: whatever is put into a piece is text there, and nothing else."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from wangqi.web.pages.html_pieces import Html, joined
from wangqi.web.pages.marked_text import marked

LINK = Html('<a href="%s">%s</a>')
TEXTS = st.text() | st.sampled_from(['"><script>', "' onload='x", "%s%(a)s", "&amp;", "</a>", "]]>", "\0", "<!--"])


class Read(HTMLParser):
    """The tags of a page with their attributes, and its text, as a browser has them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS, TEXTS)
def test_a_value_is_what_it_was(address: str, label: str) -> None:
    read = Read(LINK(address, label))
    assert read.tags == [("a", {"href": address})]
    assert read.text == label


@given(TEXTS)
def test_a_piece_stands_in_another_as_it_is(text: str) -> None:
    inner = LINK("/", text)
    item = Html("<li>%s%s</li>")
    assert item(inner, text) == f"<li>{inner}{Html('%s')(text)}</li>"
    assert joined([inner, inner]) == inner + inner


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (7, "7"),
        (None, "None"),
        ("<b>", "&lt;b&gt;"),
        (Markup("<b>"), "<b>"),
        ("100 %", "100 %"),
    ],
)
def test_each_kind_of_value(value: object, html: str) -> None:
    assert Html("%s")(value) == html


@given(TEXTS, st.data())
def test_marks_leave_the_text_as_it_is(text: str, data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    ranges = list(zip(ends[::2], ends[1::2], strict=False))
    read = Read(marked(text, ranges))
    assert read.text == text
    assert [tag for tag, _ in read.tags] == ["mark"] * len(ranges)
