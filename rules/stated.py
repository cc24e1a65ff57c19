"""How an offer states each component of its pay: which facts, and what they cost the employer.

Cost over four years, of one more unit of a component:

* base: four years of it, with the bonus that hangs on base at its full target;
* equity grant: the face value of the grant, once;
* sign-on: once;
* guaranteed bonus: once; four times where the letter guarantees it for every year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from rules.case import Case, Facts
from rules.expression import Value

YEARS = 4

Amounts = Mapping[str, float]  # component -> amount [the offer's currency]
Stated = dict[str, Value]

# The fact whose bounds say what is believable of a component.
FACT: Mapping[str, str] = {
    "base": "base_salary",
    "equity_total": "equity_grant_value",
    "sign_on": "sign_on_y1",
    "sign_on_y1": "sign_on_y1",
    "sign_on_y2": "sign_on_y2",
    "bonus_guaranteed_y1": "bonus_guaranteed_y1_amount",
}


def moved(case: Case, amounts: Amounts) -> Case:
    """The same case with some components of its own offer given other amounts.

    Args:
        case: Everything else in it stays.
        amounts: Components of ``FACT``; the grant by the value of the whole of it, options at the
            price at which the book counts them.
    """
    facts: dict[str, Value] = dict(case.facts)
    for name, amount in amounts.items():
        facts |= _STATED[name](facts, amount)
    return replace(case, facts=facts)


def _base(facts: Facts, amount: float) -> Stated:
    """A year's base for the share of a week that the job takes, stated by the year."""
    share = facts["fte"]
    salary = _quotient(amount, share) if isinstance(share, float) else amount
    return {"base_salary": salary, "pay_period": "year" if facts["pay_period"] else None}


def _equity(facts: Facts, amount: float) -> Stated:
    gain = _gain_of_a_share(facts)
    if gain is not None:
        return {"equity_shares": _quotient(amount, gain)}
    return {"equity_grant_value": amount}


def _gain_of_a_share(facts: Facts) -> float | None:
    """What one option is counted at; None for a grant that is stated by its value."""
    price, strike = facts["preferred_price"], facts["strike_price"]
    price = facts["fmv_409a"] if price is None else price
    if facts["equity_type"] not in _OPTIONS or not isinstance(facts["equity_shares"], float):
        return None
    if not isinstance(price, float) or not isinstance(strike, float) or price <= strike:
        return None
    return price - strike


_OPTIONS = ("option", "option_iso", "option_nso")


def _sign_on(facts: Facts, amount: float) -> Stated:
    """More of it in the first year; less of it first from the first year, then from the second."""
    later = facts["sign_on_y2"]
    rest = min(later, amount) if isinstance(later, float) else 0.0
    return {"sign_on_y1": amount - rest, "sign_on_y2": None if later is None else rest}


_STATED: Mapping[str, Callable[[Facts, float], Stated]] = {
    "base": _base,
    "equity_total": _equity,
    "sign_on": _sign_on,
    "sign_on_y1": lambda facts, amount: {"sign_on_y1": amount},
    "sign_on_y2": lambda facts, amount: {"sign_on_y2": amount},
    "bonus_guaranteed_y1": lambda facts, amount: {"bonus_guaranteed_y1_amount": amount},
}


def _quotient(product: float, factor: float) -> float:
    """What times a factor is a product, in doubles; the next above where no double is.

    >>> _quotient(164000.0, 0.8) * 0.8, _quotient(100000.0, 0.7) * 0.7 >= 100000.0
    (164000.0, True)
    """
    found = math.nextafter(product / factor, 0)
    while found * factor < product:
        found = math.nextafter(found, math.inf)
    return found


def _cost_of_base(facts: Facts) -> float:
    share, amount = facts["bonus_target_pct"], facts["bonus_target_amount"]
    guaranteed = facts["bonus_type"] == "guaranteed" and facts["bonus_guaranteed_y1_amount"]
    hangs = amount is None and facts["bonus_type"] != "none" and not guaranteed
    return YEARS * (1 + (share if hangs and isinstance(share, float) else 0.0))


# Component -> what one more unit costs the employer over four years.
COST: Mapping[str, Callable[[Facts], float]] = {
    "base": _cost_of_base,
    "equity_total": lambda facts: 1.0,
    "sign_on": lambda facts: 1.0,
    "sign_on_y1": lambda facts: 1.0,
    "sign_on_y2": lambda facts: 1.0,
    "bonus_guaranteed_y1": lambda facts: YEARS if facts["bonus_type"] == "guaranteed" else 1.0,
}
