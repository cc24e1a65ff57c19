"""The pages of the rule book: every rule, signal and lever with its meaning, and all of a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request, Response

from offerdesk.chapters import counts_of, unknown_name
from offerdesk.fired import Fired, Firings
from offerdesk.glossary import Glossary, Term
from offerdesk.meanings import Meanings
from offerdesk.proved import proved
from offerdesk.web import within
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.pages.proofs_view import MEANINGS, STANDINGS, Proofs, proofs
from offerdesk.web.templating import templates
from offerdesk.web.words import Words
from rules.book import BOOK, Book, Lever, Row
from rules.expression import names, sql_text, tables
from warehouse import log

router = APIRouter(prefix="/book")
MOST = 2000  # decisions whose firings are counted at first, the latest


@dataclass(frozen=True, slots=True)
class Chapter:
    """What the pages need to know of a book; made once for each."""

    book: Book
    glossary: Glossary
    meanings: Meanings
    rows: Mapping[str, Row]
    levers: Mapping[str, Lever]
    firings: dict[str, Firings]

    @property
    def signals(self) -> Sequence[Term]:
        """Every signal with its definition."""
        return [term for term in self.glossary.values() if term.kind == "signal"]


@lru_cache(maxsize=2)
def chapter(book: Book) -> Chapter:
    """What there is to say of a book."""
    return Chapter(
        book,
        Glossary(book),
        Meanings(book),
        {row.name: row for row in book.rows},
        {lever.name: lever for lever in book.levers},
        {},
    )


@router.get("")
async def contents(request: Request) -> Response:
    """The whole book, short."""
    context = await within.working(request).read(_contents, request)
    return templates.TemplateResponse(request, "book.html", context)


def _contents(request: Request) -> dict[str, Any]:
    found = chapter(within.desk(request).book)
    kinds = ("figure", "fact", "parameter", "law", "pick")
    return {
        "chapter": found,
        "counts": counts_of(found.book),
        "others": {kind: [t for t in found.glossary.values() if t.kind == kind] for kind in kinds},
        "fired": _fired(request, found),
        "proofs": _proofs(request, found),
        "standings": [word for word, _ in STANDINGS.values()],
        "meanings": MEANINGS,
        "words": Words(found.book),
    }


@router.get("/{name}")
async def entry(request: Request, name: str) -> Response:
    """All that the book says of one name."""
    context = await within.working(request).read(_entry, request, name)
    return templates.TemplateResponse(request, "book_entry.html", context)


def _entry(request: Request, name: str) -> dict[str, Any]:
    found = chapter(within.desk(request).book)
    row, lever, term = found.rows.get(name), found.levers.get(name), found.glossary.get(name)
    rule = row or lever
    if rule is None and term is None:
        fault = unknown_name(name, [*found.rows, *found.levers, *found.glossary])
        raise Refused(404, fault)
    return {
        "name": name,
        "row": row,
        "lever": lever,
        "term": term,
        "when": "" if rule is None else sql_text(rule.when),
        "reads": _reads(found, name),
        "readers": _readers(found, name),
        "fired": _fired(request, found),
        "proofs": _proofs(request, found),
        "meanings": MEANINGS,
        "chapter": found,
        "words": Words(found.book),
    }


def _reads(found: Chapter, name: str) -> list[str]:
    """The names that a rule or a figure reads."""
    term = found.glossary.get(name)
    rule = found.rows.get(name) or found.levers.get(name)
    expression = rule.when if rule else term.expression if term else None
    if expression is None:
        return []
    return sorted(one for one in names(expression) | tables(expression) if one in found.glossary)


def _readers(found: Chapter, name: str) -> list[str]:
    """The names that read a name."""
    defined = [
        term.name
        for term in found.glossary.values()
        if term.expression is not None and name in names(term.expression) | tables(term.expression)
    ]
    rows = [row.name for row in found.book.rows if name in names(row.when)]
    levers = [lever.name for lever in found.book.levers if name in names(lever.when)]
    return [*defined, *rows, *levers]


def _fired(request: Request, found: Chapter) -> Fired:
    """How often the rules fired in the decisions that the user may see."""
    user = within.user(request)
    counted = found.firings.setdefault(user, Firings(found.book.hash))
    if user == OWNER:
        return counted.counted(log.rows(after=max(counted.last, log.last_number() - MOST)))
    decisions = within.decisions(request)
    new = [line.id for line in decisions.page(user, MOST) if not line.is_redacted]
    return counted.counted(decisions.read(user, one) for one in new if not counted.knows(one))


def _proofs(request: Request, found: Chapter) -> Proofs | None:
    """What was last proved of the book; looked up anew, as somebody may just have proved it."""
    folder = request.app.state.settings.book or BOOK
    return proofs(proved(found.book, folder), {*found.rows, *found.levers, *found.glossary})
