"""The places that a refresh takes its guides from, as they are named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from offerdesk.samples import examples

GUIDES = "guides"


def places_of(sources: Sequence[str], data: Path | None) -> list[Path]:
    """Files and folders to read.

    Args:
        sources: Paths; below ``data`` where that is given.
        data: Alone, its folder ``guides``, or all of it when there is none.

    Raises:
        click.UsageError: Nothing is named although there is a market, which samples may not touch.
    """
    if sources:
        return [data / one if data else Path(one) for one in sources]
    if data:
        return [data / GUIDES if (data / GUIDES).is_dir() else data]
    from warehouse.snapshot import current_id

    if current_id() is not None:
        raise click.UsageError("name a file or folder of guides", click.get_current_context())
    return [examples() / GUIDES]
