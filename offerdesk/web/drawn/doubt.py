"""A number that is in doubt: from where to where it may be, where it is, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from offerdesk.markup import Markup, element


@dataclass(frozen=True, slots=True)
class Turn:
    """The nearest value on one side at which something else is decided.

    Attributes:
        kind: Class of the verdict that it turns to.
    """

    value: float
    kind: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number and what it may be.

    Attributes:
        value: As it is now.
        low, high: Between which it may be.
        kind: Class of the verdict now.
    """

    value: float
    low: float
    high: float
    kind: str


def drawn(doubt: Doubt, turns: Sequence[Turn], told: str) -> Markup:
    """A bar in the colour of the verdict, paler where it has turned, with a dot where it is now.

    Args:
        doubt: The number.
        turns: At most one on each side of it; beyond one the verdict may turn again.
        told: The same in words.
    """
    return element(
        "svg",
        *_bars(doubt, turns),
        element("circle", cx=_place(doubt, doubt.value), cy="50%", r="5", class_="is-now"),
        class_="doubt",
        role="img",
        aria_label=told,
    )


def _bars(doubt: Doubt, turns: Sequence[Turn]) -> Iterator[Markup]:
    below = [turn for turn in turns if turn.value < doubt.value]
    above = [turn for turn in turns if turn.value > doubt.value]
    start = below[0].value if below else doubt.low
    end = above[0].value if above else doubt.high
    for turn in below:
        yield _bar(doubt, doubt.low, start, f"is-{turn.kind} is-turned")
    yield _bar(doubt, start, end, f"is-{doubt.kind}")
    for turn in above:
        yield _bar(doubt, end, doubt.high, f"is-{turn.kind} is-turned")


def _bar(doubt: Doubt, start: float, end: float, classes: str) -> Markup:
    width = _place(doubt, doubt.low + end - start)
    return element(
        "rect", x=_place(doubt, start), y="30%", width=width, height="40%", class_=classes
    )


def _place(doubt: Doubt, value: float) -> str:
    """How far along the bar a value is.

    >>> _place(Doubt(0.5, 0.4, 0.6, "accept"), 0.45)
    '25.00%'
    """
    whole = doubt.high - doubt.low
    return f"{100 * (value - doubt.low) / whole if whole else 50:.2f}%"
