"""A source that is one table of rows: text in, typed columns out, every row accounted for.

The rows stay in DuckDB from the first to the last; frames of a bounded size are drawn from it
only to be judged by the contract.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.records import Held, LoadCount, SourceFile, canonical
from pipelines.sources.head import Head, head_of
from pipelines.sources.landing import finish, land
from pipelines.sources.source import Batch
from pipelines.sources.text_rows import MALFORMED, ROWS, load_text_rows
from pipelines.sources.unread_columns import out_of_the_way
from pipelines.sources.workbench import workbench
from warehouse.sql_text import literal
from warehouse.staging import write_staged

if TYPE_CHECKING:
    from pipelines.contract import Contract

VECTORS = 64  # [2,048 rows] a frame of that many is some 50 MB
STATED = "stated"
PARSED = "parsed"
HELD = "held"
ASIDE = "aside"
LONGEST_REASON = 200  # [characters]
Load = Callable[[DuckDBPyConnection, Head, Path], None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to hold a row that its text shows.

    Attributes:
        code: Stable reason.
        when: SQL condition over the columns as read and as parsed; NULL is no reason.
        found: SQL text that shows what stands there.
        suggestion: SQL text of what would mend it, which may be NULL.
        severity: ``row``, or ``aside`` for a row that is sound and yet no evidence.
    """

    code: str
    when: str
    found: str
    suggestion: str = "NULL"
    severity: str = "row"


@dataclass(frozen=True, slots=True)
class TableSource:
    """A source of one table; see ``pipelines.sources.source.Source`` for what is not here.

    Attributes:
        table: The landing table, ``pay`` for instance.
        recognise: Whether the beginning of a file is of this source.
        select: From the file's beginning, a SELECT over ``source_row`` that gives ``row_no`` and
            the columns that the landing table is completed from.
        contract: Makes the contract of the typed rows; called late, because pandera is slow to
            load.
        doubts: What the text shows.
        load: Fills ``source_row`` and ``malformed_row``.
        reads: The columns that are read of a file; where given, others cannot be taken for them.
    """

    name: str
    reader: str
    title: str
    licence: str
    table: str
    recognise: Callable[[Head], bool]
    select: Callable[[Head], str]
    contract: Callable[[], Contract]
    address: str | None = None
    doubts: Sequence[Doubt] = ()
    load: Load = load_text_rows
    suggestions: Mapping[str, str] = field(default_factory=dict)
    reads: Callable[[Head], Collection[str]] | None = None
    files_together: int = 1

    def recognises(self, head: Head) -> bool:
        """Whether a file is of this source, by its content."""
        return self.recognise(head)

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """See ``pipelines.sources.source.Source.take_in``."""
        (file,) = batch.files
        aside = folder / "aside"
        aside.mkdir()
        try:
            with workbench(aside) as connection:
                count = self._take_in(connection, file, folder, file.digest in batch.known)
        except (duckdb.DataError, duckdb.ProgrammingError, csv.Error) as error:
            return [self._refuse(file, folder, error)]
        shutil.rmtree(aside)
        return [count]

    def _refuse(self, file: SourceFile, folder: Path, error: Exception) -> LoadCount:
        """Hold a whole file that cannot be read as rows, whatever is the matter with it."""
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        found = str(error).split("\n", 1)[0][:LONGEST_REASON]
        raw = canonical({"file": file.name, "digest": file.digest})
        step = "mend the file, or leave it out"
        code = f"{self.name}-unreadable"
        held = Held(file.load_id, file.name, code, "file", raw, found, step)
        write_staged(folder, {"quarantine": [held.as_row()]})
        return LoadCount(file, 1, 0, 1, 0)

    def _take_in(
        self, connection: DuckDBPyConnection, file: SourceFile, folder: Path, again: bool
    ) -> LoadCount:
        head = self._head(file.path)
        self.load(connection, head, folder / "aside")
        connection.execute("SET preserve_insertion_order = false")  # the rows are numbered by now
        connection.execute(f"CREATE VIEW {STATED} AS {self.select(head)}")
        finish(connection, self.table, self.name, file, folder)
        self._doubt(connection)
        self._judge(connection)
        return land(connection, self, file, folder, again)

    def _head(self, path: Path) -> Head:
        head = head_of(path)
        if self.reads is None:
            return head
        doubts = (part for doubt in self.doubts for part in (doubt.when, doubt.found))
        sql = " ".join((self.select(head), *doubts, *(doubt.suggestion for doubt in self.doubts)))
        return out_of_the_way(head, self.reads(head), sql)

    def _doubt(self, connection: DuckDBPyConnection) -> None:
        connection.execute(
            f"CREATE TABLE {HELD} (place VARCHAR, row_no BIGINT, code VARCHAR, severity VARCHAR, "
            "found VARCHAR, suggestion VARCHAR)"
        )
        connection.execute(
            f"INSERT INTO {HELD} SELECT 'line:' || line, NULL, {literal(self.name + '-row-width')},"
            f" 'row', coalesce(found, error), 'give every row as many cells as the header' "
            f"FROM {MALFORMED}"
        )
        connection.execute(
            f"INSERT INTO {HELD} SELECT {literal(self.table)} || ':' || row_no, row_no, "
            f"{literal(self.name + '-not-data')}, 'row', 'a row that states nothing', NULL "
            f"FROM {ROWS} ANTI JOIN {PARSED} USING (row_no)"
        )
        if self.doubts:
            connection.execute(
                f"INSERT INTO {HELD} SELECT {literal(self.table)} || ':' || row_no, row_no, "
                f"doubt.code, doubt.severity, doubt.found, doubt.suggestion FROM "
                f"(SELECT row_no, unnest([{', '.join(map(_reason, self.doubts))}]) AS doubt "
                f"FROM {ROWS} JOIN {PARSED} USING (row_no) WHERE {_any(self.doubts)}) "
                f"WHERE doubt IS NOT NULL"
            )

    def _judge(self, connection: DuckDBPyConnection) -> None:
        from pipelines.contract import failures

        terms = self.contract()
        columns = list(dict.fromkeys((*terms.required, *terms.numbers, *terms.key, *terms.also)))
        for frame in _frames(connection, columns):
            codes = failures(terms, frame, self._missing)
            rows = [(number, code) for number, found in codes.items() for code in found]
            if rows:
                self._hold(connection, rows)

    def codes_of(self, row: Mapping[str, Any]) -> list[str]:
        """What the contract says of one row of the landing table."""
        import pandas as pd

        from pipelines.contract import failures

        terms = self.contract()
        frame = pd.DataFrame([dict(row)]).astype(dict.fromkeys(terms.numbers, "float64"))
        return failures(terms, frame, self._missing).get(0, [])

    def _missing(self, column: str) -> str:
        word = column.removesuffix("_raw").removesuffix("_id").replace("_", "-")
        return f"{self.name}-{word}-missing"

    def _hold(self, connection: DuckDBPyConnection, rows: Sequence[tuple[int, str]]) -> None:
        """Hold rows for what their contract found, where their text did not show it already."""
        words = len(self.name) + 1
        connection.execute(
            f"INSERT INTO {HELD} SELECT {literal(self.table)} || ':' || row_no, row_no, code, "
            f"'row', replace(code[{words + 1}:], '-', ' '), suggestions[code] FROM ("
            "SELECT unnest(?::BIGINT[]) AS row_no, unnest(?::VARCHAR[]) AS code, "
            f"?::MAP(VARCHAR, VARCHAR) AS suggestions) ANTI JOIN {HELD} USING (row_no, code)",
            [[row for row, _ in rows], [code for _, code in rows], dict(self.suggestions)],
        )


def _reason(doubt: Doubt) -> str:
    """SQL of what a doubt says of a row; NULL where it does not apply."""
    return (
        f"CASE WHEN {doubt.when} THEN {{'code': {literal(doubt.code)}, "
        f"'severity': {literal(doubt.severity)}, 'found': CAST({doubt.found} AS VARCHAR), "
        f"'suggestion': CAST({doubt.suggestion} AS VARCHAR)}} END"
    )


def _any(doubts: Sequence[Doubt]) -> str:
    return " OR ".join(f"({doubt.when})" for doubt in doubts)


def _frames(connection: DuckDBPyConnection, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    names = ", ".join(("row_no", *columns))
    with connection.cursor() as reading:
        reading.execute(f"SELECT {names} FROM {PARSED}")
        while len(frame := reading.fetch_df_chunk(VECTORS)):
            yield frame.set_index("row_no")


if TYPE_CHECKING:
    import pandas as pd
