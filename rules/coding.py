"""Values as the integers that stand for them in the durable-rules core, all of a stage at once."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Any

from rules.errors import FailedWorld, Fault
from rules.expression import Value
from rules.scale import NULL, Scale, places_on

Codes = list[int | str]
Picked = tuple[Any, ...]  # values of the kinds that slots say, or so it is hoped
Picker = Callable[[Any], tuple[Any, ...]]

_NUMBER = struct.Struct("<d")
_INTEGER = struct.Struct("<q")
_LEAST_INTEGER = -(2**63)
_INFINITY = _INTEGER.unpack(_NUMBER.pack(float("inf")))[0]
_FLAGS: Mapping[bool | None, int | str] = {None: NULL, False: 0, True: 1}
_KINDS: Mapping[type, str] = {float: "a number", bool: "a flag", str: "a text", date: "a date"}
_ABSENT = type(None)
PRESENCE = object  # the kind of a slot of which only matters whether it is NULL


def order_code(number: float) -> int:
    """The place of a double among all doubles, counted from zero, which is exact.

    >>> order_code(-0.0), order_code(5e-324), order_code(-5e-324)
    (0, 1, -1)
    >>> order_code(0.1 + 0.2) - order_code(0.3)
    1
    >>> order_code(2.0**53 + 2) - order_code(2.0**53)
    1

    Raises:
        FailedWorld: ``engine-number-not-finite``.
    """
    (bits,) = _INTEGER.unpack(_NUMBER.pack(number))
    code: int = bits if bits >= 0 else _LEAST_INTEGER - bits
    if -_INFINITY < code < _INFINITY:
        return code
    raise FailedWorld(
        Fault(
            code="engine-number-not-finite",
            place="a value shown to the rules",
            found=repr(number),
            allowed="finite numbers",
            next_step="look for an overflow in the figures of this offer",
        )
    )


def number_of(place: int) -> float:
    """The double of an order code.

    >>> number_of(order_code(-0.1)), number_of(order_code(1e300))
    (-0.1, 1e+300)
    """
    bits = place if place >= 0 else _LEAST_INTEGER - place
    (number,) = _NUMBER.unpack(_INTEGER.pack(bits))
    return float(number)


def code(value: float | bool | str | date, texts: dict[str, int]) -> int:
    """A value as the integer that stands for it in the core; a new text gets the next number."""
    match value:
        case bool():
            return int(value)
        case str():
            return texts.setdefault(value, len(texts))
        case date():
            return value.toordinal()
        case _:
            return order_code(value)


@dataclass
class Slot:
    """One value that the rules of a stage read; ``kind`` is None where any kind will do."""

    key: str
    kind: type | None = None


class Coder:
    """Turns the values that rules read into codes, one kind after the other.

    Args:
        slots: What the rules read.
        alike: Pairs of slots that are compared, so that they must be of one kind.
        texts: The texts that rules name, with their numbers.
        scales: Numbers that are compared with those of their scale only.

    Attributes:
        order: The slots in the order in which their codes come.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        alike: Iterable[tuple[int, int]],
        texts: Mapping[str, int],
        scales: Sequence[Scale] = (),
    ) -> None:
        on_scales = [index for scale in scales for index in scale.slots]
        apart = [i for i, one in enumerate(slots) if one.kind is float and i not in on_scales]
        numbers = on_scales + apart
        there = [index for index, slot in enumerate(slots) if slot.kind is PRESENCE]
        by_kind = [
            [index for index, slot in enumerate(slots) if slot.kind is kind]
            for kind in (bool, date, str, None)
        ]
        others = [index for of_kind in by_kind for index in of_kind]
        self.order = [*numbers, *there, *others]
        self._slots = [slots[index] for index in self.order]
        keys = [slot.key for slot in self._slots]
        first_there, first_other = len(numbers), len(numbers) + len(there)
        self._pick_numbers = picker(keys[:first_there])
        self._pick_there = picker(keys[first_there:first_other])
        self._pick_others = picker(keys[first_other:])
        self._places = [
            (places_on(scale), slice(end - len(scale.slots), end))
            for scale, end in zip(scales, accumulate(len(one.slots) for one in scales), strict=True)
        ]
        self._apart = slice(len(on_scales), first_there)
        self._coded = slice(first_other)
        ends = accumulate(map(len, by_kind), initial=first_other)
        self._spans = [slice(*span) for span in pairwise(ends)]
        places = {index: place for place, index in enumerate(self.order)}
        self._alike = [
            (places[a], places[b])
            for a, b in dict.fromkeys(alike)
            if slots[a].kind is None or slots[a].kind is not slots[b].kind
        ]
        self._named: Mapping[str, int] = texts
        self._numbered: dict[str | None, int | str] = {None: NULL}
        self._numbered.update(texts)

    def picked(self, values: Mapping[str, Value]) -> Picked:
        """What tells one fact from another.

        These are the codes of numbers and of what is only tested for NULL, and all other values.

        Raises:
            FailedWorld: ``engine-value-missing``, ``engine-kind-mismatch`` or
                ``engine-number-not-finite``.
        """
        try:
            numbers, there = self._pick_numbers(values), self._pick_there(values)
            others = self._pick_others(values)
        except KeyError as absent:
            raise FailedWorld(_missing(absent.args[0])) from None
        self._check_numbers(numbers)
        codes: Codes = []
        for places, span in self._places:
            codes += places(*numbers[span])
        for number in numbers[self._apart]:
            codes.append(NULL if number is None else order_code(number))
        return (*codes, *map(_presence, there), *others)

    def codes(self, picked: Picked) -> Codes:
        """The codes of all slots, of what was picked for them.

        Raises:
            FailedWorld: ``engine-kind-mismatch`` or ``engine-number-not-finite``.
        """
        flags, dates, texts, others = (picked[span] for span in self._spans)
        if not self._are_as_told(flags, dates, texts, others):
            self._check(picked)
        return [
            *picked[self._coded],
            *[_FLAGS[flag] for flag in flags],
            *[NULL if day is None else day.toordinal() for day in dates],
            *self._other_codes(texts, others),
        ]

    def _check_numbers(self, numbers: Sequence[Any]) -> None:
        known = [number for number in numbers if number is not None]
        if _are(float, known) and math.isfinite(sum(known)):
            return
        for number, slot in zip(numbers, self._slots, strict=False):
            if type(number) not in (float, _ABSENT):
                raise FailedWorld(_mismatch(slot.key, number, float))
        for number in known:
            order_code(number)  # which refuses

    def _other_codes(self, texts: Sequence[str | None], others: Sequence[Value]) -> Codes:
        """Texts that no rule names differ from those named and from each other."""
        if not others and self._numbered.keys() >= {*texts}:
            return [self._numbered[text] for text in texts]
        numbered = dict(self._named)
        return [NULL if one is None else code(one, numbered) for one in (*texts, *others)]

    def _are_as_told(
        self,
        flags: Iterable[Value],
        dates: Iterable[Value],
        texts: Iterable[Value],
        others: Sequence[Value],
    ) -> bool:
        return (
            not others
            and not self._alike
            and _are(bool, flags)
            and _are(date, dates)
            and _are(str, texts)
        )

    def _check(self, picked: Picked) -> None:
        for value, slot in zip(picked, self._slots, strict=True):
            allowed = _KINDS if slot.kind is None else (slot.kind,)
            is_coded = slot.kind in (float, PRESENCE)
            if value is not None and not is_coded and type(value) not in allowed:
                raise FailedWorld(_mismatch(slot.key, value, slot.kind or type(value)))
        for left, right in self._alike:
            one, other = self._kind(picked, left), self._kind(picked, right)
            if one is not other and _ABSENT not in (one, other):
                raise FailedWorld(_mismatch(self._slots[left].key, picked[left], other))

    def _kind(self, picked: Picked, place: int) -> type:
        """The kind of a value; a number is coded already."""
        if self._slots[place].kind is float:
            return _ABSENT if picked[place] == NULL else float
        return type(picked[place])


def _presence(value: Value) -> int | str:
    """A number that is not finite is refused even where only its presence matters."""
    if value is None:
        return NULL
    if type(value) is float and value - value != 0.0:
        order_code(value)
    return 1


def _are(kind: type, values: Iterable[Value]) -> bool:
    return {kind, _ABSENT}.issuperset(map(type, values))


def picker(keys: Sequence[Any]) -> Picker:
    """Like itemgetter, but a tuple for one and for no key, too.

    >>> picker(["a"])({"a": 1}), picker([])({}), picker([1, 0])("xy")
    ((1,), (), ('y', 'x'))
    """
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple(values[key] for key in keys)


def _missing(key: str) -> Fault:
    return Fault(
        code="engine-value-missing",
        place=key,
        found="no value at all",
        allowed="a value, or None for NULL",
        next_step="pass every name that the stage reads",
    )


def _mismatch(key: str, value: Value, kind: type) -> Fault:
    return Fault(
        code="engine-kind-mismatch",
        place=key,
        found=f"{value!r}, which is {_KINDS.get(type(value), type(value).__name__)}",
        allowed=_KINDS.get(kind, ", ".join(_KINDS.values())),
        next_step="run the book's type check and the check of the offer",
    )
