"""A case at the door: what somebody sends becomes facts, or is refused with all reasons at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.book import Book, Fact
from rules.conversion import Converter, Lists
from rules.errors import UnusableCase
from rules.exchange import Rates, read_rates, usual_rates
from rules.expression import Value
from rules.fact_reader import FactReader, keys_of_section
from rules.findings import Findings
from rules.keys import keys_of
from rules.place import jurisdiction
from rules.plausible import check_facts
from rules.quoting import quoted
from rules.source import Document
from rules.unread import unknown_words, unread_keys
from rules.vocabulary import GROUPS

Facts = Mapping[str, Value]
FindMarket = Callable[[Facts], Mapping[str, Any]]
SECTIONS = {"offer": True, "candidate": False, "market": False, "evaluation_date": False}
VESTING_TAKEN = "The vesting schedule is not stated; it was taken from"


@dataclass(frozen=True, slots=True)
class Case:
    """Facts, ready for the book.

    Attributes:
        facts: Every fact of the book by name; None where nobody stated it.
        entries: For each list of the book its entries, in the order in which they were stated.
        notices: What was dropped, converted or passed over, for the person who sent it.
        is_at_another_rate: Whether this is a case of ``rules.rates``, made to try a verdict.
    """

    facts: Facts
    entries: Mapping[str, Sequence[Facts]]
    notices: tuple[str, ...]
    is_at_another_rate: bool = False

    @property
    def evaluation_date(self) -> date:
        """The day for which the question is asked."""
        day = self.facts["evaluation_date"]
        assert isinstance(day, date)
        return day

    @property
    def currency(self) -> str | None:
        """The offer's currency; None when nobody stated it."""
        code = self.facts["currency"]
        return code if isinstance(code, str) else None


def read_case(
    document: Document, book: Book, *, today: date, market: FindMarket | None = None
) -> Case:
    """Read a case against the vocabulary of a book.

    Args:
        document: With the sections ``offer``, and perhaps ``candidate``, ``market`` and
            ``evaluation_date``.
        book: Its facts say what may be stated.
        today: The evaluation date of a case that names none.
        market: Finds the market section of a case that brings none, by its other facts.

    Raises:
        UnusableCase: With every fault: ``case-section``, ``case-unknown-field``,
            ``case-wrong-type``, ``case-unknown-word``, ``case-not-a-date``,
            ``case-out-of-range`` and what ``rules.plausible`` finds.
    """
    return _Door(document, book, today).case(market)


def read_market(market: Mapping[str, Any], book: Book) -> tuple[dict[str, Value], Lists]:
    """A market section by itself: its facts and its lists, in the currencies that they state.

    Args:
        market: The section.
        book: Its facts say what may be stated.

    Raises:
        UnusableCase: It cannot be read.
    """
    raw = {"market": market}
    findings = Findings(Document(raw, {}, "market"))
    reader = FactReader(book, findings)
    facts = reader.facts(raw, ("market",))
    lists = {
        name: reader.entries(raw, one)
        for name, one in book.lists.items()
        if one.path[0] == "market"
    }
    if findings.faults:
        raise UnusableCase(findings.faults)
    return facts, lists


def read_vesting(schedule: Sequence[float] | None, book: Book) -> dict[str, Value]:
    """What a vesting schedule says of a package; all of it unknown when there is none."""
    reader = FactReader(book, Findings(Document({}, {}, "market")))
    keys = keys_of(book)["package"]
    stated = reader.stated(keys, {"vest_schedule": schedule or [0.0]}, ())
    return stated if schedule else dict.fromkeys(stated)


def read_cell(fact: Fact, node: Any, book: Book) -> tuple[Value, bool]:
    """One fact, read by itself as a whole case would read it.

    Args:
        fact: The fact.
        node: A mapping in which it may stand, at one of the paths of the fact.
        book: Whose fact it is.

    Returns:
        Its value, and whether that is all: False when a case would be refused for it, or would
        bear a notice.
    """
    findings = Findings(Document({}, {}, ""))
    value = FactReader(book, findings).fact(fact, node, ())
    return value, not findings.faults and not findings.notices


def known_vesting(market: Mapping[str, Any]) -> list[float] | None:
    """The schedule that a registry knows for an employer; None unless it is a whole grant."""
    registry = market.get("vest_registry")
    schedule = registry.get("schedule") if isinstance(registry, dict) else None
    return schedule if _is_whole_grant(schedule) else None


class _Door:
    """Reads one document; keeps faults and notices as it goes."""

    def __init__(self, document: Document, book: Book, today: date) -> None:
        self._document, self._book, self._today = document, book, today
        self._findings = Findings(document)
        self._reader = FactReader(book, self._findings)

    def case(self, market: FindMarket | None) -> Case:
        book, findings = self._book, self._findings
        raw = self._without_prohibited(self._sections())
        self._refuse_unknown(raw)
        facts = self._reader.facts(raw, GROUPS)
        if market is not None and not raw["market"] and not findings.faults:
            raw["market"] = market(facts)
            facts |= self._reader.facts(raw, ("market",))
        if self._take_known_vesting(raw):
            facts |= self._reader.facts(raw, ("package",))
        facts["evaluation_date"] = facts["evaluation_date"] or self._today
        facts["work_jurisdiction"] = jurisdiction(
            _text(facts["country"]), _text(facts["state"]), book
        )
        entries = {name: self._reader.entries(raw, one) for name, one in book.lists.items()}
        converter = Converter(facts["currency"], self._rates(raw["market"].get("fx"), facts))
        facts |= converter.market(facts, book)
        entries = converter.lists(entries, book)
        facts |= converter.met()
        self._tell_rates(converter)
        findings.faults += check_facts(facts, entries, book, self._document)
        if findings.faults:
            raise UnusableCase(findings.faults)
        return Case(facts, entries, tuple(findings.notices))

    # --- What may stand where -------------------------------------------------------------------

    def _sections(self) -> dict[str, Any]:
        raw, fault = self._document.value, self._findings.fault
        if not isinstance(raw, dict):
            fault("section", (), "no mapping", "a mapping with `offer`", "see examples/")
            raise UnusableCase(self._findings.faults)
        for name, is_needed in SECTIONS.items():
            value = raw.get(name)
            if is_needed and not isinstance(value, dict):
                found = "no section `offer`" if value is None else quoted(value)
                fault("section", (name,), found, "a mapping of facts", "see examples/")
            elif name != "evaluation_date" and value is not None and not isinstance(value, dict):
                fault("section", (name,), quoted(value), "a mapping of facts")
        for name in raw.keys() - SECTIONS.keys() - self._book.prohibited:
            self._findings.unknown_field((name,), SECTIONS)
        if self._findings.faults:
            raise UnusableCase(self._findings.faults)
        return {name: raw.get(name) or {} for name in SECTIONS} | {
            "evaluation_date": raw.get("evaluation_date")
        }

    def _without_prohibited(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Protected attributes go before anything is read; only the names of the keys are told."""
        sent = bool(self._document.value.keys() & self._book.prohibited)
        for section in ("offer", "candidate"):
            found = sorted(raw[section].keys() & self._book.prohibited)
            kept = {key: value for key, value in raw[section].items() if key not in found}
            raw[section] = kept
            sent = sent or bool(found)
        if sent or raw["candidate"].get("protected_attributes_supplied"):
            raw["candidate"]["protected_attributes_supplied"] = True
            told = "Protected attributes were sent; they were dropped unread."
            self._findings.notices.append(told)
        return raw

    def _refuse_unknown(self, raw: Mapping[str, Any]) -> None:
        for section in ("offer", "candidate", "market"):
            known = keys_of_section(self._book, section)
            for key in raw[section].keys() - known:
                self._findings.unknown_field((section, key), sorted(known))
        for path, near in unread_keys(raw, self._book):
            self._findings.not_used(path, near)
        for path, word in unknown_words(raw, self._book):
            self._findings.passed_over(path, word)

    # --- What others know -----------------------------------------------------------------------

    def _take_known_vesting(self, raw: Mapping[str, Any]) -> bool:
        """Where the letter is silent on vesting, the newest dated source for the company counts."""
        offer, schedule = raw["offer"], known_vesting(raw["market"])
        registry, years = raw["market"].get("vest_registry"), offer.get("equity_grant_years")
        if schedule is None or offer.get("vest_schedule") is not None:
            return False
        if offer.get("equity_grant_value") is None or years not in (None, len(schedule)):
            return False
        offer["vest_schedule"] = schedule
        source = f"{registry.get('source')}, {registry.get('as_of')}"
        self._findings.notices.append(f"{VESTING_TAKEN} {source}.")
        return True

    def _rates(self, stated: Any, facts: Facts) -> Rates:
        usual = usual_rates(self._book, facts["evaluation_date"])
        rates = read_rates(stated, _text(facts["currency"]), usual)
        self._findings.notices += rates.notices
        if stated and not rates.of:
            place = self._document.place(("market", "fx"))
            told = f"{place}: no exchange rate can be read; write `GBP_USD: 1.25`."
            self._findings.notices.append(told)
        return rates

    def _tell_rates(self, converter: Converter) -> None:
        home, day = converter.home, converter.rates.day
        dated = f", the rate of {day.day} {day:%B %Y}" if day else ""
        for code in sorted(converter.used):
            rate = converter.rates.between(code, str(home))
            told = f"Amounts in {code} were converted into {home} at {rate:.6g}{dated}."
            self._findings.notices.append(told)


def _is_whole_grant(schedule: Any) -> bool:
    shares = schedule if isinstance(schedule, list) else []
    return all(isinstance(s, int | float) for s in shares) and abs(sum(shares) - 1) < 0.02


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
