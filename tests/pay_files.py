"""Made-up pay as files of a source that only tests know, so that whole refreshes can be tried."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.sources.head import Head
from pipelines.sources.table_source import TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = (
    "record", "company", "title", "level", "city", "country_code", "currency", "base_pay",
    "equity", "bonus_pay", "total", "day",
)  # fmt: skip
LEVELS = (3, 4, 5, 6)
PLACES = (
    ("San Francisco", "US", "USD", 1.15),
    ("Austin", "US", "USD", 0.95),
    ("London", "GB", "GBP", 0.55),
    ("Bengaluru", "IN", "INR", 22.0),
)


@dataclass(frozen=True)
class Report:
    """One person's pay, as such a file states it."""

    record: str
    company: str
    title: str
    level: int
    city: str
    country_code: str
    currency: str
    base_pay: float
    equity: float
    bonus_pay: float
    day: str
    total: float = field(default=0.0)

    def cells(self) -> list[str]:
        total = self.total or self.base_pay + self.equity + self.bonus_pay
        values = {name: getattr(self, name) for name in COLUMNS} | {
            "total": total,
            "level": f"L{self.level}",
        }
        return [str(values[name]) for name in COLUMNS]


def reports(count: int, *, first: int = 0, month: str = "2026-01") -> list[Report]:
    """A believable market: levels a quarter apart, three employers, four cities."""
    made = []
    for number in range(first, first + count):
        chance = random.Random(number)
        city, country, currency, cost = PLACES[number % 4]
        level = LEVELS[number // 4 % 4]
        company = ("Larkspur", "Tern", "Osprey")[number // 16 % 3]
        base = round(120_000 * cost * 1.25 ** (level - 4) * chance.lognormvariate(0, 0.12), -2)
        day = f"{month}-{1 + number % 27:02d}" if number % 3 else f"2025-{1 + number % 12:02d}-15"
        title = "ML Engineer" if number // 48 % 4 == 0 else "Software Engineer"
        made.append(
            Report(
                f"r{number}",
                company,
                title,
                level,
                city,
                country,
                currency,
                base,
                round(0.3 * base),
                round(0.1 * base),
                day,
            )
        )
    return made


def write(path: Path, rows: Sequence[Report]) -> Path:
    """A file of such a source."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *(row.cells() for row in rows)])
    return path


def changed(rows: Sequence[Report], change: Callable[[Report], dict[str, object]]) -> list[Report]:
    """The rows with some of their cells changed."""
    return [replace(row, **change(row)) for row in rows]  # type: ignore[arg-type]


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _select(head: Head) -> str:
    return """
        SELECT row_no, record AS record_key, company AS company_raw, title AS title_raw,
            level AS level_raw, city AS place_raw, country_code, currency,
            TRY_CAST(base_pay AS DOUBLE) AS stated, TRY_CAST(equity AS DOUBLE) AS equity_annual,
            TRY_CAST(bonus_pay AS DOUBLE) AS bonus, TRY_CAST(total AS DOUBLE) AS tc,
            TRY_CAST(day AS DATE) AS observed_on
        FROM source_row
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, positive

    return Contract(
        required=("title_raw", "currency", "base", "observed_on"),
        numbers=("base",),
        checks={"made-up-base-not-positive": positive("base")},
    )


MADE_UP = TableSource(
    name="made-up",
    reader="made-up-1",
    title="Made-up pay",
    licence="ours",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
)


def _level(company: str | None, level: str | None, title: str | None) -> int | None:
    return int(level[1:]) if level else None


def know_made_up(patch: pytest.MonkeyPatch) -> None:
    """Let the steps of a refresh know the made-up source, and its levels."""
    from pipelines.sources.registry import SOURCES

    for module in ("pipelines.sources.registry", "pipelines.steps", "pipelines.taking"):
        patch.setattr(f"{module}.SOURCES", (MADE_UP, *SOURCES[-2:]))
    patch.setattr("pipelines.sources.naming.level_std", _level)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps of a refresh know the made-up source, and its levels."""
    know_made_up(monkeypatch)
