"""Commands about a rule book that is being changed: its cases, and what a change does."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from offerdesk.options import as_text_or_json
from offerdesk.output import show

DONE, FAILED = 0, 1


@click.command("test")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--generate", is_flag=True, help="Add the cases that are missing.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    default=0,
    metavar="PERCENT",
    help="End with exit code 1 where the cases try less of the book.",
)
@as_text_or_json
def test(folder: Path | None, generate: bool, min_coverage: float, form: str) -> int:
    """Try the worked cases beside a book, and say what of the book they try."""
    from offerdesk.book_test import as_form, try_cases
    from rules.book import BOOK
    from rules.loader import load_book
    from rules.worked.trying import Trial

    folder = folder or BOOK
    found = try_cases(Trial(load_book(folder)), folder, generate=generate, progress=_progress)
    show(as_form(found, form))
    return DONE if found.is_enough(min_coverage) else FAILED


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty() and (done % 50 == 0 or done == of):
        click.echo(f"\r{done:,} of {of:,}", nl=done == of, err=True)
