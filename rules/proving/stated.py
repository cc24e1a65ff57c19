"""Everything that a case may state, as free names, and what the door takes for granted of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from rules.book import Fact
from rules.expression import (
    And,
    Arithmetic,
    Call,
    Compare,
    CompareOp,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
)
from rules.plausible import FIRST_DAY, LAST_DAY, LATER, RANGES, SHARES_NOT_MONEY, WHOLE_GRANT
from rules.theory import Free

DAY, CURRENCY = "evaluation_date", "currency"
GIVEN = (DAY, "party_without_rate", "rate_was_used")  # known in every case
_FROM_ONE_PLACE = ("contains", "mentions", "entry or zero", "length")
_LONGEST_VESTING = 10.0  # years
# The door adds shares up in doubles: a hair more for what it may let pass, and a little less for
# what it does let pass.
AT_MOST, AT_LEAST = WHOLE_GRANT + 1e-9, WHOLE_GRANT - 1e-3


def free_facts(facts: Iterable[Fact], assumed: Mapping[str, str] | None = None) -> dict[str, Free]:
    """What each fact may be, with money in US dollars.

    Args:
        facts: Of the case, or of an entry of a list.
        assumed: What an entry is taken to say where it says nothing.
    """
    return {fact.name: _free(fact, fact.name in (assumed or ())) for fact in facts}


def _free(fact: Fact, is_assumed: bool) -> Free:
    is_known = is_assumed or fact.name in GIVEN
    match fact.type.kind:
        case "flag":
            return Free("flag", is_known=is_known)
        case "date":
            return Free("date", FIRST_DAY, LAST_DAY - timedelta(days=1), is_known=is_known)
        case "text":
            choices = fact.type.choices
            words = None if choices is None else tuple(sorted(choices))
            return Free("text", choices=words, is_known=is_known)
        case _ if fact.read == "length":
            return Free("number", 1.0, _LONGEST_VESTING, step=1.0, is_known=is_known)
        case _:
            return Free("number", fact.least, fact.most, is_known=is_known)


def taken_for_granted(facts: Mapping[str, Fact], *, apart: float = AT_MOST) -> list[Expression]:
    """What is true of the facts of every case that passes the door.

    Each holds unless it is FALSE; what is not stated contradicts nothing.

    Args:
        facts: Of the case, or of an entry of a list.
        apart: How far the shares of a whole grant may add up to something else than one.
    """
    given = [*_stated_together(facts), *_vesting(facts, apart)]
    given += [_in_order(low, high) for low, high, _ in RANGES if {low, high} <= facts.keys()]
    given += [_in_order(early, late) for late, early, _ in LATER if {late, early} <= facts.keys()]
    if {"start_date", DAY} <= facts.keys():
        given.append(_in_order(DAY, "start_date"))
    if {"equity_grant_value", "base_salary", "equity_type"} <= facts.keys():
        given.append(_money_and_no_shares())
    return given


def _in_order(low: str, high: str) -> Expression:
    return Compare("<=", Name(low), Name(high))


def _stated_together(facts: Mapping[str, Fact]) -> Iterator[Expression]:
    """Facts that are read out of one place are all known or none of them."""
    places: dict[tuple[str, ...], list[str]] = {}
    for fact in facts.values():
        if fact.read in _FROM_ONE_PLACE or fact.type.kind == "text":
            path = fact.paths[0][:-1] if fact.read == "entry or zero" else fact.paths[0]
            places.setdefault(path, []).append(fact.name)
    for together in places.values():
        for one, two in pairwise(together):
            yield Compare("=", IsNull(Name(one)), IsNull(Name(two)))


def _vesting(facts: Mapping[str, Fact], apart: float) -> Iterator[Expression]:
    """Shares of a whole grant add up to one, and are nothing after its last year."""
    shares = [name for name, fact in facts.items() if fact.read == "entry or zero"]
    lengths = [name for name, fact in facts.items() if fact.read == "length"]
    if not shares or len(lengths) != 1:
        return
    years = Name(lengths[0])
    total: Expression = Name(shares[0])
    for share in shares[1:]:
        total = Arithmetic("+", total, Name(share))
    yield Compare("<=", total, Literal(1 + apart))
    is_longer = Compare(">", years, Literal(float(len(shares))))
    yield Or((is_longer, Compare(">=", total, Literal(1 - apart))))
    for year, share in enumerate(shares):
        is_over = Compare("<=", years, Literal(float(year)))
        yield Or((Not(is_over), Compare("=", Name(share), Literal(0.0))))


def _money_and_no_shares() -> Expression:
    """A grant that is small beside the base reads like a number of shares, and is refused."""
    grant, base = Name("equity_grant_value"), Name("base_salary")
    is_small = Compare("<", grant, Arithmetic("*", Literal(SHARES_NOT_MONEY), base))
    is_granted = Not(In(Name("equity_type"), (Literal("none"),)))
    refused = And((_above(grant, 0.0), is_small, is_granted))
    return Not(Call("COALESCE", (refused, Literal(False))))


def _above(one: Expression, bound: float, op: CompareOp = ">") -> Expression:
    return Compare(op, one, Literal(bound))
