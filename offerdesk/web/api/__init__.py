"""The REST API, a module for each thing that can be asked about."""

from __future__ import annotations

from fastapi import APIRouter

from offerdesk.web.api import asking, batches, book, decisions, health, market

router = APIRouter()
for part in (decisions, asking, batches, market, book, health):
    router.include_router(part.router)
