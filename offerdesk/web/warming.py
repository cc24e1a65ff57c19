"""What would hold up the first who asks is done before anybody can: loading and compiling."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from fastapi import FastAPI

from offerdesk.desk import Desk
from offerdesk.web.making import practise
from offerdesk.web.templating import templates
from rules.errors import UnusableCase

SLOW_TO_LOAD = ("anyio._backends._asyncio", "duckdb", "pipelines.sources", "offerdesk.why")


def warm(app: FastAPI) -> None:
    """Do it, once for a process."""
    desk: Desk = app.state.desk
    for module in SLOW_TO_LOAD:
        import_module(module)
    with suppress(UnusableCase):  # another book may ask for other facts
        practise(desk)
    for name in templates.env.list_templates():
        templates.get_template(name)
    app.openapi()
