"""Why two decisions differ, told: one sentence first, then what each cause has a part in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from offerdesk.changed import Attribution, Change, is_money, outcome
from offerdesk.listings import as_json, columns
from offerdesk.page import VERDICTS
from offerdesk.shapley import Causes, coalitions
from offerdesk.sides import BOOK, CAUSES, DATE, MARKET, OFFER, Raw, Side, market_facts, own_facts
from rules.wording import money

HAPPENED = {
    OFFER: "the offer was edited",
    BOOK: "the book changed",
    MARKET: "the market changed",
    DATE: "the date moved",
}
MOST_FACTS, MOST_FIGURES = 12, 12
SUMMED = "ask_value_4y"


def as_form(found: Attribution, form: str) -> str:
    """The attribution as text or JSON."""
    if form == "json":
        return as_json(as_plain(found))
    return "\n\n".join(_sections(found))


# --- In a sentence ------------------------------------------------------------------------------


def answer(found: Attribution) -> str:
    """Why the later decision is another one, in a sentence or two."""
    before, after = (_said(side.record) for side in (found.before, found.after))
    if not found.differing:
        return f"Nothing differs: both are {after}."
    if not found.is_same:
        return f"From {before} to {after}: {_because(found)}"
    return f"Both are {after}. {_of_asks(found)}"


def _said(record: Raw) -> str:
    verdict, status = outcome(record)
    return VERDICTS[verdict] + (" (to be reviewed)" if status == "needs_review" else "")


def _because(found: Attribution) -> str:
    ways = [_both([HAPPENED[cause] for cause in CAUSES if cause in some]) for some in found.enough]
    if not ways:
        return "no mixture of their inputs gives the later outcome."
    told = (
        f"because {ways[0]}" if len(ways) == 1 else f"either because {', or because '.join(ways)}"
    )
    first = found.enough[0]
    if len(ways) > 1:
        return f"{told}; each of these is enough."
    if len(found.differing) == 1:
        return f"{told}; nothing else differs."
    if len(first) == 1:
        return f"{told}; that alone is enough."
    unknown = any(some < first and one.record is None for some, one in found.mixed.items())
    if unknown:
        return f"{told}; whether fewer would do is not known, as not all mixtures can be judged."
    return f"{told}; {'neither alone is' if len(first) == 2 else 'no fewer are'} enough."


def _both(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _of_asks(found: Attribution) -> str:
    total = next((one for one in found.figures if one.name == SUMMED), None)
    if total is None or total.shares.parts is None or None in (total.before, total.after):
        return "What is asked for is the same." if not found.asks else "Some asks differ."
    code = found.after.record["currency"]
    parts = total.shares.parts
    most = max(parts, key=lambda cause: abs(parts[cause]))
    told = [_amount(value, total, code) for value in (total.before, total.after)]
    return (
        f"What is asked for over four years went from {told[0]} to {told[1]}, "
        f"{'wholly' if parts[most] == sum(parts.values()) else 'most of it'} "
        f"because {HAPPENED[most]}."
    )


# --- In full ------------------------------------------------------------------------------------


def _sections(found: Attribution) -> Iterator[str]:
    yield answer(found)
    lines = [(f"  {cause}", "; ".join(what(found, cause))) for cause in CAUSES]
    yield f"What differs\n{columns(lines)}"
    head, *changes = divided(found)
    if changes:
        told = [(f"  {label}", *cells) for label, *cells in changes]
        yield f"What each cause has a part in\n{columns([head, *told])}\n{key(found)}"
    if found.notes:
        yield "\n".join(found.notes)


def divided(found: Attribution) -> list[Sequence[str]]:
    """The changes that matter most, each divided among its causes: the head, then the lines."""
    asks = [one for one in found.asks if None not in (one.before, one.after)]
    changes = [*found.verdict, *asks, *_largest(found.figures)] if found.differing else []
    return list(_table(found, changes))


def what(found: Attribution, cause: str) -> Iterator[str]:
    """What differs of one of the causes."""
    before, after = found.before, found.after
    if cause not in found.differing:
        yield "the same"
    elif cause == OFFER:
        yield from _facts(own_facts(before), own_facts(after))
    elif cause == BOOK:
        yield f"{before.row.entry.book[:12]} -> {after.row.entry.book[:12]}"
    elif cause == MARKET:
        yield f"{_snapshot(before)} -> {_snapshot(after)}"
        yield from _facts(market_facts(before), market_facts(after))
    else:
        yield f"{before.day} -> {after.day}"


def _snapshot(side: Side) -> str:
    return f"snapshot {side.row.entry.snapshot}" if side.row.entry.snapshot else "its own"


def _facts(one: Raw, other: Raw) -> Iterator[str]:
    changed = list(_differing(one["facts"], other["facts"]))
    changed += [f"{name} differ" for name, _, _ in _unequal(one["entries"], other["entries"])]
    yield from changed[:MOST_FACTS]
    if len(changed) > MOST_FACTS:
        yield f"and {len(changed) - MOST_FACTS} more facts"


def _differing(one: Raw, other: Raw) -> Iterator[str]:
    for name, was, now in _unequal(one, other):
        yield f"{name} {_stated(was)} -> {_stated(now)}"


def _unequal(one: Raw, other: Raw) -> Iterator[tuple[str, Any, Any]]:
    for name in {**one, **other}:
        if one.get(name) != other.get(name):
            yield name, one.get(name), other.get(name)


def _stated(value: Any) -> str:
    if value is None:
        return "not stated"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _largest(figures: Iterable[Change]) -> list[Change]:
    """The yearly and four-year worths that moved most; JSON has all figures."""
    sums = [one for one in figures if is_money(one.type) and None not in (one.before, one.after)]
    sums.sort(key=lambda one: -abs((one.after or 0.0) - (one.before or 0.0)))
    return sums[:MOST_FIGURES]


def _table(found: Attribution, changes: Iterable[Change]) -> Iterator[Sequence[str]]:
    yield ("", "before", "after", "change", *found.differing)
    code = found.after.record["currency"]
    for one in changes:
        ends = [_amount(value, one, code) for value in (one.before, one.after)]
        yield (one.label, *ends, *_parts(one, found.differing, code))


def _parts(one: Change, causes: Sequence[str], code: str | None) -> Iterator[str]:
    if one.shares.parts is None or one.before is None or one.after is None:
        yield from ("-", *("?" for _ in causes))
        return
    total = Fraction(one.after) - Fraction(one.before)
    yield _signed(total, one, code)
    rounded = (
        in_whole([one.shares.parts[cause] for cause in causes]) if is_money(one.type) else None
    )
    for index, cause in enumerate(causes):
        part = rounded[index] if rounded else one.shares.parts[cause]
        yield _signed(part, one, code) if part else "0"


def in_whole(parts: Sequence[Fraction]) -> list[Fraction]:
    """Parts in whole units that still add up to their sum in whole units.

    >>> [int(one) for one in in_whole([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)])]
    [1, 0, 0]
    """
    down = [Fraction(part.numerator // part.denominator) for part in parts]
    missing = int(Fraction(round(sum(parts, Fraction(0)))) - sum(down))
    by_rest = sorted(range(len(parts)), key=lambda index: down[index] - parts[index])
    for index in by_rest[: max(0, missing)]:
        down[index] += 1
    return down


def _amount(value: float | None, one: Change, code: str | None) -> str:
    if value is None:
        return "-"
    if one.name == "verdict":
        return ("walk away", "counter", "accept")[int(value)]
    if one.type is None:
        return "yes" if value else "no"
    return money(value, code) if is_money(one.type) else f"{value:.4g}"


def _signed(value: Fraction, one: Change, code: str | None) -> str:
    sign = "+" if value > 0 else ""
    if is_money(one.type):
        return f"{sign}{money(float(value), code)}"
    return f"{sign}{value}" if one.type is None else f"{sign}{float(value):.4g}"


def key(found: Attribution) -> str:
    """How the parts of the lines are to be read."""
    told = "The parts of a line add up to its change"
    if any(one.shares.orders < one.shares.of for one in (*found.verdict, *found.asks)):
        told += "; they are averages over the orders that could be followed, and not over all"
    if any(one.type is None for one in (*found.verdict, *found.asks)):
        told += "; accept counts 2, counter 1, walk away 0, yes 1, no 0"
    unknown = any(one.shares.parts is None for one in (*found.verdict, *found.asks))
    return f"{told}." + (" `?`: no order of the causes leads from one to the other." * unknown)


# --- For machines -------------------------------------------------------------------------------


def as_plain(found: Attribution) -> dict[str, Any]:
    """The attribution as plain values; every part is also an exact fraction, as text."""
    return {
        "answer": answer(found),
        "before": _decision(found.before),
        "after": _decision(found.after),
        "causes": {cause: _cause(found, cause) for cause in CAUSES},
        "enough": [sorted(some) for some in found.enough],
        "needed": list(found.needed),
        "verdict": [_change(one) for one in found.verdict],
        "asks": [_change(one) for one in found.asks],
        "figures": [_change(one) for one in found.figures],
        "mixtures": [_mixture(found, some) for some in coalitions(CAUSES)],
        "notes": list(found.notes),
    }


def _decision(side: Side) -> dict[str, Any]:
    names = ("verdict", "status", "rule", "book", "snapshot", "evaluation_date", "currency")
    return {"id": side.row.id, **{name: side.record[name] for name in names}}


def _cause(found: Attribution, cause: str) -> dict[str, Any]:
    differs = cause in found.differing
    return {"differs": differs, "what": list(what(found, cause)) if differs else []}


def _change(one: Change) -> dict[str, Any]:
    parts = one.shares.parts
    return {
        "name": one.name,
        "before": one.before,
        "after": one.after,
        "parts": None if parts is None else {cause: float(parts[cause]) for cause in parts},
        "exact": None if parts is None else {cause: str(parts[cause]) for cause in parts},
        "orders": one.shares.orders,
        "of": one.shares.of,
    }


def _mixture(found: Attribution, later: Causes) -> Mapping[str, Any]:
    mixed = found.mixed[later]
    if mixed.record is None:
        return {"later": sorted(later), "refused": str(mixed.refused)}
    names = ("verdict", "status", "rule")
    return {"later": sorted(later), **{name: mixed.record[name] for name in names}}
