"""A program that asks for `/healthz` at a port so many times, each on a connection of its own as a monitor does, and
prints the milliseconds of each answer. A process of its own, since threads beside clients would wait for these."""

import http.client
import json
import sys
import time

PAUSE_S = 0.05


def answer_ms(port: int) -> float:
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return (time.perf_counter() - started) * 1000


def main(port: int, times: int) -> None:
    answers = []
    for _ in range(times):
        answers.append(answer_ms(port))
        time.sleep(PAUSE_S)
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
