"""How far long work has come, on a terminal; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

Tell = Callable[[str, int, int], None]  # of what is done, how much, and how much there is


@contextmanager
def progress_bar(unit: str = "rows") -> Iterator[Tell]:
    """A bar with how many are done, rate and time left, where somebody may be looking.

    Args:
        unit: What is counted.
    """
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bar.add_task(step, rate="")
        speed = bar.tasks[tasks[step]].speed
        rate = f"{speed:,.0f} {unit}/s" if speed else ""
        bar.update(tasks[step], completed=done, total=total, rate=rate)

    with bar:
        yield tell
