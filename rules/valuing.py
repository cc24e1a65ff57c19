"""Packages and lists of a case, valued by the book's formulas through the interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.book import Book, Formula, Pick
from rules.case import Case
from rules.expression import Expression, Literal, names
from rules.inlining import Inliner, Step, Values
from rules.numbers import Numbers
from rules.ordering import affected

Listed = dict[str, list[Values]]


def steps(formulas: Iterable[Formula]) -> Iterator[Step]:
    """Formulas, to be worked out one after the other."""
    return ((one.name, one.expression) for one in formulas)


class Valuation:
    """The formulas of a book for packages, list entries and picks.

    Packages and entries are valued at the point first; for an end of the uncertainty only the
    formulas that hang on an uncertain number are worked out again.
    """

    def __init__(self, book: Book, inliner: Inliner) -> None:
        self._numbers = tuple(name for name, one in book.parameters.items() if one.decides)
        self._package = _Formulas("package", book.package, self._numbers, inliner)
        self._entries = {
            name: _Formulas(f"entry of {name}", book.formulas_of(one), self._numbers, inliner)
            for name, one in book.lists.items()
        }
        changing = [pick for pick in book.picks if self._may_change(pick)]
        self._picks = tuple(_draws("picks", book.picks, inliner))
        self._changing = tuple(_draws("picks, again", changing, inliner))
        self.uncertain_figures = tuple(sorted(self._package.touched))
        self.uncertain_picks = tuple(name for pick in changing for name in pick.gives)

    def _may_change(self, pick: Pick) -> bool:
        """Whether a pick hangs on an uncertain figure of the entries it draws from."""
        reads = names(pick.where) | frozenset(pick.gives.values())
        reads |= names(pick.key) if pick.key is not None else frozenset()
        return bool(reads & self._entries[pick.source].touched)

    def own(self, case: Case, numbers: Numbers) -> Values:
        """Facts, numbers and the valued package of the offer in hand."""
        return self._package.valued({**numbers, **case.facts})

    def own_at(self, point: Values, numbers: Numbers) -> Values:
        """The same at an end."""
        return self._package.valued_at(point, numbers)

    def listed(self, case: Case, numbers: Numbers) -> Listed:
        """Every entry of every list, valued in the light of the case's own facts."""
        outside = {**numbers, **case.facts}
        return {
            name: [self._entries[name].valued({**outside, **entry}) for entry in entries]
            for name, entries in case.entries.items()
        }

    def listed_at(self, point: Listed, numbers: Numbers) -> Listed:
        """The same at an end."""
        return {
            name: [self._entries[name].valued_at(entry, numbers) for entry in entries]
            for name, entries in point.items()
        }

    def picked(self, listed: Mapping[str, Sequence[Values]]) -> Values:
        """What the picks draw out of the lists."""
        return _all_drawn(self._picks, listed)

    def picked_at(self, point: Values, listed: Mapping[str, Sequence[Values]]) -> Values:
        """The same at an end."""
        return {**point, **_all_drawn(self._changing, listed)}


def _all_drawn(draws: Iterable[_Draw], listed: Mapping[str, Sequence[Values]]) -> Values:
    found: Values = {}
    for draw in draws:
        found.update(draw.drawn(listed[draw.source]))
    return found


class _Formulas:
    """Formulas in order, and those among them that hang on an uncertain number."""

    def __init__(
        self, name: str, formulas: Sequence[Formula], uncertain: Sequence[str], inliner: Inliner
    ) -> None:
        self.touched = affected(formulas, uncertain)
        self._uncertain = uncertain
        again = [one for one in formulas if one.name in self.touched]
        self._work_out = inliner.function(name, steps(formulas))
        self._again = inliner.function(f"{name}, again", steps(again)) if again else None

    def valued(self, values: Values) -> Values:
        self._work_out(values)
        return values

    def valued_at(self, point: Values, numbers: Numbers) -> Values:
        if self._again is None:
            return point
        values = {**point, **{name: numbers[name] for name in self._uncertain}}
        self._again(values)
        return values


class _Draw:
    """The picks from one list."""

    def __init__(self, name: str, source: str, picks: Sequence[Pick], inliner: Inliner) -> None:
        self.source = source
        self._picks = picks
        asked = [one for pick in picks for one in (pick.where, pick.key or _NO_KEY)]
        self._answers = inliner.function(f"{name} of {source}", (), asked)
        self._nothing = self._drawn(())

    def drawn(self, entries: Sequence[Values]) -> Values:
        return self._drawn(entries) if entries else self._nothing

    def _drawn(self, entries: Sequence[Values]) -> Values:
        found: Values = {}
        answered = [(self._answers(entry), entry) for entry in entries]
        for place, pick in enumerate(self._picks):
            where, key = 2 * place, 2 * place + 1
            holding = [(told[key], entry) for told, entry in answered if told[where] is True]
            if pick.order == "any":
                found[pick.name] = bool(holding)
                continue
            chosen = _chosen(pick.order, holding)
            for outer, inner in pick.gives.items():
                found[outer] = chosen.get(inner)
        return found


_NO_KEY: Expression = Literal(None)


def _draws(name: str, picks: Sequence[Pick], inliner: Inliner) -> Iterator[_Draw]:
    for source in dict.fromkeys(pick.source for pick in picks):
        yield _Draw(name, source, [pick for pick in picks if pick.source == source], inliner)


def _chosen(order: str, holding: Sequence[tuple[Any, Values]]) -> Values:
    """The entry that wins; entries without a key come last, and ties keep their order."""
    if order == "first" or len(holding) < 2:
        return holding[0][1] if holding else {}
    known = [(key, entry) for key, entry in holding if key is not None]
    if not known:
        return holding[0][1]
    best = (max if order == "highest" else min)(key for key, _ in known)
    return next(entry for key, entry in known if key == best)
