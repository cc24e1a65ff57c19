"""What stands in a file, as far as it is of use in a sentence."""

from __future__ import annotations

import math
import re
from typing import Any

_AMOUNT = re.compile(r"[^\d.-]*([\d.,_ ]+)\s*([kKmM]?)[^\d]*")
_LONGEST = 80


def as_plain_number(value: Any) -> str:
    """What to write instead of `210K` or `$210,000`.

    >>> as_plain_number("$210,000"), as_plain_number("1.2M"), as_plain_number("a lot")
    ('write 210000', 'write 1200000', 'write the number without currency, commas or words')
    """
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    try:
        number = float(re.sub(r"[,_ ]", "", found[1])) if found else math.inf
    except ValueError:
        number = math.inf
    if found is None or not math.isfinite(number):
        return "write the number without currency, commas or words"
    return f"write {number * {'': 1, 'k': 1e3, 'm': 1e6}[found[2].lower()]:.0f}"


def quoted(value: Any) -> str:
    """What stands in a file, as far as it is of use in a sentence."""
    try:
        text = str(value)
    except ValueError:
        text = "a number of thousands of digits"  # which Python refuses to write out
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[:_LONGEST]}...`"
