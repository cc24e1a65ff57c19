"""The commands about the market: how it is brought up to date, and what it holds."""

from __future__ import annotations

from pathlib import Path

import click

from offerdesk.options import as_text_or_json
from offerdesk.output import show

_of_snapshot = click.option("--market", "snapshot", metavar="SNAPSHOT", help="Of another snapshot.")
_flip_budget = click.option(
    "--flip-budget",
    "budget",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Share of the open offers whose verdict may flip before the market is held; 0.05.",
)


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder in which sources are looked for; alone, all of it is read.",
)
@click.option("--prefect", is_flag=True, help="Let Prefect run it.")
@click.option("--dry-run", is_flag=True, help="Do everything but publish.")
@_flip_budget
@as_text_or_json
def refresh(
    sources: tuple[str, ...],
    data: Path | None,
    prefect: bool,
    dry_run: bool,
    budget: float | None,
    form: str,
) -> None:
    """Bring the market up to date with SOURCEs: files, folders, addresses, or names of sources.

    What a file is shows by its content. `market sources` lists the names; one by its name alone
    is fetched from its publisher. Without a SOURCE, and while there is no market, the sample
    guides are taken.
    """
    from offerdesk.courtesy import give_way
    from offerdesk.listings import refreshed
    from offerdesk.samples import example_offers
    from offerdesk.sources import wanted
    from pipelines.refresh import refresh as run

    give_way()
    report = run(
        wanted(sources, data),
        data=data,
        offers=example_offers(),
        budget=budget,
        prefect=prefect or None,
        dry_run=dry_run,
    )
    show(refreshed(report, form))


@click.group()
def market() -> None:
    """The market snapshots."""


@market.command("list")
@as_text_or_json
def market_list(form: str) -> None:
    """List the published snapshots, newest first, and those that are held."""
    from offerdesk.listings import published
    from warehouse.snapshot import held_snapshots, snapshots

    show(published(snapshots(), held_snapshots(), form))


@market.command("sources")
@as_text_or_json
def market_sources(form: str) -> None:
    """List the sources that a market can be made from."""
    from offerdesk.listings import sources
    from pipelines.sources.registry import SOURCES

    show(sources(SOURCES, form))


@market.command("show")
@click.argument("snapshot", required=False)
@as_text_or_json
def market_show(snapshot: str | None, form: str) -> None:
    """Show what a snapshot holds, or why it is held; the one in force when none is named."""
    from offerdesk.holdings import contents
    from offerdesk.listings import holdings

    show(holdings(contents(snapshot), form))


@market.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@as_text_or_json
def market_diff(before: str, after: str | None, form: str) -> None:
    """Show what differs between BEFORE and AFTER; the one in force when AFTER is not named."""
    from offerdesk.listings import differences
    from warehouse.difference import difference, drift_between, market_file

    pair = market_file(before), market_file(after)
    show(differences(difference(*pair), drift_between(*pair), form))


@market.command("rollback")
@click.argument("snapshot", required=False)
def market_rollback(snapshot: str | None) -> None:
    """Put an earlier snapshot in force; the one before when none is named."""
    from warehouse.snapshot import rollback

    show(f"Snapshot {rollback(snapshot).id} is in force.")


@market.command("release")
@click.argument("snapshot")
def market_release(snapshot: str) -> None:
    """Publish a held SNAPSHOT all the same."""
    from warehouse.snapshot import release

    show(f"Snapshot {release(snapshot).id} is in force.")


@click.group()
def quarantine() -> None:
    """The rows that were held back, and why."""


@quarantine.command("list")
@_of_snapshot
@click.option("--source", metavar="NAME", help="Of one source only.")
@click.option("--code", metavar="CODE", help="For one reason only.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="How many reasons to list; 0 lists all.",
)
@as_text_or_json
def quarantine_list(
    snapshot: str | None, source: str | None, code: str | None, limit: int, form: str
) -> None:
    """List what is held back."""
    from offerdesk.holdings import held_back, reasons
    from offerdesk.listings import held

    rows = held_back(snapshot, source, code, limit or None)
    show(held(rows, reasons(snapshot, source, code), form))


@quarantine.command("show")
@click.argument("row")
@_of_snapshot
@as_text_or_json
def quarantine_show(row: str, snapshot: str | None, form: str) -> None:
    """Show ROW (from `quarantine list`) as it was read, with every reason."""
    from offerdesk.holdings import held_row
    from offerdesk.listings import held_whole

    show(held_whole(held_row(row, snapshot), form))


@quarantine.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="CSV file to write.",
)
@_of_snapshot
@click.option("--source", metavar="NAME", help="Of one source only.")
@click.option("--code", metavar="CODE", help="For one reason only.")
def quarantine_export(
    output: Path, snapshot: str | None, source: str | None, code: str | None
) -> None:
    """Write what is held back to a CSV file, to be mended and let in with `readmit --file`."""
    from offerdesk.holdings import held_back
    from offerdesk.repair_sheet import write_sheet

    count = write_sheet(held_back(snapshot, source, code), output)
    show(f"{count:,} reasons written to {output}.")


@quarantine.command("readmit")
@click.argument("rows", nargs=-1, metavar="[ROW]...")
@click.option(
    "--set", "changes", multiple=True, metavar="COLUMN=VALUE", help="Set a column; NULL empties it."
)
@click.option("--reason", metavar="TEXT", help="Why; it is kept beside the row.")
@click.option(
    "--file",
    "sheet",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="CSV file from `export`, with `change` and `reason` filled in.",
)
@click.option("--dry-run", is_flag=True, help="Do everything but publish.")
@_flip_budget
@as_text_or_json
def quarantine_readmit(
    rows: tuple[str, ...],
    changes: tuple[str, ...],
    reason: str | None,
    sheet: Path | None,
    dry_run: bool,
    budget: float | None,
    form: str,
) -> None:
    """Let ROWs in, repaired or as they are; they have to fulfil their contract."""
    from offerdesk.listings import refreshed
    from offerdesk.repair_sheet import asked, read_sheet
    from offerdesk.samples import example_offers
    from pipelines.gate import BUDGET
    from pipelines.readmission import readmit

    if bool(sheet) == bool(rows) or (rows and not reason):
        told = "name ROWs with a --reason, or a --file"
        raise click.UsageError(told, click.get_current_context())
    repairs = read_sheet(sheet) if sheet else asked(rows, changes, reason or "")
    report = readmit(
        repairs,
        offers=example_offers(),
        budget=BUDGET if budget is None else budget,
        dry_run=dry_run,
    )
    show(refreshed(report, form))


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="As for `refresh`.")
@click.option(
    "--cron",
    default="0 6 * * 1",
    show_default=True,
    metavar="CRON",
    help="When to refresh, as five cron fields.",
)
@click.option("--timezone", metavar="NAME", help="Of the cron fields, such as Europe/Berlin.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="Of the server."
)
def schedule(
    sources: tuple[str, ...], data: Path | None, cron: str, timezone: str | None, port: int
) -> None:
    """Refresh on a schedule, with a Prefect server of one's own on this machine, until stopped."""
    from offerdesk.sources import wanted
    from pipelines.scheduling import serve

    serve(wanted(sources, data), data, cron=cron, timezone=timezone, port=port)
