"""Numbers by their place among those that rules compare them with.

A rule sees of two numbers only which is greater, or that they are equal.  So whatever keeps that
order says all that there is to say of them, and the facts of one offer are more often those of
another: that the base is under the floor, and not what both are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Place = int | str
Places = Callable[..., Sequence[Place]]

NULL = "null"


class Scale(NamedTuple):
    """Slots whose numbers are compared with each other, and with which constants.

    Attributes:
        slots: Two or more, or one that is compared with constants.
        constants: As rules name them: the number, and the integer that stands for it.
    """

    slots: tuple[int, ...]
    constants: Mapping[float, int]


def places_on(scale: Scale) -> Places:
    """The function that takes the numbers of a scale, in order, and gives their places.

    >>> places_on(Scale((7, 9), {}))(5.0, 3.0), places_on(Scale((7,), {4.0: 1000}))(5.0)
    ((1, 0), (1001,))
    >>> places_on(Scale((7, 8, 9), {4.0: 1000}))(3.0, 5.0, None)
    [998, 1001, 'null']
    """
    if len(scale.slots) == 2 and not scale.constants:
        return _of_two
    if len(scale.slots) == len(scale.constants) == 1:
        return _beside_one(*scale.constants.items())
    return _among(scale.constants)


def _of_two(a: float | None, b: float | None) -> tuple[Place, Place]:
    if a is None or b is None:
        return NULL if a is None else 0, NULL if b is None else 0
    return (1, 0) if a > b else (0, 1) if b > a else (0, 0)


def _beside_one(constant: tuple[float, int]) -> Places:
    line, code = constant
    return lambda a: (NULL if a is None else code + (a > line) - (a < line),)


def _among(constants: Mapping[float, int]) -> Places:
    """Places for any number of numbers: a constant keeps its own, and others go between.

    There is room for them, because constants are as far apart as there are doubles between them.
    """
    first = min(constants.values(), default=0)

    def places(*numbers: float | None) -> list[Place]:
        known = sorted({*constants, *(number for number in numbers if number is not None)})
        found: dict[float | None, Place] = {None: NULL}
        place = first - len(known)
        for number in known:
            place = constants.get(number, place + 1)
            found[number] = place
        return [found[number] for number in numbers]

    return places
