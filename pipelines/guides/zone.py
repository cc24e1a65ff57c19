"""Pay zones: the name of a region without its ornaments, and the currency its tag states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.guides.money import CODES, SYMBOLS
from warehouse.places import place_of

# Signs that say nothing without their country; a dollar sign alone is taken for US dollars.
AMBIGUOUS = ("¥", "kr")
HOMES = {"CN": "CNY", "JP": "JPY", "SE": "SEK", "DK": "DKK", "NO": "NOK"}
_SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")
_FLAG = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u200d\U000e0020-\U000e007f]+"
)
_NOTE = re.compile(r"(?<=\w)[\u00b9\u00b2\u00b3\u2070-\u2079\u2020\u2021*]+$")
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
    name = _NOTE.sub("", _TAG.sub("", plain).strip())
    return Zone(name, codes[0] if len(codes) == 1 else None, text.strip(), codes)


def zone_paid_in(zone: Zone, stated: str | None, cells: Sequence[str]) -> Zone:
    """The zone with the currency of its row, where its own name has no tag.

    Args:
        zone: A zone.
        stated: The row's cell in a column of currencies; None without such a column.
        cells: The row's cells, whose sign may be one that several countries share.

    >>> zone_paid_in(read_zone("Beijing"), None, ("¥600K",)).currency
    'CNY'
    >>> zone_paid_in(read_zone("Toronto"), "cad", ("120,000",)).currency
    'CAD'
    >>> zone_paid_in(read_zone("Toronto"), None, ("$120K",)).currency is None
    True
    """
    if zone.tags:
        return zone
    written = (stated or "").strip().upper()
    if written:
        return replace(zone, currency=written if written in CODES else SYMBOLS.get(written))
    signs = (sign for sign in AMBIGUOUS if any(_written(sign, cell) for cell in cells))
    homes = (HOMES.get(place_of(zone.name).country or "") for _ in signs)
    return replace(zone, currency=next(filter(None, homes), None))


def _written(sign: str, cell: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){sign}(?![A-Za-z])", cell) is not None
