"""The page of reasons: from a verdict down to conditions, numbers, sources and market rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from offerdesk.changed import attribution
from offerdesk.changed_told import answer, divided, key, what
from offerdesk.reason import Reason
from offerdesk.replay import as_logged, replay_row
from offerdesk.sides import CAUSES
from offerdesk.web import within
from offerdesk.web.templating import templates
from offerdesk.web.words import Words
from offerdesk.why import reasons

router = APIRouter(prefix="/decisions/{id}")
OUTCOMES = ("accept", "counter", "walk_away", "needs_review")
_TRUTHS = {True: "yes", False: "no", None: "unknown"}
_TRUTH_SAID = re.compile(r":? (is )?(TRUE|FALSE|UNKNOWN)\b")  # told by the word before it
_NAME = re.compile(r"(NOT )?([a-z][a-z0-9_]*)")
_TRUE_OR_FALSE = frozenset({"signal", "condition", "row"})


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree.

    Attributes:
        head: The name with its value, as the book writes it.
        told: What it means, and where it is from; empty where the head says all.
        truth: yes, no or unknown; empty for what is neither.
        name: What the book calls it, where it has a page of its own.
        is_open: Whether what it rests on is shown at once.
    """

    kind: str
    head: str
    told: str
    truth: str
    name: str
    rests_on: Sequence[Node]
    is_open: bool


@router.get("/why")
async def why(request: Request, id: str) -> Response:
    """Why it is so; with ``?not=accept`` why it is not that."""
    other = request.query_params.get("not")
    other = other if other in OUTCOMES else None
    context = await within.working(request).read(_context, request, id, other)
    return templates.TemplateResponse(request, "why.html", context)


def _context(request: Request, id: str, other: str | None) -> dict[str, Any]:
    row = within.decisions(request).read(within.user(request), id)
    replayed, decision = replay_row(row), as_logged(row)
    book = replayed.book
    rules = {row.name for row in book.rows} | {lever.name for lever in book.levers}
    names = rules | {*book.types, *book.parameters}
    reason, words = reasons(replayed, other), Words(book)
    return {
        "id": id,
        "r": decision.record,
        "words": words,
        "is_same": replayed.is_same,
        "tree": [node(one, words, names) for one in reason.rests_on],
        "other": other,
        "outcomes": [one for one in OUTCOMES if one != reason.value],
        "rows": decision.record["market"],
        "earlier": _earlier(request, id, decision.record),
    }


def node(reason: Reason, words: Words, names: set[str], depth: int = 0) -> Node:
    """A reason as a line of the tree; the first two layers are open."""
    head, _, told = reason.text.partition(" - ")
    truth = _TRUTHS[reason.value] if reason.kind in _TRUE_OR_FALSE else ""
    if truth:
        head = _TRUTH_SAID.sub("", head)
        told = told or _meaning(head, words)
    return Node(
        reason.kind,
        head,
        told,
        truth,
        reason.name if reason.name in names else "",
        [node(one, words, names, depth + 1) for one in reason.rests_on],
        depth < 2,
    )


def _meaning(head: str, words: Words) -> str:
    """What a condition means that is no more than a name of the book."""
    found = _NAME.fullmatch(head)
    said = words.meaning(found[2], found[2]) if found else ""
    return f"Not so: {said[:1].lower()}{said[1:]}" if said and found and found[1] else said


@router.get("/changed/{other}")
async def changed(request: Request, id: str, other: str) -> Response:
    """Why two decisions differ: each change divided among the offer, the book, market and date."""
    context = await within.working(request).read(_changed, request, id, other)
    return templates.TemplateResponse(request, "changed.html", context)


def _changed(request: Request, id: str, other: str) -> dict[str, Any]:
    decisions, user = within.decisions(request), within.user(request)
    pair = sorted((decisions.read(user, one) for one in (id, other)), key=lambda row: row.seq)
    found = attribution(*pair)
    head, *lines = divided(found)
    return {
        "id": id,
        "before": found.before,
        "after": found.after,
        "answer": answer(found),
        "causes": [(cause, list(what(found, cause))) for cause in CAUSES],
        "head": head,
        "lines": lines,
        "key": key(found),
        "notes": found.notes,
    }


def _earlier(request: Request, id: str, record: Any) -> list[Any]:
    """Earlier decisions about the same employer."""
    lines = within.decisions(request).page(within.user(request), 50)
    return [one for one in lines if one.id != id and one.company == record["company"]][:8]
