"""All the sources that a market is made from."""

from __future__ import annotations

from pipelines.sources.aijobs import AIJOBS
from pipelines.sources.bea import BEA
from pipelines.sources.custom import OwnSheets
from pipelines.sources.ecb import ECB
from pipelines.sources.guides import Guides
from pipelines.sources.lca import LCA
from pipelines.sources.levels_fyi import LEVELS_FYI
from pipelines.sources.oews import OEWS
from pipelines.sources.offers_itemised import OFFERS_ITEMISED
from pipelines.sources.offers_leetcode import OFFERS_LEETCODE
from pipelines.sources.oflc import OFLC
from pipelines.sources.oflc_areas import OFLC_AREAS
from pipelines.sources.posting_law import POSTING_LAW
from pipelines.sources.refused import OUTCOMES, UNRECOGNISED
from pipelines.sources.source import Source
from pipelines.sources.vesting import VESTING

# The most particular first; the last takes what is left.
SOURCES: tuple[Source, ...] = (
    OwnSheets(),
    AIJOBS,
    LEVELS_FYI,
    LCA,
    OFFERS_LEETCODE,
    OFFERS_ITEMISED,
    OUTCOMES,
    OEWS,
    OFLC,
    OFLC_AREAS,
    ECB,
    BEA,
    VESTING,
    POSTING_LAW,
    Guides(),
    UNRECOGNISED,
)


def source_named(name: str) -> Source | None:
    """The source of a name; None for a name that no longer is one.

    >>> source_named("guides").name, source_named("tea-leaves")
    ('guides', None)
    """
    return next((source for source in SOURCES if source.name == name), None)
