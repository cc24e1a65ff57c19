"""The numbers of an ask, as formulas: floor, target, cap, opening, and what they add up to.

``asks.yaml`` says for each component what floor, target and cap are; everything that is the same
for all components is written here once, in the language of the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.expression import And, Call, Expression


@dataclass(frozen=True, slots=True)
class Term:
    """A formula to be added to the book; without a unit it is a signal."""

    ask: str
    name: str
    unit: str | None
    text: str
    meaning: str


def ask_terms(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Term]:
    """The terms of every ask, and the sums over all of them.

    Args:
        entries: The components of ``asks.yaml``, by name.
    """
    for name, entry in entries.items():
        yield from _component(name, entry)
    bold = _sum(entries, "bold")
    yield Term("", "ask_bold_uplift", "fraction", f"({bold}) / offer_value_4y", _BOLD)
    limit = "ask_bold_uplift > uplift_limit AND NOT has_verified_competing_offer"
    yield Term("", "ask_is_too_bold", None, limit, "The openings go too far to be said.")
    yield Term("", "ask_value_4y", "currency/year", _sum(entries, "opening"), _VALUE)


_BOLD = "What all openings together would add to the package."
_VALUE = "What the openings add over four years."


def _component(name: str, entry: Mapping[str, Any]) -> Iterator[Term]:
    ask, unit, label = f"ask_{name}", entry["unit"], entry["label"]
    worth = "1/year" if unit == "currency" else "fraction"
    floor = _least_of_floor(entry)
    step = f"{ask}_step"
    target = (
        f"CASE WHEN {ask}_goal IS NULL OR {step} IS NULL THEN NULL ELSE "
        f"LEAST({ask}_cap, GREATEST({ask}_floor, {ask}_goal)) END"
    )
    near = f"ROUND({ask}_target / {step}) * {step}"
    sayable = f"CASE WHEN {near} >= {ask}_target THEN {near} ELSE {near} + {step} END"
    is_open = (
        f"in_negotiation AND ({entry['open']}) AND {ask}_offered < {ask}_target "
        f"AND COALESCE({ask}_floor <= {ask}_cap, TRUE)"
    )
    above = f"ROUND(({ask}_floor + {step}) / {step}) * {step}"  # the floor is never said aloud
    least = f"GREATEST({ask}_sayable, {above})"
    first = f"{ask}_goal + opening_overshoot * ({ask}_goal - COALESCE({ask}_floor, {ask}_goal))"
    bold = (
        f"CASE WHEN {ask}_open THEN "
        f"LEAST({ask}_cap, GREATEST({least}, ROUND(({first}) / {step}) * {step})) "
        "ELSE NULL END"
    )
    opening = (
        f"CASE WHEN NOT {ask}_open THEN NULL "
        f"WHEN ask_is_too_bold THEN LEAST({ask}_cap, {least}) ELSE {ask}_bold END"
    )
    gain = f"({ask}_opening - {ask}_offered) * {ask}_worth / offer_value_4y"
    yield Term(name, step, unit, f"{entry['grid']}", f"Step of the numbers for {label}.")
    yield Term(name, f"{ask}_worth", worth, f"{entry['worth']}", f"Worth of more {label}.")
    yield Term(name, f"{ask}_offered", unit, f"{entry['offered']}", f"Offered {label}.")
    yield Term(name, f"{ask}_floor", unit, floor, f"Lowest {label} to sign at; never said aloud.")
    yield Term(name, f"{ask}_goal", unit, f"{entry['target']}", f"Aim for {label}, off the grid.")
    yield Term(name, f"{ask}_cap", unit, f"{entry['cap']}", f"Highest {label} to ask for.")
    yield Term(name, f"{ask}_target", unit, target, f"The {label} to end at.")
    yield Term(name, f"{ask}_sayable", unit, sayable, f"The {label} to end at, on the grid.")
    yield Term(name, f"{ask}_open", None, is_open, f"There is something to ask for in {label}.")
    yield Term(name, f"{ask}_bold", unit, bold, f"First number for {label}, whatever the sum.")
    yield Term(name, f"{ask}_opening", unit, opening, f"The {label} to say first.")
    yield Term(name, f"{ask}_gain", "fraction", gain, f"What the opening for {label} adds.")


def may_move(is_open: Expression) -> Expression:
    """Of the flag ``ask_..._open`` what ``asks.yaml`` itself says: the employer has left it open.

    The rest of it is whether this very offer gives cause to ask.

    Args:
        is_open: As ``ask_terms`` wrote it, with FALSE instead of UNKNOWN.
    """
    assert isinstance(is_open, Call)
    assert isinstance(is_open.arguments[0], And)
    _, *own, _, _ = is_open.arguments[0].operands
    return And(tuple(own)) if len(own) > 1 else own[0]


def _least_of_floor(entry: Mapping[str, Any]) -> str:
    minimum = entry.get("minimum")
    return f"GREATEST({entry['floor']}, {minimum})" if minimum else f"{entry['floor']}"


def _sum(entries: Mapping[str, Mapping[str, Any]], part: str) -> str:
    terms = (
        f"COALESCE((ask_{name}_{part} - ask_{name}_offered) * ask_{name}_worth, 0)"
        for name in entries
    )
    return " + ".join(terms) or "0"
