"""What is asked and answered, as JSON Schema for the OpenAPI document.

The examples beside the schemas are in ``examples.json``: what the API really said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path

from offerdesk.web.api.answering import JSON
from offerdesk.web.problems import MEDIA, TITLES

Shape = dict[str, Any]
Id = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{12}$",
        description="Id of a logged decision.",
        examples=["0123456789ab"],
    ),
]
LINE = (
    "id",
    "logged_at",
    "verdict",
    "status",
    "rule",
    "company",
    "role",
    "book",
    "snapshot",
    "facts_hash",
    "is_redacted",
)
_TEXT: Shape = {"type": "string"}
_MAYBE: Shape = {"type": ["string", "null"]}
_COUNT: Shape = {"type": "integer", "minimum": 0}
_ANY: Shape = {}
_FLAG: Shape = {"type": "boolean"}
_SHARE: Shape = {"type": "number", "minimum": 0, "maximum": 1}


def thing(**known: Shape) -> Shape:
    """An object that has at least these."""
    return {"type": "object", "required": list(known), "properties": known}


def many(one: Shape) -> Shape:
    """A list of them."""
    return {"type": "array", "items": one}


def named(one: Shape) -> Shape:
    """An object whose names are data."""
    return {"type": "object", "additionalProperties": one}


def ref(name: str) -> Shape:
    """One of the schemas of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


_VERDICT: Shape = {"type": "string", "enum": ["accept", "counter", "walk_away"]}
_STATUS: Shape = {"type": "string", "enum": ["decided", "needs_review"]}
_RECORD: dict[str, Shape] = {
    "verdict": _VERDICT,
    "status": _STATUS,
    "rule": {"type": "string", "description": "The row of the book that decided."},
    "because": {"type": "string", "description": "Why, in a sentence."},
    "provisional_decision": {"type": ["string", "null"]},
    "company": _MAYBE,
    "role": _MAYBE,
    "currency": _MAYBE,
    "evaluation_date": {"type": "string", "format": "date"},
    "derived": named(_ANY),
    "ranges": named(many(_ANY)),
    "signals": named({"type": ["boolean", "null"]}),
    "ask": named(thing(opening=_ANY, target=_ANY, floor=_ANY)),
    "levers": many(thing(id=_TEXT, component=_ANY, amount=_ANY, script=_ANY, evidence=_ANY)),
    "levers_considered": many(thing(id=_TEXT, applies={"type": ["boolean", "null"]}, why=_TEXT)),
    "questions": many({"type": "object"}),
    "conditions": many({"type": "object"}),
    "rows": named({"type": ["boolean", "null"]}),
    "notices": many(_TEXT),
    "disclaimers": many(_TEXT),
    "market": many({"type": "object"}),
    "book": {"type": "string", "description": "Hash of the rule book."},
    "parity": _MAYBE,
    "snapshot": {"type": ["string", "null"], "description": "Id of the market snapshot."},
    "facts_hash": _TEXT,
}
_ID: Shape = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
_LINE = thing(
    id=_ID,
    logged_at={"type": "string", "format": "date-time"},
    verdict=_VERDICT,
    status=_STATUS,
    rule=_TEXT,
    company=_MAYBE,
    role=_MAYBE,
    book=_TEXT,
    snapshot=_MAYBE,
    facts_hash=_MAYBE,
    is_redacted={"type": "boolean", "description": "Its content was removed from the log."},
)
_SNAPSHOT = thing(id=_TEXT, published_at={"type": "string", "format": "date-time"}, current=_FLAG)
_HELD = thing(id=_TEXT, rescored=_COUNT, flips=many(named(_ANY)), doubts=many(named(_ANY)))
_TERM = thing(name=_TEXT, kind=_TEXT, told=_TEXT, formula=_TEXT, details=many(_TEXT))
_TABLE = thing(table=_TEXT, added=_COUNT, removed=_COUNT, changed=_COUNT, changes=many(named(_ANY)))
_OF_THE_DECISION: dict[str, Shape] = {
    "verdict": _VERDICT,
    "status": _STATUS,
    "rule": _TEXT,
    "because": _TEXT,
    "company": _MAYBE,
    "role": _MAYBE,
    "currency": _MAYBE,
    "evaluation_date": {"type": "string", "format": "date"},
    "book": _TEXT,
    "snapshot": _MAYBE,
    "facts_hash": _TEXT,
}

SCHEMAS: Mapping[str, Shape] = {
    "Fault": thing(code=_TEXT, place=_TEXT, found=_TEXT, allowed=_TEXT, next=_TEXT),
    "Problem": thing(
        type={"type": "string", "format": "uri"},
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        code={"type": "string", "description": "Stable; the same as on the command line."},
        faults=many(ref("Fault")),
    ),
    "Preview": thing(**_RECORD),
    "Decision": thing(id=_ID, **_RECORD),
    "DecisionLine": _LINE,
    "DecisionPage": thing(decisions=many(ref("DecisionLine")), next=_MAYBE),
    "Reason": thing(kind=_TEXT, name=_TEXT, text=_TEXT, value=_ANY, rests_on=many(ref("Reason"))),
    "Ask": thing(
        **_OF_THE_DECISION,
        components=many(named(_ANY)),
        closed=many(named(_ANY)),
        cheapest={"type": ["object", "null"]},
        proof={"type": ["object", "null"]},
        alone=many(named(_ANY)),
        impossible={"type": ["object", "null"]},
        worse=many(named(_ANY)),
    ),
    "Fragility": thing(
        **_OF_THE_DECISION,
        state={"type": "string", "enum": ["FIRM", "FRAGILE", "UNDECIDABLE"]},
        samples=many(named(_ANY)),
        rate={"type": ["object", "null"]},
        parameters=many(named(_ANY)),
        together=named(_ANY),
        without_bearing=many(_TEXT),
        ends_tried_in_every_verdict=many(_TEXT),
    ),
    "Questions": thing(
        **_OF_THE_DECISION,
        state={
            "type": "string",
            "enum": [
                "DECIDED",
                "SETTLED BY ONE",
                "SETTLED TOGETHER",
                "UNDECIDABLE",
                "NOT ALL TRIED",
            ],
        },
        questions=many(
            thing(id=_TEXT, text=_TEXT, settles=_SHARE, turns=_SHARE, places=many(_ANY))
        ),
        together=many(_TEXT),
        follow_up=many(thing(id=_TEXT, text=_TEXT)),
        together_share=_SHARE,
    ),
    "Replay": thing(
        id=_ID,
        is_same=_FLAG,
        differs={"anyOf": [ref("Fault"), {"type": "null"}]},
    ),
    "Batch": thing(
        id=_TEXT,
        state={"type": "string", "enum": ["waiting", "running", "done", "failed"]},
        sheet=_TEXT,
        form=_TEXT,
        step=_TEXT,
        rows_done=_COUNT,
        rows=_COUNT,
        faults=many(ref("Fault")),
    ),
    "BatchPage": thing(batches=many(ref("Batch")), next=_MAYBE),
    "BatchSummary": thing(read=_COUNT, judged=_COUNT, refused=_COUNT, outcomes=named(_COUNT)),
    "Snapshots": thing(published=many(_SNAPSHOT), held=many(_HELD)),
    "Snapshot": thing(
        snapshot=_TEXT,
        held={"type": ["object", "null"]},
        rows=named(_COUNT),
        sources=many(named(_ANY)),
        guides=many(_TEXT),
    ),
    "SnapshotDifference": thing(tables=many(_TABLE), drift=many(named(_ANY))),
    "Sources": thing(
        sources=many(thing(name=_TEXT, title=_TEXT, address=_MAYBE, licence=_TEXT, reader=_ANY))
    ),
    "Percentiles": thing(percentiles=many(named(_ANY)), next=_MAYBE),
    "HeldRows": thing(
        rows=many(
            thing(row_ref=_TEXT, code=_TEXT, severity=_TEXT, found=_MAYBE, suggestion=_MAYBE)
        ),
        next=_MAYBE,
    ),
    "HeldReasons": thing(reasons=many(thing(source=_TEXT, code=_TEXT, count=_COUNT))),
    "HeldRow": thing(reasons=many(named(_ANY))),
    "Book": thing(
        hash=_TEXT,
        counts=named(_COUNT),
        rules=many(thing(name=_TEXT, decides=_TEXT, when=_TEXT, says=many(_TEXT))),
    ),
    "Rule": thing(name=_TEXT, decides=_TEXT, when=_TEXT, says=many(_TEXT)),
    "Lever": thing(
        name=_TEXT,
        when=_TEXT,
        strength={"type": "number"},
        quality=_TEXT,
        moves=many(_TEXT),
        needs=_TEXT,
        risk=_TEXT,
        says=many(_TEXT),
    ),
    "Levers": thing(levers=many(ref("Lever"))),
    "Term": _TERM,
    "Terms": thing(terms=many(ref("Term"))),
    "Health": thing(status={"type": "string", "enum": ["ok"]}),
    "Ready": thing(status={"type": "string", "enum": ["ready"]}, book=_TEXT, snapshot=_MAYBE),
}
_GOOD = {200: "It is answered.", 201: "It is done.", 202: "It is under way.", 204: "It is gone."}


def answers(good: Mapping[int, Shape], *bad: int) -> dict[int | str, Shape]:
    """The answers of an operation.

    Args:
        good: What is answered by status: content by its media type.
        bad: Statuses with which it may come to nothing of itself; what the door turns away is
            the default.
    """
    found: dict[int | str, Shape] = {
        status: {"description": _GOOD[status], "content": content}
        for status, content in good.items()
    }
    found |= {status: _problem(TITLES[status]) for status in bad}
    return {**found, "default": _problem("The door turns it away: too large, too often, no token.")}


def _problem(told: str) -> Shape:
    return {"description": told, "content": {MEDIA: {"schema": ref("Problem")}}}


def as_json(name: str) -> Shape:
    """Content that is JSON of a schema."""
    return {JSON: {"schema": ref(name)}}


def as_text(*media: str) -> Shape:
    """Content that is text, or a file, of some kind."""
    return {one: {"schema": {"type": "string"}} for one in media}
