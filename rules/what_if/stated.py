"""How an offer states each component of its pay: by which facts, and what it costs the employer.

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
from rules.expression import Arithmetic, Call, Expression, Literal, Name, Value
from rules.interpreter import compile as meaning

YEARS = 4

Amounts = Mapping[str, float]  # component -> amount [the offer's currency]
Stated = dict[str, Expression]  # fact -> what it is, over the amount of the component

# The fact whose bounds say what is believable of a component.
FACT: Mapping[str, str] = {
    "base": "base_salary",
    "equity_total": "equity_grant_value",
    "sign_on": "sign_on_y1",
    "sign_on_y1": "sign_on_y1",
    "sign_on_y2": "sign_on_y2",
    "bonus_guaranteed_y1": "bonus_guaranteed_y1_amount",
}


def stated(facts: Facts, component: str, amount: Expression) -> Stated:
    """The facts by which an offer states an amount of a component.

    Args:
        facts: Of the case whose offer it is.
        component: One of ``FACT``; the grant by the value of the whole of it, options at the
            price at which the book counts them, in fractions of a share.
        amount: An expression [the offer's currency].
    """
    return _STATED[component](facts, amount)


def moved(case: Case, amounts: Amounts) -> Case:
    """The same case with some components of its own offer given other amounts."""
    facts: dict[str, Value] = dict(case.facts)
    for component, amount in amounts.items():
        found = stated(facts, component, _AMOUNT)
        facts |= {name: _worth(expression, amount) for name, expression in found.items()}
    return replace(case, facts=facts)


_AMOUNT = Name("amount")


def _worth(expression: Expression, amount: float) -> Value:
    match expression:
        case Arithmetic("/", _, Literal(float(share))):
            return _quotient(amount, share)
        case _:
            return meaning(expression)({_AMOUNT.name: amount})


def _quotient(product: float, factor: float) -> float:
    """What times a factor is a product, in doubles; the next above where no double is.

    >>> _quotient(164000.0, 0.8) * 0.8, _quotient(100000.0, 0.7) * 0.7 >= 100000.0
    (164000.0, True)
    """
    found = math.nextafter(product / factor, 0)
    while found * factor < product:
        found = math.nextafter(found, math.inf)
    return found


def _base(facts: Facts, amount: Expression) -> Stated:
    """A year's base for the share of a week that the job takes, stated by the year."""
    share = facts["fte"]
    salary = Arithmetic("/", amount, Literal(share)) if isinstance(share, float) else amount
    return {"base_salary": salary, "pay_period": Literal("year" if facts["pay_period"] else None)}


def _equity(facts: Facts, amount: Expression) -> Stated:
    gain = _gain_of_a_share(facts)
    if gain is not None:
        return {"equity_shares": Arithmetic("/", amount, Literal(gain))}
    return {"equity_grant_value": amount}


_OPTIONS = ("option", "option_iso", "option_nso")


def _gain_of_a_share(facts: Facts) -> float | None:
    """What one option is counted at; None for a grant that is stated by its value."""
    strike, price = facts["strike_price"], facts["preferred_price"]
    price = facts["fmv_409a"] if price is None else price
    if facts["equity_type"] not in _OPTIONS:
        return None
    if not isinstance(price, float) or not isinstance(strike, float) or price <= strike:
        return None
    return price - strike


def _sign_on(facts: Facts, amount: Expression) -> Stated:
    """More of it in the first year; less of it first from the first year, then from the second."""
    later = facts["sign_on_y2"]
    if later is None:
        return {"sign_on_y1": amount}
    rest = Call("LEAST", (Literal(later), amount))
    return {"sign_on_y1": Arithmetic("-", amount, rest), "sign_on_y2": rest}


_STATED: Mapping[str, Callable[[Facts, Expression], Stated]] = {
    "base": _base,
    "equity_total": _equity,
    "sign_on": _sign_on,
    "sign_on_y1": lambda _, amount: {"sign_on_y1": amount},
    "sign_on_y2": lambda _, amount: {"sign_on_y2": amount},
    "bonus_guaranteed_y1": lambda _, amount: {"bonus_guaranteed_y1_amount": amount},
}


def _cost_of_base(facts: Facts) -> float:
    share = facts["bonus_target_pct"]
    is_guaranteed = facts["bonus_type"] == "guaranteed" and facts["bonus_guaranteed_y1_amount"]
    if facts["bonus_target_amount"] is not None or facts["bonus_type"] == "none" or is_guaranteed:
        return YEARS
    return YEARS * (1 + share) if isinstance(share, float) else YEARS


def _once(_: Facts) -> float:
    return 1.0


# Component -> what one more unit of it costs the employer over four years.
COST: Mapping[str, Callable[[Facts], float]] = {
    **dict.fromkeys(FACT, _once),
    "base": _cost_of_base,
    "bonus_guaranteed_y1": lambda facts: YEARS if facts["bonus_type"] == "guaranteed" else 1.0,
}
