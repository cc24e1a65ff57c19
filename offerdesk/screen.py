"""What the place that we write to can show: width, colour, letters."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TypedDict

WIDEST, NARROWEST = 100, 40
_CURRENCIES = {"€": "EUR ", "£": "GBP ", "¥": "JPY ", "₹": "INR ", "₩": "KRW ", "₪": "ILS "}
_SIGNS = {"–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-"}  # noqa: RUF001
_SPELT = str.maketrans(_CURRENCIES | _SIGNS)


class Screen(TypedDict):
    """How to lay a text out."""

    width: int
    colour: bool
    unicode: bool


def screen() -> Screen:
    """What stdout can show; a pipe gets plain text of eighty columns unless COLUMNS says else."""
    width = shutil.get_terminal_size((80, 24)).columns
    return {
        "width": max(NARROWEST, min(WIDEST, width)),
        "colour": _is_coloured(),
        "unicode": is_unicode(),
    }


def _is_coloured() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def is_unicode() -> bool:
    """Whether stdout takes any letter."""
    return "utf" in (sys.stdout.encoding or "").lower()


def writable(text: str) -> str:
    """The text in letters that stdout can take; currency signs it lacks become codes."""
    if is_unicode():
        return text.encode("utf-8", "replace").decode("utf-8")
    encoding = sys.stdout.encoding or "ascii"
    return text.translate(_SPELT).encode(encoding, "replace").decode(encoding)
