"""Sheets of offers: sent, scored, and fetched again with every reason."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from starlette.responses import FileResponse

from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import JSON, as_bytes, told
from offerdesk.web.api.asked_once import IdempotencyKey, once
from offerdesk.web.api.paging import After, Limit, page_of
from offerdesk.web.arriving import COMPETING, SHEET, Handed, from_form, from_stream
from offerdesk.web.batch_run import Batch
from offerdesk.web.batches import Wish
from offerdesk.web.guard.refused import Refused
from rules.errors import Fault

router = APIRouter(prefix="/api/batches", tags=["batches"], default_response_class=Response)
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES, PARQUET = "application/x-ndjson", "application/vnd.apache.parquet"
MULTIPART = "multipart/form-data"
SUFFIXES = {CSV: ".csv", XLSX: ".xlsx", LINES: ".jsonl", JSON: ".json", PARQUET: ".parquet"}
MEDIA = {"csv": CSV, "xlsx": XLSX, "jsonl": LINES, "parquet": PARQUET}
_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {
                "type": "object",
                "required": [SHEET],
                "properties": {SHEET: _FILE, COMPETING: _FILE},
            }
        },
        **{media: {"schema": {"description": "The sheet itself."}} for media in SUFFIXES},
    },
}
Id = Annotated[
    str,
    InPath(pattern="^[0-9a-f]{12}$", description="Id of a batch.", examples=["0123456789ab"]),
]
Form = Annotated[
    Literal["csv", "xlsx", "jsonl", "parquet"], Query(description="What the answers are to be.")
]


@router.post(
    "",
    status_code=202,
    summary="Score a sheet",
    openapi_extra={"requestBody": _BODY},
    responses=shapes.answers({202: shapes.as_json("Batch")}, 400, 413, 415, 422, 429, 503),
)
async def send(
    request: Request,
    form: Form = "csv",
    market: Annotated[str | None, Query(pattern="^[0-9a-f]{1,64}$")] = None,
    key: IdempotencyKey = None,
) -> Response:
    """Send a sheet, a row for each offer; it is scored in its turn. Follow it by `Location`.

    As a form it may bring a second sheet, `competing`: a row for each competing offer, under the
    identifier of the offer that it competes with.
    """
    batches = within.batches(request)
    with tempfile.TemporaryDirectory(dir=batches.incoming()) as aside:
        handed = await _received(request, Path(aside))
        asked = once(request, *(one.digest for one in handed.files.values()))
        wish = Wish(form, market)
        taken = await within.working(request).read(_taken, request, handed, wish, asked)
    batch, is_new = taken
    headers = {"Location": f"/api/batches/{batch.id}"}
    headers |= {} if is_new else {"Idempotency-Replayed": "true"}
    return Response(as_bytes(asdict(batch)), 202, headers, JSON)


def _taken(request: Request, handed: Handed, wish: Wish, asked: Any) -> tuple[Batch, bool]:
    batches, user = within.batches(request), within.user(request)
    batch_id, is_new = batches.take(user, handed, wish, asked)
    return batches.read(user, batch_id), is_new


async def _received(request: Request, folder: Path) -> Handed:
    """Write what a request brings to files of a folder.

    Raises:
        Refused: ``media-type-unknown`` or ``batch-without-sheet``.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == MULTIPART:
        async with request.form(max_files=2, max_fields=8) as form:
            return await from_form(form, folder)
    if kind not in SUFFIXES:
        allowed = ", ".join([MULTIPART, *SUFFIXES])
        fault = Fault("media-type-unknown", "Content-Type", kind or "nothing", allowed, "say which")
        raise Refused(415, fault)
    return await from_stream(request.stream(), f"sheet{SUFFIXES[kind]}", folder)


@router.get(
    "",
    summary="List batches",
    responses=shapes.answers({200: shapes.as_json("BatchPage")}, 404, 422),
)
async def listed(
    request: Request,
    limit: Limit = 20,
    after: After = None,
) -> Response:
    """Your batches, newest first, a page at a time."""
    found = await within.working(request).read(
        within.batches(request).page, within.user(request), limit + 1, after
    )
    rows, following = page_of(found, limit)
    return told(request, {"batches": [asdict(row) for row in rows], "next": following})


@router.get(
    "/{id}",
    summary="Follow a batch",
    responses=shapes.answers({200: shapes.as_json("Batch")}, 404, 422),
)
async def read(request: Request, id: Id) -> Response:
    """How far it is."""
    found = await within.working(request).read(
        within.batches(request).read, within.user(request), id
    )
    return told(request, asdict(found))


@router.delete(
    "/{id}", status_code=204, summary="Forget a batch", responses=shapes.answers({}, 404, 409, 422)
)
async def forget(request: Request, id: Id) -> Response:
    """Remove the sheet and its answers from this machine."""
    await within.working(request).read(within.batches(request).forget, within.user(request), id)
    return Response(status_code=204)


@router.get(
    "/{id}/summary",
    summary="What a batch came to",
    responses=shapes.answers({200: shapes.as_json("BatchSummary")}, 404, 409, 422),
)
async def summary(request: Request, id: Id) -> Response:
    """Verdicts, questions, refusals and what stands in the way, counted."""
    return told(
        request,
        await within.working(request).read(
            within.batches(request).summary, within.user(request), id
        ),
    )


@router.get(
    "/{id}/results",
    summary="The answers",
    response_class=FileResponse,
    responses=shapes.answers({200: shapes.as_text(*MEDIA.values())}, 404, 409, 422),
)
async def results(request: Request, id: Id) -> Response:
    """A row for each offer that was judged; nothing in it is calculated by a spreadsheet."""
    return await _download(request, id, "results")


@router.get(
    "/{id}/rejects",
    summary="What was refused",
    response_class=FileResponse,
    responses=shapes.answers({200: shapes.as_text(CSV)}, 404, 409, 422),
)
async def rejects(request: Request, id: Id) -> Response:
    """A row for each reason for which a row could not be judged."""
    return await _download(request, id, "rejects")


async def _download(request: Request, id: str, part: str) -> Response:
    file = await within.working(request).read(
        within.batches(request).file, within.user(request), id, part
    )
    return FileResponse(file, media_type=MEDIA[file.suffix[1:]], filename=file.name)
