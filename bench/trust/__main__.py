"""`python -m bench.trust [SEED …]`: measure, print, and write the table into `docs/ranking.md`.

The exit code is 1 when a goal is missed. With `--queries` it also prints what brought the faults, and writes nothing.
"""

from __future__ import annotations

import argparse
from typing import Final

from bench.relevance import write_figures
from bench.report import table
from bench.trust.measures import Ground, Tally
from bench.trust.site import TrustSite, make_index
from bench.trust.table import FAULTS, MISSPELLED, Measure, rows

SEEDS: Final = (11, 12, 13)
QUERIES: Final = 30
"""Of one measure that are printed."""

Measured = list[tuple[Measure, Tally]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=SEEDS, metavar="SEED", help=f"default: {SEEDS}")
    parser.add_argument("--queries", action="store_true", help="print queries that brought faults; write nothing")
    asked = parser.parse_args()
    make_index()
    ground = Ground.over(TrustSite())
    faults, misspelled = ([(each, each.over(ground, asked.seeds)) for each in kind] for kind in (FAULTS, MISSPELLED))
    text = _text(faults, misspelled, asked.seeds)
    print(text)
    if asked.queries:
        _print_queries(faults + misspelled)
    else:
        write_figures("bench-trust", text)
    missed = [each.what for each, tally in faults + misspelled if not each.is_met(tally)]
    raise SystemExit(f"missed: {'; '.join(missed)}" if missed else 0)


def _text(faults: Measured, misspelled: Measured, seeds: list[int]) -> str:
    head = [f"seeds {', '.join(map(str, seeds))}", "wanted", "measured", "of"]
    return table(head, rows(faults, percent=True) + rows(misspelled, percent=False))


def _print_queries(measured: Measured) -> None:
    for each, tally in measured:
        print(f"\n{each.what}: {', '.join(tally.queries[:QUERIES])}")


if __name__ == "__main__":
    main()
