"""The market rows behind a decision: where each stands, and which facts were read from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from offerdesk.reason import Reason
from offerdesk.replay import Replayed
from rules.book import Fact
from warehouse.home import home
from warehouse.origins import Origin, origins_anywhere
from warehouse.snapshot import market_folder

Row = Mapping[str, Any]
BAND, PERCENTILE = "band", "percentile"
_MARTS = {"oews_wage_levels": "wage_level", "fx": "fx"}  # by where a fact stands
MOST_FILES = 3


class MarketRows:
    """The market rows that a decision read, each with the files that it comes from.

    Args:
        replayed: The decision, judged again.
    """

    def __init__(self, replayed: Replayed) -> None:
        self._book = replayed.book
        self._facts = replayed.judgement.case.facts
        self._rows: list[Row] = list(replayed.record["market"])
        self._snapshot = replayed.row.entry.snapshot
        self._origins: list[list[Origin]] | None = None

    def all(self) -> Iterator[Reason]:
        """All of them, under one heading; nothing where none was read."""
        if self._rows:
            source = f"snapshot {self._snapshot}" if self._snapshot else "given with the offer"
            told = tuple(self._reason(number) for number in range(len(self._rows)))
            yield Reason("rows", f"Market rows that were read, {source}", rests_on=told)

    def behind(self, name: str) -> Iterator[Reason]:
        """The rows that a fact, or a pick, of the market was read from."""
        mart = self._mart(name)
        for row in self._rows:
            if mart is not None and row.get("mart") == mart:
                yield Reason("market", f"market row {_name(row)} (see the end)", _name(row))
                if mart != PERCENTILE:
                    return

    def _mart(self, name: str) -> str | None:
        pick = next((one for one in self._book.picks if name in one.gives), None)
        if pick is not None:
            return PERCENTILE if self._book.lists[pick.source].path[0] == "market" else None
        fact = self._book.facts.get(name)
        if fact is None or self._facts.get(name) is None:
            return None
        return self._mart_of(fact)

    def _mart_of(self, fact: Fact) -> str | None:
        """The mart of the part of the market object in which a fact stands."""
        if fact.group != "market":
            return "fx" if fact.name == "rate_date" else None
        first, *rest = fact.paths[0]
        if first in _MARTS:
            return _MARTS[first]
        marts = {row.get("mart") for row in self._rows}
        return rest[0] if rest and rest[0] in marts else BAND

    def _reason(self, number: int) -> Reason:
        row = self._rows[number]
        found = self._found()[number]
        files = tuple(_file(one) for one in found[:MOST_FILES])
        if len(found) > MOST_FILES:
            files += (Reason("market", f"and {len(found) - MOST_FILES} more files of the source"),)
        if not found and self._snapshot:
            files = (
                Reason("market", "its file is not known: the snapshot is not on this machine"),
            )
        value = {**row, "origins": [asdict(one) for one in found]}
        return Reason("market", _told(row), _name(row), value, files)

    def _found(self) -> list[list[Origin]]:
        if self._origins is None:
            folders = [market_folder(None), home().cache / "sample-market"]
            self._origins = (
                origins_anywhere(self._snapshot, self._rows, folders)
                if self._snapshot
                else [[] for _ in self._rows]
            )
        return self._origins


def _name(row: Row) -> str:
    return str(row.get("row_id") or row.get("source") or "")


def _told(row: Row) -> str:
    count = "not counted" if row.get("n") is None else f"{row['n']:,.0f}"
    parts = [
        " ".join(str(row[key]) for key in ("mart", "row_id") if row.get(key)),
        f"source {row.get('source')}",
        f"as of {row.get('as_of') or 'no date'}",
        f"n {count}",
        *(f"{key} {row[key]}" for key in ("region", "level", "step") if row.get(key) is not None),
        *(f"flags {', '.join(row['flags'])}" for _ in (1,) if row.get("flags")),
        *(f"at a rate of {row['rate']:.6g}" for _ in (1,) if row.get("rate")),
    ]
    return ", ".join(part for part in parts if part)


def _file(one: Origin) -> Reason:
    rows = f", {one.rows}" if one.rows else ""
    text = f"file {one.file}{rows}; load {one.load}, SHA-256 {one.digest[:12]}"
    return Reason("market", text, one.file)
