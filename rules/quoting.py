"""What stands in a file, as far as it is of use in a sentence."""

from __future__ import annotations

import math
import re
from typing import Any

_DIGITS = r"\d+|\d{1,3}(?P<mark>[, _])\d{3}(?:(?P=mark)\d{3})*"
_UNIT = r"(?:[kKmM](?![a-zA-Z])|%)?"
_AMOUNT = re.compile(rf"[^\d.#=-]*(?P<number>(?:{_DIGITS})?(?:\.\d+)?)\s*(?P<unit>{_UNIT})[^\d.,]*")
_IN_GROUPS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 210.000 may be either, for who writes it so
_TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "%": 0.01}
_LONGEST = 80


def as_plain_number(value: Any) -> str:
    """What to write instead of `210K` or `$210,000`; nothing that may mean another number.

    >>> as_plain_number("$210,000"), as_plain_number("1.2M"), as_plain_number("12.5%")
    ('write 210000', 'write 1200000', 'write 0.125')
    >>> as_plain_number("0,15") == as_plain_number("210.000 EUR") == as_plain_number("a lot")
    True
    """
    found = _AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    digits = re.sub(r"[,_ ]", "", found["number"]) if found else ""
    number = float(digits or math.inf)
    if found is None or _IN_GROUPS.fullmatch(digits) or not math.isfinite(number):
        return "write the number without currency, commas or words"
    times = _TIMES[found["unit"].lower()]
    return f"write {number * times:.12g}"


def quoted(value: Any) -> str:
    """What stands in a file, as far as it is of use in a sentence."""
    try:
        text = str(value)
    except ValueError:
        text = "a number of thousands of digits"  # which Python refuses to write out
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[:_LONGEST]}...`"
