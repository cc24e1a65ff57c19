"""How a fact is taken from what stands in a file; the `read` words of ``facts.yaml``.

Each reading gets the raw value (None when nothing stands there) and the words of the fact, and
gives a value or None.  A raw value of a kind that the reading does not know is passed on as it
is, so that the type check names it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

Reading = Callable[[Any, Sequence[str]], Any]

_NUMBERS = (int, float)
_MONTHS = re.compile(r"(\d{4})(?:-(\d{2}))?")
_YEARS = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(?:years?|yrs?)\b(?![\s-]*cliff)", re.IGNORECASE)
_SPLIT = re.compile(r"(?<![\d/])(\d{1,3})\s*%?\s*/\s*\d{1,3}\s*%?\s*/\s*\d{1,3}(?!\d)")
_CLIFF = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(years?|yrs?|months?|mos?)[\s-]*cliff", re.IGNORECASE)
_NO_CLIFF = re.compile(r"\b(?:no|without(?: a)?)[\s-]*cliff", re.IGNORECASE)


def _token(text: Any) -> str:
    return _tokenised(str(text))


@lru_cache(maxsize=1024)
def _tokenised(text: str) -> str:
    return "_" + re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") + "_"


def plain_number(raw: Any) -> float | None:
    """A number as a double; None for anything else and for what no double can hold.

    >>> plain_number(5), plain_number(True), plain_number(10**400), plain_number("5")
    (5.0, None, None, None)
    """
    if isinstance(raw, bool) or not isinstance(raw, _NUMBERS):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _value(raw: Any, _: Sequence[str]) -> Any:
    return raw


def _worked_out(_: Any, __: Sequence[str]) -> None:
    """Nothing yet: ``rules.case`` works it out from other facts."""


def _length(raw: Any, _: Sequence[str]) -> Any:
    return float(len(raw)) if isinstance(raw, list) and raw else None


def _contains(raw: Any, words: Sequence[str]) -> Any:
    """Whether a list holds one of the words, whole."""
    if raw is None:
        return None
    listed = {_token(one) for one in (raw if isinstance(raw, list) else [raw])}
    return any(_token(word) in listed for word in words)


def _mentions(raw: Any, words: Sequence[str]) -> Any:
    """Whether a text, or an entry of a list, holds one of the words.

    >>> _mentions(["bank_details_requested"], ["bank details"]), _mentions(["company"], ["any"])
    (True, False)
    """
    if raw is None:
        return None
    listed = [_token(one) for one in (raw if isinstance(raw, list) else [raw])]
    return any(_token(word) in one for word in words for one in listed)


def _present(raw: Any, _: Sequence[str]) -> Any:
    return bool(raw) if raw is not None else None


def _month(raw: Any, _: Sequence[str]) -> Any:
    """A date that may be given as a month or a year; its first day counts.

    >>> _month("2026-01", ()), _month(2025, ())
    (datetime.date(2026, 1, 1), datetime.date(2025, 1, 1))
    """
    found = _MONTHS.fullmatch(str(raw)) if isinstance(raw, str | int) else None
    if found is None or not 1 <= int(found[2] or 1) <= 12 or int(found[1]) < 1:
        return raw
    return date(int(found[1]), int(found[2] or 1), 1)


def _number_or_base(raw: Any, _: Sequence[str]) -> Any:
    return raw.get("base") if isinstance(raw, dict) else raw


def _vesting_years(raw: Any, _: Sequence[str]) -> Any:
    """The length of vesting that a phrase claims.

    >>> _vesting_years("Standard 4-year vest with 1-year cliff", ())
    4.0
    """
    found = _YEARS.search(raw) if isinstance(raw, str) else None
    return float(found[1]) if found else None


def _cliff_months(raw: Any, _: Sequence[str]) -> Any:
    """The cliff that a phrase claims [months].

    >>> _cliff_months("4-year, 1-year cliff", ()), _cliff_months("4 years, no cliff", ())
    (12.0, 0.0)
    """
    if not isinstance(raw, str):
        return None
    if _NO_CLIFF.search(raw):
        return 0.0
    found = _CLIFF.search(raw)
    return float(found[1]) * (12 if found[2].lower().startswith("y") else 1) if found else None


def _first_share(raw: Any, _: Sequence[str]) -> Any:
    """The share of the first year in a schedule that a phrase or a list claims.

    >>> _first_share("40/30/20/10, quarterly", ()), _first_share("4 years", ())
    (0.4, None)
    >>> _first_share([0.5, 0.33, 0.17], ())
    0.5
    """
    if isinstance(raw, list):
        return raw[0] if raw else None
    found = _SPLIT.search(raw) if isinstance(raw, str) else None
    return float(found[1]) / 100 if found else None


READINGS: dict[str, Reading] = {
    "value": _value,
    "entry or zero": _value,
    "length": _length,
    "contains": _contains,
    "mentions": _mentions,
    "present": _present,
    "month": _month,
    "number or base": _number_or_base,
    "vesting years": _vesting_years,
    "cliff months": _cliff_months,
    "first-year share": _first_share,
    "wage level": _value,
    "jurisdiction": _worked_out,
    "currencies without a rate": _worked_out,
    "currencies converted": _worked_out,
    "rate date": _worked_out,
}
