"""The sources that a market is made from."""

from __future__ import annotations

from pipelines.sources.aijobs import AIJOBS
from pipelines.sources.guides import Guides
from pipelines.sources.levels_fyi import LEVELS_FYI
from pipelines.sources.source import Source
from pipelines.sources.unrecognised import Unrecognised

# The most particular first; the last takes what is left.
SOURCES: tuple[Source, ...] = (AIJOBS, LEVELS_FYI, Guides(), Unrecognised())


def source_named(name: str) -> Source | None:
    """The source of a name; None for a name that no longer is one.

    >>> source_named("guides").name, source_named("tea-leaves")
    ('guides', None)
    """
    return next((source for source in SOURCES if source.name == name), None)
