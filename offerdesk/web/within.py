"""What a request finds inside the application that answers it."""

from __future__ import annotations

from starlette.requests import Request

from offerdesk.desk import Desk
from offerdesk.web.batches import Batches
from offerdesk.web.decisions import Decisions
from offerdesk.web.working import Working


def user(request: Request) -> str:
    """Who asks; the door lets nobody else through to where this is called."""
    name: str = request.state.user
    return name


def desk(request: Request) -> Desk:
    """The desk that is served."""
    found: Desk = request.app.state.desk
    return found


def decisions(request: Request) -> Decisions:
    """The decisions of its users."""
    found: Decisions = request.app.state.decisions
    return found


def batches(request: Request) -> Batches:
    """The sheets of its users."""
    found: Batches = request.app.state.batches
    return found


def working(request: Request) -> Working:
    """Its threads."""
    found: Working = request.app.state.working
    return found
