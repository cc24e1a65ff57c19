"""What the short names of a book mean, in sentences that anybody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from offerdesk.glossary import Glossary
from pipelines.scoring.ledger import atoms
from rules.book import Book, Decides
from rules.expression import And, Call, Expression, IsNull, Literal, Name, Not, Or, sql_text
from rules.wording import slots

LEFT_OUT = "…"  # what stands for a number that is another one in each offer


class Meanings:
    """The meanings of a book's names."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._glossary = Glossary(book)
        self._rows = {row.name: row for row in book.rows}
        self._levers = {lever.name: lever for lever in book.levers}
        self._questions = {one.name: one.text for one in book.questions}

    def row(self, name: str) -> list[str]:
        """What a decision row may say of an offer, in the order of the book."""
        return [self._open(say.text) for say in self._rows[name].because]

    def decides(self, name: str) -> Decides:
        """What a decision row decides."""
        return self._rows[name].decides

    def question(self, name: str) -> str:
        """The words of a question."""
        return self._open(self._questions[name])

    def lever(self, name: str) -> str:
        """What one would say with a lever."""
        return self._open(self._levers[name].says[-1].text)

    def named(self, name: str) -> str:
        """What a signal or another flag means."""
        fact = self._book.facts.get(name)
        return _sentence(fact.meaning if fact else self._glossary[name].told)

    def _open(self, text: str) -> str:
        """A sentence without what each offer fills in: dots for a number, words for a text."""
        for slot in slots(text):
            word = f"[{slot.replace('_', ' ')}]"
            is_text = self._book.types[slot].kind == "text"
            text = text.replace(f"{{{slot}}}", word if is_text else LEFT_OUT)
        return text.replace(f"{LEFT_OUT}.", LEFT_OUT)

    def condition(self, row: str, text: str) -> str:
        """What a condition of a row says where it counts for the row; empty where no words do."""
        return self._conditions.get((row, text), "")

    @cached_property
    def _conditions(self) -> dict[tuple[str, str], str]:
        return {
            (row.name, sql_text(atom)): self._words(Not(atom) if is_negated else atom)
            for row in self._book.rows
            for atom, is_negated in _signed(row.when)
        }

    def _words(self, when: Expression) -> str:
        match when:
            case Name(name):
                return self.named(name)
            case Call("COALESCE", (inner, Literal(False))):
                return self._words(inner)
            case IsNull(inner):
                return _after("Not known: ", self._words(inner))
            case Not(inner):
                return _after("Not so: ", self._words(inner))
            case _:
                return ""


def _signed(when: Expression, is_negated: bool = False) -> Iterator[tuple[Expression, bool]]:
    """The conditions of a rule, and whether each counts when it is FALSE."""
    match when:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _signed(operand, is_negated)
        case Not(operand):
            yield from _signed(operand, not is_negated)
        case _:
            yield from ((atom, is_negated) for atom in atoms(when))


def _sentence(text: str) -> str:
    """With a capital and a full stop.

    >>> _sentence("the verdict differs")
    'The verdict differs.'
    """
    return re.sub(r"(?<![.?!])$", ".", text[:1].upper() + text[1:]) if text else ""


def _after(words: str, sentence: str) -> str:
    return words + sentence[:1].lower() + sentence[1:] if sentence else ""
