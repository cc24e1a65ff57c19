"""The command that scores a whole sheet, and the one that asks its ledger."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from offerdesk.options import as_text_or_json, book_option
from offerdesk.output import show

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


class _Bytes(click.ParamType[int]):
    """An amount of memory, such as 2GB."""

    name = "size"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """The number of bytes."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", str(value), re.IGNORECASE)
        if found is None:
            self.fail(f"{value!r} is no size such as 2GB or 800MB", param, ctx)
        return int(float(found[1]) * _UNITS[found[2].upper()])


@click.command()
@click.argument("sheet", type=click.Path(path_type=Path), metavar="IN")
@click.option(
    "--output",
    "-o",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT",
    help="CSV, XLSX, JSON Lines or Parquet by its name; without an ending, a folder of Parquet.",
)
@click.option(
    "--competing",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Competing offers, a row for each, under the offer_id of their offer.",
)
@click.option("--table", metavar="NAME", help="The table of a DuckDB file, or the worksheet.")
@click.option("--market", metavar="SNAPSHOT", help="Market snapshot to use, by its id.")
@book_option
@click.option("--keep", "kept", multiple=True, metavar="COLUMN", help="Pass this column on, too.")
@click.option("--also", multiple=True, metavar="NAME", help="Add the value of a name of the book.")
@click.option(
    "--reasons/--no-reasons",
    default=None,
    help="Say why in a sentence; usual for CSV, XLSX and JSON Lines.",
)
@click.option(
    "--ledger/--no-ledger", default=True, show_default=True, help="Keep the truth of every rule."
)
@click.option("--memory", type=_Bytes(), default="2GB", show_default=True, help="About how much.")
@click.option("--processes", type=click.IntRange(1), help="How many at once; one for each core.")
@click.option("--cluster", metavar="ADDRESS", help="Address of a Dask scheduler to score on.")
@click.option("--prefect", is_flag=True, help="Let Prefect run the parts on that cluster.")
@as_text_or_json
def score(
    sheet: Path,
    target: Path,
    competing: Path | None,
    table: str | None,
    market: str | None,
    book: Path | None,
    kept: tuple[str, ...],
    also: tuple[str, ...],
    reasons: bool | None,
    ledger: bool,
    memory: int,
    processes: int | None,
    cluster: str | None,
    prefect: bool,
    form: str,
) -> None:
    """Score every offer of a sheet: CSV, XLSX, JSON Lines, Parquet or DuckDB.

    A row is an offer; columns are called as in an offer file, such as base_salary or
    offer.posted_range.min. What cannot be judged is in OUT's rejects with its reasons, and the
    summary is kept beside OUT as a page. A run that was killed goes on where it was.
    """
    from offerdesk.progress import progress_bar
    from offerdesk.scored import as_json_summary, as_text
    from offerdesk.scored_page import as_html
    from offerdesk.scoring import run
    from pipelines.scoring.run import Asked
    from pipelines.scoring.writing import beside
    from warehouse.whole_file import write_whole

    if prefect and cluster is None:
        raise click.UsageError("--prefect needs the --cluster whose workers it uses.")
    asked = Asked(
        sheet,
        target,
        competing,
        table,
        book,
        also=also,
        carried=kept,
        has_reasons=reasons,
        has_ledger=ledger,
        memory=memory,
        processes=processes or os.cpu_count() or 1,
    )
    with progress_bar() as progress:
        outcome = run(asked, progress, market=market, cluster=cluster, prefect=prefect)
    page = beside(target, "summary.html")
    write_whole(page, as_html(outcome).encode())
    show(as_json_summary(outcome) if form == "json" else as_text(outcome, page))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="LEDGER")
@click.argument("query", required=False, metavar="[SQL]")
@as_text_or_json
def ledger(folder: Path, query: str | None, form: str) -> None:
    """Ask the ledger of a scored sheet; without SQL, which condition blocks most accepts.

    The tables are `ledger` (a row for each offer, a column for each rule and condition),
    `conditions` (what each column is) and `blockers`.
    """
    from offerdesk.scored import as_table
    from warehouse.ledger import ask

    show(as_table(*ask(folder, query or "SELECT * FROM blockers LIMIT 20"), form))
