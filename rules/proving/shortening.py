"""Offers cut down to what shows something, with round numbers, so that they can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rules.proving.witness import Witness, Witnesses

Shows = Callable[[Witness], bool]
_ROUND = (10_000.0, 1_000.0, 100.0, 1.0, 0.01)
_KEPT = ("company", "currency")  # an offer without them is no offer


def shortened(witness: Witness, witnesses: Witnesses, shows: Shows) -> Witness:
    """The same offer with fewer facts and rounder numbers that still shows it.

    Args:
        witness: The offer.
        witnesses: Judges the offers that are tried.
        shows: Whether an offer shows what it is to show.
    """
    for name in sorted(witness.facts):
        if witness.facts[name] is not None and name.rpartition(".")[2] not in _KEPT:
            witness = _tried(witness, witnesses, shows, name, [None])
    for name in sorted(witness.facts):
        if isinstance(witness.facts[name], float):
            witness = _tried(witness, witnesses, shows, name, _rounder(witness.facts[name]))
    return witness


def _tried(witness: Witness, witnesses: Witnesses, shows: Shows, name: str, values: Any) -> Witness:
    """The offer with the first value for a fact with which it still shows it."""
    for value in values:
        if value == witness.facts[name]:
            return witness
        found = witnesses.made({**witness.facts, name: value})
        if found is not None and shows(found):
            return found
    return witness


def _rounder(number: Any) -> Iterator[float]:
    for step in _ROUND:
        yield round(number / step) * step


def plain_offer(offer: Mapping[str, Any]) -> dict[str, Any]:
    """An offer without empty sections; an empty list of the market keeps the market its own.

    >>> plain_offer({"offer": {"company": "A"}, "candidate": {}, "market": {"percentiles": []}})
    {'offer': {'company': 'A'}, 'market': {'percentiles': []}}
    """
    return {name: section for name, section in offer.items() if section not in ({}, None)}
