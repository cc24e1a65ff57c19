"""What is tried again, what is not, and damage on the way."""

from __future__ import annotations

import base64
import gzip
import hashlib
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.fetch import Patience, fetch
from rules.errors import FailedWorld
from tests.fetch.site import (
    BODY,
    QUICK,
    TAGGED,
    Answer,
    File,
    Handler,
    Script,
    Site,
    code_of,
    cut,
    drip,
    failing,
    kept,
    left_over,
    reset,
    sha256,
    stall,
)


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
