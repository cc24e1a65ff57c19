"""What a verdict rests on that may be other than stated: samples, exchange rates, judgements.

A doubt is one number with a low and a high end.  Which numbers, and what their ends are:

* *sample*: the percentiles of one source, within the interval that its number of people leaves
  (``rules.what_if.sampling``, or the interval that the market was published with).  They move
  together, and the number is their median.  A band is somebody's statement and no sample.
* *rate*: the factor on all converted amounts, within ``fx_swing`` of the book, a twentieth.
* *parameter*: a number of the book of evidence grade E, which is a judgement: between the ends that
  the book states for it, else a fifth less and a fifth more.  Numbers whose ends are tried in every
  verdict anyway (the liquidity of private equity) are none.  A fraction under one stays under one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rules.book import Amount, Book, Parameter
from rules.case import Case
from rules.judgement import Judge
from rules.rates import SWING, at_rate
from rules.what_if.sampling import SHARES, Interval, intervals

FIFTH = 0.2  # how far a judgement may be off where the book states no ends; itself a judgement
TWENTIETH = 0.05  # of an exchange rate, where the book names no swing
DOUBTED = "E"  # the grade of evidence of a mere judgement


@dataclass(frozen=True, slots=True)
class Setting:
    """A case, and who judges it."""

    judge: Judge
    case: Case


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number that may be another.

    Attributes:
        kind: ``sample``, ``rate`` or ``parameter``.
        name: Of the parameter; for a sample its source.
        label: What it is, for a person.
        unit: As in the book; ``fraction`` for the factor of a rate.
        point, low, high: As it is, and between what it may be.
        basis: Where the ends come from.
        at: A setting in which the number is another.
    """

    kind: str
    name: str
    label: str
    unit: str
    point: float
    low: float
    high: float
    basis: str
    at: Callable[[Setting, float], Setting]


@dataclass(frozen=True, slots=True)
class Undoubtable:
    """A source whose doubt cannot be put into numbers, and why."""

    name: str
    metric: str
    why: str
    at: Callable[[Setting, float], Setting]


# --- Samples --------------------------------------------------------------------------------------


def samples(
    setting: Setting, published: Sequence[Mapping[str, Any]]
) -> Iterator[Doubt | Undoubtable]:
    """The percentiles of every source of a case.

    Args:
        setting: As it stands.
        published: The entries as the market states them, which may hold ``p50_low`` and
            ``p50_high``; in the order of the case, or none.
    """
    for place, entry in enumerate(setting.case.entries.get("percentiles", ())):
        if entry["p50"] is not None:
            stated = published[place] if place < len(published) else {}
            yield _sample(place, entry, stated)


def _sample(place: int, entry: Mapping[str, Any], stated: Mapping[str, Any]) -> Doubt | Undoubtable:
    name = str(entry["source"] or "source not named")
    metric = str(entry["metric"] or "base")
    found = _published(entry, stated) or intervals(entry)
    if found is None:
        return Undoubtable(name, metric, _why_not(entry), _times(place))
    is_published = _published(entry, stated) is not None
    n = entry["n"]
    basis = "published with the market" if is_published else f"order statistics of {n:,.0f} people"
    low, high = found["p50"]
    label = f"median of {metric}, {name}"
    return Doubt(
        "sample", name, label, "currency/year", entry["p50"], low, high,
        f"nine in ten, {basis}", _moved(place, entry, found),
    )  # fmt: skip


def _published(entry: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Interval] | None:
    """The interval of the median that the market was published with, for all percentiles alike."""
    ends = stated.get("p50_low"), stated.get("p50_high")
    if None in ends or stated.get("p50") != entry["p50"]:
        return None
    factors = [end / entry["p50"] for end in ends]
    return {
        name: (entry[name] * factors[0], entry[name] * factors[1])
        for name in SHARES
        if entry[name] is not None
    }


def _why_not(entry: Mapping[str, Any]) -> str:
    if not entry["n"]:
        return "It does not say on how many people it rests."
    return f"{entry['n']:,.0f} people with these percentiles do not bound it."


def _moved(
    place: int, entry: Mapping[str, Any], ends: Mapping[str, Interval]
) -> Callable[[Setting, float], Setting]:
    """All percentiles of an entry as far along their intervals as its median."""

    def at(setting: Setting, median: float) -> Setting:
        side = 0 if median < entry["p50"] else 1
        reach = ends["p50"][side] - entry["p50"]
        along = (median - entry["p50"]) / reach if reach else 0.0
        factors = {
            name: 1 + along * (interval[side] / entry[name] - 1) for name, interval in ends.items()
        }
        # the median itself, without any rounding where nothing else has moved it
        return _with_factors(setting, place, factors)

    return at


def _times(place: int) -> Callable[[Setting, float], Setting]:
    return lambda setting, factor: _with_factors(setting, place, dict.fromkeys(SHARES, factor))


def _with_factors(setting: Setting, place: int, factors: Mapping[str, float]) -> Setting:
    entries = list(setting.case.entries["percentiles"])
    entry = dict(entries[place])
    for name, factor in factors.items():
        if isinstance(value := entry[name], float):
            entry[name] = value * factor
    entries[place] = entry
    changed = {**setting.case.entries, "percentiles": entries}
    return replace(setting, case=replace(setting.case, entries=changed))


# --- The exchange rate ----------------------------------------------------------------------------


def rate(setting: Setting) -> Doubt | None:
    """The factor on everything that was converted; None where nothing was."""
    if setting.case.facts["rate_was_used"] is not True:
        return None
    swing = _swing(setting)
    return Doubt(
        "rate", "rate", "exchange rate, against the one used", "fraction", 1.0, 1 - swing,
        1 + swing, f"{swing:.0%} either way", _at_rate,
    )  # fmt: skip


def _swing(setting: Setting) -> float:
    found = setting.judge.numbers(setting.case)["point"].get(SWING)
    return found if isinstance(found, float) else TWENTIETH


def _at_rate(setting: Setting, factor: float) -> Setting:
    case = replace(setting.case, is_at_another_rate=False)
    return replace(setting, case=at_rate(case, setting.judge.book, factor))


# --- Judgements of the book -----------------------------------------------------------------------


def parameters(setting: Setting) -> Iterator[Doubt]:
    """Every number of the book that is a judgement, in the currency of the case."""
    numbers = setting.judge.numbers(setting.case)["point"]
    for name, one in setting.judge.book.parameters.items():
        period = one.on(setting.case.evaluation_date)
        if period is None or period.grade != DOUBTED or one.decides:
            continue
        if isinstance(period.value, Amount):
            point = numbers[name]
            if isinstance(point, float) and point:
                yield _parameter(one, point, period.value)
        else:
            yield from _table(one, period.value, setting.judge.book)


def _parameter(one: Parameter, point: float, amount: Amount) -> Doubt:
    low, high, basis = _ends(amount, one.unit)
    return Doubt(
        "parameter", one.name, one.meaning.rstrip("."), str(one.unit), point, point * low,
        point * high, basis, lambda setting, value: _with_number(setting, one.name, value),
    )  # fmt: skip


def _ends(amount: Amount, unit: str) -> tuple[float, float, str]:
    """The ends of a number as factors, and where they come from."""
    stated = (amount.low, amount.point, amount.high)
    if amount.is_uncertain and all(isinstance(one, float) for one in stated) and amount.point:
        return amount.low / amount.point, amount.high / amount.point, "as the book states"  # type: ignore[operator]
    if unit == "fraction" and isinstance(amount.point, float) and 0 < amount.point <= 1:
        return 1 - FIFTH, min(1 + FIFTH, 1 / amount.point), "a fifth either way, at most one"
    return 1 - FIFTH, 1 + FIFTH, "a fifth either way"


def _table(one: Parameter, rows: Mapping[str, Amount], book: Book) -> Iterator[Doubt]:
    """Each row of a table by itself."""
    for key, amount in rows.items():
        if isinstance(amount.point, float) and amount.point:
            low, high, basis = _ends(amount, one.unit)
            name = f"{one.name}({key})"
            yield Doubt(
                "parameter", name, f"{one.meaning.rstrip('.')}, {key}", str(one.unit),
                amount.point, amount.point * low, amount.point * high, basis,
                _row_of(one.name, key),
            )  # fmt: skip


def _row_of(table: str, key: str) -> Callable[[Setting, float], Setting]:
    def at(setting: Setting, value: float) -> Setting:
        rows = setting.judge.numbers(setting.case)["point"][table]
        assert isinstance(rows, Mapping)
        return _with_number(setting, table, {**rows, key: value})

    return at


def _with_number(setting: Setting, name: str, value: Any) -> Setting:
    return replace(setting, judge=setting.judge.with_numbers({name: value}))
