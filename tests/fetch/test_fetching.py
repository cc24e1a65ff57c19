"""Fetching by address: what works, and going on where a download stopped."""

from __future__ import annotations

import gzip
import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.fetch import Fetched, fetch
from tests.fetch.site import (
    BODY,
    EARLY,
    HALF,
    QUICK,
    TAGGED,
    Answer,
    File,
    Handler,
    Site,
    child,
    cut,
    failing,
    kept,
    left_over,
    sha256,
    stall,
)


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


def test_a_killed_download_leaves_a_part_that_the_next_one_goes_on_with(
    site: Site, cache: Path
) -> None:
    address = site.says(cut(TAGGED, then=stall), TAGGED)
    with child(address, cache) as running:
        until = time.monotonic() + 60
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
        until = time.monotonic() + 60
        while not site.asked:
            assert time.monotonic() < until, "the download never began"
            time.sleep(0.01)
        failing(address, cache, "fetch-locked", replace(QUICK, deadline=0.1))
        running.kill()
