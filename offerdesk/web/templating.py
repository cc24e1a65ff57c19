"""The templates, and what each of them can ask for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.templating import Jinja2Templates

from offerdesk import __version__
from offerdesk.web.assets import asset
from offerdesk.web.guard.csrf import csrf_field, csrf_token
from offerdesk.web.words import FILTERS, VERDICTS

FOLDER = Path(__file__).resolve().parent


def _of_request(request: Request) -> dict[str, Any]:
    """What depends on who asks; ``user`` is None on pages that are open to strangers."""
    return {
        "user": request.state.user,
        "has_login": bool(request.app.state.settings.tokens),
        "csrf_field": partial(csrf_field, request),
        "csrf_token": partial(csrf_token, request),
    }


def _environment() -> Environment:
    loader = FileSystemLoader(FOLDER / "templates")
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"version": __version__, "verdicts": VERDICTS, "asset": asset}
    made.filters |= FILTERS
    return made


templates = Jinja2Templates(env=_environment(), context_processors=[_of_request])
