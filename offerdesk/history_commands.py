"""The commands about decisions of the past: why, again, and what changed between two."""

from __future__ import annotations

import click

from offerdesk.options import as_text_json_md_or_html, as_text_or_json, processes_option
from offerdesk.output import show


@click.command()
@click.argument("id")
@click.option(
    "--not",
    "other",
    metavar="VERDICT",
    type=click.Choice(["accept", "counter", "walk_away", "needs_review"]),
    help="Say instead why it was not VERDICT.",
)
@as_text_json_md_or_html
def why(id: str, other: str | None, form: str) -> None:
    """Show every reason behind the logged decision ID, down to the facts."""
    from offerdesk.replay import replay_row
    from offerdesk.why import reasons
    from offerdesk.why_forms import as_form
    from warehouse.log import read

    replayed = replay_row(read(id))
    show(as_form(reasons(replayed, other), form))
    replayed.check()


@click.command()
@click.argument("id", required=False)
@click.option("--all", "every", is_flag=True, help="Every decision in the log.")
@click.option(
    "--each/--no-each", default=None, help="A line for each decision; usual for up to forty."
)
@processes_option
def replay(id: str | None, every: bool, each: bool | None, processes: int | None) -> None:
    """Decide ID again from what was logged, and compare byte by byte."""
    from warehouse.log import read

    if every == bool(id):
        raise click.UsageError("give one ID, or --all", click.get_current_context())
    if every:
        from offerdesk.progress import progress_bar
        from offerdesk.replaying import replay_all

        with progress_bar("decisions") as tell:
            replay_all(show, each=each, processes=processes, tell=tell)
        return
    from offerdesk.replay import replay_row

    row = read(str(id))
    replay_row(row).check()
    show(f"{row.id}  {row.entry.verdict:<9}  {row.entry.rule:<4}  same bytes")


@click.command()
@click.argument("before")
@click.argument("after")
@as_text_or_json
def changed(before: str, after: str, form: str) -> None:
    """Say why the logged decisions BEFORE and AFTER differ: offer, book, market or date."""
    from offerdesk.changed import attribution
    from offerdesk.changed_told import as_form
    from warehouse.log import read

    show(as_form(attribution(read(before), read(after)), form))
