"""Whether answers over the real archives can be trusted: what `make bench-trust` measures, with fewer draws."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
from newsletters import reindex_all

from bench.trust.measures import Ground, Tally
from bench.trust.site import TrustSite
from bench.trust.table import FAULTS, MISSPELLED, Measure
from wangqi.search.analysis import Analyzer
from wangqi.search.whoosh_engine import WhooshEngine

SEED = 7
NOT_YET_MET: set[str] = set()
"""Goals that are still missed. One that is met must be taken out."""


@pytest.mark.shared
def test_what_is_typed_is_what_is_searched(shared: Path, ruanyf: Path, tmp_path: Path) -> None:
    archives = {"ruanyf": ruanyf / "docs", "kuring": shared / "corpora" / "kuring"}
    reindex_all(tmp_path / "index", archives, WhooshEngine(Analyzer()))
    ground = Ground.over(TrustSite(tmp_path / "index"))
    measures = [replace(each, draws=each.draws // 2) for each in FAULTS] + list(map(with_fewer_titles, MISSPELLED))
    tallies = [(each, each.over(ground, [SEED])) for each in measures]
    missed = {each.what: describe(each, tally) for each, tally in tallies if not each.is_met(tally)}
    assert missed.keys() == NOT_YET_MET, missed


def with_fewer_titles(measure: Measure) -> Measure:
    """Half the titles, and two standard deviations of chance for that."""
    draws = measure.draws // 2
    return replace(measure, draws=draws, bound=measure.bound - 2 * sqrt(measure.bound * (1 - measure.bound) / draws))


def describe(measure: Measure, tally: Tally) -> str:
    return f"{tally.share:.3f} of {tally.of}, wanted {measure.bound:.3f}: {', '.join(tally.queries[:10])}"
