"""What is printed, and what becomes of an output that cannot take it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from rules.errors import FailedWorld, Fault


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """While something takes its time, say so to whoever sits at a terminal."""
    is_seen = sys.stderr.isatty()
    if is_seen:
        click.echo(f"{text} ...", err=True, nl=False)
    try:
        yield
    finally:
        if is_seen:
            click.echo(f"\r{' ' * (len(text) + 4)}\r", err=True, nl=False)


def show(text: str) -> None:
    """Print to stdout, in the letters that it can take."""
    from offerdesk.screen import writable

    try:
        click.echo(writable(text))
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise unwritable(problem) from problem


def forget_output() -> None:
    """Python flushes stdout once more at the end; let that go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def unwritable(problem: OSError) -> FailedWorld:
    """Why the output cannot be written; nothing more goes there."""
    forget_output()
    found = problem.strerror or str(problem)
    step = "free some space, or write elsewhere"
    return FailedWorld(Fault("output-unwritable", "stdout", found, "", step))
