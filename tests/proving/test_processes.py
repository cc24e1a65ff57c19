"""Proofs in two processes: a process that dies is told, and nothing hangs."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from rules.errors import FailedWorld
from rules.loader import load_book
from rules.proving.proving import prove
from rules.proving.statement import usual_statement


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class _Deadly:
    """An offer that kills whoever it is sent to."""

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return _die, ()


def test_a_process_that_dies_is_told_and_nothing_hangs() -> None:
    book = load_book()
    deadly: Any = _Deadly()
    with pytest.raises(FailedWorld, match="proof-worker-died"):
        prove(book, usual_statement(book), [deadly], only=("dates", "reach"), workers=2)
