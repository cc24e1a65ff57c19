"""The log as a sheet to pass on: without what names a person, unless that is asked for.

By itself an export holds no direct identifier: no employer, no title or other free text, no id of
a decision, and days only as months.  Nor does it hold what is private, such as a minimum, or the
floors of asks, which tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from pipelines.scoring.writing import harmless
from rules.book import Book, Fact
from rules.decision import ASKED_PARTS
from rules.errors import FailedWorld, Fault, UnusableCase
from warehouse.log import LogRow
from warehouse.whole_file import whole_file

FORMATS = (".csv", ".jsonl", ".parquet")
OUTCOME = ("verdict", "status", "rule", "book", "snapshot")
NAMING = ("id", "logged_at")  # of a decision
_KINDS = {"number": pl.Float64, "flag": pl.Boolean}
CODES = ("currency", "guide_currency")  # texts without a list of words, and yet no free texts


class Sheet:
    """What stands in an export: its columns, and a row for each decision.

    Args:
        book: Its facts become columns.
        with_identifiers: Also what names a person, and what is private.
    """

    def __init__(self, book: Book, with_identifiers: bool) -> None:
        self._whole = with_identifiers
        self._facts = [one for one in book.facts.values() if with_identifiers or is_shared(one)]
        self._lists = list(book.lists) if with_identifiers else []
        parts = ASKED_PARTS if with_identifiers else ASKED_PARTS[:1]
        self._asks = [(ask.name, part) for ask in book.asks for part in parts]

    def schema(self) -> dict[str, type[pl.DataType]]:
        """The columns and their types, in order."""
        named = NAMING if self._whole else ("logged_month",)
        texts = (*named, *OUTCOME)
        return {
            **dict.fromkeys(texts, pl.String),
            **{fact.name: _KINDS.get(fact.type.kind, pl.String) for fact in self._facts},
            **{f"ask_{name}_{part}": pl.Float64 for name, part in self._asks},
            **dict.fromkeys(self._lists, pl.String),
        }

    def line(self, row: LogRow) -> dict[str, Any]:
        """A decision as a row of the sheet."""
        logged, asks = orjson.loads(row.entry.facts), orjson.loads(row.entry.decision)["ask"]
        facts, entries = logged["facts"], logged["entries"]
        return {
            **self._when(row),
            **{name: getattr(row.entry, name) for name in OUTCOME},
            **{fact.name: self._cell(fact, facts) for fact in self._facts},
            **{f"ask_{name}_{part}": asks.get(name, {}).get(part) for name, part in self._asks},
            **{name: _as_json(entries.get(name)) for name in self._lists},
        }

    def _when(self, row: LogRow) -> dict[str, str]:
        if self._whole:
            return {"id": row.id, "logged_at": row.logged_at}
        return {"logged_month": row.logged_at[:7]}

    def _cell(self, fact: Fact, facts: Mapping[str, Any]) -> Any:
        value = facts.get(fact.name)
        is_day = fact.type.kind == "date" and not self._whole
        return str(value)[:7] if is_day and value is not None else value


def is_shared(fact: Fact) -> bool:
    """Whether a fact neither names a person nor is private: a number, a flag or a known word."""
    is_free = fact.type.kind == "text" and fact.type.choices is None and fact.name not in CODES
    return not (is_free or fact.private)


def _as_json(value: Any) -> str | None:
    return orjson.dumps(value).decode() if value else None


def export(rows: Iterable[LogRow], target: Path, sheet: Sheet) -> int:
    """Write decisions to a file, which appears whole or not at all.

    Args:
        rows: Of the log.
        target: CSV, JSON Lines or Parquet, by its name.
        sheet: What stands in it.

    Returns:
        How many there are.

    Raises:
        UnusableCase: ``export-target``.
        FailedWorld: ``export-unwritable``.
    """
    form = target.suffix.lower()
    if form not in FORMATS:
        allowed, step = ", ".join(FORMATS), "name the file so"
        raise UnusableCase(Fault("export-target", str(target), form or "no ending", allowed, step))
    try:
        with whole_file(target) as aside:
            count = _write_lines(aside, map(sheet.line, rows))
            if form != ".jsonl":
                _convert(aside, form, sheet.schema())
    except OSError as problem:
        step = "free some space, or write elsewhere"
        found = Fault("export-unwritable", str(target), str(problem), "", step)
        raise FailedWorld(found) from problem
    return count


def _write_lines(aside: Path, lines: Iterator[Mapping[str, Any]]) -> int:
    count = 0
    with aside.open("wb") as file:
        for line in lines:
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    return count


def _convert(aside: Path, form: str, schema: Mapping[str, type[pl.DataType]]) -> None:
    """Turn JSON Lines into another form, a part at a time."""
    lines = aside.with_name(f"{aside.name}.jsonl")
    aside.rename(lines)
    try:
        rows = pl.scan_ndjson(lines, schema=dict(schema))
        if form == ".parquet":
            rows.sink_parquet(aside, maintain_order=True)
        else:
            harmless(rows).sink_csv(aside, maintain_order=True)
    finally:
        lines.unlink()
