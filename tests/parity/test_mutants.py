"""A compilation with anything changed concludes something else about offers that try all of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from rules.case import Case
from rules.covering.changing import Changes
from rules.covering.conditions import decisions
from rules.sql_book import query_of
from rules.sql_steps import Query, Step
from tests.generating import generated
from tests.offers import book, judge
from tests.parity.covering import at_ends, covering
from tests.parity.equivalent import why_equal
from tests.parity.lines import lines
from tests.parity.mutants import KINDS, Mutant, as_read, mutants
from tests.parity.staged import Staged

OF_EACH = 2


@pytest.fixture(scope="module")
def query() -> Query:
    return query_of(book())


@pytest.fixture(scope="module")
def sample() -> list[Case]:
    """Offers that cover the book, those on its lines at the ends, and what is made of them."""
    covers = covering(book(), judge(), 1).cases
    ends = at_ends(book(), judge(), covers, 1)
    doubtful = [case for case in (*covers, *ends) if len(judge().judge(case).trials) > 1]
    changes, draw = Changes(book(), decisions(book())), random.Random(1)
    crowded = [changes.crowded(case, draw) for case in covers]
    scattered = [changes.scattered(draw.choice(doubtful), draw) for _ in range(1_500)]
    found = [*covers, *ends, *crowded, *scattered, *generated(500, 4)]
    return [*found, *lines(book(), judge(), scattered[:1_000], draw)]


@pytest.fixture(scope="module")
def staged(
    query: Query, sample: list[Case], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staged]:
    with duckdb.connect() as database:
        yield Staged(database, query, sample, tmp_path_factory.mktemp("staged"))


@pytest.mark.slow
def test_every_wrong_compilation_is_seen(query: Query, staged: Staged) -> None:
    wrong = mutants(query, OF_EACH)
    assert len(wrong) >= 60
    unseen = [one for one in wrong if not _is_seen(staged, one)]
    missed = [one for one in unseen if why_equal(one) is None]
    assert [one.name for one in missed] == []


@pytest.mark.slow
def test_a_text_that_is_only_written_again_is_not(query: Query, staged: Staged) -> None:
    for number, step in enumerate(query.steps):
        assert not staged.differs(number, as_read(step.select)), step.name


def _is_seen(staged: Staged, wrong: Mutant) -> bool:
    """Also when DuckDB does not take it at all."""
    try:
        return staged.differs(wrong.step, wrong.select)
    except duckdb.Error:
        return True


# --- What is done to a query --------------------------------------------------------------------


def _small(text: str) -> Query:
    step = Step("offer_1", f'SELECT "offer_id",\n  {text} AS "c"\nFROM "offer"')
    return Query((step,), ("offer_id", "c"), {}, {}, "2020-01-01")


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        ("< as <=", '("a" < 0.9e0)', '("a" <= 0.9e0)'),
        ("AND as OR", '("a" AND "b")', '("a" OR "b")'),
        ("NOT dropped", '(NOT "a")', '("a")'),
        ("COALESCE in another order", 'COALESCE("a", "b")', 'COALESCE("b", "a")'),
        ("LEAST as GREATEST", 'LEAST("a", "b")', 'GREATEST("a", "b")'),
        ("NULLIF dropped", '("a" / NULLIF("b", 0.0e0))', '("a" / "b")'),
        ("number one bit higher", '("a" * 0.9e0)', '("a" * 0.9000000000000001e0)'),
        ("CASE branches swapped", "CASE WHEN a THEN 1 ELSE 2 END", "CASE WHEN a THEN 2 ELSE 1 END"),
        ("the low end for the high", '("x@high" + 1.0e0)', '("x@low" + 1.0e0)'),
        ("ROUND down", 'ROUND("a")', 'FLOOR("a")'),
        ("IN without its first", "(\"a\" IN ('x', 'y'))", "(\"a\" IN ('y'))"),
    ],
)
def test_one_thing_is_changed(kind: str, text: str, wrong: str) -> None:
    (found,) = [one for one in mutants(_small(text), 5) if one.kind == kind]
    assert found.column == "c"
    assert found.select == as_read(_small(wrong).steps[0].select)


@pytest.mark.slow
def test_every_kind_finds_its_place(query: Query) -> None:
    assert {one.kind for one in mutants(query, 1)} == set(KINDS)
