"""Asks held against brute force: for each of many offers, every point of its grid is judged.

``python -m bench.asking`` finds the cheapest ask of 10,000 random offers by proof, and again by
judging all points with the batch backend, which knows nothing of z3.  Half an hour on two cores;
with ``--kept FILE`` a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

from bench import machine
from bench.clock import spread
from bench.report import keep, table
from rules.judgement import Judge
from rules.loader import load_book
from rules.open_case import CaseTheory
from rules.what_if.flipping import Asker
from rules.what_if.grid import Grid
from rules.what_if.movable import Wishes, components
from rules.what_if.pay import Line, Pay
from rules.what_if.smallest import Search
from tests.askable import askable

RESULTS = Path(__file__).resolve().parent / "results"
MOST = 100_000  # points that are judged for one offer
CHUNK = 50
ACCEPT = frozenset({"accept"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One offer.

    Attributes:
        number: What it was drawn by.
        outcome: ``accepted already``, ``too many points``, ``agrees`` or ``DIFFERS``.
        proof: As in ``rules.what_if.smallest``.
        flips: Whether some ask flips it.
        points: Of its grid.
        rejected: Points that z3 proposed and the judge refused.
        seconds, brute_seconds: Of processor time, by proof and by judging all points.
    """

    number: int
    outcome: str
    proof: str | None = None
    flips: bool = False
    points: int = 0
    rejected: int = 0
    seconds: float = 0.0
    brute_seconds: float = 0.0


class Bench:
    """What is made once in each process."""

    def __init__(self) -> None:
        self.book = load_book()
        self.judge = Judge(self.book)
        self.theory = CaseTheory(self.book)
        self.grid = Grid(self.book)

    def compared(self, number: int) -> Compared:
        case = askable(number)
        judgement = self.judge.judge(case)
        if judgement.row.decides == "accept":
            return Compared(number, "accepted already")
        movable, _ = components(judgement, self.book, Wishes())
        pay = Pay(self.judge, case, [Line(one, one.raised) for one in movable])
        if pay.points > MOST:
            return Compared(number, "too many points", points=pay.points)
        seconds, found = timed(Search(self.theory, pay, ACCEPT, self.grid.smallest).smallest)
        brute_seconds, brute = timed(self.grid.smallest, pay, ACCEPT)
        return Compared(
            number,
            "agrees" if found.point == brute else "DIFFERS",
            found.proof,
            found.point is not None,
            pay.points,
            found.rejected,
            seconds,
            brute_seconds,
        )


_bench: list[Bench] = []


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """How much processor time a call takes [s], so that neighbours do not count, and its value."""
    start = process_time()
    found = work(*arguments)
    return process_time() - start, found


def _chunk(first: int) -> list[Compared]:
    if not _bench:
        _bench.append(Bench())
    return [_bench[0].compared(number) for number in range(first, first + CHUNK)]


def _whole(first: int, count: int) -> list[float]:
    """Seconds for everything that `offerdesk ask` finds out about an offer."""
    asker = Asker(Judge(load_book()))
    asker.flips(askable(first), Wishes())
    return [timed(asker.flips, askable(first + n), Wishes())[0] for n in range(1, count + 1)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare, measure, print the tables and keep them."""
    wanted = _parser().parse_args(arguments)
    described = machine.describe()
    found = list(_until(wanted.offers, wanted.start, wanted.workers, wanted.kept))
    whole = _whole(wanted.start + 1_000_000, wanted.whole)
    record = {
        "machine": {**described, "load_after": machine.load()},
        "start": wanted.start,
        "workers": wanted.workers,
        **_summed(found),
        "whole_command": spread(whole).as_dict(),
    }
    text = _as_markdown(record)
    keep(wanted.results, "ask", record, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.asking", description=__doc__)
    parser.add_argument("--offers", type=int, default=10_000, help="offers that are compared")
    parser.add_argument("--whole", type=int, default=200, help="offers on which all is timed")
    parser.add_argument("--start", type=int, default=100_000, help="number of the first offer")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--kept", type=Path, help="what was compared, to go on with later")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    return parser


def _until(offers: int, start: int, workers: int, kept: Path | None) -> Iterator[Compared]:
    """Offers one after the other, until so many were compared."""
    count = 0
    for chunk in _chunks(start, start + 5 * offers, workers, kept):
        for one in chunk:
            count += one.outcome in ("agrees", "DIFFERS")
            yield one
            if count == offers:
                return
        print(f"\r{count:,} compared", end="", file=sys.stderr, flush=True)


def _chunks(start: int, end: int, workers: int, kept: Path | None) -> Iterator[list[Compared]]:
    """What was kept of an earlier run, chunk by chunk, and then what comes after it."""
    known = kept.read_text("utf-8").splitlines() if kept and kept.exists() else []
    for line in known:
        yield [Compared(**one) for one in json.loads(line)]
    # Spawned, because polars has threads of its own.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = range(start + len(known) * CHUNK, end, CHUNK)
        try:
            for chunk in pool.map(_chunk, waiting):
                if kept:
                    with kept.open("a", encoding="utf-8") as file:
                        file.write(json.dumps([asdict(one) for one in chunk]) + "\n")
                yield chunk
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _summed(found: Sequence[Compared]) -> dict[str, Any]:
    compared = [one for one in found if one.outcome in ("agrees", "DIFFERS")]
    return {
        "outcomes": dict(Counter(one.outcome for one in found)),
        "proofs": dict(Counter(str(one.proof) for one in compared)),
        "flips": sum(one.flips for one in compared),
        "points": sum(one.points for one in compared),
        "most_points": max((one.points for one in compared), default=0),
        "with_rejected_points": sum(one.rejected > 0 for one in compared),
        "by_proof": spread([one.seconds for one in compared]).as_dict(),
        "brute_force": spread([one.brute_seconds for one in compared]).as_dict(),
        "differ": [asdict(one) for one in compared if one.outcome == "DIFFERS"],
    }


def _as_markdown(found: Mapping[str, Any]) -> str:
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    outcomes, proofs = found["outcomes"], found["proofs"]
    compared = outcomes.get("agrees", 0) + outcomes.get("DIFFERS", 0)
    yield from ("# The smallest asks, held against brute force", "")
    yield "Made by `python -m bench.asking`. For each random offer the cheapest ask that flips its"
    yield "verdict is found and proved by z3, and again by judging every point of its grid with the"
    yield "batch backend. Both have to name the same amounts, or both none. Where z3 gave up, both"
    yield "are the same method, and their agreement says nothing."
    yield ""
    yield from (f"- {name.replace('_', ' ')}: {value}" for name, value in found["machine"].items())
    yield ""
    rows = [
        ["compared", f"{compared:,}"],
        ["agree", f"{outcomes.get('agrees', 0):,}"],
        ["differ", f"{outcomes.get('DIFFERS', 0):,}"],
        ["some ask flips it", f"{found['flips']:,}"],
        ["points judged", f"{found['points']:,}"],
        ["proved by z3", f"{proofs.get('z3', 0):,}"],
        ["one component, amount by amount", f"{proofs.get('judged', 0):,}"],
        ["z3 gave up, all points judged", f"{proofs.get('enumerated', 0):,}"],
        ["not proved", f"{proofs.get('None', 0):,}"],
        ["z3 proposed what rounding forbids", f"{found['with_rejected_points']:,}"],
        ["left out: accepted already", f"{outcomes.get('accepted already', 0):,}"],
        [f"left out: over {MOST:,} points", f"{outcomes.get('too many points', 0):,}"],
    ]
    yield from table(["offers", "number"], rows)
    yield from ("", "Processor time [ms]:", "")
    timed_rows = [
        ["the cheapest ask, with its proof", *_ms(found["by_proof"])],
        ["brute force on the same grid", *_ms(found["brute_force"])],
        ["all of `offerdesk ask`, in process", *_ms(found["whole_command"])],
    ]
    yield from table(["", "runs", "least", "p50", "p99"], timed_rows)


def _ms(one: Mapping[str, Any]) -> list[str]:
    return [f"{one['runs']:,.0f}", *(f"{one[name]:,.1f}" for name in ("least", "p50", "p99"))]


if __name__ == "__main__":
    main()
