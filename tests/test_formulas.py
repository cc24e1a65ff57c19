"""What z3 finds does not hang on how busy the machine is."""

from __future__ import annotations

import time
from typing import Any

import pytest
import z3

from rules import formulas


class _Solver:
    """One that is kept from working until it has been given so much time."""

    def __init__(self, needs: float, works: bool) -> None:
        self.needs, self.works, self.given = needs, works, list[float]()

    def set(self, name: str, value: int) -> None:
        assert name == "timeout"
        self.given.append(value / 1000)

    def check(self) -> Any:
        patience = self.given[-1]
        end = time.monotonic() + patience
        while self.works and time.monotonic() < end:
            pass
        time.sleep(max(0.0, end - time.monotonic()))
        return z3.sat if patience >= self.needs else z3.unknown


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(formulas, "_PATIENCE", 0.02)
    return 0.02


def test_it_gets_more_time_where_others_kept_it_from_working(patience: float) -> None:
    solver = _Solver(needs=5 * patience, works=False)
    assert formulas._checked(solver) == z3.sat
    assert solver.given == [patience, 2 * patience, 4 * patience, 8 * patience]


def test_it_is_given_up_once_it_has_worked_long_enough(patience: float) -> None:
    solver = _Solver(needs=1000 * patience, works=True)
    assert formulas._checked(solver) == z3.unknown


def test_what_is_answered_is_not_asked_again(patience: float) -> None:
    solver = _Solver(needs=0.0, works=False)
    assert formulas._checked(solver) == z3.sat
    assert solver.given == [patience]
