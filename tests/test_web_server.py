"""The server as the author runs it: it indexes, serves, follows a new issue, and stops when told."""

from pathlib import Path

from newsletters import write_archive, write_issue
from real_server import RealServer, reindex, serving
from running import until


def all_serve(server: RealServer, generation: str) -> bool:
    answers = server.ask_each("/api/v1/status")
    return all(answer and answer.json["generation"] == generation for answer in answers)


def titles(server: RealServer, q: str) -> list[str]:
    return [hit["title"] for hit in server.ask(f"/api/v1/search?q={q}").json["hits"]]


def test_a_server_indexes_serves_follows_and_stops(tmp_path: Path) -> None:
    weekly = write_archive(tmp_path / "weekly", 1)
    with serving(tmp_path / "index", weekly=weekly) as server:
        assert titles(server, "Tool1a") == ["Tool1a"]
        assert b"Tool1b" in server.ask("/issues/weekly/issue-01.md").body

        write_issue(weekly, 2, "Fresh")
        generation = reindex(tmp_path / "index", weekly=weekly)["generation"]
        until(lambda: all_serve(server, generation), f"generation {generation} is not followed")
        assert titles(server, "Fresh") == ["Fresh"]

        assert server.stop() == 0


def test_an_address_that_is_too_long_is_refused_in_the_words_of_the_site(tmp_path: Path) -> None:
    weekly = write_archive(tmp_path / "weekly", 1)
    with serving(tmp_path / "index", weekly=weekly) as server:
        answer = server.ask(f"/api/v1/search?q={'字' * 460}")
        assert (answer.status, answer.headers["Content-Type"]) == (414, "application/problem+json")
