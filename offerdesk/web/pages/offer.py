"""The page of an offer: typed into a form, pasted, or handed in as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse

from offerdesk.decision import Decision
from offerdesk.offers import read_bytes, read_offer
from offerdesk.restated import restated
from offerdesk.samples import examples
from offerdesk.web import within
from offerdesk.web.drawn import years
from offerdesk.web.form import laid_out
from offerdesk.web.form.typed import Typed, document_of, field_name, typed_of
from offerdesk.web.making import Asked
from offerdesk.web.telling import as_told
from offerdesk.web.templating import templates
from rules.book import Book
from rules.errors import Fault, OfferdeskError, UnusableCase
from rules.source import Document

router = APIRouter()
FORM, PASTED = "the form", "the pasted offer"
UNUSABLE = 422
MOST_TRIES = 8  # faulty fields that a preview leaves out before it gives up
RECENT = 6


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as somebody has left it.

    Attributes:
        typed: What was typed.
        faults: What the door found wrong with it.
        pasted: The text of a pasted offer.
        adding: A list that gets one more entry.
        notice: What should be known about what is filled in already.
    """

    typed: Typed = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    pasted: str = ""
    adding: str = ""
    notice: str = ""


@router.get("/")
async def empty(request: Request) -> Response:
    """The empty form."""
    return await _shown(request, Filled())


@router.get("/examples/{name}")
async def example(request: Request, name: str) -> Response:
    """The form, filled with an example."""
    folder = examples() / "offers"
    known = {path.stem: path for path in folder.glob("*.yaml")}
    if name not in known:
        return RedirectResponse("/", 303)
    typed = typed_of(dict(read_offer(known[name]).value), within.desk(request).book)
    return await _shown(request, Filled(typed, notice="An example; change what you like."))


@router.get("/decisions/{id}/change")
async def change(request: Request, id: str) -> Response:
    """The form, filled with an offer that was decided before."""
    typed = await within.working(request).read(_typed_before, request, id)
    return await _shown(request, Filled(typed, notice=f"The offer behind decision {id}."))


def _typed_before(request: Request, id: str) -> Typed:
    row = within.decisions(request).read(within.user(request), id)
    book = within.desk(request).book
    return typed_of(restated(row, book), book)


@router.post("/")
async def decide(request: Request) -> Response:
    """Decide what the form states, or show it again with what is wrong next to it."""
    typed = _typed(await request.form())
    return await _decided(request, Filled(typed), lambda book: _stated(typed, book))


@router.post("/offer/text")
async def decide_text(request: Request) -> Response:
    """Decide a file, or a pasted text."""
    async with request.form() as form:
        data = await _handed_in(form)
    filled = Filled(pasted=data.decode("utf-8", "replace"))
    return await _decided(request, filled, lambda _: read_bytes(data, PASTED))


async def _handed_in(form: FormData) -> bytes:
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read()
    return str(form.get("text") or "").encode()


async def _decided(request: Request, filled: Filled, offer: Callable[[Book], Document]) -> Response:
    try:
        stated = await within.working(request).read(offer, within.desk(request).book)
        asked = Asked(within.user(request), partial(read_offer, stated))
        made = await within.decisions(request).make(asked)
    except UnusableCase as problem:
        shown = Filled(filled.typed, problem.faults, filled.pasted)
        return await _shown(request, shown, UNUSABLE)
    return RedirectResponse(f"/decisions/{made.id}", 303)


@router.post("/offer/form")
async def form_again(request: Request) -> Response:
    """The form with one more entry or one less, or what its figures come to so far."""
    sent = await request.form()
    typed, adding = _typed(sent), str(sent.get("add") or "")
    if request.headers.get("HX-Target") == "worth":
        context = await within.working(request).read(_worth, request, typed)
        return templates.TemplateResponse(request, "offer_worth.html", {"worth": context})
    gone = str(sent.get("remove") or "-")
    kept = {name: told for name, told in typed.items() if not name.startswith(f"{gone}.")}
    return await _shown(request, Filled(kept, adding=adding))


def _typed(form: FormData) -> Typed:
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


def _stated(typed: Typed, book: Book) -> Document:
    return Document(document_of(typed, book), {}, FORM)


# --- What it shows ------------------------------------------------------------------------------


async def _shown(request: Request, filled: Filled, status: int = 200) -> Response:
    context = await within.working(request).read(_context, request, filled)
    return templates.TemplateResponse(request, "offer.html", context, status)


def _context(request: Request, filled: Filled) -> dict[str, Any]:
    book = within.desk(request).book
    first, folded = laid_out.topics(book, filled.typed, errors := _errors(filled.faults))
    lists = laid_out.lists(book, filled.typed, errors, filled.adding)
    return {
        "filled": filled,
        "typed": filled.typed,
        "errors": errors,
        "faults": [as_told(one) | {"name": field_name(one.place)} for one in filled.faults],
        "first": first,
        "folded": folded,
        "lists": lists,
        "worth": _worth(request, filled.typed),
        "examples": sorted(path.stem for path in (examples() / "offers").glob("*.yaml")),
        "recent": within.decisions(request).page(within.user(request), RECENT),
    }


def _errors(faults: Sequence[Fault]) -> dict[str, list[Mapping[str, str]]]:
    """What is wrong, by field; what belongs to no field is told above the form alone."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for fault in faults:
        found.setdefault(field_name(fault.place), []).append(as_told(fault))
    return found


def _worth(request: Request, typed: Typed) -> Mapping[str, Any] | None:
    """What the offer pays by the valuation of the book, as far as it is typed."""
    decision = _tried(request, typed) if typed else None
    if decision is None:
        return None
    figures, currency = decision.record["derived"], decision.record["currency"]
    pay = years.parts_of({**decision.facts, **figures})
    most = max((year.total for year in pay), default=0.0)
    return {
        "figures": figures,
        "currency": currency,
        "chart": years.drawn(pay, most, "This offer", currency) if most else None,
        "range": decision.record["ranges"].get("tc_risk_adj"),
    }


def _tried(request: Request, typed: Typed) -> Decision | None:
    """The decision on what can be read so far, forgotten at once; faulty fields are left out."""
    book = within.desk(request).book
    left = dict(typed)
    for _ in range(MOST_TRIES):
        try:
            return within.desk(request).decide(_stated(left, book), log=False)
        except OfferdeskError as problem:
            faulty = {field_name(fault.place) for fault in problem.faults}
            kept = {name: told for name, told in left.items() if not _is_of(name, faulty)}
            if len(kept) == len(left):
                return None
            left = kept
    return None


def _is_of(name: str, faulty: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in faulty)
