"""A decision, made ready for its page: the chart of each component, pay by year, and the levers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.bars import Bar
from offerdesk.bars import Bar as Component
from offerdesk.decision import Decision
from offerdesk.markup import Markup
from offerdesk.page import Bars, Page, Section, page_of
from offerdesk.replay import Replayed
from offerdesk.web.drawn import standing, years
from offerdesk.web.drawn.standing import NARROW, WIDE, Standing
from rules.wording import money

MOST_PACKAGES = 5  # beside each other
_PERCENTILES = ("p25", "p50", "p75", "p90")


@dataclass(frozen=True, slots=True)
class Line:
    """A component on its line: drawn for a desk and for a phone, with a remark."""

    label: str
    offered: str
    remark: str
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
    def record(self) -> Mapping[str, Any]:
        """The record of the decision."""
        return self.decision.record

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
    figures, facts = decision.record["derived"], decision.facts
    found = sections.get("Where the offer stands")
    bars = [bar for block in found.blocks if isinstance(block, Bars) for bar in block.bars] if found else []
    market = _known({name: figures.get(f"base_{name}") for name in _PERCENTILES})
    base_alone = not any(bar.label == "base salary" for bar in bars)
    if base_alone and market and figures["base"] is not None:
        currency = decision.record["currency"]
        bars.insert(0, Component("base salary", currency, (None, None), figures["base"]))
    for bar in bars:
        yield Standing(bar, market if bar.label == "base salary" else {})
    total = _total(decision)
    if total is not None and (total.bar.compares or total.market) and facts:
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
        money(bar.offer, bar.currency),
        _remark(bar),
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
    own = {**replayed.judgement.values, **decision.facts}
    company = str(decision.record["company"] or "This offer")
    entries = replayed.judgement.listed.get("competing_offers", ())
    told = [(company, own, "", True)]
    told += [(str(one["named"]), one, _why_less(one), False) for one in entries[: MOST_PACKAGES - 1]]
    valued = [(name, years.parts_of(values), values, why, is_own) for name, values, why, is_own in told]
    most = max((year.total for _, pay, *_ in valued for year in pay), default=0.0)
    currency = decision.record["currency"]
    for name, pay, values, why, is_own in valued:
        chart = years.drawn(pay, most, name, currency) if any(one.parts for one in pay) else None
        yield Package(name, values.get("tc_risk_adj"), chart, pay, why, is_own)


def _why_less(entry: Mapping[str, Any]) -> str:
    if not entry["is_usable"]:
        return "Does not count: it counts when it is written, seen, open, and you would take it."
    if entry["equity_unvaluable"]:
        return "Its equity cannot be valued yet."
    return "" if entry["equity_is_public"] or entry["equity_is_none"] else "Private equity: a range."
