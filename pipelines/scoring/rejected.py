"""Why rows were refused, told by one row for each reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipelines.scoring.writing import FORMULA
from rules.errors import Fault

_HARMLESS = f"^'({FORMULA})"  # the apostrophe that keeps a spreadsheet from calculating


def examples(rejects: Path) -> Mapping[str, Fault]:
    """Code -> the first fault of that code.

    Args:
        rejects: As ``offerdesk score`` leaves it: one row for each fault of a row.
    """
    texts = dict.fromkeys(("code", "place", "found", "allowed", "next"), pl.String)
    rows = pl.scan_csv(rejects, glob=False, schema_overrides=texts).select(*texts)
    first = rows.unique("code", keep="first").with_columns(
        pl.col("found", "allowed", "next").str.replace(_HARMLESS, "$1")
    )
    return {
        code: Fault(code, *(part or "" for part in told))
        for code, *told in first.collect(engine="streaming").iter_rows()
    }
