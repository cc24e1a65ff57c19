"""The web application: pages and API over one desk, behind one door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from offerdesk import __version__
from offerdesk.desk import Desk
from offerdesk.web import api, pages
from offerdesk.web.api.openapi import add_openapi
from offerdesk.web.assets import Assets
from offerdesk.web.batches import Batches
from offerdesk.web.deciding import Deciding, Here
from offerdesk.web.decisions import Decisions
from offerdesk.web.guard.door import Door
from offerdesk.web.guard.key import home_key
from offerdesk.web.guard.who import Doorkeeper
from offerdesk.web.keeping import Keeping, keeping_file
from offerdesk.web.making import Making
from offerdesk.web.metrics import Metrics
from offerdesk.web.problems import add_problems, answer
from offerdesk.web.settings import Settings
from offerdesk.web.watching import Watch
from offerdesk.web.working import Working
from warehouse.home import home


def create_app(
    settings: Settings | None = None,
    desk: Desk | None = None,
    deciding: Deciding | None = None,
) -> FastAPI:
    """A desk to be served.

    What its routes share is in ``app.state``, and found by ``offerdesk.web.within``.

    Args:
        settings: How it is served.
        desk: Looks up and judges again; one with the book of the settings when not given.
        deciding: Decides by the same book; the desk itself when not given.

    Raises:
        MalformedBook: The rule book cannot be used.
        FailedWorld: The home cannot be written.
    """
    app = FastAPI(
        title="Offerdesk",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_living,
    )
    settings = settings or Settings()
    desk = desk or Desk(settings.book)
    _furnish(app, settings, desk, deciding)
    add_problems(app)
    add_openapi(app, app.state.desk.book)
    state = app.state
    app.add_middleware(Door, settings=state.settings, keeper=state.keeper, answer=answer)
    app.add_middleware(Watch, metrics=state.metrics)
    app.mount("/static", Assets(), name="static")
    app.include_router(api.router)
    app.include_router(pages.router)
    return app


def _furnish(app: FastAPI, settings: Settings, desk: Desk, deciding: Deciding | None) -> None:
    """What the routes share."""
    place, state = home().root / "web", app.state
    state.settings = settings
    state.key = home_key(place)
    state.keeper = Doorkeeper(settings.tokens, state.key)
    state.metrics = Metrics()
    state.desk = desk
    state.working = Working()
    state.keeping = Keeping(keeping_file())
    state.deciding = deciding or Here(Making(desk, state.keeping))
    state.decisions = Decisions(desk, state.deciding, state.keeping, state.metrics.decided)
    state.batches = Batches(place / "batches", state.keeping, state.metrics.scored)


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    await app.state.deciding.open()
    app.state.batches.start()
    yield
    app.state.batches.stop()
    await app.state.deciding.close()
    app.state.working.close()
    app.state.keeping.close()
