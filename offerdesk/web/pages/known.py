"""What the market knows of the job that somebody is typing: names, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from offerdesk.web import within
from offerdesk.web.form.fields import fields_of
from offerdesk.web.templating import templates
from rules.errors import FailedWorld
from warehouse.companies import company_id
from warehouse.known_names import KnownNames, known_names
from warehouse.levels import level_std
from warehouse.places import country_of_currency, place_of
from warehouse.roles import OTHER, role_of
from warehouse.snapshot import find_snapshot

router = APIRouter()
COMPANY, ROLE, LEVEL, PLACE, CURRENCY = (
    f"offer.{name}" for name in ("company", "role_title", "level_label", "region", "currency")
)


@router.post("/offer/known/{what}")
async def known(request: Request, what: str) -> Response:
    """Names for one field, and the fields of the job that follow and are still empty."""
    form = await request.form()
    typed = {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}
    names = await within.working(request).read(_names)
    fields = {one.name: one for one in fields_of(within.desk(request).book)}
    told = _following(names, typed)
    filled = {fields[name]: value for name, value in told.items() if not typed.get(name)}
    context = {"names": _listed(names, what, typed), "filled": filled}
    return templates.TemplateResponse(request, "offer_known.html", context)


def _names() -> KnownNames:
    try:
        return known_names(find_snapshot().path)
    except FailedWorld:
        return known_names(None)


def _listed(names: KnownNames, what: str, typed: Mapping[str, str]) -> list[str]:
    company, role = typed.get(COMPANY, ""), typed.get(ROLE, "")
    match what:
        case "company":
            return names.companies(company)
        case "role":
            return names.roles(role, company)
        case "level":
            return names.levels(typed.get(LEVEL, ""), company, role)
        case "place":
            return names.places(typed.get(PLACE, ""), company, role)
        case _:
            return []


def _following(names: KnownNames, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the names say beside themselves: family, level, country, state, currency."""
    company, role, region = (typed.get(name, "") for name in (COMPANY, ROLE, PLACE))
    found: dict[str, Any] = {}
    family = role_of(role).family if role else OTHER
    if family != OTHER:
        found["offer.role_family"] = family
    level = level_std(company_id(company), typed.get(LEVEL), role) if company else None
    if level is not None:
        found["offer.level_std"] = level
    if region:
        place = place_of(region)
        country = place.country or country_of_currency(typed.get(CURRENCY, ""))
        found |= {"offer.country": country} if country else {}
        found |= {"offer.state": place.state} if place.state else {}
    currency = names.currency(company, role) if company else None
    return found | ({CURRENCY: currency} if currency else {})
