"""What went wrong, told to a program as problem+json (RFC 9457) and to a person as a page.

The codes, places and next steps are those of the command line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from offerdesk.complaints import lines
from offerdesk.web.defects import as_defect
from offerdesk.web.guard.refused import Refused
from offerdesk.web.telling import as_told, without_home
from offerdesk.web.templating import templates
from rules.errors import FailedWorld, Fault, OfferdeskError, UnusableCase

MEDIA = "application/problem+json"
TYPE = "urn:offerdesk:problem:"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MISSING = frozenset(
    {
        "log-unknown-id",
        "batch-unknown-id",
        "market-absent",
        "market-unknown-snapshot",
        "market-ambiguous-snapshot",
        "quarantine-unknown-row",
        "book-unknown-name",
        "page-unknown",
    }
)
OWN_STATUS = {"document-too-large": 413, "log-redacted": 410, "batch-not-ready": 409}
TITLES = {
    400: "The request cannot be read",
    401: "Nobody is let in without a token",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "This cannot be done here",
    409: "Something else is under way",
    410: "This was removed from the log",
    413: "This is too large",
    415: "This is of a kind that is not read here",
    421: "This desk does not go by that name",
    422: "This cannot be judged as it stands",
    429: "This is too often",
    500: "Offerdesk itself has a defect",
    503: "The market, the log or the disk cannot be relied on now",
}


def add_problems(app: FastAPI) -> None:
    """Let an app answer by this module whatever goes wrong."""
    for kind in (OfferdeskError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer)


async def answer(request: Request, problem: Exception) -> Response:
    """The answer to a request that came to nothing."""
    known = as_ours(request, problem)
    status = status_of(request, known)
    request.app.state.metrics.refused(known.faults[0])
    headers = known.headers if isinstance(known, Refused) else {}
    if not _is_for_people(request):
        return Response(as_problem(known.faults, status), status, headers, MEDIA)
    if status == 401:
        return RedirectResponse("/login", 303)
    faults = [as_told(fault) for fault in known.faults]
    context = {"status": status, "title": TITLES.get(status, "Something went wrong")}
    return templates.TemplateResponse(
        request, "problem.html", {**context, "faults": faults}, status, headers
    )


def as_ours(request: Request, problem: Exception) -> OfferdeskError:
    """Whatever was raised as one of our own errors."""
    if isinstance(problem, OfferdeskError):
        return problem
    if isinstance(problem, RequestValidationError):
        return UnusableCase([_parameter(error) for error in problem.errors()])
    if isinstance(problem, HTTPException):
        if isinstance(problem.__cause__, OfferdeskError):  # raised while a form was read
            return problem.__cause__
        return _of_framework(request, problem)
    return as_defect(problem)


def _parameter(error: Mapping[str, Any]) -> Fault:
    place = ".".join(str(part) for part in error["loc"])
    found = "nothing" if error["type"] == "missing" else repr(error.get("input"))
    return Fault("request-parameter", place, found, str(error["msg"]), "see /api/openapi.json")


def _of_framework(request: Request, problem: HTTPException) -> Refused:
    codes = {404: "page-unknown", 405: "method-unknown"}
    code = codes.get(problem.status_code, "request-malformed")
    found = f"{request.method} {request.url.path}" if code in codes.values() else problem.detail
    headers = dict(problem.headers or {})
    if problem.status_code == 405:
        headers["Allow"] = ", ".join(_methods_at(request))
    fault = Fault(code, "the request", found, headers.get("Allow", ""), "see /api/openapi.json")
    return Refused(problem.status_code, fault, headers)


def _methods_at(request: Request) -> list[str]:
    """What can be done at the path of a request."""
    routes = request.app.router.routes

    def is_known(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    return [method for method in METHODS if is_known("GET" if method == "HEAD" else method)]


def status_of(request: Request, problem: OfferdeskError) -> int:
    """The status by which an error is answered."""
    if isinstance(problem, Refused):
        return problem.status
    code = problem.faults[0].code
    if code in MISSING:
        return 422 if request.method == "POST" else 404
    if code in OWN_STATUS:
        return OWN_STATUS[code]
    if isinstance(problem, FailedWorld):
        return 503
    return 400 if code.startswith("document-") else 422


def _is_for_people(request: Request) -> bool:
    is_page = not request.url.path.startswith(("/api", "/metrics", "/healthz", "/readyz"))
    return is_page and "text/html" in request.headers.get("accept", "")


def as_problem(faults: Sequence[Fault], status: int) -> bytes:
    """The body of a problem: the first fault in one line, and all of them in parts."""
    told = [as_told(fault) for fault in faults]
    return orjson.dumps(
        {
            "type": f"{TYPE}{faults[0].code}",
            "title": TITLES.get(status, "Something went wrong"),
            "status": status,
            "detail": without_home(next(lines(faults)).partition("]: ")[2]),
            "code": faults[0].code,
            "faults": told,
        }
    )
