"""Packages of equal worth to the candidate, each heavy in another part, to be offered together.

Each package says one part at its opening and the others lower, so that all are worth the same over
four years by the exchange rates of ``asks.yaml``.  No part goes under the middle between its floor
and its target, above its opening or off its grid, and what is locked is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_PACKAGES = 3
# A part of the pay, and the components of `asks.yaml` that make it up.
HEAVY_IN = {
    "base": ("base",),
    "equity": ("equity_total",),
    "sign-on": ("sign_on", "sign_on_y1", "sign_on_y2"),
    "bonus": ("bonus_guaranteed_y1",),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A component that is open, with the amounts between which it may be said.

    Attributes:
        least: Lowest amount to be said; above the floor, and never the floor itself.
        most: Highest amount to be said: the opening.
        step: Grid of the amounts.
        worth: What one more unit brings over four years.
    """

    name: str
    offered: float
    least: float
    target: float
    most: float
    step: float
    worth: float

    def gain(self, amount: float) -> float:
        """What an amount brings over the offered one [currency, over four years]."""
        return (amount - self.offered) * self.worth

    def amount(self, gain: float) -> float:
        """The sayable amount that brings nearest to a gain.

        >>> base = Part("base", 90.0, 95.0, 98.0, 99.0, 1.0, 4.4)
        >>> base.amount(31.0), base.amount(0.0), base.amount(1e9)
        (97.0, 95.0, 99.0)
        """
        exact = self.offered + gain / self.worth
        return min(self.most, max(self.least, round(exact / self.step) * self.step))


def packages_of(names: Iterable[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The packages for a judged case; none where fewer than two parts are open.

    Args:
        names: The components of ``asks.yaml``.
        values: Every name of the book with its value.
    """
    parts = [_part(name, values) for name in names if _is_known(name, values)]
    if values["offer_value_4y"] is None:
        return []
    ceiling = None
    if values["has_verified_competing_offer"] is not True:
        ceiling = values["uplift_limit"] * values["offer_value_4y"]
    return [
        {
            "id": letter,
            "name": f"{heavy}-heavy",
            "components": amounts,
            "value_4y": values["offer_value_4y"]
            + sum(part.gain(amounts[part.name]) for part in parts),
        }
        for letter, (heavy, amounts) in zip("ABC", equal_packages(parts, ceiling), strict=False)
    ]


def _is_known(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a component is open, and what more of it is worth is known."""
    return values[f"ask_{name}_open"] is True and (values[f"ask_{name}_worth"] or 0) > 0


def _part(name: str, values: Mapping[str, Any]) -> Part:
    offered, floor, target, opening, step, worth = (
        values[f"ask_{name}_{one}"]
        for one in ("offered", "floor", "target", "opening", "step", "worth")
    )
    floor = max(offered, offered if floor is None else floor)
    middle = target - values["opening_overshoot"] * (target - floor)
    above = floor + step if floor > offered else floor
    least = max(offered, round(max(middle, above) / step) * step)
    return Part(name, offered, min(opening, least), target, opening, step, worth)


def equal_packages(
    parts: Sequence[Part], ceiling: float | None = None
) -> list[tuple[str, dict[str, float]]]:
    """Amounts by component, one package for each part of the pay that is open.

    Args:
        parts: The open components.
        ceiling: Most that a package should bring over the offer; one opening alone may bring more.
    """
    heavy = {kind: [p for p in parts if p.name in named] for kind, named in HEAVY_IN.items()}
    heavy = dict([(kind, some) for kind, some in heavy.items() if some][:MOST_PACKAGES])
    if len(heavy) < 2:
        return []
    gain = max(_least_gain(parts, some) for some in heavy.values())
    aim = sum(part.gain(part.target) for part in parts)
    if aim < sum(part.gain(part.most) for part in parts):  # else nothing would be left to vary
        gain = max(gain, aim if ceiling is None else min(aim, ceiling))
    found: list[tuple[str, dict[str, float]]] = []
    for kind, some in heavy.items():
        amounts = _package(parts, some, gain)
        if all(amounts != known for _, known in found):
            found.append((kind, amounts))
    return found if len(found) > 1 else []


def _least_gain(parts: Sequence[Part], heavy: Sequence[Part]) -> float:
    return sum(part.gain(part.most if part in heavy else part.least) for part in parts)


def _package(parts: Sequence[Part], heavy: Sequence[Part], gain: float) -> dict[str, float]:
    """The heavy parts at their opening, what is left shared by the others, finest grid last."""
    amounts = {part.name: part.most for part in heavy}
    left = gain - sum(part.gain(part.most) for part in heavy)
    others = sorted((p for p in parts if p not in heavy), key=lambda p: -p.step * p.worth)
    for index, part in enumerate(others):
        rest = others[index:]
        low, high = sum(p.gain(p.least) for p in rest), sum(p.gain(p.most) for p in rest)
        share = (left - low) / (high - low) if high > low else 0.0
        wanted = part.gain(part.least) + share * (part.gain(part.most) - part.gain(part.least))
        amounts[part.name] = part.amount(wanted)
        left -= part.gain(amounts[part.name])
    return {part.name: amounts[part.name] for part in parts}
