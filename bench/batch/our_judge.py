"""Our book for one offer after the other: durable-rules and the interpreter, compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bench.batch import Work
from bench.batch.ours import SLICE, book
from pipelines.scoring.keeping import LIGHTLY
from rules.case import Case
from rules.judgement import Judge
from rules.sql_lists import OFFER

NAME = "our judge, durable-rules"
NOTE = "The whole book with its trace, by both engines, as `offerdesk decide` does."
MOST = 500
IS_SPREAD = True


def judged(offers: pl.DataFrame, judge: Judge) -> Iterator[dict[str, object]]:
    """What the judge says of each offer, in the columns of the slice."""
    no_entries = dict.fromkeys(judge.book.lists, ())
    for facts in offers.iter_rows(named=True):
        number = facts.pop(OFFER)
        values = judge.judge(Case(facts, no_entries, ())).values
        yield {OFFER: number, **{name: values[name] for name in SLICE}}


def ready() -> Work:
    """The judge, with its stages compiled."""
    judge = Judge(book())

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        some = pl.scan_parquet(offers).slice(start, rows).collect()
        pl.DataFrame(list(judged(some, judge)), infer_schema_length=None).write_parquet(
            target, compression_level=LIGHTLY
        )

    return work
