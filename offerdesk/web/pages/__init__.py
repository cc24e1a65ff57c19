"""The pages, a router for each; every form on them is checked to be our own."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from offerdesk.web.guard.csrf import check_csrf
from offerdesk.web.pages import asking, batch, book, decision, known, login, market, offer, why

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_csrf)])
for page in (login, offer, known, decision, asking, why, batch, market, book):
    router.include_router(page.router)
