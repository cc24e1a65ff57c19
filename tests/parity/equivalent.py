"""Changes of the query that change no conclusion, and why."""

from __future__ import annotations

from tests.parity.mutants import Mutant

_ROUNDED = "this branch is for what ROUND takes up to the grid, or the other for what it takes down"
_ONLY_CERTAIN = "at an end it only says whether worlds are tried, and decides in none of them"
_EQUAL = {
    ("< as <=", "settled@worlds"): "the row that looks at the ends is no outcome of one world",
    ("> as >=", "market_source_conflict"): "no quotient less 1 is 0.15: see `impossible`",
    (
        "COALESCE without its last",
        "unvalued_entry@any@picked@point",
    ): "both flags of an entry are always known, and an offer without entries is seen to later",
    ("NULLIF dropped", "guide_tc_deviation"): "the top of a band is at least 1",
    ("count one higher", "critical_project_deadline@says"): "its last sentence can always be said",
    (
        "number one bit higher",
        "ask_bonus_guaranteed_y1_open",
    ): "whatever is above zero leaves it open",
    ("another word", "ask_sign_on_open"): "a sign-on is open by default, too",
    ("CASE without its first branch", "flexibility@relocation"): "its number is the default",
    ("CASE branches reversed", "paycut"): "the branches exclude one another",
    ("ROUND down", "ask_equity_total_sayable"): _ROUNDED,
    ("ROUND up", "ask_base_sayable"): _ROUNDED,
    ("ROUND up", "ask_sign_on_y1_sayable"): _ROUNDED,
    ("the high end for the low", "tc_upper_bound"): "what is the same as the high end is shown",
    ("same bits as equal", "tc_upper_bound"): "where both are NULL the high end is NULL or shown",
    (
        "the high end for the low",
        "certain@worlds",
    ): "what does not grow with its equity at the high end has none, or is not the best",
    (
        "same bits as equal",
        "certain@worlds",
    ): "without a rival that may be shown all worlds are tried, and are alike",
    (
        "own end for the others'",
        "dominated_by_competing@point/low",
    ): "it asks only whether the lead is known; if not, nor is the reservation, or else the rival "
    "is worth up to ten salaries more, which decides otherwise all the same",
    ("MAX as MIN", "retention_package@best@high"): _ONLY_CERTAIN,
    ("the last of equals", "best_showable@picked@high"): _ONLY_CERTAIN,
}


def why_equal(one: Mutant) -> str | None:
    """Why a change changes nothing; None where nobody has said so."""
    return _EQUAL.get((one.kind, one.column))
