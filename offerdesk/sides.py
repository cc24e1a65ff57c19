"""Two logged decisions taken apart into their inputs, and judged in every mixture of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson

from offerdesk.replay import judge_and_clerk, replay_row
from rules.book import Book, Fact
from rules.case import VESTING_TAKEN, Case, read_vesting
from rules.checker import Type
from rules.errors import Fault, OfferdeskError, UnusableCase
from rules.other_market import with_market
from rules.place import jurisdiction
from rules.plausible import check_facts
from rules.recall import recalled_case
from rules.source import Document
from warehouse.log import LogRow

Raw = Mapping[str, Any]
OFFER, BOOK, MARKET, DATE = CAUSES = ("offer", "book", "market", "date")
_KINDS = {"number": float, "flag": bool, "text": str, "date": str}  # as JSON states them


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two decisions.

    Attributes:
        record: As it was logged.
        stated: The facts that were logged, the market's and the day among them.
        market: The market object that it read.
    """

    row: LogRow
    record: Raw
    stated: Raw
    market: Raw

    @property
    def day(self) -> date:
        """The day for which it was decided."""
        return date.fromisoformat(self.record["evaluation_date"])


def side_of(row: LogRow) -> Side:
    """A decision and its inputs; it is judged again, so that what follows rests on what is so.

    Raises:
        FailedWorld: As ``offerdesk.replay.replay_row`` and ``Replayed.check``.
    """
    replay_row(row).check()
    entry = row.entry
    return Side(row, *map(orjson.loads, (entry.decision, entry.facts, entry.market)))


@dataclass(frozen=True, slots=True)
class Mixed:
    """What one mixture of inputs gives.

    Attributes:
        record: The decision; None where it was refused.
        refused: Why.
        left_out: Facts that the book of the mixture does not know.
        doubts: What would keep an offer file that said so from being decided, such as a start
            before the day: a mixture is judged all the same.
    """

    record: Raw | None
    refused: Fault | None = None
    left_out: tuple[str, ...] = ()
    doubts: tuple[Fault, ...] = ()


@dataclass
class Mixer:
    """Judges any mixture of two decisions; equal mixtures are judged once."""

    before: Side
    after: Side
    _done: dict[frozenset[str], Mixed] = field(default_factory=dict)

    def differing(self) -> tuple[str, ...]:
        """The inputs that differ."""
        return tuple(cause for cause in CAUSES if self._differs(cause))

    def _differs(self, cause: str) -> bool:
        one, other = self.before, self.after
        match cause:
            case "offer":
                return own_facts(one) != own_facts(other)
            case "book":
                return one.row.entry.book != other.row.entry.book
            case "market":
                return one.market != other.market
            case _:
                return one.day != other.day

    def mixed(self, changed: frozenset[str]) -> Mixed:
        """The decision with the changed inputs of the later one, all others of the earlier."""
        real = frozenset(changed & set(self.differing()))
        if real not in self._done:
            self._done[real] = self._judged(real)
        return self._done[real]

    def _judged(self, changed: frozenset[str]) -> Mixed:
        offer, book, market, day = (
            self.after if cause in changed else self.before for cause in CAUSES
        )
        judge, clerk = judge_and_clerk(book.row.entry.book)
        try:
            stated, left_out = fitting(offer.stated, judge.book)
            case = recalled_case(stated, judge.book, offer.record["notices"])
            case = _on_day(case, day.day, judge.book)
            case = with_market(case, market.market, judge.book)
            record = clerk.record(judge.judge(case))
        except OfferdeskError as problem:
            return Mixed(None, problem.faults[0])
        doubts = check_facts(case.facts, case.entries, judge.book, Document({}, {}, "mixture"))
        return Mixed(record, None, left_out, tuple(doubts))


def _on_day(case: Case, day: date, book: Book) -> Case:
    """The case on another day, its place of work in the words of the book."""
    country, state = (case.facts.get(name) for name in ("country", "state"))
    place = jurisdiction(_text(country), _text(state), book)
    facts = {**case.facts, "evaluation_date": day, "work_jurisdiction": place}
    return replace(case, facts=facts)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def own_facts(side: Side) -> Raw:
    """What the offer and the candidate state: neither the market, nor the day, nor rates."""
    book = judge_and_clerk(side.row.entry.book)[0].book
    others = {name for name, fact in book.facts.items() if fact.group in ("market", "case")}
    if any(notice.startswith(VESTING_TAKEN) for notice in side.record["notices"]):
        others |= read_vesting(None, book).keys()
    facts = {name: value for name, value in side.stated["facts"].items() if name not in others}
    return {"facts": facts, "entries": _entries(side, book, of_market=False)}


def market_facts(side: Side) -> Raw:
    """What the market said of it, in the currency of the offer."""
    book = judge_and_clerk(side.row.entry.book)[0].book
    of_market = {name for name, fact in book.facts.items() if fact.group == "market"}
    facts = {name: value for name, value in side.stated["facts"].items() if name in of_market}
    return {"facts": facts, "entries": _entries(side, book, of_market=True)}


def _entries(side: Side, book: Book, *, of_market: bool) -> Raw:
    return {
        name: listed
        for name, listed in side.stated["entries"].items()
        if (book.lists[name].path[0] == "market") is of_market
    }


def fitting(stated: Raw, book: Book) -> tuple[Raw, tuple[str, ...]]:
    """The facts that a book knows, and the names of those that it does not.

    Raises:
        UnusableCase: ``changed-other-vocabulary``, where the book takes a fact for another kind of
            thing, or does not know its word.
    """
    left_out: list[str] = []
    facts = _known(stated["facts"], book.facts, left_out)
    entries = {}
    for name, listed in stated["entries"].items():
        if name in book.lists:
            known = book.facts_of(book.lists[name])
            entries[name] = [_known(entry, known, left_out) for entry in listed]
        else:
            left_out.append(name)
    return {"facts": facts, "entries": entries}, tuple(dict.fromkeys(left_out))


def _known(values: Raw, facts: Mapping[str, Fact], left_out: list[str]) -> Raw:
    kept: dict[str, Any] = {}
    for name, value in values.items():
        fact = facts.get(name)
        fits = fact is not None and _fits(value, fact.type)
        if fits:
            kept[name] = value
        elif fact is None or fact.is_open:
            left_out.append(name)
        else:
            allowed = ", ".join(sorted(fact.type.choices or [f"a {fact.type.kind}"]))
            raise UnusableCase(Fault("changed-other-vocabulary", name, f"{value!r}", allowed))
    return kept


def _fits(value: Any, kind: Type) -> bool:
    is_kind = isinstance(value, _KINDS.get(kind.kind, object))
    return is_kind and (kind.choices is None or value in kind.choices)
