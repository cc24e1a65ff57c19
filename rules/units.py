"""Units of the book's figures, and their algebra.

    currency/year   a salary         currency/share  a strike price     1/year  a rate of vesting
    hour/week       working time     fraction, count, score             plain numbers
    level           steps of a ladder, which mix with nothing else

A year and a month are different units: nothing is converted behind the author's back, a
formula multiplies by 12 [month/year] itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.errors import Fault, MalformedBook

DIMENSIONS = ("currency", "share", "level", "year", "month", "week", "day", "hour")
DIMENSIONLESS = ("fraction", "count", "score", "1")

_FACTOR = re.compile(r"([a-z]+|1)(?:\^([1-9]))?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of dimensions.

    Attributes:
        powers: Dimension and exponent, in the order of ``DIMENSIONS``; no exponent is 0.
    """

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[str, int]) -> Unit:
        """The unit with these exponents; zeros are dropped.

        >>> Unit.of({"year": -1, "currency": 1, "share": 0}).powers
        (('currency', 1), ('year', -1))
        """
        return cls(tuple((name, powers[name]) for name in DIMENSIONS if powers.get(name)))

    def __mul__(self, other: Unit) -> Unit:
        """The unit of a product.

        >>> str(parse_unit("currency/year") * parse_unit("year"))
        'currency'
        """
        return self._combined(other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        """The unit of a quotient.

        >>> str(parse_unit("currency") / parse_unit("currency/year"))
        'year'
        """
        return self._combined(other, -1)

    def _combined(self, other: Unit, sign: int) -> Unit:
        powers = dict(self.powers)
        for name, exponent in other.powers:
            powers[name] = powers.get(name, 0) + sign * exponent
        return Unit.of(powers)

    @property
    def is_dimensionless(self) -> bool:
        """Whether it is a plain number.

        >>> parse_unit("fraction").is_dimensionless
        True
        """
        return not self.powers

    def __str__(self) -> str:
        """The unit as the book writes it; a plain number is ``1``.

        >>> [str(parse_unit(text)) for text in ("currency/share/year", "1/year", "score")]
        ['currency/share/year', '1/year', '1']
        """
        above = "*".join(_power(name, n) for name, n in self.powers if n > 0)
        below = "".join("/" + _power(name, -n) for name, n in self.powers if n < 0)
        return (above or "1") + below


NUMBER = Unit()


def parse_unit(text: str, place: str = "unit") -> Unit:
    """Read a unit: dimensions joined by ``*`` and ``/``, each with an optional ``^power``.

    >>> str(parse_unit("currency * year / week^2"))
    'currency*year/week^2'

    Args:
        text: The unit as written in the book.
        place: Where it stands, for the message.

    Raises:
        MalformedBook: ``book-unit-unknown`` for anything else.
    """
    powers: dict[str, int] = {}
    sign = 1
    for part in re.split(r"([*/])", "".join(text.split())):
        if part in ("*", "/"):
            sign = 1 if part == "*" else -1
            continue
        name, exponent = _factor(part, text, place)
        powers[name] = powers.get(name, 0) + sign * exponent
    return Unit.of(powers)


def _factor(part: str, text: str, place: str) -> tuple[str, int]:
    match = _FACTOR.fullmatch(part)
    if match is None or match[1] not in DIMENSIONS + DIMENSIONLESS:
        allowed = ", ".join(DIMENSIONS + DIMENSIONLESS) + ", joined by * and /"
        raise MalformedBook(Fault("book-unit-unknown", place, f"the unit `{text}`", allowed))
    return match[1], int(match[2] or 1)


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"
