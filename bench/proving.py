"""What is proved of the book, how long it takes, and whether planted faults are found.

``python -m bench.proving`` proves every claim of the shipped book, as ``offerdesk book check``
does, and then the claims that a planted fault breaks, for each of the seeded books of the tests.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import machine
from bench.report import keep, table
from offerdesk.book_check import proofs_of
from rules.book import BOOK
from rules.loader import load_book
from rules.proving.claims import CHAPTERS
from tests.proving.seeding import Seed, found, seeds

RESULTS = Path(__file__).resolve().parent / "results"
STANDINGS = ("proved", "shown", "stated", "failed", "not_proved")


@dataclass(frozen=True, slots=True)
class Proved:
    """What came of the claims about the shipped book.

    Attributes:
        by_chapter: Chapter -> standing -> how many claims.
        seconds: Time on the clock; ``cpu_seconds``: of all processes together.
    """

    by_chapter: Mapping[str, Mapping[str, int]]
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Seeded:
    """How planted faults were found.

    Attributes:
        by_kind: Kind of fault -> planted, and found with the right code and place.
        cpu_seconds_each: Processor time for a book, on average.
    """

    by_kind: Mapping[str, tuple[int, int]]
    cpu_seconds_each: float


def prove_shipped() -> Proved:
    """Prove the shipped book."""
    book = load_book()
    begin, worked = time.perf_counter(), _cpu()
    proofs = proofs_of(book, BOOK)
    counts = {name: Counter[str]() for name in CHAPTERS}
    for claim in proofs.claims:
        counts[claim.chapter][claim.standing] += 1
    seconds = time.perf_counter() - begin
    by_chapter = {name: dict(count) for name, count in counts.items()}
    return Proved(by_chapter, round(seconds, 1), round(_cpu() - worked, 1))


def prove_seeded(seeds: Sequence[Seed]) -> Seeded:
    """Look for the faults of the seeded books."""
    worked, kinds = _cpu(), dict[str, tuple[int, int]]()
    for seed in seeds:
        planted, seen = kinds.get(seed.kind, (0, 0))
        faults, _ = found(seed)
        kinds[seed.kind] = planted + 1, seen + seed.is_told(faults)
    return Seeded(kinds, round((_cpu() - worked) / len(seeds), 2))


def _cpu() -> float:
    own, children = os.times(), os.times()
    return own.user + own.system + children.children_user + children.children_system


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables and keep them."""
    parser = argparse.ArgumentParser(prog="python -m bench.proving", description=__doc__)
    parser.add_argument("--seeds", type=int, help="how many seeded books; all when not given")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    wanted = parser.parse_args(arguments)
    described = machine.describe()
    proved, planted = prove_shipped(), prove_seeded(seeds()[: wanted.seeds])
    kept = {
        "machine": {**described, "load_after": machine.load()},
        "proved": asdict(proved),
        "seeded": asdict(planted),
    }
    text = _page(described, proved, planted)
    keep(wanted.results, "proofs", kept, text)


def _page(described: Mapping[str, Any], proved: Proved, planted: Seeded) -> str:
    on = f"{described['processor']}, {described['cores']} cores, load {described['load_before']}"
    chapters = [
        [CHAPTERS[name], *(counts.get(one, 0) for one in STANDINGS)]
        for name, counts in proved.by_chapter.items()
    ]
    kinds = [[kind, *counts] for kind, counts in planted.by_kind.items()]
    books = sum(count for count, _ in planted.by_kind.values())
    seen = sum(count for _, count in planted.by_kind.values())
    return "\n".join(
        [
            "# Proofs about the book\n",
            f"Measured {described['measured_at']} on {on}.\n",
            f"The shipped book: {proved.seconds} s, {proved.cpu_seconds} s of processor time.\n",
            *table(["claim", *(one.replace("_", " ") for one in STANDINGS)], chapters),
            f"\nSeeded books: {seen} of {books} faults found with their code and place, "
            f"{planted.cpu_seconds_each} s of processor time each.\n",
            *table(["fault", "planted", "found"], kinds),
            "",
        ]
    )


if __name__ == "__main__":
    main()
