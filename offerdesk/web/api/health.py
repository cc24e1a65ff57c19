"""Is the desk alive, can it decide, and what has it done so far?"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import JSON, as_bytes
from warehouse.log import listing
from warehouse.snapshot import current_id

router = APIRouter(tags=["health"], default_response_class=Response)


@router.get(
    "/healthz",
    summary="Is it alive?",
    responses=shapes.answers({200: shapes.as_json("Health")}),
)
async def healthz() -> Response:
    """Answered as long as there is somebody to answer."""
    return Response(as_bytes({"status": "ok"}), media_type=JSON)


@router.get(
    "/readyz",
    summary="Can it decide?",
    responses=shapes.answers({200: shapes.as_json("Ready")}, 503),
)
async def readyz(request: Request) -> Response:
    """Whether the book is loaded, the market can be found and the log can be read and written."""
    return Response(as_bytes(await within.working(request).read(_ready, request)), media_type=JSON)


def _ready(request: Request) -> dict[str, str | None]:
    listing(1)
    snapshot = current_id()
    within.decisions(request).check_writable()
    return {"status": "ready", "book": within.desk(request).book.hash, "snapshot": snapshot}


@router.get(
    "/metrics",
    summary="What has it done so far?",
    responses=shapes.answers({200: shapes.as_text("text/plain")}),
)
async def metrics(request: Request) -> Response:
    """Counts and times for Prometheus; no offer, no pay and no name of a user is in them."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
