"""A desk served until it is told to stop: this process answers, and one beside it decides."""

from __future__ import annotations

import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import uvicorn

from offerdesk.desk import Desk
from offerdesk.web.app import create_app
from offerdesk.web.deciding_aside import Aside
from offerdesk.web.guard.hosts import is_loopback
from offerdesk.web.keeping import keeping_file
from offerdesk.web.settings import Settings
from offerdesk.web.warming import warm
from offerdesk.web.watching import LOG
from rules.errors import FailedWorld, Fault

TURN = 0.001  # [s] after which a thread that looks something up lets answers go out
GRACE = 20  # [s] for what is under way when the desk is told to stop
STOPS = (signal.SIGINT, signal.SIGTERM)
WAITING = 512  # connections that wait to be taken up


def serve(settings: Settings, host: str, port: int, ready: Callable[[str], object]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        settings: How.
        host: Address to listen on.
        port: Its port; 0 takes any that is free.
        ready: Called with the address of the desk once it can be reached.

    Raises:
        FailedWorld: ``serve-open-to-all`` where others could come in without a token,
            ``serve-port-taken`` or ``serve-no-address``, and as ``create_app``.
    """
    if not is_loopback(host) and not settings.tokens:
        raise FailedWorld(_open_to_all(host))
    with ExitStack() as open_now:
        listening = open_now.enter_context(closing(_listening(host, port)))
        desk = Desk(settings.book)
        deciding = Aside(desk.book.documents, keeping_file())
        open_now.callback(deciding.end)
        app = create_app(settings, desk, deciding)
        warm(app)
        deciding.wait()
        sys.setswitchinterval(TURN)
        gc.freeze()  # what stays need not be looked through again and again
        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="error",
            proxy_headers=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GRACE,
        )
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}/")
        try:
            _Server(config).run([listening])
        finally:
            gc.unfreeze()  # DuckDB has to be cleared away in order


class _Server(uvicorn.Server):
    """A server for which it is no failure to be told to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End well on a signal, instead of by it once all is done."""
        before = {one: signal.signal(one, self.handle_exit) for one in STOPS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def log_requests() -> None:
    """Write a line for each request to stderr: when, who, what by its route, status and time."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.create_server((host, port), family=family, backlog=WAITING)
        # An answer goes out in parts; else the second would wait for word of the first.
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made
    except OSError as problem:
        taken = problem.errno == errno.EADDRINUSE
        code = "serve-port-taken" if taken else "serve-no-address"
        step = "end the other program, or name another --port" if taken else "name another --host"
        found = problem.strerror or str(problem)
        raise FailedWorld(Fault(code, f"{host}:{port}", found, "", step)) from problem


def _open_to_all(host: str) -> Fault:
    step = "name a file of users and tokens with --tokens, or set OFFERDESK_TOKENS"
    return Fault("serve-open-to-all", host, "no tokens", "127.0.0.1 without tokens", step)
