"""The sources that a market is made from."""

from __future__ import annotations

from pipelines.sources.aijobs import AIJOBS
from pipelines.sources.custom import OwnSheets
from pipelines.sources.guides import Guides
from pipelines.sources.levels_fyi import LEVELS_FYI
from pipelines.sources.offers_itemised import OFFERS_ITEMISED
from pipelines.sources.offers_leetcode import OFFERS_LEETCODE
from pipelines.sources.refused import OUTCOMES, UNRECOGNISED
from pipelines.sources.source import Source

# The most particular first; the last takes what is left.
SOURCES: tuple[Source, ...] = (
    OwnSheets(),
    AIJOBS,
    LEVELS_FYI,
    OFFERS_LEETCODE,
    OFFERS_ITEMISED,
    OUTCOMES,
    Guides(),
    UNRECOGNISED,
)


def source_named(name: str) -> Source | None:
    """The source of a name; None for a name that no longer is one.

    >>> source_named("guides").name, source_named("tea-leaves")
    ('guides', None)
    """
    return next((source for source in SOURCES if source.name == name), None)
