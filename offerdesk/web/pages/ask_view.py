"""The smallest ask in a few sentences, for the page of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offerdesk.ask_page import amounts, costs, is_accepted
from offerdesk.asks import Ask
from offerdesk.web.words import VERDICTS, outcome
from rules.wording import money


def in_short(answer: Ask) -> list[str]:
    """What flips the verdict; of one that is accept already, how far each component may fall."""
    record = answer.record
    if is_accepted(record):
        falls = [_fall(record, one) for one in record["worse"] if one["flip"]]
        return falls or ["Nothing that may be taken from it alone turns it."]
    flip = record["cheapest"]
    if flip is None:
        return [answer.page().reason]
    verb = "makes" if len(flip["amounts"]) == 1 else "make"
    told = f"{amounts(record, flip)} {verb} it accept."
    return [f"{told[:1].upper()}{told[1:]}", costs(record, flip)]


def _fall(record: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    label = f"{one['label'][:1].upper()}{one['label'][1:]}"
    last = money(one["last_before"], record["currency"])
    return f"{label} may fall to {last}; under that it is {VERDICTS[outcome(one['flip'])].lower()}."
