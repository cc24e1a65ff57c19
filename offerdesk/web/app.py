"""The web application: pages and API over one desk, behind one door."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from offerdesk import __version__
from offerdesk.desk import Desk
from offerdesk.web import pages
from offerdesk.web.guard.door import Door
from offerdesk.web.guard.key import home_key
from offerdesk.web.guard.who import Doorkeeper
from offerdesk.web.problems import add_problems, answer
from offerdesk.web.settings import Settings
from offerdesk.web.templating import FOLDER
from warehouse.home import home


def create_app(settings: Settings | None = None) -> FastAPI:
    """A desk to be served.

    What its routes share is in ``app.state``: ``settings``, ``desk``, ``keeper`` and ``key``;
    who asks is in ``request.state.user``.

    Raises:
        MalformedBook: The rule book cannot be used.
        FailedWorld: The home cannot be written.
    """
    settings = settings or Settings()
    app = FastAPI(title="Offerdesk", version=__version__, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.key = home_key(home().root / "web")
    app.state.keeper = Doorkeeper(settings.tokens, app.state.key)
    app.state.desk = Desk(settings.book)
    add_problems(app)
    app.add_middleware(Door, settings=settings, keeper=app.state.keeper, answer=answer)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.include_router(pages.router)
    return app
