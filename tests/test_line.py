"""The line of requests: who is next, and how long and old it may become."""

import pytest

from wangqi.web.http.environ import BUSY, TOO_SLOW
from wangqi.web.server import line
from wangqi.web.server.line import WaitingLine


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def filled(clock: Clock, ordinary: str = "", urgent: str = "", most: int = 100) -> WaitingLine[str]:
    made: WaitingLine[str] = WaitingLine(most, clock=clock)
    for client in ordinary:
        made.add(client)
    for client in urgent:
        made.add(client, "urgent")
    return made


def served(waiting: WaitingLine[str]) -> str:
    """Everyone, in the order of turns; small letters for those that are refused."""
    turns = []
    while turn := [*(client.lower() for client, _ in waiting.refusals()), *waiting.turn()]:
        turns.append("".join(turn))
    return " ".join(turns)


@pytest.mark.parametrize(
    ("ordinary", "urgent", "order"),
    [
        ("ABC", "", "A B C"),
        ("ABC", "X", "XA B C"),
        ("ABC", "XYZUV", "XA YB ZC U V"),  # however many are urgent, every turn answers an ordinary one
        ("", "XY", "X Y"),
    ],
)
def test_at_most_one_urgent_request_goes_before_an_ordinary_one(
    ordinary: str, urgent: str, order: str, clock: Clock
) -> None:
    assert served(filled(clock, ordinary, urgent)) == order


def test_who_asks_again_and_again_takes_turns_with_who_comes(clock: Clock) -> None:
    waiting = filled(clock)
    for client in "ABCD":
        waiting.add(client, "busy")
    waiting.add("X")
    waiting.add("Y")
    assert "X" in served(waiting)[:3]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_who_comes_goes_before_who_has_had_the_last_turn(turns: int, clock: Clock) -> None:
    waiting = filled(clock)
    for client in "ABCD":
        waiting.add(client, "busy")
    for _ in range(turns):
        waiting.turn()
    waiting.add("X")
    assert waiting.turn() == ["X"]


def test_who_comes_to_a_full_lane_is_refused(clock: Clock) -> None:
    full = filled(clock, "ABCD", "X", most=3)
    assert list(full.refusals()) == [("D", BUSY)]
    assert full.turn() == ["X", "A"]


def test_who_has_waited_too_long_is_refused(clock: Clock) -> None:
    waiting = filled(clock, "AB")
    clock.now += line.MAX_WAIT_S + 0.1
    waiting.add("C")
    assert served(waiting) == "abC"


def test_who_is_not_refused_in_this_turn_is_refused_in_the_next(clock: Clock) -> None:
    waiting = filled(clock)
    for client in "AB":
        waiting.refuse(client, TOO_SLOW)
    assert next(waiting.refusals()) == ("A", TOO_SLOW)
    assert waiting.wait_s(1.0) == 0.0
    assert list(waiting.refusals()) == [("B", TOO_SLOW)]


def test_no_more_are_refused_than_readers_bear(clock: Clock) -> None:
    waiting = filled(clock)
    for number in range(1000):
        waiting.refuse(str(number), TOO_SLOW)
    assert len(list(waiting.refusals())) == line.REFUSED_AT_ONCE + 1
    assert waiting.wait_s(1.0) == pytest.approx(1 / line.REFUSED_PER_S)
    refused = 0
    for _ in range(1000):  # a second
        clock.now += 0.001
        refused += len(list(waiting.refusals()))
    assert refused == pytest.approx(line.REFUSED_PER_S, abs=2)


def test_who_waits_to_be_refused_is_known_until_he_is(clock: Clock) -> None:
    waiting = filled(clock, "A")
    waiting.refuse("B", TOO_SLOW)
    assert [waiting.refuses(client) for client in "AB"] == [False, True]
    assert list(waiting.refusals())
    assert not waiting.refuses("B")


def test_who_is_put_off_waits_and_is_then_the_next(clock: Clock) -> None:
    waiting = filled(clock, "ABC")
    (first,) = waiting.turn()
    waiting.put_off(first, 0.05)
    assert waiting.turn() == ["B"]
    clock.now += 0.05
    assert served(waiting) == "A C"


def test_who_has_gone_takes_no_place(clock: Clock) -> None:
    waiting = filled(clock, "AB", "X", most=2)
    for client in "AX":
        waiting.leave(client)
    waiting.add("C")
    assert served(waiting) == "B C"


def test_there_is_time_to_wait_only_while_nobody_can_be_answered(clock: Clock) -> None:
    waiting = filled(clock)
    assert waiting.wait_s(1.0) == 1.0
    waiting.put_off("A", 0.05)
    assert waiting.wait_s(1.0) == pytest.approx(0.05)
    waiting.add("B")
    assert waiting.wait_s(1.0) == 0.0


def test_the_time_before_a_client_was_heard_counts(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MAX_WAIT_S", 5.0)
    waiting = filled(clock)
    waiting.add("A", since=clock.now - 4)  # an answer took so long
    waiting.add("B")
    clock.now += 2
    assert served(waiting) == "aB"
