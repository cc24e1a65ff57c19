"""What the market holds, made ready for its page; of a published snapshot it is looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from offerdesk import holdings
from offerdesk.markup import Markup
from offerdesk.web.drawn import ranking
from pipelines.sources.registry import SOURCES
from rules.errors import FailedWorld
from warehouse.aliases import rows_of
from warehouse.home import home
from warehouse.snapshot import Held, Snapshot, find_snapshot, held_snapshots, snapshots

Row = Mapping[str, Any]
MOST_CELLS = 60  # of the percentiles, shown at once: those of most records
LOOKED_AT = 5_000
MOST_HELD = 50  # rows of the quarantine, shown at once
METRICS = {"base": "base salary", "tc": "yearly total"}


@dataclass(frozen=True, slots=True)
class Market:
    """One snapshot, and what else there is.

    Attributes:
        id: Of the snapshot; None where nothing was published yet.
        contents: Its rows by table, and the balance of each source.
        reasons: Why rows are held back, with how many.
    """

    id: str | None
    contents: Row
    reasons: Sequence[Row]
    published: Sequence[Snapshot]
    held: Sequence[Held]

    @property
    def sources(self) -> list[tuple[str, str, Row | None]]:
        """Name and title of every source, and how it stands; those that were read first."""
        health = {row["source"]: row for row in self.contents.get("sources", ())}
        told = [(one.name, one.title, health.get(one.name)) for one in SOURCES]
        return sorted(told, key=lambda one: one[2] is None)


def market() -> Market:
    """The market in force.

    Raises:
        FailedWorld: As ``offerdesk.holdings.contents``.
    """
    published, held = snapshots(), held_snapshots()
    try:
        current = find_snapshot().id
    except FailedWorld as problem:
        if problem.faults[0].code != "market-absent":
            raise
        return Market(None, {"rows": {}}, (), published, held)
    contents, reasons = _of_snapshot(current, str(home().market))
    return Market(current, contents, reasons, published, held)


@lru_cache(maxsize=16)
def _of_snapshot(snapshot: str, _: str) -> tuple[Row, Sequence[Row]]:
    return holdings.contents(snapshot), holdings.reasons(snapshot)


@lru_cache(maxsize=64)
def held_back(
    snapshot: str, source: str | None, code: str | None, _: str
) -> tuple[Sequence[Row], Sequence[Row]]:
    """The first rows that are held back, and how many there are for each reason."""
    rows = holdings.held_back(snapshot, source, code, MOST_HELD)
    return rows, holdings.reasons(snapshot, source, code)


@dataclass(frozen=True, slots=True)
class Choices:
    """By what percentiles can be asked for: families of roles, countries, metrics."""

    families: Sequence[str]
    countries: Sequence[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """Percentiles of pay of some people, with their chart."""

    row: Row
    employer: str
    chart: Markup


def cells(wanted: Mapping[str, str | None], snapshot: str) -> list[Cell]:
    """Percentiles of a role, each cell with its chart, all on one scale.

    Args:
        wanted: As for ``offerdesk.holdings.percentiles``.
        snapshot: Of which market.
    """
    asked = tuple(sorted((name, value) for name, value in wanted.items() if value is not None))
    found = _cells(asked, snapshot, str(home().market))
    most = max((row["p90"] or row["p75"] or row["p50"] or 0 for row in found), default=0)
    return [Cell(row, _employer(row["company_id"]), ranking.drawn(row, most)) for row in found]


def _employer(company_id: str | None) -> str:
    return _employers().get(company_id or "", company_id or "")


@lru_cache(maxsize=64)
def _cells(wanted: tuple[tuple[str, str], ...], snapshot: str, _: str) -> Sequence[Row]:
    found = holdings.percentiles(snapshot, dict(wanted), LOOKED_AT)
    return sorted(found, key=lambda row: -(row["n"] or 0))[:MOST_CELLS]


@lru_cache(maxsize=16)
def choices(snapshot: str, _: str) -> Choices:
    """What there is to ask for."""
    found = holdings.percentile_keys(snapshot)
    families = sorted({row["role_family"] for row in found})
    return Choices(families, sorted({row["country"] for row in found if row["country"]}))


@lru_cache(maxsize=1)
def _employers() -> Mapping[str, str]:
    return {row["company_id"]: row["names"].split("|")[0] for row in rows_of("companies")}
