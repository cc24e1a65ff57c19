"""Why no case can do what an aim wants, for those aims of which that is known."""

from __future__ import annotations

from functools import cache

from rules.book import BOOK
from rules.worked.reading import Unreachable, read_cases

_NEVER_UNKNOWN = {
    "liquidity_class = 'public_market'": "a package always has a liquidity class",
    "liquidity_class IN": "a package always has a liquidity class",
    "equity_is_public": "a package always has a liquidity class",
    "equity_unvaluable": "it only asks what is missing, and for the class of liquidity",
    "CASE WHEN equity_is_option THEN": "it only asks what is missing, and for the liquidity class",
    "private_equity_liquidity_discount": "whether there is equity, and of which class, is known",
    "vest_back_loaded": "a grant of four years without a schedule vests in equal parts",
    "liquidity_factor > 0": "the table has a factor for every class",
}
_OTHERWISE = {
    "equal | liquidity_factor > 0": "at its point every factor of the table is above zero",
    "edge | liquidity_factor > 0": "at its point every factor of the table is above zero",
    # A quotient between 1/2 and 2 is a multiple of 2**-53, and so is the quotient less 1.
    "equal | ABS(band_base_mid / base_p50 - 1)": "0.15 is no multiple of 2**-53",
    "equal | guide_tc_deviation > printed_total_tolerance": "0.1 is no multiple of 2**-53",
}


def why(aim: str) -> str | None:
    """Why an aim, by its name, is out of reach; None where nobody has said so.

    >>> why("equal | liquidity_factor > 0 | figure x: liquidity_factor > 0")
    'at its point every factor of the table is above zero'
    """
    what, _, rest = aim.partition(" | ")
    if what == "unknown":
        return next(
            (text for start, text in _NEVER_UNKNOWN.items() if rest.startswith(start)), None
        )
    if what == "decides":
        return next((r.why for r in _never_deciding() if rest.startswith(r.condition)), None)
    return next((text for start, text in _OTHERWISE.items() if aim.startswith(start)), None)


@cache
def _never_deciding() -> tuple[Unreachable, ...]:
    """What stands beside the book."""
    return read_cases(BOOK).unreachable
