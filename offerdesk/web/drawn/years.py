"""What one package pays in each year, as a small stacked chart among others of the same scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from offerdesk.bars import short
from offerdesk.markup import Markup, element
from offerdesk.web.drawn.scale import Scale, ticks
from rules.wording import money

WIDTH, HEIGHT = 280, 196  # [px]
TOP, FOOT, LEFT = 22, 172, 40
PARTS = ("base", "bonus", "equity", "renewed", "sign_on")
LABELS = {
    "base": "base",
    "bonus": "bonus",
    "equity": "equity",
    "renewed": "later grants",
    "sign_on": "sign-on",
}


@dataclass(frozen=True, slots=True)
class Year:
    """What a package pays in a year, by part [currency]; unknown parts are left out."""

    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self.parts.values())


def drawn(years: Sequence[Year], most: float, name: str, currency: str | None) -> Markup:
    """One package.

    Args:
        years: From the first on.
        most: The greatest year of all packages that stand beside each other.
        name: Whose package it is.
        currency: Of every amount.
    """
    marks = ticks(most)
    scale = Scale(0, marks[-1], FOOT, TOP)
    told = ", ".join(
        f"year {number} {money(year.total, currency)}" for number, year in enumerate(years, 1)
    )
    return element(
        "svg",
        *_grid(marks, scale),
        *(piece for number, year in enumerate(years) for piece in _column(number, year, scale)),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="years",
        role="img",
        aria_label=f"{name}: {told}",
    )


def parts_of(values: Mapping[str, float | None]) -> tuple[Year, ...]:
    """The four years of a package that the book has valued.

    Args:
        values: The figures of its formulas, by name.
    """
    found = []
    for number in (1, 2, 3, 4):
        named = {
            "base": values.get("base"),
            "bonus": values.get("bonus_y1" if number == 1 else "bonus_expected_value"),
            "equity": values.get(f"equity_y{number}"),
            "renewed": values.get(f"renewed_y{number}"),
            "sign_on": values.get(f"sign_on_y{number}"),
        }
        found.append(Year({part: amount for part, amount in named.items() if amount}))
    return tuple(found)


def _grid(marks: Sequence[float], scale: Scale) -> Iterator[Markup]:
    for amount in marks:
        y = scale.at(amount)
        kind = "zero" if amount == 0 else "grid"
        yield element("path", d=f"M{LEFT} {y}H{WIDTH}", class_=kind)
        yield element(
            "text",
            short(amount) if amount else "0",
            x=f"{LEFT - 6}",
            y=f"{y + 4}",
            text_anchor="end",
            class_="soft",
        )


def _column(place: int, year: Year, scale: Scale) -> Iterator[Markup]:
    room = (WIDTH - LEFT) / 4
    x, width = LEFT + room * place + room * 0.16, room * 0.68
    below = 0.0
    for part in PARTS:
        amount = year.parts.get(part, 0.0)
        if not amount:
            continue
        top, bottom = scale.at(below + amount), scale.at(below)
        below += amount
        yield element(
            "rect",
            x=f"{x:g}",
            y=f"{top:g}",
            width=f"{width:g}",
            height=f"{max(0.0, bottom - top):.1f}",
            class_=f"part is-{part.replace('_', '-')}",
        )
    middle = f"{x + width / 2:g}"
    yield element(
        "text", short(year.total), x=middle, y=f"{scale.at(below) - 5:g}", text_anchor="middle"
    )
    yield element(
        "text", f"year {place + 1}", x=middle, y=f"{FOOT + 17}", text_anchor="middle", class_="soft"
    )
