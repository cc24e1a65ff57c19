"""The pay percentiles that one offer is judged against, and how far they had to be fetched.

The ladder goes from the offer's own cell outward: its employer, then all employers; its level
first, all levels last; its metropolitan area, state, country; at the very end the wage offices'
figures.  A cell that is not of the offer's level names no number of records, because none of them
is known to be of that level: it may be shown, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = Mapping[str, Any]
Rows = Callable[[str, str], list[Row]]  # the rows of a card by its key, as ``Cards.rows`` gives
Entry = dict[str, Any]

# What is looked up, by key, as in ``warehouse.cards.CARDS``: a query and the order of its rows.
CARDS: Mapping[str, tuple[str, str]] = {
    # By employer (empty for all of them), role family, metric and country.
    "percentile": (
        """
        SELECT concat_ws('|', coalesce(company_id, ''), role_family, metric, country) AS key,
            step, level_std, place, place_kind, currency, source, basis,
            p10, p25, p50, p75, p90, p50_low, p50_high, n, n_effective, own_share, small_sample,
            as_of, newest, sources, lowest_p50, highest_p50
        FROM percentile WHERE metric IN ('base', 'tc')
        """,
        "key, step, level_std, place, source, currency",
    ),
    # By currency and month.
    "rate": (
        """
        SELECT currency || ' ' || strftime(day, '%Y-%m') AS key, CAST(day AS VARCHAR) AS day,
            per_eur, source
        FROM fx_rate WHERE NOT duplicate
        """,
        "key, day, source",
    ),
}
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
USABLE_DAYS = (
    731  # [day] as ``market_unusable_after`` of the rule book: older cells are passed over
)
RATE_MONTHS = 2  # [month] how far back a rate is looked for


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


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of one currency for one of another, and the day that it is of; None when none is."""

    factor: float
    day: str | None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Entries for the rules, at most one a metric, and a row of evidence for each."""

    entries: list[Entry]
    rows: list[Entry]


def find_percentiles(
    rows: Rows, wanted: Cell, currency: str, evaluation_date: date, usable_days: int = USABLE_DAYS
) -> Percentiles:
    """The percentiles of base and total pay nearest to a cell.

    Args:
        rows: The rows of a card of ``CARDS`` by its key.
        wanted: The offer's cell.
        currency: ISO 4217 code of the offer; what is found in another one is converted at the
            newest rate on or before the evaluation date, which the evidence names.
        evaluation_date: When the offer is judged.
        usable_days: Cells older than this are passed over, so that a wider and fresher one counts.

    Returns:
        Entries with source, metric, currency, p10 to p90, n (None where the cell is not of the
        offer's level), as_of, geo, level and step; money per year in whole units.
    """
    if wanted.country is None:
        return Percentiles([], [])
    found = Percentiles([], [])
    for metric in METRICS:
        hit = _nearest(rows, wanted, metric, currency, evaluation_date, usable_days)
        if hit:
            row, rate = hit
            found.entries.append(_entry(row, rate, metric, currency))
            found.rows.append(_evidence(row, rate, metric, evaluation_date))
    return found


def _nearest(
    rows: Rows, wanted: Cell, metric: str, currency: str, evaluation_date: date, usable_days: int
) -> tuple[Row, Rate] | None:
    """The best row that is fresh enough and can be had in the currency."""
    fitting = [
        row
        for row in _of_cell(rows, wanted, metric)
        if _fits(row, wanted) and _age(row, evaluation_date) <= usable_days
    ]
    for row in sorted(fitting, key=lambda row: _order(row, currency)):
        rate = _rate(rows, row["currency"], currency, evaluation_date)
        if rate:
            return row, rate
    return None


def _of_cell(rows: Rows, wanted: Cell, metric: str) -> Iterator[Row]:
    for company in dict.fromkeys((wanted.company_id or "", "")):
        key = "|".join((company, wanted.role_family, metric, wanted.country or ""))
        yield from rows("percentile", key)


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


def _age(row: Row, evaluation_date: date) -> int:
    """Days since the month of a row, negative before it."""
    return (evaluation_date - date.fromisoformat(f"{row['as_of']}-01")).days


def _rate(rows: Rows, own: str, wanted: str, evaluation_date: date) -> Rate | None:
    if own == wanted:
        return Rate(1.0, None)
    ends = [_per_euro(rows, currency, evaluation_date) for currency in (own, wanted)]
    if ends[0] is None or ends[1] is None:
        return None
    (own_rate, own_day), (wanted_rate, wanted_day) = ends[0], ends[1]
    return Rate(wanted_rate / own_rate, min(own_day, wanted_day))


def _per_euro(rows: Rows, currency: str, evaluation_date: date) -> tuple[float, str] | None:
    """Units for one euro, and of which day: the newest on or before a date."""
    if currency == "EUR":
        return 1.0, evaluation_date.isoformat()
    year, month = evaluation_date.year, evaluation_date.month
    for back in range(RATE_MONTHS + 1):
        years, before = divmod(month - 1 - back, 12)
        key = f"{currency} {year + years}-{before + 1:02d}"
        known = [row for row in rows("rate", key) if row["day"] <= evaluation_date.isoformat()]
        if known:
            return known[-1]["per_eur"], known[-1]["day"]
    return None


def _entry(row: Row, rate: Rate, metric: str, currency: str) -> Entry:
    """What the rules read of a cell; without its level no number of records."""
    points = {
        name: None if row[name] is None else float(round(row[name] * rate.factor))
        for name in POINTS
    }
    return {
        "source": row["source"],
        "metric": metric,
        "currency": currency,
        **points,
        "n": None if row["level_std"] is None else int(row["n_effective"] + 1e-9),
        "as_of": row["as_of"],
        "geo": row["place"],
        "level": row["level_std"],
        "step": row["step"],
    }


def _evidence(row: Row, rate: Rate, metric: str, evaluation_date: date) -> Entry:
    flags = [
        flag
        for flag, holds in (
            ("small_sample", row["small_sample"]),
            ("all_levels", row["level_std"] is None),
            ("filed_base", row["basis"] == "filed"),
            ("drawn_to_parent", row["own_share"] < 0.75),
            ("dated_after_evaluation", _age(row, evaluation_date) < 0),
            ("converted", rate.day is not None),
        )
        if holds
    ]
    return {
        "mart": "percentile",
        "row_id": f"{row['source']}:{metric}:{row['step']}:{row['place']}",
        "source": row["source"],
        "as_of": row["as_of"],
        "n": row["n"],
        "region": row["place"],
        "level": row["level_std"],
        "step": row["step"],
        "flags": flags,
        "n_effective": row["n_effective"],
        "rate": None if rate.day is None else rate.factor,
        "rate_day": rate.day,
    }
