"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

as_text_or_json = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
as_text_json_or_md = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
as_text_json_md_or_html = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md", "html"]),
    default="text",
    show_default=True,
    help="How to print it.",
)
book_option = click.option(
    "--book",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of another rule book than the one that comes with Offerdesk.",
)
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Decide as of this day, YYYY-MM-DD, instead of the offer's evaluation_date.",
)
market_option = click.option(
    "--market", metavar="SNAPSHOT", help="Market snapshot to use, by its id."
)
processes_option = click.option(
    "--processes", type=click.IntRange(1), help="How many at once; one for each core."
)
