"""The page of sheets: handed in, followed while they are scored, and fetched with every reason."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse, RedirectResponse

from offerdesk.charts import hatching
from offerdesk.markup import Markup, element, together
from offerdesk.meanings import Meanings
from offerdesk.samples import examples
from offerdesk.scored_page import STYLE
from offerdesk.scored_sections import Section, sections
from offerdesk.scored_verdicts import PROVISIONAL, headline, verdicts
from offerdesk.web import within
from offerdesk.web.arriving import from_form
from offerdesk.web.batch_run import Batch
from offerdesk.web.batches import FORMS, Wish
from offerdesk.web.guard.refused import Refused
from offerdesk.web.telling import as_told
from offerdesk.web.templating import templates
from pipelines.scoring.columns import Columns
from pipelines.scoring.run import Asked, Outcome
from pipelines.scoring.tally import Tally
from rules.errors import Fault, OfferdeskError

router = APIRouter(prefix="/batches")
RECENT = 20
FILES = {"results": "answers", "rejects": "rejects"}
HOURLY = "public, max-age=3600"


@router.get("")
async def listed(request: Request) -> Response:
    """A place to hand a sheet in, and those that were."""
    return await _listed(request)


async def _listed(request: Request, problem: OfferdeskError | None = None) -> Response:
    batches, user = within.batches(request), within.user(request)
    found = await within.working(request).read(batches.page, user, RECENT)
    faults = [as_told(fault) for fault in problem.faults] if problem else []
    context = {"batches": found, "faults": faults, "forms": FORMS}
    return templates.TemplateResponse(request, "batches.html", context, 422 if problem else 200)


@router.post("")
async def hand_in(request: Request) -> Response:
    """Take a sheet in."""
    batches = within.batches(request)
    with tempfile.TemporaryDirectory(dir=batches.incoming()) as aside:
        async with request.form() as form:
            try:
                handed = await from_form(form, Path(aside))
                wish = Wish(str(form.get("form") or "csv"))
                batch_id, _ = await within.working(request).read(
                    batches.take, within.user(request), handed, wish, None
                )
            except OfferdeskError as problem:
                return await _listed(request, problem)
    return RedirectResponse(f"/batches/{batch_id}", 303)


@router.get("/example.csv")
async def example() -> Response:
    """A sheet to try it with."""
    return FileResponse(examples() / "sheets" / "offers.csv", filename="offers.csv")


@router.get("/scored.css")
async def style() -> Response:
    """The style of a scored sheet, which its own page has as well."""
    return FileResponse(STYLE, media_type="text/css", headers={"cache-control": HOURLY})


@router.get("/{id}")
async def batch(request: Request, id: str) -> Response:
    """How far a sheet is, and what it came to."""
    context = await within.working(request).read(_context, request, id)
    is_part = request.headers.get("HX-Request") and context["batch"].state in ("waiting", "running")
    page = "batch_progress.html" if is_part else "batch.html"
    response = templates.TemplateResponse(request, page, context)
    if request.headers.get("HX-Request") and not is_part:
        response.headers["HX-Refresh"] = "true"  # it is done: the whole page is another one
    return response


def _context(request: Request, id: str) -> dict[str, Any]:
    found = within.batches(request).read(within.user(request), id)
    context: dict[str, Any] = {"batch": found, "headline": "", "outcome": ""}
    if found.state == "done":
        outcome = _outcome(request, found)
        meanings = Meanings(within.desk(request).book)
        parts = [verdicts(outcome, meanings), *sections(outcome, meanings)]
        context["headline"] = headline(outcome.tally)
        context["outcome"] = together(hatching(PROVISIONAL), *map(_laid_out, parts))
        context["tally"] = outcome.tally
    return context


def _outcome(request: Request, found: Batch) -> Outcome:
    """What a run made, out of the summary that it left."""
    batches, user = within.batches(request), within.user(request)
    told = batches.summary(user, found.id)
    rejects = batches.file(user, found.id, "rejects")
    return Outcome(
        asked=Asked(Path(found.sheet), Path(f"answers.{found.form}"), book=None),
        tally=_tally(told),
        columns=Columns({}, {}, None, told["carried"], told["dropped"]),
        dropped=told["dropped"],
        answers=Path("answers"),
        rejects=rejects,
        ledger=Path("ledger"),
        reused=0,
    )


def _tally(told: Mapping[str, Any]) -> Tally:
    tally = Tally()
    for name, value in vars(tally).items():
        setattr(tally, name, type(value)(told[name]))
    return tally


def _laid_out(one: Section) -> Markup:
    about = element("div", element("h2", one.title), *one.about, class_="about")
    return element("section", about, element("div", *one.content, class_="content"))


@router.get("/{id}/{part}")
async def download(request: Request, id: str, part: str) -> Response:
    """The answers, each with its reasons, or the rows that were refused."""
    if part not in FILES:
        raise Refused(404, Fault("page-unknown", "the batch", part, ", ".join(FILES)))
    batches, user = within.batches(request), within.user(request)
    found = await within.working(request).read(batches.read, user, id)
    file = await within.working(request).read(batches.file, user, id, part)
    name = f"{Path(found.sheet).stem}-{FILES[part]}{file.suffix}"
    return FileResponse(file, filename=name)


@router.post("/{id}/forget")
async def forget(request: Request, id: str) -> Response:
    """Remove a sheet and its answers from this machine."""
    await within.working(request).read(within.batches(request).forget, within.user(request), id)
    return RedirectResponse("/batches", 303)
