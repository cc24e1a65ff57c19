"""The rule book: its rules, its levers, and every name with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request, Response

from offerdesk.chapters import counts_of, unknown_name
from offerdesk.glossary import Glossary, Term
from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import told
from rules.book import Lever, Row
from rules.errors import UnusableCase
from rules.expression import sql_text

router = APIRouter(prefix="/api/book", tags=["book"], default_response_class=Response)
T = TypeVar("T")
Name = Annotated[str, Path(pattern="^[A-Za-z][A-Za-z0-9_]{0,80}$", examples=["D9"])]


@router.get("", summary="The rule book", responses=shapes.answers({200: shapes.as_json("Book")}))
async def book(request: Request) -> Response:
    """What identifies it, how much is in it, and its rules in the order in which they are tried."""
    found = within.desk(request).book
    rules = [_rule(row) for row in found.rows]
    return told(request, {"hash": found.hash, "counts": counts_of(found), "rules": rules})


@router.get(
    "/rules/{name}",
    summary="A rule",
    responses=shapes.answers({200: shapes.as_json("Rule")}, 404, 422),
)
async def rule(request: Request, name: Name) -> Response:
    """One rule: when it holds, and what it says then."""
    rows = {row.name: row for row in within.desk(request).book.rows}
    return told(request, _rule(_found(rows, name)))


@router.get(
    "/levers", summary="The levers", responses=shapes.answers({200: shapes.as_json("Levers")})
)
async def levers(request: Request) -> Response:
    """Everything that may move an employer."""
    return told(request, {"levers": [_lever(one) for one in within.desk(request).book.levers]})


@router.get(
    "/levers/{name}",
    summary="A lever",
    responses=shapes.answers({200: shapes.as_json("Lever")}, 404, 422),
)
async def lever(request: Request, name: Name) -> Response:
    """One lever: when it can be pulled, what has to be ready, and what to say."""
    known = {one.name: one for one in within.desk(request).book.levers}
    return told(request, _lever(_found(known, name)))


@router.get(
    "/terms", summary="Every name", responses=shapes.answers({200: shapes.as_json("Terms")})
)
async def terms(request: Request) -> Response:
    """Every signal, figure, fact, number and law with its meaning."""
    glossary = await within.working(request).read(Glossary, within.desk(request).book)
    return told(request, {"terms": [_term(one) for one in glossary.values()]})


@router.get(
    "/terms/{name}",
    summary="A name",
    responses=shapes.answers({200: shapes.as_json("Term")}, 404, 422),
)
async def term(request: Request, name: Name) -> Response:
    """What the book says of one name."""
    glossary = await within.working(request).read(Glossary, within.desk(request).book)
    return told(request, _term(_found(glossary, name)))


def _rule(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "decides": row.decides,
        "when": sql_text(row.when),
        "says": [say.text for say in row.because],
    }


def _lever(one: Lever) -> dict[str, Any]:
    return {
        "name": one.name,
        "when": sql_text(one.when),
        "strength": one.strength,
        "quality": one.quality,
        "needs": one.needs,
        "risk": one.risk,
        "moves": sorted({say.moves for say in one.says if say.moves}),
        "says": [say.text for say in one.says],
    }


def _term(one: Term) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "told": one.told,
        "formula": one.formula,
        "details": list(one.details),
    }


def _found(known: Mapping[str, T], name: str) -> T:
    if name not in known:
        raise UnusableCase(unknown_name(name, list(known)))
    return known[name]
