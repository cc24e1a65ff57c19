"""The page of the market: sources, what is held back, snapshots, and percentiles of pay."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from offerdesk import holdings
from offerdesk.repair_sheet import asked
from offerdesk.samples import example_offers
from offerdesk.web import within
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.pages import market_view
from offerdesk.web.telling import as_told
from offerdesk.web.templating import templates
from offerdesk.web.words import Words
from rules.errors import Fault, OfferdeskError
from warehouse.companies import company_id
from warehouse.difference import difference, drift_between, market_file
from warehouse.home import home
from warehouse.snapshot import find_snapshot, release

router = APIRouter(prefix="/market")


@router.get("")
async def market(request: Request) -> Response:
    """The market in force."""
    return templates.TemplateResponse(
        request, "market.html", await within.working(request).read(_market, request)
    )


def _market(request: Request) -> dict[str, Any]:
    found, asked_for = market_view.market(), request.query_params
    wanted = {name: asked_for.get(name) or None for name in ("role_family", "country", "metric")}
    wanted["metric"] = wanted["metric"] if wanted["metric"] in market_view.METRICS else "base"
    employer = asked_for.get("employer", "").strip()
    wanted["company_id"] = company_id(employer) if employer else ""
    choices = market_view.choices(found.id, str(home().market)) if found.id else None
    if choices and choices.families and wanted["role_family"] not in choices.families:
        wanted["role_family"] = choices.families[0]
    return {
        "market": found,
        "wanted": wanted,
        "employer": employer,
        "choices": choices,
        "cells": market_view.cells(wanted, found.id) if found.id else [],
        "metrics": market_view.METRICS,
        "words": Words(within.desk(request).book),
        "may_change": within.user(request) == OWNER,
    }


@router.get("/quarantine")
async def quarantine(request: Request) -> Response:
    """The rows that are held back, of one source or for one reason."""
    context = await within.working(request).read(_quarantine, request)
    return templates.TemplateResponse(request, "quarantine.html", context)


def _quarantine(request: Request) -> dict[str, Any]:
    source, code = (request.query_params.get(name) or None for name in ("source", "code"))
    rows, reasons = market_view.held_back(find_snapshot().id, source, code, str(home().market))
    words = Words(within.desk(request).book)
    return {
        "rows": rows,
        "source": source,
        "code": code,
        "words": words,
        "total": sum(row["count"] for row in reasons),
    }


@router.get("/quarantine/row")
async def held_row(request: Request) -> Response:
    """One row that is held back, with what would mend it."""
    return await _held_row(request, request.query_params.get("ref", ""))


async def _held_row(
    request: Request, ref: str, typed: dict[str, str] | None = None, problem: Any = None
) -> Response:
    rows = await within.working(request).read(holdings.held_row, ref)
    parsed = json.loads(rows[0]["parsed"]) if rows[0]["parsed"] else None
    context = {
        "ref": ref,
        "rows": rows,
        "parsed": parsed,
        "typed": typed or {},
        "faults": [as_told(fault) for fault in problem.faults] if problem else [],
        "may_change": within.user(request) == OWNER,
        "words": Words(within.desk(request).book),
    }
    return templates.TemplateResponse(request, "held_row.html", context, 422 if problem else 200)


@router.post("/quarantine/row")
async def readmit(request: Request) -> Response:
    """Let a row in, mended or as it is."""
    _insist_on_owner(request)
    form = await request.form()
    typed = {name: str(form[name]) for name in form}
    try:
        snapshot = await within.working(request).read(_readmitted, typed)
    except OfferdeskError as problem:
        return await _held_row(request, typed.get("ref", ""), typed, problem)
    return RedirectResponse(f"/market/snapshots/{snapshot}", 303)


def _readmitted(typed: dict[str, str]) -> str | None:
    from pipelines.readmission import readmit as let_in

    reason = typed.get("reason", "").strip()
    if not reason:
        step = "say why; it is kept beside the row"
        raise Refused(422, Fault("repair-without-reason", "reason", "nothing", "a reason", step))
    changes = [line for line in typed.get("changes", "").splitlines() if line.strip()]
    report = let_in(asked([typed.get("ref", "")], changes, reason), offers=example_offers())
    return report.snapshot


@router.get("/snapshots/{id}")
async def snapshot(request: Request, id: str) -> Response:
    """One snapshot: what it holds, why it is held, and what differs from the one in force."""
    context = await within.working(request).read(_snapshot, request, id)
    return templates.TemplateResponse(request, "snapshot.html", context)


def _snapshot(request: Request, id: str) -> dict[str, Any]:
    contents = holdings.contents(id)
    found = market_view.market()
    other = request.query_params.get("to") or found.id
    is_same = other is None or market_file(other) == market_file(id)
    pair = (market_file(other), market_file(id)) if not is_same else None
    return {
        "id": contents["snapshot"],
        "contents": contents,
        "market": found,
        "other": None if is_same else other,
        "tables": difference(*pair) if pair else [],
        "drift": drift_between(*pair) if pair else [],
        "may_change": within.user(request) == OWNER,
        "words": Words(within.desk(request).book),
    }


@router.post("/snapshots/{id}/release")
async def publish_held(request: Request, id: str) -> Response:
    """Publish a held snapshot all the same."""
    _insist_on_owner(request)
    published = await within.working(request).read(release, id)
    return RedirectResponse(f"/market/snapshots/{published.id}", 303)


def _insist_on_owner(request: Request) -> None:
    if within.user(request) != OWNER:
        step = "ask whoever runs this desk, or use the command line there"
        fault = Fault("market-of-owner", "the market", "another user", "the owner", step)
        raise Refused(403, fault)
