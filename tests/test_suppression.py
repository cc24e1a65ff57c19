"""Counts that name nobody, whoever adds and subtracts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerdesk.suppression import LEAST, OTHERS, Line, Published, published

KINDS = ("accept", "counter", "walk_away")
COUNTS = st.integers(0, 12) | st.integers(0, 4)
TABLES = st.dictionaries(
    st.sampled_from([f"Employer {letter}" for letter in "ABCDEFG"]),
    st.fixed_dictionaries(dict.fromkeys(KINDS, COUNTS)),
    max_size=7,
)
Cells = Mapping[str, int]


def truth(table: Mapping[str, Cells], found: Published) -> dict[str, Cells]:
    """The real counts of the groups that were published."""
    real = {group: table[group] for group in found.groups if group != OTHERS}
    if OTHERS in found.groups:
        rest = [cells for group, cells in table.items() if group not in real]
        real[OTHERS] = {kind: sum(cells[kind] for cells in rest) for kind in KINDS}
    return real


def told(lines: list[Line]) -> list[int]:
    """Every number that stands there."""
    counts = [count for line in lines for count in (line.total, *line.cells.values())]
    return [count for count in counts if count is not None]


@given(TABLES)
def test_no_number_that_is_told_is_small(table: Mapping[str, Cells]) -> None:
    found = published(table, KINDS)
    assert all(
        count == 0 or count >= LEAST for count in told([found.whole, *found.groups.values()])
    )


@given(TABLES)
def test_every_number_that_is_told_is_true(table: Mapping[str, Cells]) -> None:
    found = published(table, KINDS)
    real = truth(table, found)
    for group, line in found.groups.items():
        assert line.total == sum(real[group].values())
        assert all(line.cells[kind] in (None, real[group][kind]) for kind in KINDS)
    if found.whole.total is not None:
        assert found.whole.total == sum(sum(cells.values()) for cells in table.values())


@given(TABLES)
def test_no_difference_of_what_is_told_is_small(table: Mapping[str, Cells]) -> None:
    """The kinds whose sums are told, and those left over together, less what groups tell."""
    found = published(table, KINDS)
    if found.whole.total is None:
        return
    real = truth(table, found)
    hidden = [group for group, line in found.groups.items() if None in line.cells.values()]
    known = [[kind] for kind in KINDS if found.whole.cells[kind] is not None]
    known.append([kind for kind in KINDS if found.whole.cells[kind] is None])
    for kinds in known:
        left = sum(real[group][kind] for group in hidden for kind in kinds)
        assert left == 0 or left >= LEAST
        assert sum(real[group][kind] for group in real for kind in kinds) not in range(1, LEAST)


@given(TABLES)
def test_no_withheld_cell_follows_from_the_sums(table: Mapping[str, Cells]) -> None:
    """Within what is withheld, sums of rows and columns leave every small cell a range."""
    found = published(table, KINDS)
    real = truth(table, found)
    hidden = [group for group, line in found.groups.items() if None in line.cells.values()]
    columns = {kind: sum(real[group][kind] for group in hidden) for kind in KINDS}
    whole = sum(columns.values())
    for group in hidden:
        row = sum(real[group].values())
        for kind in KINDS:
            least, most = max(0, row + columns[kind] - whole), min(row, columns[kind])
            single = least == most and found.whole.cells[kind] is not None
            assert not (single and 0 < real[group][kind] < LEAST)


@given(TABLES)
def test_the_order_of_the_groups_tells_nothing(table: Mapping[str, Cells]) -> None:
    assert published(dict(reversed(table.items())), KINDS) == published(table, KINDS)


@pytest.mark.parametrize("size", [0, 1, 4])
def test_too_few_are_not_told_of_at_all(size: int) -> None:
    found = published({"A": {"accept": size}}, KINDS)
    assert (found.whole.total, dict(found.groups)) == (None, {})


def test_a_single_small_cell_hides_in_company() -> None:
    table = {name: {"accept": 20, "counter": 30, "walk_away": 10} for name in "ABC"}
    table["A"] = {"accept": 20, "counter": 30, "walk_away": 2}
    found = published(table, KINDS)
    hidden = [group for group, line in found.groups.items() if None in line.cells.values()]
    assert len(hidden) == 2
    assert "A" in hidden
    assert found.whole.cells == {"accept": 60, "counter": 90, "walk_away": 22}


def test_small_groups_are_put_together() -> None:
    table = {name: {"accept": 2} for name in "ABCD"} | {"E": {"accept": 9}}
    found = published(table, KINDS)
    assert {group: line.total for group, line in found.groups.items()} == {OTHERS: 8, "E": 9}


def test_a_group_that_would_be_left_alone_takes_another_along() -> None:
    found = published({"A": {"accept": 2}, "B": {"accept": 6}, "C": {"accept": 9}}, KINDS)
    assert {group: line.total for group, line in found.groups.items()} == {OTHERS: 8, "C": 9}


def test_a_small_sum_takes_another_along() -> None:
    found = published({"A": {"accept": 30, "counter": 2, "walk_away": 8}}, KINDS)
    assert found.whole.cells == {"accept": 30, "counter": None, "walk_away": None}
    assert found.groups["A"].cells["counter"] is None


def test_any_two_kinds_are_treated_alike() -> None:
    for one, other in combinations(KINDS, 2):
        found = published({"A": {one: 3, other: 9}}, KINDS)
        assert found.whole.cells[one] is None
        assert found.whole.cells[other] is None
