"""The cheapest point is the cheapest of all: z3 beside every point judged by two other backends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

import rules.what_if.grid
import rules.what_if.smallest
from rules.case import Case
from rules.expression import Arithmetic, Compare, Literal, Name
from rules.open_case import CaseTheory
from rules.proofs import Prover
from rules.theory import Free, Theory
from rules.what_if.grid import Grid
from rules.what_if.movable import Wishes, components, lowerable
from rules.what_if.pay import Line, Pay, Steps
from rules.what_if.rounding import prover_for_doubles
from rules.what_if.smallest import Search, Smallest, TooManyPointsError, simplicity
from tests.askable import askable
from tests.offers import book, case, judge, varied

ACCEPT = {"accept"}
BY_FRAME, BY_JUDGE = 60_000, 600  # points that are judged in a test


@cache
def theory() -> CaseTheory:
    return CaseTheory(book())


@cache
def grid() -> Grid:
    return Grid(book())


def raises(offer: Case, wishes: Wishes | None = None) -> Pay:
    """An offer with everything that may be raised."""
    movable, _ = components(judge().judge(offer), book(), wishes or Wishes())
    return Pay(judge(), offer, [Line(one, one.raised) for one in movable])


def losses(offer: Case) -> Pay:
    """An offer with everything of which there may be less."""
    movable = lowerable(judge().judge(offer), book(), Wishes())
    return Pay(judge(), offer, [Line(one, one.lowered) for one in movable])


def refused(pay: Pay, wanted: object) -> Steps | None:
    pytest.fail("z3 gave up")


def proved(pay: Pay, wanted: set[str]) -> Smallest:
    return Search(theory(), pay, wanted, refused).smallest()


def by_judge(pay: Pay, wanted: set[str]) -> Steps | None:
    """The cheapest point, out of every single one."""
    points = product(*(range(len(line.multiples) + 1) for line in pay.lines))
    found = [point for point in points if pay.row(point).decides in wanted]
    return min(found, key=lambda point: (pay.cost(point), simplicity(point)), default=None)


def open_offers(first: int, count: int, most: int) -> Iterator[tuple[int, Pay]]:
    """Offers that are not accepted as they stand, with grids of no more points than that."""
    for number in range(first, first + count):
        pay = raises(askable(number))
        if pay.row(pay.origin).decides != "accept" and pay.points <= most:
            yield number, pay


def test_the_cheapest_ask_is_the_cheapest_of_all_points() -> None:
    found = []
    for number, pay in open_offers(0, 75, BY_FRAME):
        smallest = proved(pay, ACCEPT)
        assert smallest.point == grid().smallest(pay, ACCEPT), number
        found.append(smallest.point is not None)
    assert len(found) > 45
    assert 10 < sum(found) < len(found)


def test_so_says_the_judge() -> None:
    count = 0
    for number, pay in open_offers(1000, 80, BY_JUDGE):
        assert proved(pay, ACCEPT).point == by_judge(pay, ACCEPT), number
        count += 1
    assert count > 5


def test_the_nearest_loss_is_the_nearest_of_all_points() -> None:
    found = []
    others = {"counter", "walk_away", "review"}
    for number in range(2000, 2080):
        pay = losses(askable(number))
        if pay.row(pay.origin).decides == "accept" and pay.points <= 3 * BY_FRAME:
            smallest = proved(pay, others)
            assert smallest.point == grid().smallest(pay, others), number
            found.append(smallest.point is not None)
    assert sum(found) > 3


@pytest.mark.slow
@pytest.mark.parametrize("start", range(8))
def test_many_cheapest_asks(start: int) -> None:
    for number, pay in open_offers(10_000 + 200 * start, 200, 300_000):
        found = Search(theory(), pay, ACCEPT, grid().smallest).smallest()
        assert found.point == grid().smallest(pay, ACCEPT), number
        assert found.proof


def flippable() -> Pay:
    """Ten thousand under the floor of base, with a grant that may rise to make up for it."""
    return raises(case(varied({"offer.base_salary": 190_000})))


def test_where_z3_gives_up_all_points_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = proved(flippable(), ACCEPT)
    monkeypatch.setattr(rules.what_if.smallest, "MOST_REJECTED", -1)
    monkeypatch.setattr(Search, "_is_wanted", lambda *_: False)
    found = Search(theory(), flippable(), ACCEPT, grid().smallest).smallest()
    assert (found.point, found.proof) == (expected.point, "enumerated")


def test_what_is_not_proved_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.what_if.smallest, "MOST_REJECTED", -1)
    monkeypatch.setattr(Search, "_is_wanted", lambda *_: False)
    monkeypatch.setattr(rules.what_if.grid, "MOST_POINTS", 10)
    found = Search(theory(), flippable(), ACCEPT, grid().smallest).smallest()
    assert found.point is None
    assert found.proof is None


def test_a_grid_that_is_too_large_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules.what_if.grid, "MOST_POINTS", 10)
    with pytest.raises(TooManyPointsError):
        grid().smallest(flippable(), ACCEPT)


def test_of_equal_costs_the_simpler_point_wins() -> None:
    weights = {"base": 5.0, "equity_total": 1.0, "sign_on": 1.0}
    pay = raises(case(varied({"offer.base_salary": 195_000})), Wishes(weights=weights))
    found = proved(pay, ACCEPT)
    assert found.point is not None
    cost = pay.cost(found.point)
    same = [p for p in pay.at_cost(cost) if pay.row(p).decides == "accept"]
    assert len(same) > 1
    assert found.point == min(same, key=simplicity)


# --- Rounding -------------------------------------------------------------------------------------


def sum_is_less() -> dict[str, Compare]:
    """A tenth and two tenths of x under three tenths: FALSE exactly, at times TRUE rounded."""
    parts = (Arithmetic("*", Name("x"), Literal(share)) for share in (0.1, 0.2))
    total = Arithmetic("+", *parts)
    return {"is_less": Compare("<", total, Arithmetic("*", Name("x"), Literal(0.3)))}


def test_what_rounding_may_turn_is_not_proved_impossible() -> None:
    free = {"x": Free("number", 1.0, 1000.0, 1.0)}
    assert any(x * 0.1 + x * 0.2 < x * 0.3 for x in map(float, range(1, 1001)))
    exact = Prover(Theory(free, sum_is_less(), {}))
    assert exact.find(Name("is_less")).outcome == "impossible"
    assert prover_for_doubles(sum_is_less(), free, {}).find(Name("is_less")).outcome == "found"


def test_what_rounding_cannot_turn_is() -> None:
    free = {"x": Free("number", 1.0, 1000.0, 1.0)}
    terms = {"is_less": Compare("<", Arithmetic("*", Name("x"), Literal(0.3)), Literal(0.2))}
    assert prover_for_doubles(terms, free, {}).find(Name("is_less")).outcome == "impossible"
