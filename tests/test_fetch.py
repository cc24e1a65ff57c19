"""Fetching by address, from a server that really fails, stalls, lies and changes its mind."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.fetch import Fetched, Patience, fetch
from pipelines.web.address import follow, read_address
from pipelines.web.archive import data_files, unpack
from rules.errors import FailedWorld, OfferdeskError, UnusableCase

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


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    yield from serving(Site())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "fetched"


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


TAGGED = File(BODY, {"ETag": '"one"', "Last-Modified": EARLY})

# ---------------------------------------------------------------- what works


def test_a_file_is_fetched_checked_and_kept_by_its_content(site: Site, cache: Path) -> None:
    told: list[tuple[str, int, int]] = []
    address = site.says(TAGGED)
    found = fetch(address, cache, progress=lambda *one: told.append(one), patience=QUICK)
    size = len(BODY)
    assert found == Fetched(
        cache / f"{sha256(BODY)}.csv", sha256(BODY), address, True, '"one"', EARLY, size
    )
    assert found.path.read_bytes() == BODY
    assert told[-1] == ("fetch", size, size)
    assert left_over(cache) == []
    (note,) = cache.glob("*.json")
    record = json.loads(note.read_text())
    assert record["address"] == address
    assert record["etag"] == '"one"'


def test_progress_is_told_on_the_way(site: Site, cache: Path) -> None:
    told: list[int] = []
    body = BODY * 8
    fetch(
        site.says(File(body)), cache, progress=lambda _, done, __: told.append(done), patience=QUICK
    )
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == len(body)


@pytest.mark.parametrize(
    ("headers", "condition"),
    [({"ETag": 'W/"a"'}, "If-None-Match"), ({"Last-Modified": EARLY}, "If-Modified-Since")],
)
def test_an_unchanged_file_is_not_fetched_again(
    site: Site, cache: Path, headers: dict[str, str], condition: str
) -> None:
    address = site.says(File(BODY, headers))
    first, second = (fetch(address, cache, patience=QUICK) for _ in range(2))
    assert first.fetched
    assert second == replace(first, fetched=False)
    assert condition.lower() in site.asked[-1][1]


def test_a_changed_file_is_fetched_and_the_old_one_stays(site: Site, cache: Path) -> None:
    newer = File(BODY + b"more,1\n", {"ETag": '"two"'})
    address = site.says(TAGGED, newer)
    first, second = (fetch(address, cache, patience=QUICK) for _ in range(2))
    assert second.fetched
    assert second.path.read_bytes() == newer.body
    assert first.path.read_bytes() == BODY


def test_a_cached_file_that_was_altered_is_fetched_again(site: Site, cache: Path) -> None:
    address = site.says(TAGGED)
    path = fetch(address, cache, patience=QUICK).path
    path.write_bytes(BODY[:-1] + b"!")
    again = fetch(address, cache, patience=QUICK)
    assert again.fetched
    assert again.path.read_bytes() == BODY


def test_a_file_whose_digest_is_known_is_never_asked_for_again(site: Site, cache: Path) -> None:
    address = site.says(TAGGED)
    fetch(f"{address}#sha256={sha256(BODY)}", cache, patience=QUICK)
    again = fetch(address, cache, digest=sha256(BODY).upper(), patience=QUICK)
    assert not again.fetched
    assert len(site.asked) == 1


@pytest.mark.parametrize("path", ["/pay.csv.gz", "/pay.csv"])
def test_a_body_packed_for_the_way_is_unpacked_but_not_a_packed_file(
    site: Site, cache: Path, path: str
) -> None:
    packed = gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:])
    address = site.says(File(packed, {"Content-Encoding": "gzip", "ETag": '"z"'}), path=path)
    found = fetch(address, cache, patience=QUICK)
    assert found.path.read_bytes() == (packed if path.endswith(".gz") else BODY)
    assert site.asked[0][1]["accept-encoding"] == "identity"
    assert left_over(cache) == []


# ---------------------------------------------------------------- going on


def test_a_download_that_was_broken_off_goes_on(site: Site, cache: Path) -> None:
    found = fetch(site.says(cut(TAGGED), TAGGED), cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    asked = site.asked[1][1]
    assert asked["range"] == f"bytes={HALF}-"
    assert asked["if-range"] == '"one"'


def test_a_later_fetch_goes_on_as_well(site: Site, cache: Path) -> None:
    address = site.says(cut(TAGGED), Answer(status=500), TAGGED)
    failing(address, cache, "fetch-server-failed", replace(QUICK, attempts=2))
    assert fetch(address, cache, patience=QUICK).path.read_bytes() == BODY
    assert [asked.get("range") for _, asked in site.asked] == [None, *[f"bytes={HALF}-"] * 2]


def test_a_date_will_do_to_go_on_unless_it_is_too_fresh(site: Site, cache: Path) -> None:
    dated = File(BODY, {"Last-Modified": EARLY})
    fetch(site.says(cut(dated), dated, path="/a.csv"), cache, patience=QUICK)
    fresh = File(BODY, {"Last-Modified": "Mon, 02 Feb 2099 10:00:00 GMT"})
    fetch(site.says(cut(fresh), fresh, path="/b.csv"), cache, patience=QUICK)
    assert ["range" in asked for _, asked in site.asked] == [False, True, False, False]
    assert site.asked[1][1]["if-range"] == EARLY


@pytest.mark.parametrize(
    "then",
    [
        File(BODY[::-1], {"ETag": '"two"'}),  # changed: the condition fails
        Answer(BODY[::-1]),  # ignores ranges
        Answer(BODY[::-1], headers={"ETag": '"one"', "Content-Length": str(len(BODY))}),
    ],
)
def test_what_changed_or_cannot_go_on_starts_again(
    site: Site, cache: Path, then: Answer | File
) -> None:
    found = fetch(site.says(cut(TAGGED), then), cache, patience=QUICK)
    assert found.path.read_bytes() == BODY[::-1]
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(b"", 416, {"Content-Range": "bytes */9"}),
        Answer(BODY[9:], 206, {"Content-Range": f"bytes 9-{len(BODY) - 1}/{len(BODY)}"}),
        Answer(BODY[HALF:], 206, {"Content-Range": f"bytes {HALF}-{len(BODY) - 1}/9999999"}),
        Answer(BODY[HALF:], 206),
        Answer(
            BODY[HALF:],
            206,
            {"ETag": '"two"', "Content-Range": f"bytes {HALF}-{len(BODY) - 1}/{len(BODY)}"},
        ),
    ],
)
def test_another_part_than_asked_for_is_thrown_away(site: Site, cache: Path, wrong: Answer) -> None:
    found = fetch(site.says(cut(TAGGED), wrong, TAGGED), cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    assert "range" not in site.asked[2][1]


def test_a_part_that_nobody_asked_for_is_no_file(site: Site, cache: Path) -> None:
    part = Answer(BODY[:9], 206, {"Content-Range": f"bytes 0-8/{len(BODY)}"})
    failing(site.says(part), cache, "fetch-bad-answer")


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


def test_a_killed_download_leaves_a_part_that_the_next_one_goes_on_with(
    site: Site, cache: Path
) -> None:
    address = site.says(cut(TAGGED, then=stall), TAGGED)
    with child(address, cache) as running:
        until = time.monotonic() + 20
        while not any(part.stat().st_size == HALF for part in cache.glob("*.part")):
            assert time.monotonic() < until, "the download never began"
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert kept(cache) == []
    found = fetch(address, cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    assert site.asked[-1][1]["range"] == f"bytes={HALF}-"
    assert left_over(cache) == []


def test_a_part_without_its_note_is_thrown_away(site: Site, cache: Path) -> None:
    address = site.says(cut(TAGGED), Answer(status=404), TAGGED)
    failing(address, cache, "fetch-not-found")
    next(cache.glob("*.part.json")).write_text("{")
    assert fetch(address, cache, patience=QUICK).path.read_bytes() == BODY
    assert "range" not in site.asked[-1][1]


def test_two_processes_share_one_download(site: Site, cache: Path) -> None:
    def slowly(handler: Handler) -> None:
        time.sleep(0.3)
        handler.wfile.write(BODY[HALF:])

    address = site.says(cut(TAGGED, then=slowly), TAGGED)
    with child(address, cache) as one, child(address, cache) as two:
        said = [running.communicate()[0].split() for running in (one, two)]
    assert sorted(said) == [[sha256(BODY), "False"], [sha256(BODY), "True"]]
    assert [path.read_bytes() for path in kept(cache)] == [BODY]


def test_an_address_held_too_long_is_said_to_be(site: Site, cache: Path) -> None:
    address = site.says(Answer(BODY[:9], announced=99, then=stall))
    with child(address, cache) as running:
        until = time.monotonic() + 20
        while not site.asked:
            assert time.monotonic() < until, "the download never began"
            time.sleep(0.01)
        failing(address, cache, "fetch-locked", replace(QUICK, deadline=0.1))
        running.kill()


# ---------------------------------------------------------------- what is tried again


@pytest.mark.parametrize(
    "trouble",
    [
        *(Answer(status=status) for status in (408, 425, 429, 500, 502, 503, 504)),
        reset,
        cut(File(BODY)),
        cut(File(BODY), then=reset),
        Answer(b"", headers={"Transfer-Encoding": "chunked"}, announced=None),
    ],
)
def test_what_may_pass_is_tried_again(site: Site, cache: Path, trouble: Script) -> None:
    found = fetch(site.says(trouble, TAGGED), cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Answer(status=503), "fetch-server-failed"),
        (reset, "fetch-unreachable"),
        (cut(File(BODY)), "fetch-truncated"),
        (cut(File(BODY), then=reset), "fetch-truncated"),
    ],
)
def test_what_does_not_pass_is_said_in_the_end(
    site: Site, cache: Path, trouble: Script, code: str
) -> None:
    failing(site.says(trouble), cache, code)
    assert len(site.asked) == QUICK.attempts


def test_nobody_there_is_tried_again(cache: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/pay.csv"
        failing(address, cache, "fetch-unreachable")


def test_a_stall_is_a_timeout_and_is_tried_again(site: Site, cache: Path) -> None:
    address = site.says(cut(TAGGED, then=stall), TAGGED)
    found = fetch(address, cache, patience=replace(QUICK, stall=0.2))
    assert found.path.read_bytes() == BODY
    assert len(site.asked) == 2
    failing(
        site.says(stall, path="/b.csv"),
        cache.parent / "other",
        "fetch-timeout",
        replace(QUICK, stall=0.1, attempts=2),
    )


@pytest.mark.parametrize(
    "slow", [Answer(announced=999_999, then=drip), Answer(announced=None, then=drip)]
)
def test_a_drip_ends_at_the_deadline(site: Site, cache: Path, slow: Answer) -> None:
    found = failing(site.says(slow), cache, "fetch-timeout", replace(QUICK, deadline=0.4))
    assert "0.4 s" in found
    assert len(site.asked) == 1


def test_headers_that_drip_end_at_the_deadline(site: Site, cache: Path) -> None:
    def headers(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        drip(handler)

    before = time.monotonic()
    failing(site.says(headers), cache, "fetch-timeout", replace(QUICK, deadline=0.4))
    assert time.monotonic() - before < 8


def test_a_server_is_waited_for_as_it_asks(site: Site, cache: Path) -> None:
    busy = Answer(status=429, headers={"Retry-After": "1"})
    before = time.monotonic()
    assert fetch(site.says(busy, TAGGED), cache, patience=QUICK).fetched
    assert time.monotonic() - before >= 1


@pytest.mark.parametrize("patience", [QUICK, replace(QUICK, retry_after=9999)])
def test_a_server_that_asks_for_too_long_is_left_alone(
    site: Site, cache: Path, patience: Patience
) -> None:
    busy = Answer(status=503, headers={"Retry-After": "3600"})
    found = failing(site.says(busy, TAGGED), cache, "fetch-server-failed", patience)
    assert "3600 s" in found
    assert len(site.asked) == 1


# ---------------------------------------------------------------- what is not


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(status=400), "fetch-refused"),
        (Answer(status=401), "fetch-refused"),
        (Answer(status=403), "fetch-refused"),
        (Answer(status=404), "fetch-not-found"),
        (Answer(status=410), "fetch-not-found"),
        (Answer(b"", 204, announced=None), "fetch-bad-answer"),
        (Answer(b"", 304, announced=None), "fetch-bad-answer"),
        (Answer(b"x", 300), "fetch-bad-answer"),
        (Answer(announced=10**12), "fetch-too-large"),
        (Answer(b"x" * (QUICK.largest + 1), announced=None), "fetch-too-large"),
        (
            Answer(gzip.compress(bytes(QUICK.largest + 1)), headers={"Content-Encoding": "gzip"}),
            "fetch-too-large",
        ),
        (Answer(b"x", headers={"Content-Encoding": "br"}), "fetch-bad-encoding"),
        (Answer(b""), "fetch-not-data"),
        (Answer(b"\xef\xbb\xbf \n<!DOCTYPE html><title>Sign in"), "fetch-not-data"),
        (Answer("<html>".encode("utf-16")), "fetch-not-data"),
        (Answer(b"<?xml version='1.0'?><!-- x --><html lang='en'>"), "fetch-not-data"),
    ],
)
def test_what_stays_as_it_is_is_not_tried_again(
    site: Site, cache: Path, answer: Answer, code: str
) -> None:
    failing(site.says(answer), cache, code)
    assert len(site.asked) == 1
    assert left_over(cache) == []


@pytest.mark.parametrize("path", ["/a.xlsx", "/a.zip", "/a.json"])
def test_a_page_in_place_of_data_is_refused(site: Site, cache: Path, path: str) -> None:
    page = Answer(b"<!doctype html><p>Please log in", headers={"Content-Type": "text/html"})
    assert "page" in failing(site.says(page, path=path), cache, "fetch-not-data")
    site.says(page, path="/login")
    away = site.says(Answer(status=302, headers={"Location": "/login"}), path=path)
    assert "page" in failing(away, cache, "fetch-not-data")


def test_a_page_is_fetched_where_a_page_is_asked_for(site: Site, cache: Path) -> None:
    page = b"<!doctype html><p>Salaries"
    found = fetch(site.says(Answer(page), path="/salaries"), cache, patience=QUICK)
    assert found.path.read_bytes() == page


def test_a_broken_workbook_is_refused(site: Site, cache: Path) -> None:
    failing(site.says(Answer(b"PK\x03\x04 and no end"), path="/a.xlsx"), cache, "fetch-not-data")


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize(
    "damaged",
    [
        Answer(BODY + b"surplus", announced=len(BODY)),
        Answer(b"x", headers={"Content-Encoding": "gzip"}),
        Answer(gzip.compress(BODY)[:-9], headers={"Content-Encoding": "gzip"}),
        Answer(BODY, headers={"Content-MD5": base64.b64encode(bytes(16)).decode()}),
        Answer(BODY, headers={"Digest": f"SHA-256={base64.b64encode(bytes(32)).decode()}"}),
        Answer(BODY, headers={"Repr-Digest": f"sha-512=:{base64.b64encode(bytes(64)).decode()}:"}),
        Answer(
            BODY, headers={"Content-Digest": f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"}
        ),
    ],
)
def test_damage_is_repaired_by_one_more_copy_and_no_more(
    site: Site, cache: Path, damaged: Answer
) -> None:
    codes = {"fetch-overlong", "fetch-bad-encoding", "fetch-digest-mismatch"}
    with pytest.raises(FailedWorld) as failed:
        fetch(site.says(damaged), cache, patience=QUICK)
    assert code_of(failed) in codes
    assert len(site.asked) == 2
    assert kept(cache) == left_over(cache) == []
    assert fetch(site.says(damaged, TAGGED), cache, patience=QUICK).path.read_bytes() == BODY


def test_a_body_shorter_than_announced_is_no_file(site: Site, cache: Path) -> None:
    failing(site.says(Answer(BODY, announced=len(BODY) + 1)), cache, "fetch-truncated")


def test_digests_that_the_server_states_are_held_to_when_right(site: Site, cache: Path) -> None:
    strong = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    stated = {
        "Content-MD5": base64.b64encode(hashlib.md5(BODY).digest()).decode(),
        "Repr-Digest": f"crc32=:AA==:, sha-256=:{strong}:",
        "Digest": "md5=not-base64, SHA=AAAA",
    }
    assert fetch(site.says(Answer(BODY, headers=stated)), cache, patience=QUICK).fetched
    assert len(site.asked) == 1


def test_a_digest_that_is_demanded_must_be_met(site: Site, cache: Path) -> None:
    address = site.says(TAGGED)
    found = failing(address, cache, "fetch-digest-mismatch", digest="0" * 64)
    assert sha256(BODY) in found
    assert len(site.asked) == 2
    fetch(address, cache, patience=QUICK)
    with pytest.raises(FailedWorld, match="fetch-digest-mismatch"):
        fetch(f"{address}#sha256={'0' * 64}", cache, patience=QUICK)


# ---------------------------------------------------------------- addresses and redirects


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:" + "///etc/hosts", "fetch-scheme"),
        ("ftp://example.org/a.csv", "fetch-scheme"),
        ("a.csv", "fetch-scheme"),
        ("", "fetch-scheme"),
        ("https://me:secret@example.org/a.csv", "fetch-credentials"),
        ("https://me@example.org/a.csv", "fetch-credentials"),
        ("https:///a.csv", "fetch-bad-address"),
        ("https://example.org:port/a.csv", "fetch-bad-address"),
        ("https://[::1/a.csv", "fetch-bad-address"),
        ("https://example.org/a b.csv", "fetch-bad-address"),
        ("https://exa\nmple.org/a.csv", "fetch-bad-address"),
        ("https://example.org/a.csv#sha256=12", "fetch-bad-digest"),
    ],
)
def test_an_address_that_cannot_be_fetched_is_the_callers_fault(
    cache: Path, address: str, code: str
) -> None:
    with pytest.raises(UnusableCase) as refused:
        fetch(address, cache)
    assert code_of(refused) == code
    assert "secret" not in str(refused.value)
    assert not cache.exists()


def test_two_digests_that_differ_are_refused() -> None:
    with pytest.raises(UnusableCase, match="fetch-bad-digest"):
        read_address(f"https://example.org/a.csv#sha256={'0' * 64}", "1" * 64)


def moved(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, cache: Path, status: int) -> None:
    site.says(moved("there/pay.csv"), path="/one")
    site.says(TAGGED, path="/there/pay.csv")
    address = site.says(moved("/one", status))
    found = fetch(address, cache, patience=QUICK)
    assert found.path.read_bytes() == BODY
    assert found.address == address


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/pay.csv", "fetch-redirects"),
        ("file:" + "///etc/hosts", "fetch-scheme"),
        ("ftp://127.0.0.1/a.csv", "fetch-scheme"),
        ("http://me:secret@127.0.0.1/a.csv", "fetch-credentials"),
    ],
)
def test_redirects_that_lead_astray_are_refused(
    site: Site, cache: Path, location: str, code: str
) -> None:
    failing(site.says(moved(location)), cache, code)
    assert len(site.asked) == (QUICK.redirects + 1 if code == "fetch-redirects" else 1)


def test_a_redirect_may_go_up_to_https_but_not_down() -> None:
    assert follow("http://example.org/a", "https://example.org/a") == "https://example.org/a"
    with pytest.raises(FailedWorld, match="fetch-scheme"):
        follow("https://example.org/a", "http://example.org/a")
    with pytest.raises(FailedWorld, match="fetch-bad-address"):
        follow("https://example.org/a", "https://[::1/a")


def certificate(folder: Path) -> Path:
    """A certificate of this machine, signed by nobody else, with its key."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "own.pem"
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Site]:
    site, context = Site(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    site.scheme, site.socket = "https", context.wrap_socket(site.socket, server_side=True)
    yield from serving(site)


def test_a_certificate_that_nobody_vouches_for_ends_it(secure: Site, cache: Path) -> None:
    failing(secure.says(TAGGED), cache, "fetch-tls")
    assert secure.asked == []


def test_https_works_and_does_not_fall_to_http(
    site: Site, secure: Site, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "own.pem"))
    failing(secure.says(moved(site.says(TAGGED))), cache, "fetch-scheme")
    assert site.asked == []
    assert fetch(secure.says(TAGGED), cache, patience=QUICK).path.read_bytes() == BODY


# ---------------------------------------------------------------- archives


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def test_the_one_data_file_of_an_archive_is_unpacked(site: Site, cache: Path) -> None:
    archive = zipped(("readme.txt", b"x"), ("__MACOSX/._a.csv", b"x"), ("2024/A.CSV", BODY))
    address = site.says(File(archive, {"ETag": '"z"'}), path="/pay.zip")
    first, second = (fetch(address, cache, patience=QUICK) for _ in range(2))
    assert first.path == cache / f"{sha256(BODY)}.csv"
    assert first.path.read_bytes() == BODY
    assert first.digest == sha256(archive)
    assert first.archive == cache / f"{sha256(archive)}.zip"
    assert second == replace(first, fetched=False)
    first.path.unlink()
    assert fetch(address, cache, patience=QUICK).path.read_bytes() == BODY


def test_of_several_data_files_the_caller_chooses(site: Site, cache: Path, tmp_path: Path) -> None:
    archive = zipped(("b.csv", b"b"), ("a.csv", BODY))
    found = fetch(site.says(Answer(archive), path="/pay.zip"), cache, patience=QUICK)
    assert found.archive is None
    assert found.path.read_bytes() == archive
    assert data_files(found.path) == ["a.csv", "b.csv"]
    unpack(found.path, "a.csv", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == BODY


def test_a_workbook_is_no_archive(site: Site, cache: Path) -> None:
    book = zipped(("[Content_Types].xml", b"<x/>"), ("xl/embedded.xlsx", b"x"))
    found = fetch(site.says(Answer(book), path="/pay.xlsx"), cache, patience=QUICK)
    assert found.path.read_bytes() == book


def link() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("b.csv")
    member.external_attr = 0o120777 << 16
    return member


def encrypted(archive: bytes) -> bytes:
    """The archive with the flag set that says a password is needed."""
    directory = archive.index(b"PK\x01\x02") + 8
    return archive[:directory] + b"\x01" + archive[directory + 1 :]


def damaged(archive: bytes) -> bytes:
    start = archive.index(b"a.csv") + 20
    return archive[:start] + bytes(9) + archive[start + 9 :]


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (zipped(("../../a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("..\\a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("/etc/a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("C:a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("a.csv", BODY), (link(), b"/etc/passwd")), "fetch-unsafe-archive"),
        (encrypted(zipped(("a.csv", BODY))), "fetch-unsafe-archive"),
        (zipped(("a.csv", bytes(7_000_000))), "fetch-unsafe-archive"),
        (damaged(zipped(("a.csv", BODY))), "fetch-bad-archive"),
    ],
)
def test_an_archive_that_is_a_trap_or_broken_is_refused(
    site: Site, cache: Path, archive: bytes, code: str
) -> None:
    failing(site.says(Answer(archive), path="/pay.zip"), cache, code)
    assert len(site.asked) == 1
    assert left_over(cache) == []


def test_an_archive_that_understates_its_size_is_refused(site: Site, cache: Path) -> None:
    honest = zipped(("a.csv", bytes(7_000_000)))
    size = struct.pack("<I", 7_000_000)
    assert honest.count(size) == 2
    failing(
        site.says(Answer(honest.replace(size, struct.pack("<I", 99))), path="/pay.zip"),
        cache,
        "fetch-bad-archive",
    )


# ---------------------------------------------------------------- the disk

SMALL_DISK = """
import resource, sys
from pathlib import Path
from pipelines.fetch import fetch
from rules.errors import FailedWorld
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    fetch(sys.argv[1], Path(sys.argv[2]))
except FailedWorld as failed:
    print(failed)
"""


def test_a_disk_that_fills_up_is_said_to_be_full(site: Site, cache: Path) -> None:
    with child(site.says(TAGGED), cache, SMALL_DISK) as running:
        said, _ = running.communicate()
    assert said.startswith("fetch-disk-full: ")
    assert "next: free some space" in said
    assert kept(cache) == []
    assert fetch(site.says(TAGGED), cache, patience=QUICK).path.read_bytes() == BODY
    assert site.asked[-1][1]["range"] == "bytes=100000-"


def test_a_file_that_does_not_fit_is_not_begun(
    site: Site, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("usage", (), {"free": len(BODY) - 1})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    found = failing(site.says(TAGGED), cache, "fetch-disk-full")
    assert str(len(BODY)) in found


def test_a_cache_that_cannot_be_written_is_said_to_be(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    failing(site.says(TAGGED), tmp_path / "file" / "cache", "fetch-cache-unwritable")
    assert site.asked == []
