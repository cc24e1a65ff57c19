"""A served desk, and Debian's Chromium in front of it, as somebody who has just installed both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "no Chromium on this machine; `apt-get install chromium` brings the one that drives these"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, once for all tests; without one they are skipped."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served_home(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the served desk: a sample market, and nothing decided yet."""
    place = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(furnished, place)
    return place


@pytest.fixture(scope="session")
def desk(served_home: Path, root: Path) -> Iterator[str]:
    """The address of a desk that is served by a process of its own."""
    environment = {**os.environ, "OFFERDESK_HOME": str(served_home), "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "offerdesk.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told.startswith("The desk is at"), told
        yield told.split()[-1].rstrip("/")
        process.terminate()
        process.wait(30)


class Watched:
    """What a page did that no page of ours may do."""

    def __init__(self, context: BrowserContext, desk: str) -> None:
        self.faults: list[str] = []
        self._host = urlsplit(desk).netloc
        context.on("page", self._watch)
        context.on("request", self._asked)

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"error on {page.url}: {error}"))
        page.on("console", lambda message: self._said(message.type, message.text))

    def _said(self, kind: str, text: str) -> None:
        is_answer = "Failed to load resource" in text and ("422" in text or "404" in text)
        if kind in ("error", "warning") and not is_answer:
            self.faults.append(f"{kind}: {text}")

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != self._host:
            self.faults.append(f"asked {request.url}")


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, desk: str) -> Iterator[Open]:
    """Opens a page of the desk in a browser without a past; afterwards nothing may be amiss."""
    contexts: list[tuple[BrowserContext, Watched]] = []

    def open_page(path: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=desk, **options)  # type: ignore[arg-type]
        contexts.append((context, Watched(context, desk)))
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context, _ in contexts:
        context.close()
    assert [fault for _, watched in contexts for fault in watched.faults] == []
