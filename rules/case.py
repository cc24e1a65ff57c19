"""A case at the door: what somebody sends becomes facts, or is refused with all reasons at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from rules.book import Book, Fact, ListOf
from rules.conversion import Converter
from rules.errors import Fault, UnusableCase
from rules.exchange import Rates, read_rates, usual_rates
from rules.expression import Value
from rules.keys import Keys, keys_of, root_of
from rules.place import jurisdiction
from rules.plausible import check_facts
from rules.quoting import as_plain_number, quoted
from rules.reading import READINGS, plain_number
from rules.source import Document, PathInDocument
from rules.unread import READ_AS_WORDS, misshapen, unknown_words, unread_keys
from rules.vocabulary import GROUPS

Facts = Mapping[str, Value]
Path = tuple[str, ...]
FindMarket = Callable[[Facts], Mapping[str, Any]]
SECTIONS = {"offer": True, "candidate": False, "market": False, "evaluation_date": False}
VESTING_TAKEN = "The vesting schedule is not stated; it was taken from"
_MARKET = frozenset({"vest_registry", "rows", "fx"})
_CODE = re.compile(r"[A-Z]{3}")
_WRITTEN = (str, int, float)  # what is taken for a text


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


def read_market(
    market: Mapping[str, Any], book: Book, day: date
) -> tuple[dict[str, Value], dict[str, list[dict[str, Value]]]]:
    """A market section by itself: its facts and its lists, in the currencies that they state.

    Args:
        market: The section.
        book: Its facts say what may be stated.
        day: For which it is asked.

    Raises:
        UnusableCase: It cannot be read.
    """
    door = _Door(Document({"offer": {}, "market": market}, {}, "market"), book, day)
    raw = {"market": market}
    facts = door._facts(raw, ("market",))
    lists = {
        name: door._entries(raw, one) for name, one in book.lists.items() if one.path[0] == "market"
    }
    if door.faults:
        raise UnusableCase(door.faults)
    return facts, lists


def read_vesting(schedule: Sequence[float] | None, book: Book) -> dict[str, Value]:
    """What a vesting schedule says of a package; all of it unknown when there is none."""
    keys = keys_of(book)["package"]
    door = _Door(Document({}, {}, "market"), book, date.max)
    stated = door._stated(keys, {"vest_schedule": schedule or [0.0]}, ())
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
    door = _Door(Document({}, {}, ""), book, date.max)
    value = door._fact(fact, node, ())
    return value, not door.faults and not door.notices


def known_vesting(market: Mapping[str, Any]) -> list[float] | None:
    """The schedule that a registry knows for an employer; None unless it is a whole grant."""
    registry = market.get("vest_registry")
    schedule = registry.get("schedule") if isinstance(registry, dict) else None
    return schedule if _is_whole_grant(schedule) else None


class _Door:
    """Reads one document; keeps faults and notices as it goes."""

    def __init__(self, document: Document, book: Book, today: date) -> None:
        self.document = document
        self.book = book
        self.today = today
        self.faults: list[Fault] = []
        self.notices: list[str] = []

    def case(self, market: FindMarket | None) -> Case:
        raw = self._sections()
        raw = self._without_prohibited(raw)
        self._refuse_unknown(raw)
        facts = self._facts(raw, GROUPS)
        if market is not None and not raw["market"] and not self.faults:
            raw["market"] = market(facts)
            facts |= self._facts(raw, ("market",))
        if self._take_known_vesting(raw):
            facts |= self._facts(raw, ("package",))
        facts["evaluation_date"] = facts["evaluation_date"] or self.today
        facts["work_jurisdiction"] = jurisdiction(
            _text(facts["country"]), _text(facts["state"]), self.book
        )
        entries = {name: self._entries(raw, one) for name, one in self.book.lists.items()}
        usual = usual_rates(self.book, facts["evaluation_date"])
        rates = self._rates(raw["market"].get("fx"), _text(facts["currency"]), usual)
        facts, entries = self._in_one_currency(facts, entries, rates)
        self.faults += check_facts(facts, entries, self.book, self.document)
        if self.faults:
            raise UnusableCase(self.faults)
        return Case(facts, entries, tuple(self.notices))

    def fault(
        self, code: str, path: PathInDocument, found: str, allowed: str = "", step: str = ""
    ) -> None:
        one = Fault(f"case-{code}", self.document.place(path), found, allowed, step)
        if all((one.code, one.place) != (known.code, known.place) for known in self.faults):
            self.faults.append(one)

    # --- What may stand where -------------------------------------------------------------------

    def _sections(self) -> dict[str, Any]:
        raw = self.document.value
        if not isinstance(raw, dict):
            self.fault("section", (), "no mapping", "a mapping with `offer`", "see examples/")
            raise UnusableCase(self.faults)
        for name, is_needed in SECTIONS.items():
            value = raw.get(name)
            if is_needed and not isinstance(value, dict):
                found = "no section `offer`" if value is None else quoted(value)
                self.fault("section", (name,), found, "a mapping of facts", "see examples/")
            elif name != "evaluation_date" and value is not None and not isinstance(value, dict):
                self.fault("section", (name,), quoted(value), "a mapping of facts")
        for name in raw.keys() - SECTIONS.keys() - self.book.prohibited:
            self._unknown((name,), SECTIONS)
        if self.faults:
            raise UnusableCase(self.faults)
        return {name: raw.get(name) or {} for name in SECTIONS} | {
            "evaluation_date": raw.get("evaluation_date")
        }

    def _without_prohibited(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Protected attributes go before anything is read; only the names of the keys are told."""
        sent = bool(self.document.value.keys() & self.book.prohibited)
        for section in ("offer", "candidate"):
            found = sorted(raw[section].keys() & self.book.prohibited)
            kept = {key: value for key, value in raw[section].items() if key not in found}
            raw[section] = kept
            sent = sent or bool(found)
        if sent or raw["candidate"].get("protected_attributes_supplied"):
            raw["candidate"]["protected_attributes_supplied"] = True
            self.notices.append("Protected attributes were sent; they were dropped unread.")
        return raw

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
        self.notices.append(f"{VESTING_TAKEN} {source}.")
        return True

    def _refuse_unknown(self, raw: Mapping[str, Any]) -> None:
        for section in ("offer", "candidate", "market"):
            known = _roots(self.book, section)
            for key in raw[section].keys() - known:
                self._unknown((section, key), sorted(known))
        for path, near in unread_keys(raw, self.book):
            hint = f"; did you mean `{near}`?" if near else "."
            self.notices.append(f"{self.document.place(path)} is not used{hint}")
        for path, word in unknown_words(raw, self.book):
            self._passed_over(path, word)

    def _unknown(self, path: PathInDocument, known: Iterable[str]) -> None:
        near = get_close_matches(str(path[-1]), list(known), n=1)
        step = f"did you mean `{near[0]}`?" if near else "remove it, or see rules/book/facts.yaml"
        allowed = near[0] if near else "the names of rules/book/facts.yaml"
        self.fault("unknown-field", path, f"the field `{path[-1]}`", allowed, step)

    # --- Facts ----------------------------------------------------------------------------------

    def _facts(self, raw: Mapping[str, Any], groups: Sequence[str]) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        keys = keys_of(self.book)
        for group in groups:
            root = root_of(group)
            facts |= keys[group].unstated
            facts |= self._stated(keys[group], _at(raw, root), root)
        return facts

    def _stated(self, keys: Keys, node: Any, root: PathInDocument) -> dict[str, Value]:
        """The facts that the keys of a mapping state; a key without a value states nothing."""
        facts: dict[str, Value] = {}
        for key, value in node.items():
            if value is not None:
                for fact in keys.read_as_they_are.get(key, ()):
                    facts[fact.name] = self._typed(fact, root, fact.paths[0], value)
                for fact in keys.read.get(key, ()):
                    facts[fact.name] = self._fact(fact, node, root)
        return facts

    def _entries(self, raw: Mapping[str, Any], one: ListOf) -> list[dict[str, Value]]:
        listed = _at(raw, one.path)
        if listed is None:
            return []
        if not isinstance(listed, list):
            self.fault("wrong-type", one.path, quoted(listed), "a list of entries, each with `- `")
            return []
        return [self._entry(one, index, item) for index, item in enumerate(listed)]

    def _entry(self, one: ListOf, index: int, item: Any) -> dict[str, Value]:
        path: PathInDocument = (*one.path, index)
        if not isinstance(item, dict):
            self.fault("wrong-type", path, quoted(item), "a mapping of facts")
            item = {}
        keys = keys_of(self.book)[one.name]
        for key in sorted(item.keys() - keys.known - self.book.prohibited):
            if one.is_package and key not in _roots(self.book, "offer"):
                self._unknown((*path, key), sorted(keys.known))
            else:
                self.notices.append(f"{self.document.place((*path, key))} is not used.")
        return {**keys.unstated, **one.assumed, **self._stated(keys, item, path)}

    def _fact(self, fact: Fact, node: Any, root: PathInDocument) -> Value:
        for path in fact.paths:
            value = _at(node, path)
            if value is not None:
                break
        if fact.read in READ_AS_WORDS and isinstance(value, dict):
            self.fault("wrong-type", (*root, *path), quoted(value), "a list of words")
            return None
        value = READINGS[fact.read](value, fact.words)
        if value is None:
            self._refuse_misshapen(fact, node, root)
            return self._absent(fact, node) if fact.read == "entry or zero" else None
        return self._typed(fact, root, path, value)

    def _refuse_misshapen(self, fact: Fact, node: Any, root: PathInDocument) -> None:
        """What stands in the way of a fact is refused once, however many facts are below it.

        Where a fact is read in several shapes, any of them will do: a list with a gap is no fault
        because a mapping would be read, too.
        """
        passable = [path for path in fact.paths if misshapen(node, path) is None]
        for found in (misshapen(node, path) for path in fact.paths):
            if found is None:
                continue
            place, value, allowed = found
            if not any(path[: len(place)] == place for path in passable):
                self.fault("wrong-type", (*root, *place), quoted(value), allowed)

    def _absent(self, fact: Fact, node: Any) -> Value:
        """Past the end of a list that was stated, a share of it is zero and not unknown."""
        return 0.0 if _at(node, fact.paths[0][:-1]) else None

    def _typed(self, fact: Fact, root: PathInDocument, path: Path, value: Any) -> Value:
        match fact.type.kind:
            case "number":
                return self._number(root, path, value)
            case "flag":
                return self._flag(root, path, value)
            case "date":
                return self._date((*root, *path), value)
            case _:
                return self._word(fact, (*root, *path), value)

    def _number(self, root: PathInDocument, path: Path, value: Any) -> float | None:
        number = plain_number(value)
        if number is None:
            step = as_plain_number(value)
            self.fault("wrong-type", (*root, *path), quoted(value), "a plain number", step)
        return number

    def _flag(self, root: PathInDocument, path: Path, value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        self.fault("wrong-type", (*root, *path), quoted(value), "true or false")
        return None

    def _date(self, path: PathInDocument, value: Any) -> date | None:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault("not-a-date", path, quoted(value), "a day such as 2026-03-31")
            return None

    def _word(self, fact: Fact, path: PathInDocument, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, _WRITTEN):
            self.fault("wrong-type", path, quoted(value), "a text")
            return None
        text = str(value).strip()
        if fact.name.endswith("currency"):
            return self._currency(path, text)
        return text if fact.type.choices is None else self._known_word(fact, path, text)

    def _currency(self, path: PathInDocument, text: str) -> str | None:
        code = text.upper()
        if _CODE.fullmatch(code):
            return code
        self.fault("unknown-word", path, quoted(text), "an ISO 4217 code such as USD")
        return None

    def _known_word(self, fact: Fact, path: PathInDocument, text: str) -> str | None:
        choices = fact.type.choices or frozenset()
        word = _one_word(text)
        word = fact.also.get(word, word)
        if word in choices or not word:
            return word or None
        if fact.is_open:
            self._passed_over(path, text)
            return None
        near = get_close_matches(word, sorted(choices), n=1)
        step = f"did you mean `{near[0]}`?" if near else ""
        self.fault("unknown-word", path, quoted(text), ", ".join(sorted(choices)), step)
        return None

    def _passed_over(self, path: PathInDocument, text: Any) -> None:
        where = self.document.place(path)
        self.notices.append(f"{where}: {quoted(text)} is not known here and counts as not stated.")

    # --- One currency ---------------------------------------------------------------------------

    def _in_one_currency(
        self, facts: Facts, entries: Mapping[str, list[dict[str, Value]]], rates: Rates
    ) -> tuple[dict[str, Value], dict[str, list[dict[str, Value]]]]:
        home = _text(facts["currency"])
        converter = Converter(home, rates)
        own = dict(facts)
        if converter.is_foreign(facts["guide_currency"]):
            market = {n: f for n, f in self.book.facts.items() if f.group == "market"}
            stated = {name: facts[name] for name in market}
            own |= converter.converted(stated, market, facts["guide_currency"])
        listed = in_one_currency(entries, converter, self.book)
        own["party_without_rate"] = bool(converter.without_rate)
        own["rate_was_used"] = bool(converter.used)
        own["rate_date"] = rates.day
        day = rates.day
        dated = f", the rate of {day.day} {day:%B %Y}" if day else ""
        for code in sorted(converter.used):
            rate = rates.between(code, str(home))
            self.notices.append(
                f"Amounts in {code} were converted into {home} at {rate:.6g}{dated}."
            )
        return own, listed

    def _rates(self, stated: Any, home: str | None, usual: Mapping[str, float]) -> Rates:
        rates = read_rates(stated, home, usual)
        self.notices += rates.notices
        if stated and not rates.of:
            place = self.document.place(("market", "fx"))
            self.notices.append(f"{place}: no exchange rate can be read; write `GBP_USD: 1.25`.")
        return rates


def in_one_currency(
    lists: Mapping[str, list[dict[str, Value]]], converter: Converter, book: Book
) -> dict[str, list[dict[str, Value]]]:
    """The entries of lists, the foreign ones with their amounts in the currency of the offer."""
    return {
        name: [
            converter.converted(item, entry_facts(book, name), item.get("currency"))
            if converter.is_foreign(item.get("currency"))
            else item
            for item in items
        ]
        for name, items in lists.items()
    }


def entry_facts(book: Book, name: str) -> dict[str, Fact]:
    """The facts of an entry of a list."""
    one = book.lists[name]
    facts = {fact.name: fact for fact in one.facts}
    if one.is_package:
        facts |= {n: f for n, f in book.facts.items() if f.group == "package"}
    return facts


@lru_cache(maxsize=64)
def _roots(book: Book, section: str) -> frozenset[str]:
    """The keys that may stand in a section of a case."""
    groups = {section, "package"} if section == "offer" else {section}
    known = {p[0] for f in book.facts.values() if f.group in groups for p in f.paths}
    known |= {one.path[1] for one in book.lists.values() if one.path[0] == section}
    return frozenset(known | _MARKET if section == "market" else known)


@lru_cache(maxsize=1024)
def _one_word(text: str) -> str:
    """A text as the words of the book are written.

    >>> _one_word("Late-stage  Private")
    'late_stage_private'
    """
    return re.sub(r"[\s-]+", "_", text.lower())


def _is_whole_grant(schedule: Any) -> bool:
    shares = schedule if isinstance(schedule, list) else []
    return all(isinstance(s, int | float) for s in shares) and abs(sum(shares) - 1) < 0.02


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _at(node: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and str(step).isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node
