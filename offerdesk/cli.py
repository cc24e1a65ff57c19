"""The command line.  Every command loads what it needs when it runs, so that each starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import offerdesk
from rules.errors import FailedWorld, Fault, OfferdeskError

if TYPE_CHECKING:
    from offerdesk.decision import Decision

DONE, BAD_INPUT, WRONG_USAGE, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130
_FORMATS = click.Choice(["text", "json", "md"])
_as_text_or_json = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
_as_text_json_or_md = click.option(
    "--format", "form", type=_FORMATS, default="text", show_default=True, help="How to print it."
)
_book_option = click.option(
    "--book",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of another rule book than the one that comes with Offerdesk.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 bad input, 2 wrong usage, 3 the market, the log or the program failed.
    """
    try:
        code = _outcome(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return DONE
    except OSError as problem:
        from offerdesk.complaints import complain

        complain(_unwritable(problem).faults)
        return UNUSABLE
    return code


def _outcome(arguments: Sequence[str] | None) -> int:
    from offerdesk import complaints

    try:
        found = offerdesk_command.main(arguments, prog_name="offerdesk", standalone_mode=False)
    except click.ClickException as problem:
        complaints.complain([_usage_fault(problem)])
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OfferdeskError as problem:
        complaints.complain(problem.faults)
        return problem.exit_code
    except BrokenPipeError:
        raise
    except Exception as problem:
        complaints.complain_unexpected(problem)
        return UNUSABLE
    return found if isinstance(found, int) else DONE


def _usage_fault(problem: click.ClickException) -> Fault:
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else "offerdesk"
    return Fault("usage", command, problem.format_message().rstrip("."), "", f"{command} --help")


def _forget_output() -> None:
    """Python flushes stdout once more at the end; let that go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritable(problem: OSError) -> FailedWorld:
    _forget_output()
    found = problem.strerror or str(problem)
    step = "free some space, or write elsewhere"
    return FailedWorld(Fault("output-unwritable", "stdout", found, "", step))


def show(text: str) -> None:
    """Print to stdout, in the letters that it can take."""
    from offerdesk.screen import writable

    try:
        click.echo(writable(text))
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise _unwritable(problem) from problem


@click.group("offerdesk", invoke_without_command=True)
@click.version_option(offerdesk.__version__, prog_name="offerdesk")
@click.pass_context
def offerdesk_command(context: click.Context) -> None:
    """Accept, counter or walk away: decide a job offer, and see every reason.

    Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 the market or the log is unusable.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# --- Deciding -----------------------------------------------------------------------------------


@offerdesk_command.command()
def demo() -> None:
    """Decide an example offer against a sample market; no set-up needed."""
    from offerdesk.desk import Desk
    from offerdesk.samples import DEMO_OFFER, examples, sample_market

    offer = examples() / "offers" / DEMO_OFFER
    decision = Desk(market_folder=sample_market()).decide(offer)
    show(_printed(decision, "text"))
    show(_what_next(decision, offer))


def _what_next(decision: Decision, offer: Path) -> str:
    from rules.book import BOOK

    return (
        "What next\n"
        f"  offerdesk why {decision.id}   every reason behind this decision\n"
        f"  offerdesk decide OFFER        your own offer; begin with a copy of\n"
        f"                                {offer}\n"
        "  offerdesk refresh FOLDER      a market out of your own guides\n"
        f"  {BOOK}   the rules, to read and to change\n"
    )


@offerdesk_command.command()
@click.argument("offer")
@_as_text_json_or_md
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Decide as of this day, YYYY-MM-DD, instead of the offer's evaluation_date.",
)
@click.option("--market", metavar="SNAPSHOT", help="Market snapshot to use, by its id.")
@_book_option
@click.option("--no-log", is_flag=True, help="Do not remember the decision.")
def decide(
    offer: str,
    form: str,
    as_of: datetime | None,
    market: str | None,
    book: Path | None,
    no_log: bool,
) -> None:
    """Decide OFFER, a YAML or JSON file (- reads standard input)."""
    from offerdesk.desk import Desk

    day = as_of.date() if as_of else None
    decision = Desk(book).decide(offer, market=market, as_of=day, log=not no_log)
    show(_printed(decision, form))
    if form != "text" and decision.id and sys.stderr.isatty():
        click.echo(f"logged as {decision.id}", err=True)


def _printed(decision: Decision, form: str) -> str:
    if form == "json":
        from offerdesk.screen import is_unicode

        return decision.to_json(ascii_only=not is_unicode())
    if form == "md":
        return decision.to_markdown()
    from offerdesk.screen import screen

    return decision.to_text(**screen())


# --- Why and again ------------------------------------------------------------------------------


@offerdesk_command.command()
@click.argument("id")
@click.option(
    "--not",
    "other",
    metavar="VERDICT",
    type=click.Choice(["accept", "counter", "walk_away", "needs_review"]),
    help="Say instead why it was not VERDICT.",
)
@_as_text_json_or_md
def why(id: str, other: str | None, form: str) -> None:
    """Show every reason behind the logged decision ID, down to the facts."""
    from offerdesk.replay import replay_row
    from offerdesk.why import as_form, reasons
    from warehouse.log import read

    replayed = replay_row(read(id))
    show(as_form(reasons(replayed, other), form))
    replayed.check()


@offerdesk_command.command()
@click.argument("id", required=False)
@click.option("--all", "every", is_flag=True, help="Every decision in the log.")
def replay(id: str | None, every: bool) -> None:
    """Decide ID again from what was logged, and compare byte by byte."""
    from offerdesk.replay import replay_all
    from warehouse.log import read, rows

    if every == bool(id):
        raise click.UsageError("give one ID, or --all", click.get_current_context())
    replay_all(rows() if every else [read(str(id))], show)


# --- The log ------------------------------------------------------------------------------------


@offerdesk_command.group()
def log() -> None:
    """The decisions that were made."""


@log.command("list")
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first."
)
@_as_text_or_json
def log_list(limit: int, form: str) -> None:
    """List the latest decisions."""
    from offerdesk.listings import decisions
    from warehouse.log import listing

    show(decisions(listing(limit), form))


@log.command("show")
@click.argument("id")
@_as_text_json_or_md
def log_show(id: str, form: str) -> None:
    """Show the logged decision ID as it was given."""
    from offerdesk.replay import as_logged
    from warehouse.log import read

    show(_printed(as_logged(read(id)), form))


@log.command("verify")
def log_verify() -> None:
    """Check that no logged decision was changed or removed."""
    from rules.errors import FailedWorld
    from warehouse.log import rows, verify

    faults = verify()
    if faults:
        raise FailedWorld(faults)
    show(
        f"The log is sound: {sum(1 for _ in rows())} decisions, and every link of the chain holds."
    )


# --- The market ---------------------------------------------------------------------------------


@offerdesk_command.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder in which sources are looked for; alone, all of it is read.",
)
@click.option("--prefect", is_flag=True, help="Let Prefect run it.")
@click.option("--dry-run", is_flag=True, help="Do everything but publish.")
def refresh(sources: tuple[str, ...], data: Path | None, prefect: bool, dry_run: bool) -> None:
    """Bring the market up to date with negotiation guides, files or folders of them.

    Without a SOURCE, and while there is no market, the sample guides are taken.
    """
    from offerdesk.listings import refreshed
    from offerdesk.sources import places_of
    from pipelines.refresh import refresh as run

    report = run(places_of(sources, data), prefect=prefect or None, dry_run=dry_run)
    show(refreshed(report))


@offerdesk_command.group()
def market() -> None:
    """The market snapshots."""


@market.command("list")
@_as_text_or_json
def market_list(form: str) -> None:
    """List the published snapshots, newest first."""
    from offerdesk.listings import published
    from warehouse.snapshot import snapshots

    show(published(snapshots(), form))


@market.command("show")
@click.argument("snapshot", required=False)
@_as_text_or_json
def market_show(snapshot: str | None, form: str) -> None:
    """Show what a snapshot holds; the one in force when none is named."""
    from offerdesk.holdings import contents
    from offerdesk.listings import holdings

    show(holdings(contents(snapshot), form))


@market.command("rollback")
@click.argument("snapshot", required=False)
def market_rollback(snapshot: str | None) -> None:
    """Put an earlier snapshot in force; the one before when none is named."""
    from warehouse.snapshot import rollback

    show(f"Snapshot {rollback(snapshot).id} is in force.")


@offerdesk_command.group()
def quarantine() -> None:
    """The rows that were held back, and why."""


@quarantine.command("list")
@click.option("--market", "snapshot", metavar="SNAPSHOT", help="Of another snapshot.")
@_as_text_or_json
def quarantine_list(snapshot: str | None, form: str) -> None:
    """List what is held back."""
    from offerdesk.holdings import held_back
    from offerdesk.listings import held

    show(held(held_back(snapshot), form))


@quarantine.command("show")
@click.argument("row")
@click.option("--market", "snapshot", metavar="SNAPSHOT", help="Of another snapshot.")
@_as_text_or_json
def quarantine_show(row: str, snapshot: str | None, form: str) -> None:
    """Show ROW (from `quarantine list`) as it was read, with every reason."""
    from offerdesk.holdings import held_row
    from offerdesk.listings import held_whole

    show(held_whole(held_row(row, snapshot), form))


@offerdesk_command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@_as_text_or_json
def guide(files: tuple[str, ...], form: str) -> int:
    """Read negotiation guides; as JSON, one object a line."""
    from offerdesk.guides import read_each

    return read_each([Path(file) for file in files], form, show)


# --- The book -----------------------------------------------------------------------------------


@offerdesk_command.group()
def book() -> None:
    """The rule book: YAML that anybody may read and change."""


@book.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
def book_check(folder: Path | None) -> None:
    """Check every name, type, unit and reference of a book."""
    from offerdesk.chapters import counted
    from rules.book import BOOK
    from rules.loader import load_book

    show(counted(load_book(folder or BOOK)))


@book.command("hash")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
def book_hash(folder: Path | None) -> None:
    """Print the hash that identifies a book."""
    from rules.book import BOOK
    from rules.loader import load_book

    show(load_book(folder or BOOK).hash)


@book.command("show")
@click.argument("name", required=False)
@_book_option
def book_show(name: str | None, book: Path | None) -> None:
    """Show the decision rows, or what the book says of NAME."""
    from offerdesk.chapters import contents, entry
    from rules.book import BOOK
    from rules.loader import load_book

    loaded = load_book(book or BOOK)
    show(entry(loaded, name) if name else contents(loaded))


# --- The installation ---------------------------------------------------------------------------


@offerdesk_command.command()
@_as_text_or_json
def doctor(form: str) -> int:
    """Check that this installation can decide."""
    from offerdesk.doctor import Health, diagnose
    from offerdesk.listings import findings

    found = diagnose()
    show(findings(found, form))
    return UNUSABLE if any(one.health is Health.FAULT for one in found) else DONE


Show = Callable[[str], Any]

if __name__ == "__main__":
    sys.exit(main())
