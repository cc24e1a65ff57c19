"""The commands about the decision log: what it holds, whether it is sound, what leaves it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path

import click

from offerdesk.options import as_text_json_or_md, as_text_or_json, book_option
from offerdesk.output import show
from warehouse.heads import Head, head_of

_DAYS = {"d": 1, "w": 7, "y": 365}


class _Head(click.ParamType[Head]):
    """A head of the log, such as 1042:9f3c..."""

    name = "head"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Head:
        """The number and the hash."""
        found = head_of(str(value))
        if found is None:
            self.fail(f"{value!r} is no head such as `offerdesk log head` prints", param, ctx)
        return found


class _Age(click.ParamType[timedelta]):
    """An age such as 365d, 52w or 2y; a year has 365 days."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The age."""
        found = re.fullmatch(r"\s*(\d{1,5})\s*([dwy])\s*", str(value), re.IGNORECASE)
        if found is None:
            self.fail(f"{value!r} is no age such as 365d, 52w or 2y", param, ctx)
        return timedelta(days=int(found[1]) * _DAYS[found[2].lower()])


_why_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; it stays in the log, so name nobody."
)
_who_option = click.option("--by", metavar="NAME", help="Who asks for it; you when not given.")
_receipt_option = click.option(
    "--receipt",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what is removed, with its salts, in a file of yours; else nobody can prove it.",
)


@click.group()
def log() -> None:
    """The decisions that were made."""


@log.command("list")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first."
)
@as_text_or_json
def log_list(limit: int, form: str) -> None:
    """List the latest decisions."""
    from offerdesk.listings import decisions
    from warehouse.log import listing

    show(decisions(listing(limit), form))


@log.command("show")
@click.argument("id")
@as_text_json_or_md
def log_show(id: str, form: str) -> None:
    """Show the logged decision ID as it was given."""
    from offerdesk.replay import as_logged
    from warehouse.log import read

    show(as_logged(read(id)).to_form(form))


# --- Is it sound? -------------------------------------------------------------------------------


@log.command("head")
def log_head() -> None:
    """Print the head of the log: keep it elsewhere, and hand it to `verify` later."""
    from warehouse.heads import latest

    show(str(latest() or "Nothing is logged yet."))


@log.command("verify")
@click.option(
    "--head",
    "heads",
    type=_Head(),
    multiple=True,
    metavar="HEAD",
    help="What `log head` once printed; the log must still hold it.",
)
@as_text_or_json
def log_verify(heads: tuple[Head, ...], form: str) -> None:
    """Check that no logged decision was changed, moved or removed, and no book that one needs.

    The head of a sound log is remembered beside it for the next time.
    """
    from offerdesk.listings import verified
    from warehouse.books import missing_books
    from warehouse.heads import remember
    from warehouse.verification import insist, verify

    found = insist(verify(heads=heads), *missing_books())
    if found.head:
        remember(found.head)
    show(verified(found, form))


@log.command("receipt")
@click.argument("id")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
def log_receipt(id: str, file: Path) -> None:
    """Add to FILE what was logged as ID and the salts that prove it."""
    from offerdesk.receipts import add_receipts
    from warehouse.receipt import receipt

    one = receipt(id)
    add_receipts([one], file)
    show(f"The receipt of {one.id} is in {file}; it holds all that was stated.")


@log.command("prove")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def log_prove(file: Path) -> None:
    """Show that the receipts in FILE are what was logged, redacted since or not."""
    from offerdesk.receipts import prove_each, read_receipts

    for told in prove_each(read_receipts(file)):
        show(told)


# --- What leaves it -----------------------------------------------------------------------------


@log.command("redact")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_why_option
@_who_option
@_receipt_option
def log_redact(ids: tuple[str, ...], reason: str, by: str | None, receipt: Path | None) -> None:
    """Remove the facts of the decisions ID, and all that tells them, for good.

    Verdict, row, book and time stay, and a commitment to what is removed: the chain still holds.
    """
    from offerdesk.redacting import redact_each

    count = redact_each(ids, reason, by or getuser(), receipt)
    show(f"{count:,} redacted; the log says so, and its chain still holds.")


@log.command("retain")
@click.option("--older-than", "age", type=_Age(), required=True, metavar="AGE", help="As 365d.")
@_why_option
@_who_option
@_receipt_option
@click.option("--dry-run", is_flag=True, help="Only list what would be redacted.")
def log_retain(
    age: timedelta, reason: str, by: str | None, receipt: Path | None, dry_run: bool
) -> None:
    """Redact every decision that was logged longer ago than AGE; try --dry-run first."""
    from offerdesk.listings import decisions
    from offerdesk.redacting import redact_each
    from warehouse.redaction import older_than

    found = older_than(datetime.now(UTC) - age)
    if found and dry_run:
        show(decisions(found, "text"))
    if dry_run or not found:
        show(f"{len(found):,} would be redacted." if found else "Nothing is that old.")
        return
    count = redact_each([line.id for line in found], reason, by or getuser(), receipt)
    show(f"{count:,} redacted; the log says so, and its chain still holds.")


@log.command("retention")
@click.option("--after", "age", type=_Age(), metavar="AGE", help="Redact what is older, as 365d.")
@click.option("--reason", metavar="TEXT", help="Why; it stays in the log with each redaction.")
@_who_option
@click.option("--off", is_flag=True, help="Redact nothing by age any more.")
def log_retention(age: timedelta | None, reason: str | None, by: str | None, off: bool) -> None:
    """Show or state how long decisions are kept; off until it is stated.

    Whenever a decision is logged, those that are older than AGE are redacted. The log says so.
    """
    from offerdesk.retaining import in_force, stated

    if (age is None) != (reason is None) or (off and age is not None):
        told = "give --after with --reason, or --off, or none of them to see what is in force"
        raise click.UsageError(told, click.get_current_context())
    if off or age is not None:
        stated(None if age is None else age.days, reason or "", by or getuser())
    show(in_force())


@log.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="CSV, JSON Lines or Parquet, by its name.",
)
@click.option(
    "--with-identifiers", is_flag=True, help="Also ids, employers, texts, days and what is private."
)
@book_option
def log_export(output: Path, with_identifiers: bool, book: Path | None) -> None:
    """Write the decisions to a sheet, a row for each, without what names a person.

    Exact amounts may still tell who somebody is to those who know them: share it with care.
    """
    from offerdesk.log_export import Sheet, export
    from rules.book import BOOK
    from rules.loader import load_book
    from warehouse.log import rows

    count = export(rows(), output, Sheet(load_book(book or BOOK), with_identifiers))
    named = "with" if with_identifiers else "without"
    show(f"{count:,} decisions written to {output}, {named} direct identifiers.")


@log.command("stats")
@click.option("--by", "fact", metavar="FACT", help="Group by a fact, such as company or level_std.")
@as_text_or_json
def log_stats(fact: str | None, form: str) -> None:
    """Count how the offers of the log came out; nothing that tells of fewer than five."""
    from offerdesk.log_stats import as_form, outcomes
    from rules.loader import load_book
    from warehouse.log import rows

    show(as_form(outcomes(rows(), fact, load_book()), fact, form))
