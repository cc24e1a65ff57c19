"""A desk that is served by a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(
    root: Path, *arguments: str, **settings: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Its address, and the process; killed at the end, unless it has ended by then."""
    command = [sys.executable, "-m", "offerdesk.cli", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    try:
        yield process.stdout.readline().split()[-1], process
    finally:
        process.kill()
        process.communicate()
