"""One component of pay on a line: the band, the market, the offer, and the numbers to ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from offerdesk.bars import FLOOR, OFFER, OPENING, TARGET, Bar, short
from offerdesk.markup import Markup, element
from offerdesk.web.drawn.scale import Scale, spread, width_of
from rules.wording import money

WIDE, NARROW = 720, 340  # [px] drawn for a desk and for a phone; the style shows one of them
MARGIN = 26
TRACK = 46  # [px] from the top to the middle of the band
HEIGHT, LOW = 112, 74  # with and without labels below the line
OFFERED = 62  # [px] of the word before the amount
_SHAPES = {
    OFFER: "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z",
    FLOOR: "M0 -8L8 6H-8Z",
    TARGET: "M0 -8L7 0L0 8L-7 0Z",
    OPENING: "M-6 -7L8 0L-6 7Z",
}
_KINDS = {OFFER: "offer", FLOOR: "floor", TARGET: "target", OPENING: "opening"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A component against what is known.

    Attributes:
        bar: Its own amounts.
        market: Percentile -> amount [currency], such as ``p50``; empty where none is known.
    """

    bar: Bar
    market: Mapping[str, float]

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest of all amounts."""
        known = [*self.bar.ends, *self.market.values()]
        return min(known), max(known)


def drawn(standing: Standing, width: int = WIDE) -> Markup:
    """The line, told in words as well."""
    low, high = standing.ends
    scale = Scale(low, high, MARGIN, width - MARGIN)
    height = HEIGHT if _is_asked(standing.bar) else LOW
    return element(
        "svg",
        *_ground(standing, scale, width),
        *_market(standing.market, scale),
        *_marks(standing.bar, scale),
        *_labels(standing.bar, scale, width),
        viewBox=f"0 0 {width} {height}",
        class_=f"standing {'wide' if width == WIDE else 'narrow'}",
        role="img",
        aria_label=told(standing),
    )


def _is_asked(bar: Bar) -> bool:
    return any(name in bar.marks for name in (FLOOR, TARGET, OPENING))


def told(standing: Standing) -> str:
    """The same as a sentence.

    >>> told(Standing(Bar("base", "USD", (1e5, 2e5), 1.2e5, floor=1.4e5), {"p50": 1.3e5}))
    'base: offer $120,000, sign at $140,000; band $100,000 to $200,000; market p50 $130,000'
    """
    bar = standing.bar
    marks = [
        f"{name} {money(bar.marks[name], bar.currency)}" for name in _KINDS if name in bar.marks
    ]
    parts = [f"{bar.label}: {', '.join(marks)}"]
    low, high = bar.band
    if low is not None and high is not None:
        parts.append(f"band {money(low, bar.currency)} to {money(high, bar.currency)}")
    if standing.market:
        known = (f"{name} {money(value, bar.currency)}" for name, value in standing.market.items())
        parts.append(f"market {', '.join(known)}")
    return "; ".join(parts)


def _ground(standing: Standing, scale: Scale, width: int) -> Iterator[Markup]:
    yield element(
        "path", d=f"M{MARGIN / 2} {TRACK}H{width - MARGIN / 2}", class_="axis", fill="none"
    )
    low, high = standing.bar.band
    if low is not None and high is not None:
        yield _box(scale.at(low), scale.at(high), TRACK - 9, 18, "band")


def _box(start: float, end: float, top: float, height: float, kind: str) -> Markup:
    return element(
        "rect",
        x=f"{start:g}",
        y=f"{top:g}",
        width=f"{max(end - start, 1):.1f}",
        height=f"{height:g}",
        rx="3",
        class_=f"is-{kind}",
    )


def _market(market: Mapping[str, float], scale: Scale) -> Iterator[Markup]:
    """A thin line from the lowest to the highest percentile, a box between the quartiles."""
    if not market:
        return
    y = TRACK + 15
    ends = scale.at(min(market.values())), scale.at(max(market.values()))
    yield element("path", d=f"M{ends[0]} {y}H{ends[1]}", class_="whisker")
    if "p25" in market and "p75" in market:
        yield _box(scale.at(market["p25"]), scale.at(market["p75"]), y - 3, 6, "quartiles")
    for name in market:
        tall = 6 if name == "p50" else 3
        x = scale.at(market[name])
        yield element("path", d=f"M{x} {y - tall}V{y + tall}", class_=f"tick is-{name}")


def _marks(bar: Bar, scale: Scale) -> Iterator[Markup]:
    for name, value in bar.marks.items():
        yield element(
            "path",
            d=_SHAPES[name],
            transform=f"translate({scale.at(value)} {TRACK})",
            class_=f"mark is-{_KINDS[name]}",
        )


def _labels(bar: Bar, scale: Scale, width: int) -> Iterator[Markup]:
    """The offer above the line; what is asked for below it, side by side."""
    offer = money(bar.offer, bar.currency)
    (place,) = spread([scale.at(bar.offer)], [width_of(offer) + OFFERED], 0, width)
    yield _text(place, TRACK - 22, f"offered {offer}", "is-offer")
    low, high = bar.band
    for end, anchor, x in ((low, "start", 0), (high, "end", width)):
        if end is not None and low is not None and high is not None:
            yield from _band_end(end, anchor, x, place, width_of(offer) + OFFERED)
    asked = [(name, bar.marks[name]) for name in (FLOOR, TARGET, OPENING) if name in bar.marks]
    asked.sort(key=lambda one: one[1])
    yield from _asked(asked, bar.currency, scale, width)


def _band_end(value: float, anchor: str, x: float, taken: float, room: float) -> Iterator[Markup]:
    """An end of the band in small, where the offer's own label leaves room."""
    label = f"band {'from' if anchor == 'start' else 'to'} {short(value)}"
    middle = x + width_of(label) / 2 * (1 if anchor == "start" else -1)
    if abs(middle - taken) > (width_of(label) + room) / 2:
        yield _text(x, TRACK - 22, label, "soft", anchor)


def _asked(
    asked: Sequence[tuple[str, float]], currency: str | None, scale: Scale, width: int
) -> Iterator[Markup]:
    texts = [(name, money(value, currency)) for name, value in asked]
    places = [scale.at(value) for _, value in asked]
    middles = spread(places, [width_of(*one) for one in texts], 0, width)
    for (name, amount), place, middle in zip(texts, places, middles, strict=True):
        yield element("path", d=f"M{place} {TRACK + 10}L{middle:g} {TRACK + 30}", class_="leader")
        yield _text(middle, TRACK + 44, amount, f"is-{_KINDS[name]}")
        yield _text(middle, TRACK + 59, name, "soft")


def _text(x: float, y: float, told: str, kind: str, anchor: str = "middle") -> Markup:
    return element("text", told, x=f"{x:g}", y=f"{y:g}", text_anchor=anchor, class_=kind)
