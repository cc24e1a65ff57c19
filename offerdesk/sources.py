"""What a refresh is asked for on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from offerdesk.samples import examples

GUIDES = "guides"


def wanted(sources: Sequence[str], data: Path | None) -> list[str]:
    """The sources that are named; where none are, and there is no market yet, the sample guides.

    Raises:
        click.UsageError: Nothing is named although there is a market, which samples may not touch.
    """
    if sources or data:
        return list(sources)
    from warehouse.snapshot import current_id

    if current_id() is not None:
        raise click.UsageError("name a file, folder or source", click.get_current_context())
    return [str(examples() / GUIDES)]
