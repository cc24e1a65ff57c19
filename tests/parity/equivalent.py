"""Changes of the query that change no conclusion, and why."""

from __future__ import annotations

from tests.parity.mutants import Mutant

_EQUAL = {
    ("< as <=", "settled@worlds"): "the row that looks at the ends is no outcome of one world",
    ("> as >=", "market_source_conflict"): "no quotient less 1 is 0.15: see `impossible`",
    (
        "COALESCE without its last",
        "unvalued_entry@any@picked@point",
    ): "both flags of an entry are always known, and an offer without entries is seen to later",
}


def why_equal(one: Mutant) -> str | None:
    """Why a change changes nothing; None where nobody has said so."""
    return _EQUAL.get((one.kind, one.column))
