"""Words that only the archive knows: which characters of a run are one. `test_engine_contract.py` asks real indexes."""

import pytest

from wangqi.search.plan.runs import RunJoiner

HELD = {"看": 400, "程序员": 300, "看程序员": 2, "大": 900, "模型": 200, "大模型": 90, "讲": 150, "用": 5000, "讲用": 1}
HELD |= {"时": 3000, "区": 600, "时区": 14, "直播": 40, "换算": 20, "部署": 90, "人": 4000}


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (["大", "模型", "部署"], [("大", "模型"), ("部署",)]),
        (["时", "区", "换算"], [("时", "区"), ("换算",)]),  # 14 of the 600 that hold the rarer one
        (["看", "程序员", "直播"], [("看",), ("程序员",), ("直播",)]),  # 2 of 300: they met by chance
        (["讲", "用", "模型", "部署"], [("讲",), ("用",), ("模型",), ("部署",)]),
        (["看", "程序员"], [("看", "程序员")]),  # nothing else was typed
    ],
)
def test_pieces_are_one_word_where_they_stand_together_often_enough(
    words: list[str], pieces: list[tuple[str, ...]]
) -> None:
    joiner = RunJoiner(lambda run: HELD.get(run, 0), HELD.__contains__)
    assert joiner(words, is_all=len(words) == 2) == pieces


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (["死", "门"], [("死", "门")]),  # no document holds it, and none with 死 somewhere and 门 somewhere is meant
        (["时", "门"], [("时",), ("门",)]),  # no dictionary has it either
    ],
)
def test_a_word_of_the_dictionary_is_one_though_nothing_holds_it(
    words: list[str], pieces: list[tuple[str, ...]]
) -> None:
    assert RunJoiner(lambda run: 0, {"死门", "死", "门", "时"}.__contains__)(words, is_all=True) == pieces
