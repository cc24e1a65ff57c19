"""Sentences with slots: numbers as people write them, and nothing said that is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from rules.checker import Type
from rules.expression import Value
from rules.units import Unit

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_WORDS = re.compile(r"[a-z]+(?:_[a-z]+)+")  # as the keys and words of a file are written
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "KRW": "₩", "ILS": "₪"}


def slots(text: str) -> list[str]:
    """The names of the slots, in order.

    >>> slots("Base {base} is under {floor}.")
    ['base', 'floor']
    """
    return list(_pieces(text)[1::2])


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[str, ...]:
    """The text between the slots, and their names, in turn."""
    return tuple(_SLOT.split(text))


def filled(
    text: str, values: Mapping[str, Value], types: Mapping[str, Type], currency: str | None
) -> str | None:
    """The sentence with its slots filled; None when a slot's value is unknown."""
    said = list(_pieces(text))
    for place in range(1, len(said), 2):
        slot = said[place]
        value = values.get(slot)
        if value is None:
            return None
        said[place] = shown(value, types[slot], currency)
    sentence = "".join(said)
    return sentence[:1].upper() + sentence[1:]


def shown(value: Value, kind: Type, currency: str | None) -> str:
    """A value as a person would write it.

    >>> from rules.units import parse_unit
    >>> shown(236500.0, Type("number", parse_unit("currency/year")), "USD")
    '$236,500'
    >>> shown(0.1236, Type("number", parse_unit("fraction"), label="fraction"), None)
    '12.4 %'
    """
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case date():
            return f"{value.day} {value:%B %Y}"
        case str():
            is_words = kind.choices or _WORDS.fullmatch(value)
            return value.replace("_", " ") if is_words else value
        case _:
            return _number(value, kind.label or _written(kind.unit), currency)


@lru_cache(maxsize=256)
def _written(unit: Unit | None) -> str:
    return str(unit or "")


def _number(value: float, unit: str, currency: str | None) -> str:
    if unit in ("currency/share", "currency/hour"):
        return money(value, currency, decimals=2)
    if unit.startswith("currency"):
        return money(value, currency)
    if unit in ("fraction", "1/year"):
        return f"{value * 100:.1f}".removesuffix(".0") + " %"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def money(value: float, currency: str | None, *, decimals: int = 0) -> str:
    """An amount with its currency.

    >>> money(-1250.0, "GBP"), money(68000.0, "SEK")
    ('-£1,250', 'SEK 68,000')
    """
    sign = "-" if round(value, decimals) < 0 else ""
    symbol = _SYMBOLS.get(currency or "", f"{currency} " if currency else "")
    return f"{sign}{symbol}{abs(value):,.{decimals}f}"
