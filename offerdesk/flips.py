"""Along one component of pay, everything else left as it is: where the verdict flips.

The amounts on the way are judged on the book's own grid, finely enough between any two of the
numbers that the decision itself names; where the verdict of two neighbours differs, the first whole
step that has the new one is looked for.  Nothing is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rules.book import Book
from rules.case import Case
from rules.errors import OfferdeskError
from rules.judgement import Judge, Judgement
from rules.what_if.stated import moved

COMPONENTS = ("base", "equity_total", "sign_on")
POINTS = 14  # looked at along a track, beside the landmarks
WIDER = 1.15  # how far a track goes beyond the last landmark
NARROWER = 0.8
STEPS = {"base": 1_000.0, "equity_total": 5_000.0, "sign_on": 2_500.0}
UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Range:
    """How far a component is tried.

    Attributes:
        offered: As the offer stands [its currency]; None where that is not known.
        step: Amounts are whole multiples of it.
        landmarks: Numbers of the decision itself, which are looked at in any case.
    """

    name: str
    label: str
    offered: float | None
    low: float
    high: float
    step: float
    landmarks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Amounts from ``start`` on that have one outcome: a verdict, ``needs_review`` or unjudged."""

    start: float
    outcome: str


def ranges(judgement: Judgement, book: Book) -> list[Range]:
    """How far each component may sensibly be moved; those whose amount is not known are left out.

    Args:
        judgement: The decision, judged.
        book: By which it was.
    """
    found, labels = [], {ask.name: ask.label for ask in book.asks}
    for name in COMPONENTS:
        numbers = [judgement.values.get(f"ask_{name}_{part}") for part in _PARTS]
        offered, step = numbers[0], judgement.values.get(f"ask_{name}_step")
        if offered is None or name not in labels:
            continue
        known = sorted({float(one) for one in numbers if one})
        if not known:
            continue  # there is nothing of it, and nothing that would be asked for
        grid = float(step or STEPS[name])
        low = _down(min(known, default=0.0) * NARROWER, grid) if name != "sign_on" else 0.0
        high = _down(max(known, default=0.0) * WIDER, grid) + grid
        found.append(Range(name, labels[name], float(offered), low, high, grid, tuple(known)))
    return found


_PARTS = ("offered", "floor", "target", "opening", "cap")


def _down(amount: float, step: float) -> float:
    return amount // step * step


def outcome(judge: Judge, case: Case) -> str:
    """What would be decided: a verdict, or that a person has to look."""
    try:
        decides = judge.row(case).decides
    except OfferdeskError:
        return UNJUDGED
    return "needs_review" if decides == "review" else decides


def turns(judge: Judge, case: Case, track: Range) -> list[Turn]:
    """The outcomes along a track, side by side from its lowest amount on."""
    known: dict[float, str] = {}

    def at(amount: float) -> str:
        if amount not in known:
            known[amount] = outcome(judge, moved(case, {track.name: amount}))
        return known[amount]

    found = [Turn(track.low, at(track.low))]
    for left, right in _neighbours(_looked_at(track)):
        found += [Turn(amount, at(amount)) for amount in _flips(at, left, right, track.step)]
    return found


def _looked_at(track: Range) -> list[float]:
    """Amounts on the grid, evenly spread, and those on both sides of every landmark."""
    count = round((track.high - track.low) / track.step)
    even = {track.low + track.step * round(count * place / POINTS) for place in range(POINTS + 1)}
    under = {_down(one, track.step) for one in track.landmarks}
    off_grid = {_down(one, track.step) for one in track.landmarks if one % track.step}
    beside = {one + (track.step if one in off_grid else -track.step) for one in under} | under
    return sorted({one for one in even | beside if track.low <= one <= track.high})


def _neighbours(amounts: Sequence[float]) -> Iterator[tuple[float, float]]:
    return pairwise(amounts)


def _flips(at: Callable[[float], str], left: float, right: float, step: float) -> Iterator[float]:
    """The first amount of each outcome after the one on the left, up to the one on the right."""
    while at(left) != at(right):
        before, after = left, right
        while after - before > step * 1.5:
            middle = before + round((after - before) / step / 2) * step
            if at(middle) == at(left):
                before = middle
            else:
                after = middle
        yield after
        left = after
