"""Offers cut down to what shows something, with round numbers, so that they can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules.expression import Value
from rules.proving.witness import Witness, Witnesses

Shows = Callable[[Witness], bool]
_CHUNKS = (32, 8, 2, 1)  # how many facts are left out at once
_ROUND = (10_000.0, 1_000.0, 1.0, 0.05)
_KEPT = ("company", "currency")  # an offer without them is no offer


def shortened(witness: Witness, witnesses: Witnesses, shows: Shows) -> Witness:
    """The same offer with fewer facts and rounder numbers that still shows it.

    Args:
        witness: The offer.
        witnesses: Judges the offers that are tried.
        shows: Whether an offer shows what it is to show.
    """

    def tried(changes: Mapping[str, Value]) -> Witness | None:
        found = witnesses.made({**witness.facts, **changes})
        return found if found is not None and shows(found) else None

    for size in _CHUNKS:
        stated = [n for n in sorted(witness.facts) if _may_go(n, witness.facts[n])]
        for some in (stated[at : at + size] for at in range(0, len(stated), size)):
            witness = tried(dict.fromkeys(some)) or witness
    for name, value in sorted(witness.facts.items()):
        if isinstance(value, float):
            rounder = (round(value / step) * step for step in _ROUND)
            found = (tried({name: one}) for one in rounder if one != value)
            witness = next(filter(None, found), witness)
    return witness


def _may_go(name: str, value: Value) -> bool:
    return value not in (None, False) and name.rpartition(".")[2] not in _KEPT


def plain_offer(offer: Mapping[str, Any]) -> dict[str, Any]:
    """An offer without empty sections, but for that which every offer file has.

    An empty list of the market keeps the market its own.

    >>> plain_offer({"offer": {"company": "A"}, "candidate": {}, "market": {"percentiles": []}})
    {'offer': {'company': 'A'}, 'market': {'percentiles': []}}
    """
    return {
        name: section
        for name, section in offer.items()
        if name == "offer" or section not in ({}, None)
    }
