"""Why two decisions differ, over many pairs: whether the parts add up, and how long it takes.

``python -m bench.attributing`` logs pairs that differ in every mixture of offer, book, market and
date, attributes each, and counts those in which every change is the exact sum of its parts.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench import machine
from bench.pairs import other_books, pairs
from bench.report import keep, table
from offerdesk.changed import Attribution, Change, attribution
from offerdesk.desk import Desk

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Attributed:
    """What came of attributing pairs.

    Attributes:
        exact: Pairs in which every change is the exact sum of its parts.
        verdicts: Pairs whose verdicts or statuses differ.
        numbers: Changes of numbers that were divided; ``undivided``: those that could not be,
            because one of the two has no such number.
        refused: Pairs of which some mixture is refused.
        by_causes: Pairs by how many of the four inputs differ.
        ms_each: Processor time for a pair, from the two log rows on [ms].
    """

    pairs: int
    exact: int
    verdicts: int
    numbers: int
    undivided: int
    refused: int
    by_causes: Mapping[int, int]
    ms_each: float


def measure(count: int, folder: Path) -> Attributed:
    """Attribute that many pairs, logged in the home in force."""
    desks = [Desk(), *map(Desk, other_books(folder))]
    drawn = list(pairs(count, desks))
    begin = time.process_time()
    found = [attribution(*pair) for pair in drawn]
    worked = time.process_time() - begin
    divided = [[one for one in _changes(each) if one.shares.parts is not None] for each in found]
    return Attributed(
        pairs=len(found),
        exact=sum(all(map(_adds_up, some)) for some in divided),
        verdicts=sum(not one.is_same for one in found),
        numbers=sum(map(len, divided)),
        undivided=sum(one.shares.parts is None for each in found for one in _changes(each)),
        refused=sum(any(one.refused for one in each.mixed.values()) for each in found),
        by_causes=dict(sorted(Counter(len(one.differing) for one in found).items())),
        ms_each=round(worked / max(1, len(found)) * 1000, 1),
    )


def _changes(found: Attribution) -> Iterator[Change]:
    yield from (*found.verdict, *found.asks, *found.figures)


def _adds_up(one: Change) -> bool:
    if one.shares.parts is None or one.before is None or one.after is None:
        return False
    return sum(one.shares.parts.values()) == Fraction(one.after) - Fraction(one.before)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and keep it."""
    parser = argparse.ArgumentParser(prog="python -m bench.attributing", description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000, help="how many")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    wanted = parser.parse_args(arguments)
    described = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OFFERDESK_HOME"] = str(Path(folder) / "home")
        found = measure(wanted.pairs, Path(folder))
    text = _page(described, found)
    kept = {"machine": {**described, "load_after": machine.load()}, "attributed": asdict(found)}
    keep(wanted.results, "changed", kept, text)


def _page(described: Mapping[str, Any], found: Attributed) -> str:
    on = f"{described['processor']}, {described['cores']} cores, load {described['load_before']}"
    told = {
        "pairs": found.pairs,
        "every change the exact sum of its parts": found.exact,
        "another verdict or status": found.verdicts,
        "numbers divided": found.numbers,
        "numbers that one of the two lacks": found.undivided,
        "some mixture refused": found.refused,
        **{f"{count} inputs differ": n for count, n in found.by_causes.items()},
        "CPU ms for a pair": found.ms_each,
    }
    lines = [[name, f"{value:,}"] for name, value in told.items()]
    return "\n".join(
        [
            "# Why two decisions differ\n",
            f"Measured {described['measured_at']} on {on}.",
            "All sixteen mixtures of each pair are judged; equal ones once.\n",
            *table(["", "count"], lines),
            "",
        ]
    )


if __name__ == "__main__":
    main()
