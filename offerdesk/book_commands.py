"""Commands about a rule book that is being changed: its cases, and what a change does."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from offerdesk.options import as_text_json_or_md, as_text_or_json, book_option, processes_option
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


fail_on = click.option(
    "--fail-on",
    "level",
    type=click.Choice(["verdict", "asks", "any"]),
    help="End with exit code 1 where one of these would change.",
)


@click.command()
@book_option
@click.option("--market", metavar="SNAPSHOT", help="Look the market up anew, in this snapshot.")
@processes_option
@fail_on
@as_text_json_or_md
def backtest(
    book: Path | None, market: str | None, processes: int | None, level: str | None, form: str
) -> int:
    """Say which logged decisions another book, or another market, would make otherwise."""
    from functools import partial

    from offerdesk.backtest import Begin
    from offerdesk.backtest import backtest as tried_again
    from offerdesk.backtest_page import as_form
    from offerdesk.causes import Causes
    from offerdesk.other_inputs import OtherBook, OtherMarket
    from offerdesk.progress import progress_bar
    from offerdesk.tried import is_held
    from rules.loader import load_book
    from warehouse.snapshot import find_snapshot
    from warehouse.verification import verify_redacted

    changed = load_book(book) if book else None
    snapshot = find_snapshot(market).id if market else None
    begin: Begin
    if snapshot is not None:
        begin = partial(OtherMarket, snapshot, changed)
    elif changed is not None:
        begin = partial(OtherBook, changed)
    else:
        raise click.UsageError("give --book, --market or both", click.get_current_context())
    with progress_bar("decisions") as tell:
        tried = tried_again(begin, processes=processes, tell=tell)
        if changed is not None and snapshot is None:
            tried = list(Causes(changed).traced(tried, tell))
    told = [f"by {book}"] if book else []
    told += [f"in market {snapshot}"] if snapshot else []
    known = {"book": changed.hash if changed else None, "market": snapshot}
    show(as_form(tried, " ".join(told), form, verify_redacted().redacted, **known))
    return FAILED if level and is_held(tried, level) else DONE


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--offers",
    default=48_000,
    show_default=True,
    metavar="N",
    type=click.IntRange(1_000, 2_000_000),
    help="How many offers to try on both.",
)
@click.option("--seed", default=1, show_default=True, help="Of the offers that are made.")
@click.option("--no-log", is_flag=True, help="Leave the logged decisions out.")
@fail_on
@as_text_json_or_md
def diff(
    old: str, new: str, offers: int, seed: int, no_log: bool, level: str | None, form: str
) -> int:
    """Say what was changed from book OLD to book NEW, and which verdicts differ.

    OLD and NEW are folders, `shipped`, or hashes of books that made logged decisions.
    """
    from offerdesk.book_diff import diff as compared
    from offerdesk.book_diff_page import as_form
    from offerdesk.editions import edition

    before, after = edition(old), edition(new)
    found = compared(before, after, with_log=not no_log, tried=offers, seed=seed, progress=_doing)
    show(as_form(found, form))
    return FAILED if level and found.is_held(level) else DONE


def _doing(what: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"{what} ...", err=True)
