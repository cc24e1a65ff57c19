"""Counts of people's offers that name nobody: no cell under five, nor one that can be worked out.

What is published is a total for each group, the cells of some groups, and the totals of some
columns.  Everything that follows from them by adding and subtracting is zero, or five and more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 5
OTHERS = "(others)"

Cells = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A group, or all of them.

    Attributes:
        total: How many there are; None when that alone says too much.
        cells: How many of each kind; None where it is withheld.
    """

    total: int | None
    cells: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Published:
    """What may be passed on: all together, and group by group; the small ones are put together."""

    whole: Line
    groups: Mapping[str, Line]


def published(table: Mapping[str, Cells], kinds: Iterable[str], least: int = LEAST) -> Published:
    """Withhold what tells of fewer than ``least``, and what it could be worked out from.

    Args:
        table: Counts by group and kind; a kind that is absent is zero.
        kinds: All kinds.
        least: The smallest number that may be told, beside zero.

    >>> told = published({"Acme": {"accept": 6, "counter": 9}, "B": {"accept": 2}}, ["accept"])
    >>> sorted(told.groups)
    ['(others)']
    """
    kinds = list(kinds)
    full = {group: {kind: cells.get(kind, 0) for kind in kinds} for group, cells in table.items()}
    pooled = _pooled(full, kinds, least)
    sums = {kind: sum(cells[kind] for cells in pooled.values()) for kind in kinds}
    if sum(sums.values()) < least:
        return Published(Line(None, dict.fromkeys(kinds)), {})
    secret = _secret_kinds(sums, least)
    hidden = _hidden_groups(pooled, sums, secret, least)
    groups = {
        group: _line(cells, kinds if group in hidden else ()) for group, cells in pooled.items()
    }
    return Published(_line(sums, secret), groups)


def _line(cells: Cells, secret: Iterable[str]) -> Line:
    told = {kind: None if kind in secret else count for kind, count in cells.items()}
    return Line(sum(cells.values()), told)


def _pooled(table: Mapping[str, Cells], kinds: list[str], least: int) -> dict[str, Cells]:
    """Groups that are too small, put together until they are not."""
    by_size = sorted(table, key=lambda group: (sum(table[group].values()), group))
    pool: list[str] = []
    size = 0
    for group in by_size:
        own = sum(table[group].values())
        if own >= least and not 0 < size < least:
            break
        pool, size = [*pool, group], size + own
    kept: dict[str, Cells] = {group: table[group] for group in table if group not in pool}
    if size:
        kept[OTHERS] = {kind: sum(table[group][kind] for group in pool) for kind in kinds}
    return kept


def _secret_kinds(sums: Cells, least: int) -> set[str]:
    """Kinds whose sum is withheld: those under the least, and more until they hide in company."""
    by_size = sorted((kind for kind in sums if sums[kind]), key=lambda kind: sums[kind])
    secret = {kind for kind in by_size if sums[kind] < least}
    for kind in by_size:
        if not secret or (len(secret) > 1 and sum(sums[one] for one in secret) >= least):
            break
        secret.add(kind)
    return secret


def _hidden_groups(
    table: Mapping[str, Cells], sums: Cells, secret: set[str], least: int
) -> set[str]:
    """Groups whose cells are withheld, until what is left over by the others tells of nobody."""
    hidden = {group for group, cells in table.items() if _has_small(cells.values(), least)}
    told = [[kind] for kind in sums if kind not in secret] + [sorted(secret)]
    by_size = sorted(table, key=lambda group: (sum(table[group].values()), group))
    while small := [
        kinds
        for kinds in told
        if 0 < sum(table[group][kind] for group in hidden for kind in kinds) < least
    ]:
        hidden.add(
            next(
                group
                for group in by_size
                if group not in hidden and any(table[group][kind] for kind in small[0])
            )
        )
    return hidden


def _has_small(counts: Iterable[int], least: int) -> bool:
    return any(0 < count < least for count in counts)
