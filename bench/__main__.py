"""`python -m bench [PART …]`: measure these parts, or all, and write the report.

Results are kept as JSON in the work folder, part by part, so that one part can be measured again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any, Final

from bench import comparing, hostile, indexing, page, product, report, requests, serving
from bench.corpus import ROOT
from bench.engines import available
from bench.machine import describe

RESULTS: Final = ROOT / "bench" / "results" / "latest.json"

PARTS: Final[dict[str, Callable[[], Any]]] = {
    "engines": lambda: comparing.compare(available(), comparing.SIZE),
    "scale": lambda: {
        str(size): comparing.compare(available(comparing.SCALE_ENGINES), size) for size in comparing.SCALE_SIZES
    },
    "product": product.measure,
    "hostile": hostile.measure,
    "requests": requests.measure,
    "indexing": indexing.measure,
    "serving": serving.measure,
    "page": page.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, and write docs/performance.md.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parts = parser.parse_args().parts or list(PARTS)
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results["machine"] = describe()
    for part in parts:
        print(f"{part} …", flush=True)
        results[part] = PARTS[part]()
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    text = report.document(results)
    if missing := [part for part in PARTS if part not in results]:
        print(f"docs/performance.md stays as it is: not measured here yet are {', '.join(missing)}")
    else:
        report.write(results, text)
    print(text)


if __name__ == "__main__":
    main()
