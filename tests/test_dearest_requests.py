"""What the dearest of many random requests to all addresses takes the processor, over the real archives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, program_environment

REQUESTS = 3000
MOST_MS = 100


@pytest.mark.slow
@pytest.mark.shared
def test_no_request_takes_a_tenth_of_a_second(shared: Path) -> None:
    # By itself, as a server is: beside all that tests have made, a search for garbage alone takes as long.
    command = [sys.executable, "-m", "bench.requests", str(REQUESTS)]
    done = subprocess.run(command, cwd=ROOT, env=program_environment(), check=True, capture_output=True, text=True)
    print(done.stdout)
    dearest = [float(found[1]) for found in re.finditer(r"^ *([\d.]+) ms  /", done.stdout, re.MULTILINE)]
    assert len(dearest) == 10
    assert dearest[0] <= MOST_MS
