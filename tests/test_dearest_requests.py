"""What the dearest of many random requests to all addresses takes the processor, over the real archives."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import requests

REQUESTS = 3000
MOST_MS = 100


@pytest.mark.slow
@pytest.mark.shared
def test_no_request_takes_a_tenth_of_a_second(shared: Path) -> None:
    found = requests.measure(REQUESTS)
    assert found["max"] <= MOST_MS, [(ms, requests.shown(path)) for path, ms in found["dearest"]]
