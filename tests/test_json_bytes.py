"""The two ways to write JSON say the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqi.web.site.json_bytes import to_json_plainly

orjson = pytest.importorskip("orjson", reason="no orjson: pip install -e .[fast]")

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
BODIES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


@given(BODIES)
def test_both_say_the_same(body: object) -> None:
    assert json.loads(orjson.dumps(body)) == json.loads(to_json_plainly(body)) == body


def test_text_is_no_escapes() -> None:
    body = {"标题": ["灯 “一” <b>", "\u2028", "𠮷"]}
    assert to_json_plainly(body) == orjson.dumps(body) == '{"标题":["灯 “一” <b>","\u2028","𠮷"]}'.encode()
