"""Parts of the pay that an ask or a lever can move, and what the book says of how far they move."""

from __future__ import annotations

_FLEXIBILITY = {
    "base": "flexibility_base",
    "equity_total": "flexibility_equity",
    "sign_on": "flexibility_sign_on",
    "bonus_guaranteed_y1": "flexibility_bonus",
    "level": "flexibility_level",
}
ELSEWHERE = "flexibility_terms"
GAINS = ("", "_y1", "_y2")  # what follows the name of a component in the names of its asks


def flexibility_of(component: str) -> str:
    """The table that says how far a component moves, by kind of employer.

    >>> flexibility_of("base"), flexibility_of("time")
    ('flexibility_base', 'flexibility_terms')
    """
    return _FLEXIBILITY.get(component, ELSEWHERE)


def has_flexibility(component: str) -> bool:
    """Whether the book has a table for this very component."""
    return component in _FLEXIBILITY
