"""A decision, made ready for its page: the chart of each component, pay by year, and the levers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.bars import Bar
from offerdesk.decision import Decision
from offerdesk.markup import Markup
from offerdesk.page import Bars, Page, Section, page_of
from offerdesk.replay import Replayed
from offerdesk.web.drawn import standing, years
from offerdesk.web.drawn.standing import NARROW, WIDE, Standing
from rules.wording import money

MOST_PACKAGES = 5  # beside each other
BASE = "base salary"  # as ``offerdesk.page`` calls it
_PERCENTILES = ("p25", "p50", "p75", "p90")


@dataclass(frozen=True, slots=True)
class Line:
    """A component on its line: drawn for a desk and for a phone, with a remark.

    Attributes:
        market: Its percentiles in words; empty where none is known.
    """

    label: str
    remark: str
    market: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Package:
    """What one employer pays by year.

    Attributes:
        average: After risk, of four years [currency]; None where that is not known.
        remark: Why it counts for less, or not at all; empty where it counts.
    """

    name: str
    average: float | None
    chart: Markup | None
    years: Sequence[years.Year]
    remark: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision, ready for its page."""

    decision: Decision
    page: Page
    sections: Mapping[str, Section]
    lines: Sequence[Line]
    packages: Sequence[Package]
    parts: Sequence[str]

    @property
    def kind(self) -> str:
        """The class that the verdict is drawn by."""
        told = self.decision.status if self.decision.status != "decided" else self.decision.verdict
        return told.replace("_", "-")


def shown(decision: Decision, replayed: Replayed) -> Shown:
    """Make a decision ready.

    Args:
        decision: As it was logged.
        replayed: The same, judged again, for the figures that its record does not hold.
    """
    page = page_of(decision)
    sections = {one.title: one for part in page.parts for one in part.sections}
    packages = list(_packages(decision, replayed))
    used = {part for one in packages for year in one.years for part in year.parts}
    return Shown(
        decision,
        page,
        sections,
        [_line(one) for one in _standings(decision, sections)],
        packages,
        [part for part in years.PARTS if part in used],
    )


# --- Where the offer stands ---------------------------------------------------------------------


def _standings(decision: Decision, sections: Mapping[str, Section]) -> Iterator[Standing]:
    figures = decision.record["derived"]
    found = sections.get("Where the offer stands")
    blocks = [block for block in found.blocks if isinstance(block, Bars)] if found else []
    bars = [bar for block in blocks for bar in block.bars]
    market = _known({name: figures.get(f"base_{name}") for name in _PERCENTILES})
    if market and figures["base"] is not None and all(bar.label != BASE for bar in bars):
        bars.insert(0, Bar(BASE, decision.record["currency"], (None, None), figures["base"]))
    for bar in bars:
        yield Standing(bar, market if bar.label == BASE else {})
    total = _total(decision)
    if total is not None and (total.bar.compares or total.market):
        yield total


def _total(decision: Decision) -> Standing | None:
    """The yearly total against the sum of the bands, and the market."""
    figures = decision.record["derived"]
    offered = figures["tc_recurring"]
    if offered is None:
        return None
    band = (figures["band_tc_min_recomputed"], figures["band_tc_max_recomputed"])
    bar = Bar("a usual year, all in all", decision.record["currency"], band, offered)
    return Standing(bar, _known({"p50": figures["tc_p50"]}))


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def _line(one: Standing) -> Line:
    bar = one.bar
    return Line(
        bar.label,
        _remark(bar),
        ", ".join(f"{name} {money(value, bar.currency)}" for name, value in one.market.items()),
        standing.drawn(one, WIDE),
        standing.drawn(one, NARROW),
    )


def _remark(bar: Bar) -> str:
    """How far the offer is from where one would sign, or where in the band it is."""
    if bar.floor is not None:
        gap = bar.floor - bar.offer
        told = money(abs(gap), bar.currency)
        return f"{told} under the line to sign" if gap > 0 else f"{told} above the line to sign"
    low, high = bar.band
    if low is None or high is None or high <= low:
        return ""
    share = (bar.offer - low) / (high - low)
    if not 0 <= share <= 1:
        return "under the band" if share < 0 else "above the band"
    return f"{share:.0%} of the way up the band"


# --- Pay by year ----------------------------------------------------------------------------------


def _packages(decision: Decision, replayed: Replayed) -> Iterator[Package]:
    """The offer, then what it is compared with, on one scale."""
    entries = replayed.judgement.listed.get("competing_offers", ())[: MOST_PACKAGES - 1]
    own: Mapping[str, Any] = {**replayed.judgement.values, **decision.facts}
    valued = [own, *entries]
    pay = [years.parts_of(values) for values in valued]
    most = max((year.total for four in pay for year in four), default=0.0)
    currency = decision.record["currency"]
    for place, (values, four) in enumerate(zip(valued, pay, strict=True)):
        name = str((values["company"] or "This offer") if place == 0 else values["named"])
        is_known = any(year.parts for year in four)
        chart = years.drawn(four, most, name, currency) if is_known else None
        why = _why_less(values, is_own=place == 0)
        yield Package(name, values["tc_risk_adj"], chart, four, why, place == 0)


def _why_less(values: Mapping[str, Any], *, is_own: bool) -> str:
    if not is_own and not values["is_usable"]:
        return "Does not count: it counts when it is written, seen, open, and you would take it."
    if values["equity_unvaluable"]:
        return "Its equity cannot be valued yet."
    is_sure = values["equity_is_public"] or values["equity_is_none"]
    return "" if is_sure else "Private equity: a range."
