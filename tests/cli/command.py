"""The command line in a process of its own, and what a fault looks like."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

FAULT = re.compile(r"error\[[a-z0-9-]+\]: .+; next: .+")
Run = Callable[..., tuple[int, str, str]]


def process(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "offerdesk.cli", *arguments]
    return subprocess.run(
        command, cwd=root, env=os.environ | settings, capture_output=True, text=True, check=False
    )


def altered(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file of a book."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
