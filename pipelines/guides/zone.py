"""Pay zones: the name of a region without its ornaments, and the currency its tag states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.guides.money import CODES, SYMBOLS

_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")
_FLAG = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d\U000e0020-\U000e007f]+"
)
CODE = re.compile(rf"\b({'|'.join(CODES)})\b")
_TAG = re.compile(
    rf"\s*[(\[]\s*(?:{'|'.join(CODES)})\b[^()\[\]]*[)\]]|\s*[(\[]\s*(?:[A-Z]{{0,2}}[$£€₹₪¥₩])\s*[)\]]"
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A pay zone.

    Attributes:
        name: The region as written, without bold, flags and currency tag.
        currency: ISO code from the tag; None when no tag, or a tag of several currencies.
        raw: The cell as written.
        tags: Every code in the tag.
    """

    name: str
    currency: str | None
    raw: str
    tags: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def read_zone(text: str) -> Zone:
    """Read a region cell or a region's column header.

    >>> read_zone("🇦🇺 **Melbourne** (AUD)").name, read_zone("Tel Aviv (ILS ₪)").currency
    ('Melbourne', 'ILS')
    >>> read_zone("Menlo Park (HQ)").name, read_zone("Europe (EUR/GBP)").currency
    ('Menlo Park (HQ)', None)
    """
    plain = _FLAG.sub("", _SHORTCODE.sub("", text.replace("**", ""))).strip()
    tag = _TAG.search(plain)
    codes = tuple(dict.fromkeys(CODE.findall(tag[0]))) if tag else ()
    if tag and not codes:
        codes = tuple(SYMBOLS[sign] for sign in SYMBOLS if sign == tag[0].strip(" ()[]"))
    name = _TAG.sub("", plain).strip()
    return Zone(name, codes[0] if len(codes) == 1 else None, text.strip(), codes)
