"""Bars as inline SVG: they are as wide as their place, and take their colours from the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offerdesk.markup import Markup, element, together


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a whole.

    Attributes:
        label: What it is called.
        kind: What it is drawn as: the class ``is-<kind>`` of the page.
        count: How many there are.
    """

    label: str
    kind: str
    count: int


def hatching(kind: str) -> Markup:
    """The pattern that bars of a kind are filled with, once on a page, as ``url(#hatch)``."""
    base = element("rect", width="6", height="6", class_=f"is-{kind}")
    line = element("path", d="M0 0V6", class_="hatch")
    pattern = element(
        "pattern",
        together(base, line),
        id="hatch",
        width="6",
        height="6",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("svg", pattern, class_="patterns", aria_hidden="true")


def stacked(slices: Sequence[Slice], title: str) -> Markup:
    """All parts of a whole, one after the other in one bar, told in words as well."""
    whole = sum(one.count for one in slices)
    drawn = [one for one in slices if one.count]
    starts = [sum(other.count for other in drawn[:place]) for place in range(len(drawn))]
    told = ", ".join(f"{one.label} {one.count:,}" for one in slices)
    return element(
        "svg",
        element("title", title, id="chart-title"),
        element("desc", told, id="chart-told"),
        *(
            element(
                "rect",
                element("title", f"{one.label}: {one.count:,}, {share(one.count, whole)}"),
                x=_percent(start, whole),
                width=_percent(one.count, whole),
                height="100%",
                class_=f"is-{one.kind}",
            )
            for one, start in zip(drawn, starts, strict=True)
        ),
        class_="stack",
        role="img",
        aria_labelledby="chart-title chart-told",
    )


def bar(count: int, most: int, kind: str, told: str) -> Markup:
    """A bar beside a number that says the same, so it is there for the eye alone.

    Args:
        count: What it shows.
        most: What the longest bar would show.
        kind: As of a slice.
        told: What is shown where a mouse rests on it.
    """
    return element(
        "svg",
        element("title", told),
        element("rect", width=_percent(count, most), height="100%", class_=f"is-{kind}"),
        class_="bar",
        aria_hidden="true",
    )


def share(count: int, whole: int) -> str:
    """How much of the whole it is, in hundredths; empty where there is no whole.

    >>> share(1, 3), share(1, 100_000), share(0, 0)
    ('33.3%', '<0.1%', '')
    """
    if not whole:
        return ""
    return "<0.1%" if 0 < count / whole < 0.0005 else f"{count / whole:.1%}"


def _percent(count: int, whole: int) -> str:
    return f"{100 * count / whole:.3f}%" if whole else "0"
