"""Questions of a decision, answered in place: the same offer with more of it known."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.restated import Raw, put, restated
from offerdesk.web.form.fields import Field, field_at
from offerdesk.web.form.laid_out import Groups, grouped
from offerdesk.web.form.topics import LISTS
from offerdesk.web.form.typed import Typed, document_of, typed_of, value_of
from rules.book import Book
from warehouse.log import LogRow


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the fields that answer it.

    Attributes:
        groups: The fields; none where the answer is a list, or figures of a market.
        elsewhere: Where in the whole form it is answered, if not here.
    """

    id: str
    text: str
    is_decisive: bool
    groups: Groups
    elsewhere: str

    def is_open(self, errors: Collection[str]) -> bool:
        """Whether one of its fields has to be mended."""
        return any(field.name in errors for _, fields in self.groups for field in fields)


def questions(record: Mapping[str, Any], book: Book) -> list[Question]:
    """The questions of a decision, those that decide first."""
    return [_question(one, book) for one in record["questions"]]


def _question(one: Mapping[str, Any], book: Book) -> Question:
    fields = [field for path in one["asks_for"] for field in field_at(book, path)]
    return Question(
        one["id"], one["text"], one["decisive"], grouped(fields), "" if fields else _place(one)
    )


def _place(one: Mapping[str, Any]) -> str:
    for path in one["asks_for"]:
        name = path.rpartition(".")[2]
        if name in LISTS:
            return f"list-{name}"
    return "f-market"


def fields_asked(record: Mapping[str, Any], book: Book) -> Sequence[Field]:
    """Every field that some question asks for."""
    paths = [path for one in record["questions"] for path in one["asks_for"]]
    return list({f.id: f for path in paths for f in field_at(book, path)}.values())


def typed_before(row: LogRow, book: Book) -> Typed:
    """What would have been typed to state the decided offer."""
    return typed_of(restated(row, book), book)


def answered(row: LogRow, book: Book, answers: Typed) -> Raw:
    """The decided offer with answers to its questions.

    Args:
        row: The decision.
        book: Its vocabulary.
        answers: What was typed into the fields of its questions; other names are left alone.
    """
    asked = fields_asked(json.loads(row.entry.decision), book)
    given = {one.name: answers[one.name] for one in asked if one.name in answers}
    document = document_of({**typed_before(row, book), **given}, book)
    about_market = {
        one.name: value
        for one in asked
        if one.name.startswith("market.")
        and (value := value_of(one, given.get(one.name, ()))) is not None
    }
    if about_market:
        document.setdefault("market", json.loads(row.entry.market))
    for name, value in about_market.items():
        put(document, name.split("."), value)
    return document
