"""`python -m tests.faults [C1 …] [--seed N] [--scale 1.0]`: runs suites, and writes what they found to the page.

Exit code 1 if a promise was broken. Scale 1.0 is the whole size, 0.1 a tenth, 0 the short variant of the tests.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from dev import leftovers
from tests.faults import page
from tests.faults.suites import SUITES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {' '.join(SUITES)}; all if none is given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    if unknown := set(given.suites) - SUITES.keys():
        parser.error(f"unknown: {' '.join(sorted(unknown))}")
    with leftovers.test_run():
        return max([_run(name, given.seed, given.scale) for name in given.suites or SUITES])


def _run(name: str, seed: int, scale: float) -> int:
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix=f"maskline-{name}-"))
    print(f"{name}: seed {seed}, scale {scale}, files in {folder}", flush=True)
    found = SUITES[name].run(folder / "place", seed, scale)
    page.keep(name, f"{scale:g}" if scale else "short", seed, found)
    kept = "kept" if not found.faults else f"BROKEN {found.faults}"
    print(f"{name}: {kept} in {time.monotonic() - began:.0f} s. {found.figure}\n{json.dumps(found.injected)}")
    print("\n".join(found.examples), flush=True)
    if not found.faults:
        shutil.rmtree(folder, ignore_errors=True)
    return int(bool(found.faults))


if __name__ == "__main__":
    sys.exit(main())
