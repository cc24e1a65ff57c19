"""One component of pay against its band, as a line of characters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.wording import money

OFFER, FLOOR, TARGET, OPENING = "offer", "sign at", "settle at", "say"
MARKS = {OFFER: ("●", "O"), FLOOR: ("▲", "F"), TARGET: ("◆", "T"), OPENING: ("▶", ">")}
INSIDE, OUTSIDE = ("━", "="), ("┄", ".")


@dataclass(frozen=True, slots=True)
class Bar:
    """The amounts of a component [currency]; None where nobody knows.

    Attributes:
        band: Bottom and top of what the employer pays.
        floor, target, opening: The lowest to sign at, the amount to end at, the one to say first.
    """

    label: str
    currency: str | None
    band: tuple[float | None, float | None]
    offer: float
    floor: float | None = None
    target: float | None = None
    opening: float | None = None

    @property
    def compares(self) -> bool:
        """Whether there is anything to hold the offer against."""
        return any(value is not None and value != self.offer for value in self._others())

    def _others(self) -> tuple[float | None, ...]:
        return (*self.band, self.floor, self.target, self.opening)

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest of all amounts: what the line spans."""
        known = [value for value in (self.offer, *self._others()) if value is not None]
        return min(known), max(known)

    @property
    def marks(self) -> dict[str, float]:
        """The amounts that are marked, the most important last so that it is seen."""
        named = {OPENING: self.opening, TARGET: self.target, FLOOR: self.floor, OFFER: self.offer}
        return {name: value for name, value in named.items() if value is not None}


def drawn(bar: Bar, width: int, *, unicode: bool) -> Iterator[tuple[str, str]]:
    """The line from the least to the greatest amount, character by character.

    >>> bar = Bar("base", "USD", (100.0, 200.0), 120.0, 140.0, 180.0, 200.0)
    >>> "".join(text for _, text in drawn(bar, 11, unicode=False))
    '==O=F===T=>'

    Yields:
        Name of the mark (``band`` or ``outside`` between the marks) and its character.
    """
    low, high = bar.ends
    step = (high - low) / (width - 1)
    cells = ["band" if _is_inside(low + i * step, bar, step) else "outside" for i in range(width)]
    for name, value in bar.marks.items():
        cells[round((value - low) / step) if step else 0] = name
    for name in cells:
        characters = MARKS.get(name) or (INSIDE if name == "band" else OUTSIDE)
        yield name, characters[0 if unicode else 1]


def _is_inside(value: float, bar: Bar, step: float) -> bool:
    low, high = bar.band
    if low is None or high is None:
        return False
    return low - step / 2 <= value <= high + step / 2


def short(value: float, currency: str | None = None) -> str:
    """An amount in few characters.

    >>> short(195000.0), short(57500.0), short(1250000.0), short(20.0)
    ('195K', '57.5K', '1.25M', '20')
    """
    for size, letter in ((1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return money(value, currency)
