"""Who asks: the owner where there are no tokens; else whoever a token or a session names."""

from __future__ import annotations

from starlette.requests import Request

from offerdesk.web.guard import session
from offerdesk.web.guard.pace import Pace
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.tokens import OWNER, Tokens
from rules.errors import Fault

OPEN = ("/healthz", "/readyz", "/login", "/static/", "/favicon.ico")  # say nothing of anybody
TRIES = 10  # wrong tokens of one address at once, and then as many per minute
_ASK = {"WWW-Authenticate": 'Bearer realm="offerdesk"'}


class Doorkeeper:
    """Tells users from strangers.

    Args:
        tokens: Those of the users.
        key: By which sessions are signed.
    """

    def __init__(self, tokens: Tokens, key: bytes) -> None:
        self.tokens = tokens
        self._key = key
        self._tries = Pace(TRIES / 60, TRIES)

    def user_of(self, request: Request) -> str | None:
        """Who sent a request; None for a stranger on a page that is open to all.

        Raises:
            Refused: ``token-missing``, ``token-wrong`` or ``token-tries``.
        """
        if not self.tokens:
            return OWNER
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.user_with(token.strip(), request)
        cookie = request.cookies.get(session.COOKIE)
        user = session.user_of(cookie, self._key, self.tokens) if cookie else None
        if user is None and not request.url.path.startswith(OPEN):
            step = "send `Authorization: Bearer TOKEN`, or log in at /login"
            fault = Fault("token-missing", "Authorization", "no token", "a user's token", step)
            raise Refused(401, fault, _ASK)
        return user

    def user_with(self, token: str, request: Request) -> str:
        """Whose token this is; who guesses has to wait.

        Raises:
            Refused: ``token-wrong`` or ``token-tries``.
        """
        user = self.tokens.user_of(token)
        if user is not None:
            return user
        wait = self._tries.wait(request.client.host if request.client else "")
        if wait:
            after = {"Retry-After": str(int(wait) + 1)}
            fault = Fault("token-tries", "Authorization", "too many wrong tokens", "", "wait")
            raise Refused(429, fault, after)
        step = "ask whoever runs this desk for one"
        raise Refused(
            401, Fault("token-wrong", "Authorization", "a token of nobody", "", step), _ASK
        )
