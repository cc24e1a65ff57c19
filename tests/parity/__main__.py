"""Compare every backend on a hundred thousand offers, and write what was found as JSON.

``python -m tests.parity --help`` says how.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.parity.report import parity


def main() -> int:
    """Run, write the report, and fail where backends differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000, help="how many offers")
    parser.add_argument("--seed", type=int, default=1, help="of everything left to chance")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, help="file for the report; else it is printed")
    wanted = parser.parse_args()
    found = parity(wanted.cases, wanted.seed, wanted.processes)
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if wanted.output:
        wanted.output.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 1 if found["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
