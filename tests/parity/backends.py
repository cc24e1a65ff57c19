"""The backends of the rule language as functions: cases in, and for each a row of columns out.

The columns are those of the batch query.  A further backend is one more function here; the
comparison asks nothing else of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from rules.book import Book
from rules.case import Case
from rules.decision import Clerk
from rules.frame import Frame
from rules.judgement import Judge, Judgement
from rules.sql_steps import Query
from tests.batch import answers, frame_answers
from tests.expressions import same_bits, same_but_for_zero

Row = Mapping[str, Any]
Backend = Callable[[Sequence[Case]], Sequence[Row]]


@dataclass(frozen=True)
class Other:
    """A backend that is held against the judge, and when two of their values are the same."""

    run: Backend
    same: Callable[[Any, Any], bool] = same_bits


def others(book: Book, query: Query) -> dict[str, Other]:
    """Every backend beside the judge, by name."""
    return {
        "duckdb": Other(by_duckdb(query)),
        "frame": Other(by_frame(Frame(book)), same_but_for_zero),
    }


def versions() -> dict[str, str]:
    """The backends that are compared, with what they run on."""
    return {
        "interpreter": f"offerdesk {version('offerdesk')}",
        "durable-rules": f"durable-rules {version('durable-rules')}",
        "duckdb": f"duckdb {version('duckdb')}",
        "frame": f"polars {version('polars')}",
    }


def by_judge(query: Query, judge: Judge, writer: Clerk) -> Backend:
    """The interpreter, with durable-rules beside it.

    Raises:
        FailedWorld: ``engines-disagree``, where the two conclude differently.
    """
    return lambda cases: [judged_row(judge.judge(case), query, writer) for case in cases]


def by_duckdb(query: Query) -> Backend:
    """The batch query, run by one thread of DuckDB."""

    def run(cases: Sequence[Case]) -> Sequence[Row]:
        with TemporaryDirectory() as folder, duckdb.connect() as database:
            database.execute("SET threads = 1")
            database.execute("SET enable_progress_bar = false")
            return answers(database, query, cases, Path(folder))

    return run


def by_frame(frame: Frame) -> Backend:
    """The terms of the batch query, run by polars."""
    return lambda cases: frame_answers(frame, cases)


def judged_row(judgement: Judgement, query: Query | Frame, writer: Clerk) -> Row:
    """What the judge says of each column of a query."""
    return dict((*_told(judgement, query, writer), *_sentences(judgement, query, writer)))


def _told(judgement: Judgement, query: Query | Frame, writer: Clerk) -> Iterator[tuple[str, Any]]:
    for kind, known in (
        ("values", judgement.values),
        ("rows", judgement.rows),
        ("levers", judgement.levers),
    ):
        for name, column in query.names[kind].items():
            yield column, known[name]
    for lever in writer.book.levers:
        is_used = judgement.levers[lever.name] is True
        record = writer._lever(judgement, lever) if is_used else {}
        yield query.names["score"][lever.name], record.get("score")
        yield query.names["amount"][lever.name], record.get("amount")


def _sentences(
    judgement: Judgement, query: Query | Frame, writer: Clerk
) -> Iterator[tuple[str, int | None]]:
    """For each lever the number of its sentence; 0 where none fits, None where it is not used."""
    for lever in writer.book.levers:
        number = None
        if judgement.levers[lever.name] is True:
            found = writer._fit(writer._says[lever.name], judgement)
            number = lever.says.index(found[0]) + 1 if found else 0
        yield query.names["says"][lever.name], number
