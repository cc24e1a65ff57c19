"""The market: its snapshots, its sources, what is held back, and the percentiles of pay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from offerdesk import holdings
from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import told
from warehouse.difference import difference, drift_between, market_file
from warehouse.snapshot import held_snapshots, snapshots

router = APIRouter(prefix="/api/market", tags=["market"], default_response_class=Response)
_HEX = "^[0-9a-f]{1,64}$"
SnapshotId = Annotated[
    str, Path(pattern=_HEX, description="A snapshot.", examples=["0123456789ab"])
]
Of = Annotated[
    str | None, Query(pattern=_HEX, description="Of this snapshot; of the one in force if none.")
]
Some = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
Skipped = Annotated[int, Query(ge=0, le=10_000_000, description="`next` of the page before.")]
Word = Annotated[str | None, Query(max_length=200)]


@router.get(
    "/snapshots",
    summary="The market snapshots",
    responses=shapes.answers({200: shapes.as_json("Snapshots")}, 503),
)
async def listed(request: Request) -> Response:
    """Those that are published, newest first, and those that wait for a person, with the reason."""
    return told(request, await within.working(request).read(_listed))


def _listed() -> dict[str, Any]:
    published = [
        {"id": one.id, "published_at": one.published_at.isoformat(), "current": one.current}
        for one in snapshots()
    ]
    return {
        "published": published,
        "held": [{"id": one.id, **one.report} for one in held_snapshots()],
    }


@router.get(
    "/snapshots/{id}",
    summary="What a snapshot holds",
    responses=shapes.answers({200: shapes.as_json("Snapshot")}, 404, 422, 503),
)
async def shown(request: Request, id: SnapshotId) -> Response:
    """Rows by table, the balance of each source and the guides."""
    return told(request, await within.working(request).read(holdings.contents, id))


@router.get(
    "/snapshots/{id}/diff",
    summary="What differs between two snapshots",
    responses=shapes.answers({200: shapes.as_json("SnapshotDifference")}, 404, 422, 503),
)
async def differing(
    request: Request,
    id: SnapshotId,
    to: Annotated[str | None, Query(pattern=_HEX, description="The later one.")] = None,
) -> Response:
    """Rows by table, the first of those that changed, and how far each source has moved."""
    return told(request, await within.working(request).read(_differing, id, to))


def _differing(before: str, after: str | None) -> dict[str, Any]:
    pair = market_file(before), market_file(after)
    names = ("source", "measure", "before", "after")
    return {
        "tables": [asdict(one) for one in difference(*pair)],
        "drift": [dict(zip(names, one, strict=True)) for one in drift_between(*pair)],
    }


@router.get(
    "/sources",
    summary="The sources there are",
    responses=shapes.answers({200: shapes.as_json("Sources")}),
)
async def sources(request: Request) -> Response:
    """What a market can be made from, with addresses and licences."""
    return told(request, {"sources": await within.working(request).read(_sources)})


def _sources() -> list[dict[str, Any]]:
    from offerdesk.listings import told_of_sources
    from pipelines.sources.registry import SOURCES

    return told_of_sources(SOURCES)


@router.get(
    "/percentiles",
    summary="Percentiles of pay",
    responses=shapes.answers({200: shapes.as_json("Percentiles")}, 404, 422, 503),
)
async def percentiles(
    request: Request,
    company: Word = None,
    role: Word = None,
    country: Word = None,
    metric: Word = None,
    snapshot: Of = None,
    limit: Some = 100,
    after: Skipped = 0,
) -> Response:
    """Pay by employer, role, level and place, with the number of records behind it."""
    wanted = {"company_id": company, "role_family": role, "country": country, "metric": metric}
    rows = await within.working(request).read(
        holdings.percentiles, snapshot, wanted, limit + 1, after
    )
    return told(request, _page("percentiles", rows, limit, after))


@router.get(
    "/quarantine",
    summary="What is held back",
    responses=shapes.answers({200: shapes.as_json("HeldRows")}, 404, 422, 503),
)
async def held(
    request: Request,
    source: Word = None,
    code: Word = None,
    snapshot: Of = None,
    limit: Some = 100,
    after: Skipped = 0,
) -> Response:
    """A line for each reason for which a row was not let in."""
    rows = await within.working(request).read(
        holdings.held_back, snapshot, source, code, limit + 1, after
    )
    return told(request, _page("rows", rows, limit, after))


@router.get(
    "/quarantine-reasons",
    summary="Why rows are held back",
    responses=shapes.answers({200: shapes.as_json("HeldReasons")}, 404, 422, 503),
)
async def reasons(
    request: Request, source: Word = None, code: Word = None, snapshot: Of = None
) -> Response:
    """How often each reason holds a row back."""
    found = await within.working(request).read(holdings.reasons, snapshot, source, code)
    return told(request, {"reasons": found})


@router.get(
    "/quarantine/{row:path}",
    summary="One row that is held back",
    responses=shapes.answers({200: shapes.as_json("HeldRow")}, 404, 422, 503),
)
async def held_row(
    request: Request,
    row: Annotated[str, Path(max_length=500, description="Its `row_ref`.")],
    snapshot: Of = None,
) -> Response:
    """The row as it was read, with every reason."""
    found = await within.working(request).read(holdings.held_row, row, snapshot)
    return told(request, {"reasons": found})


def _page(name: str, rows: list[Any], limit: int, after: int) -> dict[str, Any]:
    more = len(rows) > limit
    return {name: rows[:limit], "next": after + limit if more else None}
