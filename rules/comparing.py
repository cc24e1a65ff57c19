"""Which numbers the rules of a phase compare with each other, and with which constants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.clauses import Clause, Rule
from rules.coding import Slot, number_of
from rules.scale import Scale


def scales_of(rules: Iterable[Rule], slots: Sequence[Slot]) -> Iterator[Scale]:
    """The scales of a phase.

    A slot that may hold more than numbers is on none, nor are those with which it is compared.
    """
    together: dict[int, set[int]] = {}
    constants: dict[int, set[int]] = {}
    for slot, other in (pair for rule in rules for one in rule.clauses for pair in _compared(one)):
        group = together.setdefault(slot, {slot})
        if isinstance(other, Mapping):
            group |= together.get(_slot(other["$m"]), {_slot(other["$m"])})
            together |= dict.fromkeys(group, group)
        elif other is not None:
            constants.setdefault(slot, set()).add(other)
    for group in {id(group): group for group in together.values()}.values():
        if all(slots[slot].kind is float for slot in group):
            codes = sorted({code for slot in group for code in constants.get(slot, ())})
            yield Scale(tuple(sorted(group)), {number_of(code): code for code in codes})


def _compared(clause: Clause) -> Iterator[tuple[int, Any]]:
    """Each slot of a clause, and what it is compared with: a code, another slot, or NULL."""
    for key, value in clause.items():
        match key, value:
            case "$or", parts:
                for part in parts:
                    yield from _compared(part)
            case str(), dict() if key.startswith("$"):
                yield from _compared(value)
            case _:
                yield _slot(key), value


def _slot(attribute: str) -> int:
    return int(attribute.removeprefix("a"))
