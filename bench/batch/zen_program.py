"""The slice as one compiled expression of zen-engine, evaluated for one offer after the other."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import zen

from bench.batch import Work
from bench.batch.columns import ANSWERS, FACTS
from bench.batch.plain_loop import SCHEMA
from bench.batch.zen_steps import STEPS
from pipelines.scoring.keeping import LIGHTLY

NAME = "zen-engine, one expression"
NOTE = "The same steps as assignments of one compiled expression: about the least it can spend."
MOST = 20_000
IS_SPREAD = True


def program() -> str:
    """All steps as assignments, and the answers as a list in the end."""
    steps = "; ".join(f"{name} = {text}" for name, text in STEPS.items())
    return f"{steps}; [{', '.join(ANSWERS)}]"


def ready() -> Work:
    """The expression, compiled."""
    evaluate = zen.compile_expression(program()).evaluate

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        facts = pl.scan_parquet(offers).slice(start, rows).select("offer_id", *FACTS).collect()
        found = [evaluate(offer) for offer in facts.iter_rows(named=True)]
        pl.DataFrame(found, SCHEMA, strict=False, orient="row").write_parquet(
            target, compression_level=LIGHTLY
        )

    return work
