"""What a book states of itself in ``proofs.yaml``, beside its other files.

The file decides nothing and is no part of the hash of the book.  It says which rows may hold
together and which of them is meant to win, what counts as pay and as a minimum, which facts must
not count, and where a claim does not hold on purpose, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.book import Book
from rules.errors import Fault, MalformedBook
from rules.expression import Expression, Literal, names
from rules.page import Page
from rules.parse import parse
from rules.source import Document, parse_document

FILE = "proofs.yaml"
ALWAYS = Literal(True)
PRESENT_PAY = ("current_base", "current_tc")
_ENDS = {"before": "for the lower offer", "after": "for the higher offer"}
_KEYS = ("overlaps", "pay", "minimums", "never_count", "exceptions")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A row that is meant to win over others when several hold."""

    wins: str
    over: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NeverCounts:
    """A fact that must not reach a verdict, an ask or a lever.

    Attributes:
        unless_through: Figures through which it may.
        only_when: What is so whenever it counts there; TRUE for every case if nothing is said.
    """

    fact: str
    unless_through: tuple[str, ...] = ()
    only_when: Expression = ALWAYS
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Where raising a fact may turn a verdict the other way.

    Attributes:
        raising: The fact.
        before, after: What is so of the lower and of the higher offer.
        where: The same as the book words it.
        reason: Why that is meant, or put up with.
    """

    raising: tuple[str, ...]
    before: Expression
    after: Expression
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a book states of itself."""

    overlaps: tuple[Overlap, ...] = ()
    pay: tuple[str, ...] = ()
    minimums: tuple[str, ...] = ()
    never_count: tuple[NeverCounts, ...] = ()
    exceptions: tuple[Exempt, ...] = ()

    def wins(self, first: str, second: str) -> Overlap | None:
        """What the book says of two rows that may hold together."""
        found = (one for one in self.overlaps if one.wins == first and second in one.over)
        return next(found, None)


def read_statement(folder: Path, book: Book) -> Statement:
    """The statement in the folder of a book; the usual one where there is none.

    Raises:
        MalformedBook: With every fault of the file.
    """
    path = folder / FILE
    if not path.is_file():
        return usual_statement(book)
    return statement_of(path.read_text("utf-8"), book)


def usual_statement(book: Book) -> Statement:
    """What holds of a book that states nothing: no overlap is meant, and there is no exception."""
    sent = [fact.name for fact in book.facts.values() if fact.read == "present"]
    never = [name for name in PRESENT_PAY if name in book.facts]
    return Statement(never_count=tuple(NeverCounts(name) for name in (*never, *sent)))


def statement_of(text: str, book: Book) -> Statement:
    """The statement in a text.

    Raises:
        MalformedBook: With every fault of it.
    """
    document = parse_document(text, FILE)
    reader = _Reader(document, book)
    found = reader.statement()
    if reader.faults:
        raise MalformedBook(reader.faults)
    return found


class _Reader:
    def __init__(self, document: Document, book: Book) -> None:
        self.faults: list[Fault] = []
        self.page = Page(document, parse, self.faults)
        self.book = book
        self.rows = {row.name for row in book.rows}

    def statement(self) -> Statement:
        for key in self.page.value.keys() - set(_KEYS):
            self.page.fault("unknown-key", (key,), f"the key `{key}`", ", ".join(_KEYS))
        return Statement(
            overlaps=tuple(self._overlaps()),
            pay=self._facts(("pay",), self.page.value.get("pay", ())),
            minimums=self._facts(("minimums",), self.page.value.get("minimums", ())),
            never_count=tuple(self._every_never_count()),
            exceptions=tuple(self._exceptions()),
        )

    def _entries(self, key: str, required: Mapping[str, str], may: Mapping[str, str]) -> Any:
        for index, value in enumerate(self.page.value.get(key, ())):
            path = (key, index)
            entry = self.page.entry(path, value, required, may)
            if required.keys() <= entry.keys():
                yield path, entry

    def _overlaps(self) -> Iterator[Overlap]:
        shape = {"wins": "text", "over": "words", "reason": "text"}
        for path, entry in self._entries("overlaps", shape, {}):
            over = tuple(map(str, entry["over"]))
            for row in (entry["wins"], *over):
                if row not in self.rows:
                    self.page.fault("unknown-row", path, f"`{row}`", ", ".join(sorted(self.rows)))
            yield Overlap(entry["wins"], over, entry["reason"])

    def _every_never_count(self) -> Iterator[NeverCounts]:
        """What the book states, and what must not count though it says nothing of it."""
        stated = list(self._never_count())
        yield from stated
        named = {one.fact for one in stated}
        yield from (one for one in usual_statement(self.book).never_count if one.fact not in named)

    def _never_count(self) -> Iterator[NeverCounts]:
        may = {"unless_through": "words", "only_when": "formula", "reason": "text"}
        for path, entry in self._entries("never_count", {"fact": "text"}, may):
            self._facts(path, [entry["fact"]])
            only_when = self._condition((*path, "only_when"), entry.get("only_when", "TRUE"))
            through = tuple(map(str, entry.get("unless_through", ())))
            yield NeverCounts(entry["fact"], through, only_when, entry.get("reason", ""))

    def _exceptions(self) -> Iterator[Exempt]:
        shape = {"raising": "words", "reason": "text"}
        for path, entry in self._entries(
            "exceptions", shape, {"before": "formula", "after": "formula"}
        ):
            yield Exempt(
                self._facts((*path, "raising"), entry["raising"]),
                self._condition((*path, "before"), entry.get("before", "TRUE")),
                self._condition((*path, "after"), entry.get("after", "TRUE")),
                _where(entry),
                entry["reason"],
            )

    def _facts(self, path: Any, named: Sequence[Any]) -> tuple[str, ...]:
        for name in named:
            if name not in self.book.facts:
                self.page.fault("unknown-name", path, f"`{name}`", "a fact of facts.yaml")
        return tuple(map(str, named))

    def _condition(self, path: Any, text: Any) -> Expression:
        expression = self.page.expression(path, text)
        for name in sorted(names(expression) - self.book.types.keys()):
            self.page.fault("unknown-name", path, f"`{name}`", "a name of the book")
        return expression


def _where(entry: Mapping[str, Any]) -> str:
    told = [
        f"{of} {' '.join(str(entry[one]).split())}" for one, of in _ENDS.items() if one in entry
    ]
    return " and ".join(told) or "for any two offers"
