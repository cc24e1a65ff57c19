"""Under a slider: which verdict holds along its track, and where it flips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from offerdesk.markup import Markup, element


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a track on which the verdict is one and the same.

    Attributes:
        start, end: Amounts; the next stretch begins where this one ends.
        kind: Class of the verdict, such as ``walk-away``.
        label: The verdict in words.
    """

    start: float
    end: float
    kind: str
    label: str


def drawn(stretches: Sequence[Stretch], told: str) -> Markup:
    """The track from its first amount to its last.

    Args:
        stretches: Side by side, from the lowest amount on; at least one.
        told: The same in words.
    """
    low, high = stretches[0].start, stretches[-1].end
    return element(
        "svg",
        *(_part(one, low, high) for one in stretches),
        *_flips(stretches, low, high),
        class_="track",
        role="img",
        aria_label=told,
    )


def _part(one: Stretch, low: float, high: float) -> Markup:
    return element(
        "rect",
        element("title", one.label),
        x=_percent(one.start, low, high),
        y="30%",
        width=_percent(low + one.end - one.start, low, high),
        height="40%",
        class_=f"is-{one.kind}",
    )


def _flips(stretches: Sequence[Stretch], low: float, high: float) -> Iterator[Markup]:
    for one in stretches[1:]:
        x = _percent(one.start, low, high)
        yield element("rect", x=x, y="0", width="2", height="100%", class_="flip")


def _percent(amount: float, low: float, high: float) -> str:
    return f"{100 * (amount - low) / (high - low):.3f}%" if high > low else "100%"
