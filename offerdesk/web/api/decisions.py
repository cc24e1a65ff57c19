"""Decisions: made, listed, read, explained and made again."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from offerdesk.offers import read_bytes
from offerdesk.replay import as_logged
from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import JSON, sent, told
from offerdesk.web.api.asked_once import IdempotencyKey, once
from offerdesk.web.api.paging import After, Limit, page_of
from offerdesk.web.guard.refused import Refused
from offerdesk.web.making import Asked, made_of
from offerdesk.web.telling import as_told
from offerdesk.why import reasons
from offerdesk.why_forms import as_plain
from rules.errors import FailedWorld, Fault
from warehouse.log import LogLine

YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
MARKDOWN = "text/markdown"
router = APIRouter(prefix="/api/decisions", tags=["decisions"], default_response_class=Response)
_OFFER = {"schema": shapes.ref("Offer")}
_BODY = {"required": True, "content": {JSON: _OFFER, YAML[0]: _OFFER}}

AsOf = Annotated[
    date | None,
    Query(description="Decide as of this day instead of the offer's `evaluation_date`."),
]
Market = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9a-f]{1,64}$",
        description="Market snapshot to use, by its id; the one in force when not given.",
    ),
]
Verdict = Literal["accept", "counter", "walk_away", "needs_review"]


@router.post(
    "",
    status_code=201,
    summary="Decide an offer",
    openapi_extra={"requestBody": _BODY},
    responses=shapes.answers(
        {201: shapes.as_json("Decision"), 200: shapes.as_json("Preview")}, 400, 413, 415, 422, 503
    ),
)
async def decide(
    request: Request,
    as_of: AsOf = None,
    market: Market = None,
    log: Annotated[bool, Query(description="Whether to remember the decision.")] = True,
    key: IdempotencyKey = None,
) -> Response:
    """Accept, counter or walk away. The decision is in the log before it is answered."""
    is_json, data = _is_json(request), await request.body()
    offer = partial(read_bytes, data, "body", is_json=is_json)
    asked = Asked(within.user(request), offer, market, as_of, log, once(request, data))
    made = await within.decisions(request).make(asked)
    if made.id is None:
        return Response(made.body, 200, media_type=JSON)
    headers = {} if made.is_new else {"Idempotency-Replayed": "true"}
    headers |= {"Location": f"/api/decisions/{made.id}", "ETag": f'"{made.id}"'}
    return Response(made.body, 201, headers, JSON)


def _is_json(request: Request) -> bool:
    """Whether the body is JSON, and else YAML, by what the request says of it.

    Raises:
        Refused: ``media-type-unknown``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON or kind in YAML:
        return kind == JSON
    allowed = ", ".join([JSON, *YAML])
    fault = Fault("media-type-unknown", "Content-Type", kind or "nothing", allowed, "say which")
    raise Refused(415, fault)


@router.get(
    "",
    summary="List decisions",
    responses=shapes.answers({200: shapes.as_json("DecisionPage")}, 404, 422, 503),
)
async def listed(
    request: Request,
    limit: Limit = 20,
    after: After = None,
) -> Response:
    """Your decisions, newest first, a page at a time."""
    lines = await within.working(request).read(
        within.decisions(request).page, within.user(request), limit + 1, after
    )
    rows, following = page_of(lines, limit)
    return told(request, {"decisions": [_line(row) for row in rows], "next": following})


def _line(line: LogLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in shapes.LINE}


@router.get(
    "/{id}",
    summary="Read a decision",
    responses=shapes.answers(
        {200: shapes.as_json("Decision") | shapes.as_text(MARKDOWN)}, 404, 410, 422, 503
    ),
)
async def read(
    request: Request,
    id: shapes.Id,
    format: Annotated[Literal["json", "md"], Query(description="JSON, or Markdown.")] = "json",
) -> Response:
    """A decision as it was logged."""
    body = await within.working(request).read(_as_form, request, id, format)
    return sent(request, body, id) if format == "json" else sent(request, body, media=MARKDOWN)


def _as_form(request: Request, id: str, form: str) -> bytes:
    decision = as_logged(within.decisions(request).read(within.user(request), id))
    return made_of(decision).body if form == "json" else decision.to_markdown().encode()


@router.get(
    "/{id}/why",
    summary="Every reason behind a decision",
    responses=shapes.answers({200: shapes.as_json("Reason")}, 404, 410, 422, 503),
)
async def why(
    request: Request,
    id: shapes.Id,
    other: Annotated[
        Verdict | None, Query(alias="not", description="Say instead why it was not this.")
    ] = None,
) -> Response:
    """The reasoning as a tree, down to the facts, the numbers of the book and the market rows."""
    return told(request, await within.working(request).read(_reasons, request, id, other))


def _reasons(request: Request, id: str, other: str | None) -> Any:
    return as_plain(reasons(within.decisions(request).again(within.user(request), id), other))


@router.get(
    "/{id}/replay",
    summary="Make a decision again",
    responses=shapes.answers({200: shapes.as_json("Replay")}, 404, 410, 422, 503),
)
async def replay(request: Request, id: shapes.Id) -> Response:
    """Whether the same book, facts and market give the same bytes as were logged."""
    return told(request, await within.working(request).read(_replayed, request, id))


def _replayed(request: Request, id: str) -> Any:
    again, differs = within.decisions(request).again(within.user(request), id), None
    try:
        again.check()
    except FailedWorld as problem:
        if problem.faults[0].code != "replay-differs":
            raise
        differs = as_told(problem.faults[0])
    return {"id": again.row.id, "is_same": differs is None, "differs": differs}
