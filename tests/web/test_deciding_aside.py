"""The process that decides: it says the same, can be lost, and loses nothing that it answered."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

import pytest

from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.web.deciding_aside import Aside
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.keeping import Keeping, Once, keeping_file
from offerdesk.web.making import Asked, Made, Making
from rules.book import BOOK
from rules.errors import FailedWorld, UnusableCase
from rules.loader import read_texts
from warehouse import log
from warehouse.home import home

BROKEN = {**read_texts(BOOK), "facts.yaml": "facts: 1"}


def in_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test in a loop of its own; in a thread, because a browser leaves one in the first."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_awaited(test(*args, **kwargs)))).result()

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work


@asynccontextmanager
async def deciding() -> AsyncIterator[Aside]:
    made = Aside(read_texts(BOOK), keeping_file())
    made.wait()
    await made.open()
    try:
        yield made
    finally:
        await made.close()


@contextmanager
def log_is_held() -> Iterator[None]:
    """Whoever decides meanwhile waits."""
    with closing(sqlite3.connect(home().log_file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def pinterest(offers: Path) -> Asked:
    return Asked(OWNER, partial(read_offer, offers / "pinterest.yaml"))


def logged() -> list[str]:
    return [row.id for row in log.rows()]


def has_ended(pid: int | None) -> bool:
    assert pid is not None
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not Path(f"/proc/{pid}").exists()


def without_id(made: Made) -> bytes:
    return made.body.replace(f'"id":"{made.id}",'.encode(), b"", 1)


@in_a_loop
async def test_it_says_what_this_process_would_say(pinterest: Asked) -> None:
    here = Making(Desk(), Keeping(keeping_file())).make(pinterest)
    async with deciding() as aside:
        made = await aside.decide(pinterest)
        again = [aside.decide(pinterest) for _ in range(5)]
        rest = await asyncio.gather(*again)
    assert without_id(made) == without_id(here)
    assert (made.verdict, made.status) == ("counter", "decided")
    assert logged() == [one.id for one in (here, made, *rest)]
    assert has_ended(aside.pid)


@in_a_loop
async def test_what_it_refuses_is_told_with_every_fault(pinterest: Asked, offers: Path) -> None:
    faulty = Asked(OWNER, partial(read_offer, {"offer": {"x": 1, "y": 2}, "candidate": {}}))
    key = Once("key", "one")
    async with deciding() as aside:
        with pytest.raises(UnusableCase) as told:
            await aside.decide(faulty)
        assert len(told.value.faults) > 1
        first = await aside.decide(Asked("ann", pinterest.offer, once=key))
        second = await aside.decide(Asked("ann", pinterest.offer, once=key))
        assert (first.is_new, second.is_new) == (True, False)
        assert first.body == second.body
        with pytest.raises(Refused) as refused:
            await aside.decide(Asked("ann", pinterest.offer, once=Once("key", "other")))
    assert refused.value.status == 422
    assert logged() == [first.id]


@in_a_loop
async def test_a_defect_does_not_end_it(
    pinterest: Asked, capfd: pytest.CaptureFixture[str]
) -> None:
    async with deciding() as aside:
        with pytest.raises(Refused) as told:
            await aside.decide(Asked(OWNER, partial(int, "180000 a year")))
        assert (await aside.decide(pinterest)).id
    assert (told.value.status, told.value.faults[0].code) == (500, "unexpected")
    assert "180000" not in str(told.value) + capfd.readouterr().err


@in_a_loop
async def test_one_that_was_lost_at_rest_is_replaced(pinterest: Asked) -> None:
    async with deciding() as aside:
        before = aside.pid
        assert before
        os.kill(before, signal.SIGKILL)
        while aside.pid == before:
            await asyncio.sleep(0.02)
        made = await aside.decide(pinterest)
    assert logged() == [made.id]


@in_a_loop
async def test_only_what_it_was_at_is_refused_when_it_is_lost(pinterest: Asked) -> None:
    async with deciding() as aside:
        first = await aside.decide(pinterest)
        with log_is_held():
            asked = [asyncio.create_task(aside.decide(pinterest)) for _ in range(4)]
            await asyncio.sleep(0.3)
            assert aside.pid
            os.kill(aside.pid, signal.SIGKILL)
            told = await asyncio.gather(asked[0], return_exceptions=True)
        rest = await asyncio.wait_for(asyncio.gather(*asked[1:]), 60)
    (lost,) = told
    assert isinstance(lost, FailedWorld)
    assert lost.faults[0].code == "decider-lost"
    assert logged() == [first.id, *(one.id for one in rest)]


@in_a_loop
async def test_one_that_gives_no_answer_is_replaced(
    pinterest: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deciding() as aside:
        before = aside.pid
        await aside.decide(pinterest)
        with log_is_held(), monkeypatch.context() as patch:
            patch.setattr("offerdesk.web.deciding_aside.LONGEST", 0.3)
            with pytest.raises(FailedWorld, match="no answer"):
                await aside.decide(pinterest)
        made = await aside.decide(pinterest)
        assert aside.pid != before
    assert logged()[1:] == [made.id]


@in_a_loop
async def test_whoever_waits_no_more_holds_up_nobody(pinterest: Asked) -> None:
    async with deciding() as aside:
        await aside.decide(pinterest)
        with log_is_held():
            gone, stays = (asyncio.create_task(aside.decide(pinterest)) for _ in range(2))
            await asyncio.sleep(0.2)
            gone.cancel()
        made = await asyncio.wait_for(stays, 30)
    assert logged()[-1] == made.id


@in_a_loop
async def test_the_book_stays_the_desk_s_whatever_becomes_of_its_files(
    pinterest: Asked, tmp_path: Path
) -> None:
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    desk = Desk(folder)
    shutil.rmtree(folder)
    aside = Aside(desk.book.documents, keeping_file())
    aside.wait()
    await aside.open()
    made = await aside.decide(pinterest)
    await aside.close()
    assert f'"book":"{desk.book.hash}"'.encode() in made.body


def test_one_that_cannot_begin_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    aside = Aside(BROKEN, keeping_file())
    with pytest.raises(FailedWorld, match="decider-lost"):
        aside.wait()
    aside.end()
    assert has_ended(aside.pid)
    assert capfd.readouterr().err.startswith("error[book-")


@in_a_loop
async def test_nobody_waits_for_one_that_cannot_begin(
    pinterest: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deciding() as aside:
        monkeypatch.setattr(aside, "_told", (BROKEN, keeping_file()))
        assert aside.pid
        os.kill(aside.pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        asked = [asyncio.create_task(aside.decide(pinterest)) for _ in range(3)]
        told = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 30)
        assert [type(one) for one in told] == [FailedWorld] * 3
        monkeypatch.undo()


@in_a_loop
async def test_a_process_that_cannot_be_begun_is_tried_again(
    pinterest: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, tries = Aside._begin, []

    def begun(aside: Aside) -> None:
        tries.append(1)
        if len(tries) == 2:
            raise BlockingIOError
        begin(aside)

    monkeypatch.setattr(Aside, "_begin", begun)
    async with deciding() as aside:
        assert aside.pid
        os.kill(aside.pid, signal.SIGKILL)
        while len(tries) < 3:
            await asyncio.sleep(0.05)
        made = await aside.decide(pinterest)
    assert logged() == [made.id]
