"""A server that really fails, stalls, lies and changes its mind, and what is looked for after."""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.fetch import Patience, fetch
from rules.errors import FailedWorld, OfferdeskError

BODY = b"title,salary\n" + b"".join(b"engineer %d,%d\n" % (n, 90_000 + n) for n in range(20_000))
HALF = len(BODY) // 2
EARLY = "Mon, 02 Feb 2026 10:00:00 GMT"
QUICK = Patience(
    attempts=3,
    connect=10,
    stall=10,
    deadline=30,
    first_wait=0.001,
    longest_wait=0.002,
    jitter=0.001,
    retry_after=2,
    largest=8_000_000,
)


@dataclass
class Answer:
    """What the server sends: the body as it is, whatever the headers say of it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = -1  # -1: the truth; None: nothing
    then: Callable[[Handler], None] | None = None  # after the body, before the end


@dataclass
class File:
    """A file as a good server keeps it: with validators, ranges and conditions."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, asked: Mapping[str, str]) -> Answer:
        etag, changed = self.headers.get("ETag"), self.headers.get("Last-Modified")
        if etag and asked.get("If-None-Match") == etag:
            return Answer(b"", 304, self.headers, None)
        if changed and not etag and asked.get("If-Modified-Since") == changed:
            return Answer(b"", 304, self.headers, None)
        if "Range" in asked and asked.get("If-Range") in {etag, changed}:
            start = int(asked["Range"].removeprefix("bytes=").rstrip("-"))
            size = len(self.body)
            spans = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
            return Answer(self.body[start:], 206, self.headers | spans)
        return Answer(self.body, 200, self.headers)


Script = Answer | File | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, asked))
        self.close_connection = True
        script = self.server.next(self.path)
        if callable(script):
            script(self)
        else:
            self.send(script.answer(self.headers) if isinstance(script, File) else script)

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        announced = len(answer.body) if answer.announced == -1 else answer.announced
        lengths = {} if announced is None else {"Content-Length": str(announced)}
        for name, value in (lengths | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.then:
            answer.then(self)

    def log_message(self, *_: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """A server on this machine that follows a script, path by path, and repeats its last line."""

    daemon_threads = True
    block_on_close = False
    scheme = "http"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        self._scripts: dict[str, list[Script]] = {}
        self._guard = threading.Lock()

    def says(self, *script: Script, path: str = "/pay.csv") -> str:
        self._scripts[path] = list(script)
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def next(self, path: str) -> Script:
        with self._guard:
            script = self._scripts[path]
            return script.pop(0) if len(script) > 1 else script[0]

    def handle_error(self, *_: object) -> None:
        pass  # clients that hang up are what these tests are about


def serving(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.over.set()
    site.shutdown()
    thread.join()
    site.server_close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code_of(failed: pytest.ExceptionInfo[OfferdeskError]) -> str:
    (fault,) = failed.value.faults
    assert fault.place
    assert fault.found
    return fault.code


def failing(address: str, cache: Path, code: str, patience: Patience = QUICK, **more: Any) -> str:
    """Fetch, expect this fault of the world and no file; what was found, for a closer look."""
    with pytest.raises(FailedWorld) as failed:
        fetch(address, cache, patience=patience, **more)
    assert code_of(failed) == code
    assert failed.value.faults[0].next_step
    assert kept(cache) == []
    return failed.value.faults[0].found


def kept(cache: Path) -> list[Path]:
    """The files in the cache that pass for whole."""
    aside = (".json", ".part", ".lock", ".plain", ".aside")
    return [path for path in cache.glob("*") if not path.name.endswith(aside)]


def left_over(cache: Path) -> list[str]:
    endings = ("part", "part.json", "plain", "aside")
    return sorted(path.name for ending in endings for path in cache.glob(f"*.{ending}"))


def reset(handler: Handler) -> None:
    """End the connection with a reset instead of an end."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def stall(handler: Handler) -> None:
    handler.wfile.flush()
    handler.server.over.wait(20)


def drip(handler: Handler) -> None:
    while not handler.server.over.wait(0.01):
        handler.wfile.write(b"x")


def cut(file: File, after: int = HALF, then: Callable[[Handler], None] | None = None) -> Answer:
    """The file, broken off."""
    return Answer(file.body[:after], 200, file.headers, len(file.body), then)


CHILD = """
import sys
from pathlib import Path
from pipelines.fetch import Patience, fetch
found = fetch(sys.argv[1], Path(sys.argv[2]), patience=Patience(stall=20, deadline=25))
print(found.digest, found.fetched)
"""


def child(address: str, cache: Path, program: str = CHILD) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, address, str(cache)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


TAGGED = File(BODY, {"ETag": '"one"', "Last-Modified": EARLY})
