"""The command line.  Every command loads what it needs when it runs, so that each starts fast."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

import offerdesk
from offerdesk.options import (
    as_of_option,
    as_text_json_or_md,
    as_text_or_json,
    book_option,
    market_option,
)
from offerdesk.output import forget_output, show, unwritable
from rules.errors import Fault, OfferdeskError

if TYPE_CHECKING:
    from offerdesk.decision import Decision
    from rules.sql_dialects import Dialect

DONE, BAD_INPUT, WRONG_USAGE, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: Those of the command line; those of this process when not given.

    Returns:
        0 done, 1 bad input, 2 wrong usage, 3 the market, the log or the program failed.
    """
    if arguments is None:
        _collect_rarely()
    try:
        code = _outcome(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        forget_output()
        return DONE
    except OSError as problem:
        from offerdesk.complaints import complain

        complain(unwritable(problem).faults)
        return UNUSABLE
    return code


def _collect_rarely() -> None:
    """A command of our own process: what it loads stays to the end, and then all goes at once."""
    gc.set_threshold(100_000, 20, 100)
    atexit.register(_leave_quickly)


def _leave_quickly() -> None:
    """Spare a last look through everything, unless DuckDB has to be cleared away in order."""
    if "duckdb" not in sys.modules:
        gc.freeze()


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


class _Commands(click.Group):
    """Commands of other modules are loaded when one of them, or the help, is asked for."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("market", "quarantine", "refresh", "schedule"), "market_commands"),
        **dict.fromkeys(("score", "ledger"), "score_command"),
        "backtest": "book_commands",
        "serve": "serve_command",
        **dict.fromkeys(("changed", "replay", "why"), "history_commands"),
        **dict.fromkeys(("ask", "fragility", "questions"), "what_if_commands"),
        "log": "log_commands",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; None when there is none."""
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"offerdesk.{self.elsewhere[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group("offerdesk", cls=_Commands, invoke_without_command=True)
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
    show(decision.to_form("text"))
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
@as_text_json_or_md
@as_of_option
@market_option
@book_option
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
    show(decision.to_form(form))
    if form != "text" and decision.id and sys.stderr.isatty():
        click.echo(f"logged as {decision.id}", err=True)


@offerdesk_command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@as_text_or_json
def guide(files: tuple[str, ...], form: str) -> int:
    """Read negotiation guides; as JSON, one object a line."""
    from offerdesk.guides import read_each

    return read_each([Path(file) for file in files], form, show)


# --- The book -----------------------------------------------------------------------------------


class _BookCommands(_Commands):
    elsewhere: ClassVar[Mapping[str, str]] = dict.fromkeys(("test", "diff"), "book_commands")


@offerdesk_command.group(cls=_BookCommands)
def book() -> None:
    """The rule book: YAML that anybody may read and change."""


@book.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--quick", is_flag=True, help="Check names, types and units alone; prove nothing.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(["rows", "reach", "monotone", "inputs", "asks", "dates"]),
    help="Prove this chapter alone; may be given several times.",
)
@click.option(
    "--about",
    multiple=True,
    metavar="NAME",
    help="Prove what concerns this row, signal, lever, ask or fact alone.",
)
@as_text_or_json
def book_check(
    folder: Path | None, quick: bool, only: tuple[str, ...], about: tuple[str, ...], form: str
) -> int:
    """Check a book: its names, types and units, and then prove what it claims.

    Ends with exit code 1 when a claim fails or is not proved.
    """
    from offerdesk.chapters import counted
    from rules.book import BOOK
    from rules.loader import load_book

    loaded = load_book(folder or BOOK)
    if quick:
        show(counted(loaded, form))
        return DONE
    from offerdesk.book_check import as_form, proofs_of

    proofs = proofs_of(loaded, folder or BOOK, only, about)
    if not (only or about):
        from offerdesk.proved import keep

        keep(loaded, folder or BOOK, proofs)
    show(as_form(loaded, proofs, form))
    return BAD_INPUT if proofs.failed or proofs.open else DONE


@book.command("hash")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
def book_hash(folder: Path | None) -> None:
    """Print the hash that identifies a book."""
    from rules.book import BOOK
    from rules.loader import load_book

    show(load_book(folder or BOOK).hash)


@book.command("show")
@click.argument("name", required=False)
@book_option
def book_show(name: str | None, book: Path | None) -> None:
    """Show the decision rows, or what the book says of NAME."""
    from offerdesk.chapters import contents, entry
    from rules.book import BOOK
    from rules.loader import load_book

    loaded = load_book(book or BOOK)
    show(entry(loaded, name) if name else contents(loaded))


@book.command("sql")
@click.argument("columns", nargs=-1, metavar="[COLUMN]...")
@click.option(
    "--dialect", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True
)
@book_option
def book_sql(columns: tuple[str, ...], dialect: Dialect, book: Path | None) -> None:
    """Print the book as one SQL query over offers; only what COLUMNs need, if any are named."""
    from rules.book import BOOK
    from rules.loader import load_book
    from rules.sql_book import query_of
    from rules.sql_dialects import in_dialect

    loaded = load_book(book or BOOK)
    known = {column for named in query_of(loaded).names.values() for column in named.values()}
    for column in columns:
        if column not in known:
            near = ", ".join(get_close_matches(column, sorted(known))) or "verdict, rule, status"
            raise click.BadParameter(f"no column `{column}`; allowed: {near}", param_hint="COLUMN")
    show(f"{_STORE_FIRST}\n{in_dialect(query_of(loaded, columns).text, dialect)}")


_STORE_FIRST = "-- Store what this gives, then filter it: a filter put around it may never end."


# --- The installation ---------------------------------------------------------------------------


@offerdesk_command.command()
@as_text_or_json
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
