"""The order of evaluation: whatever a term reads comes before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from rules.book import Formula, Layer, Signal
from rules.expression import names, tables
from rules.page import Page


def ordered(formulas: Iterable[Formula], page: Page) -> tuple[Formula, ...]:
    """The same formulas, each after those that it reads."""
    by_name = {formula.name: formula for formula in formulas}
    reads = {name: names(one.expression) & by_name.keys() for name, one in by_name.items()}
    return tuple(by_name[name] for name in _sorted(reads, page))


def layered(
    formulas: Iterable[Formula], signals: Iterable[Signal], page: Page
) -> tuple[Layer, ...]:
    """Formulas and signals in as few layers as their references allow.

    Within a layer the formulas come first, in order; its signals read only those formulas and
    what earlier layers gave.
    """
    terms: dict[str, Formula | Signal] = {one.name: one for one in formulas}
    terms |= {one.name: one for one in signals}
    reads = {name: _reads(term) & terms.keys() for name, term in terms.items()}
    depth: dict[str, int] = {}
    for name in _sorted(reads, page):
        earlier = [depth.get(one, 0) + isinstance(terms[one], Signal) for one in reads[name]]
        depth[name] = max(earlier, default=0)
    return tuple(
        _layer(terms, depth, level) for level in range(max(depth.values(), default=-1) + 1)
    )


def _layer(terms: Mapping[str, Formula | Signal], depth: Mapping[str, int], level: int) -> Layer:
    here = [terms[name] for name, at in depth.items() if at == level]
    return Layer(
        tuple(term for term in here if isinstance(term, Formula)),
        tuple(term for term in here if isinstance(term, Signal)),
    )


def _reads(term: Formula | Signal) -> frozenset[str]:
    expression = term.expression if isinstance(term, Formula) else term.when
    return names(expression) | tables(expression)


def _sorted(reads: Mapping[str, Iterable[str]], page: Page) -> list[str]:
    try:
        return list(TopologicalSorter({k: sorted(v) for k, v in reads.items()}).static_order())
    except CycleError as problem:
        loop = " -> ".join(problem.args[1])
        page.fault("circular", (), loop, "terms that do not read themselves", "break the circle")
        return sorted(reads)


def affected(terms: Iterable[Formula | Signal], changed: Iterable[str]) -> frozenset[str]:
    """The terms that read something changed, directly or through each other.

    Args:
        terms: In an order in which each comes after those that it reads.
        changed: Names whose values are new.
    """
    touched = set(changed)
    found = set()
    for term in terms:
        if _reads(term) & touched:
            touched.add(term.name)
            found.add(term.name)
    return frozenset(found)
