"""What a stated amount is per year at full time: the one place where pay is annualised.

A year has 2,080 paid hours, 260 days, 52 weeks, 26 fortnights, 24 half-months, 12 months; these
are the factors of the US Department of Labor's wage offices (20 CFR 655.731 and the OFLC data
dictionaries, 2025).
"""

from __future__ import annotations

PER_YEAR = {
    "year": 1.0,
    "half-month": 24.0,
    "month": 12.0,
    "fortnight": 26.0,
    "week": 52.0,
    "day": 260.0,
    "hour": 2080.0,
}
SPELLINGS = {
    "year": ("year", "yr", "ye", "annual", "annually", "yearly", "per year", "y", "a"),
    "half-month": ("semi-monthly", "semimonthly", "half-month"),
    "month": ("month", "mth", "mo", "monthly", "per month", "m"),
    "fortnight": ("bi-weekly", "biweekly", "bi", "fortnight"),
    "week": ("week", "wk", "weekly", "per week", "w"),
    "day": ("day", "dai", "daily", "per day", "d"),
    "hour": ("hour", "hr", "hourly", "per hour", "h"),
}


def per_year(unit: str | None) -> float | None:
    """How many of a unit a full-time year has; None for a unit that is not known.

    >>> per_year("HR"), per_year("Bi-Weekly"), per_year("Select Pay Range"), per_year(None)
    (2080.0, 26.0, None, None)
    """
    said = (unit or "").strip().lower()
    return next((PER_YEAR[name] for name, words in SPELLINGS.items() if said in words), None)


def annual(amount: float, unit: str, fte: float = 1.0) -> float:
    """An amount per unit as an amount per year; part-time pay is raised to full time.

    Raises:
        KeyError: For a unit that is not known.

    >>> annual(50, "hour"), annual(30_000, "year", fte=0.5)
    (104000.0, 60000.0)
    """
    factor = per_year(unit)
    if factor is None:
        raise KeyError(unit)
    return amount * factor / fte


def per_year_sql(unit: str) -> str:
    """The same as an SQL expression over a text expression; NULL for a unit that is not known."""
    cases = " ".join(
        f"WHEN '{word}' THEN {PER_YEAR[name]!r}::DOUBLE"
        for name, words in SPELLINGS.items()
        for word in words
    )
    return f"(CASE lower(trim({unit})) {cases} END)"
