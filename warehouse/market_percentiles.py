"""The pay percentiles that one offer is judged against, and how far they had to be fetched.

The ladder goes from the offer's own cell outward: its employer, then all employers; its level
first, all levels last; its metropolitan area, state, country; at the very end the wage offices'
figures.  A cell that is not of the offer's level names no number of records, because none of them
is known to be of that level: it may be shown, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from rules.exchange import Rates
from warehouse.cards import Cards, Row
from warehouse.places import Place, country_of_currency

Entry = dict[str, Any]

METRICS = ("base", "tc")
POINTS = ("p10", "p25", "p50", "p75", "p90", "p50_low", "p50_high")
STEPS = (
    "company+role+level+metro",
    "company+role+level+country",
    "role+level+metro",
    "role+level+state",
    "role+level+country",
    "company+role+country",
    "role+metro",
    "role+country",
    "official+role+metro",
    "official+role+state",
    "official+role+country",
)
BASES = ("stated", "filed", "official")  # what people state comes before what employers file
# [days] as ``market_unusable_after`` of the rule book; what is older is passed over
USABLE_DAYS = 731
ALL_EMPLOYERS = ""
MOSTLY_OWN = 0.75  # a cell of which less than this share is its own says so


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell that an offer belongs to; None where it does not say.

    Attributes:
        level_std: Standard level, 3 to 7.
        metro: Metropolitan area, as in ``warehouse.places.Place.parent``; None for remote work.
        state: State or province, without its country.
        country: ISO 3166 alpha-2.
    """

    company_id: str | None
    role_family: str
    level_std: int | None
    metro: str | None
    state: str | None
    country: str | None


class Percentiles(NamedTuple):
    """Entries for the rules, at most one a metric, and a row of evidence for each."""

    entries: list[Entry]
    rows: list[Entry]


@dataclass(frozen=True, slots=True)
class Asked:
    """A cell, and how what is known of it has to be stated.

    Attributes:
        cell: The offer's.
        currency: ISO 4217 code of the offer.
        day: When the offer is judged.
        rates: For what is stated in another currency.
        usable_days: Cells older than this are passed over, so that a wider and fresher one counts.
    """

    cell: Cell
    currency: str
    day: date
    rates: Rates = field(default_factory=lambda: Rates({}))
    usable_days: int = USABLE_DAYS


class Wanted(Protocol):
    """What an offer says about the cell that it belongs to; see ``warehouse.market.Wanted``."""

    @property
    def company(self) -> str:
        """Id of the employer."""

    @property
    def family(self) -> str:
        """Role family."""

    @property
    def level_std(self) -> int | None:
        """Standard level."""

    @property
    def place(self) -> Place:
        """Where the work is done."""

    @property
    def currency(self) -> str:
        """ISO 4217 code."""


def cell_at(wanted: Wanted) -> Cell:
    """The cell of an offer; remote work has no place but its country.

    Where the place tells no country, the currency may.
    """
    place = wanted.place
    metro, state = (None, None) if place.remote else (place.parent, place.state)
    country = place.country or country_of_currency(wanted.currency)
    return Cell(wanted.company, wanted.family, wanted.level_std, metro, state, country)


def find_percentiles(cards: Cards, asked: Asked) -> Percentiles:
    """The percentiles of base and of total pay nearest to a cell.

    Returns:
        Entries with source, metric, currency, p10 to p90, n (None where the cell is not of the
        offer's level), as_of, geo, level and step; money per year in whole units.  What is found
        in another currency is converted at the one rate that its evidence names.
    """
    hits = [(metric, _nearest(cards, asked, metric)) for metric in METRICS]
    found = [(metric, row) for metric, row in hits if row is not None]
    return Percentiles(
        [_entry(row, metric, asked) for metric, row in found],
        [_evidence(row, metric, asked) for metric, row in found],
    )


def _nearest(cards: Cards, asked: Asked, metric: str) -> Row | None:
    """The best row that is fresh enough and can be had in the currency."""
    fitting = [
        row
        for row in _of_cell(cards, asked.cell, metric)
        if _fits(row, asked.cell)
        and _age(row, asked.day) <= asked.usable_days
        and asked.rates.between(row["currency"], asked.currency) is not None
    ]
    return min(fitting, key=lambda row: _order(row, asked.currency), default=None)


def _of_cell(cards: Cards, wanted: Cell, metric: str) -> Iterator[Row]:
    for company in dict.fromkeys((wanted.company_id or ALL_EMPLOYERS, ALL_EMPLOYERS)):
        key = "|".join((company, wanted.role_family, metric, wanted.country or ""))
        yield from cards.rows("percentile", key)


def _fits(row: Row, wanted: Cell) -> bool:
    place = {"metro": wanted.metro, "state": wanted.state, "country": wanted.country}
    level = row["level_std"] in (None, wanted.level_std)
    return level and row["place"] == place[row["place_kind"]]


def _order(row: Row, currency: str) -> tuple[Any, ...]:
    """The narrowest step first; there, what people state, what is newest, what knows most."""
    newest_first = [-ord(letter) for letter in row["as_of"]]
    return (
        STEPS.index(row["step"]),
        BASES.index(row["basis"]),
        row["currency"] != currency,
        newest_first,
        -(row["n_effective"] or 0),
        row["source"],
    )


def _age(row: Row, day: date) -> int:
    """Days since the month of a row, negative for a later one."""
    return (day - date.fromisoformat(f"{row['as_of']}-01")).days


def _entry(row: Row, metric: str, asked: Asked) -> Entry:
    """What the rules read of a cell; without its level no number of records."""
    factor = asked.rates.between(row["currency"], asked.currency) or 1.0
    points = {
        name: None if row[name] is None else float(round(row[name] * factor)) for name in POINTS
    }
    return {
        "source": row["source"],
        "metric": metric,
        "currency": asked.currency,
        **points,
        "n": None if row["level_std"] is None else int(row["n_effective"] + 1e-9),
        "as_of": row["as_of"],
        "geo": row["place"],
        "level": row["level_std"],
        "step": row["step"],
    }


def _flags(row: Row, asked: Asked) -> list[str]:
    said = {
        "small_sample": row["small_sample"],
        "all_levels": row["level_std"] is None,
        "base_as_filed": row["basis"] == "filed",
        "drawn_to_parent": row["own_share"] < MOSTLY_OWN,
        "dated_after_evaluation": _age(row, asked.day) < 0,
        "converted": row["currency"] != asked.currency,
    }
    return [flag for flag, holds in said.items() if holds]


def _evidence(row: Row, metric: str, asked: Asked) -> Entry:
    converted = row["currency"] != asked.currency
    return {
        "mart": "percentile",
        "row_id": f"{row['source']}:{metric}:{row['step']}:{row['place']}",
        "source": row["source"],
        "as_of": row["as_of"],
        "n": row["n"],
        "region": row["place"],
        "level": row["level_std"],
        "step": row["step"],
        "flags": _flags(row, asked),
        "rate": asked.rates.between(row["currency"], asked.currency) if converted else None,
        "rate_as_of": asked.rates.day.isoformat() if converted and asked.rates.day else None,
    }
