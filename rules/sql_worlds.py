"""The worlds in which a verdict is tried, as SQL: only what is uncertain is worked out again.

A world pairs an end of the own package with one of the alternatives, as in ``rules/judgement.py``.
A name that may differ between worlds has a column for each: ``tc_risk_adj@low`` for a figure of the
package, ``below_reservation@low/high`` for a conclusion.  The column with the plain name holds what
counts over all worlds: a figure at its point, a flag only where it is so at both ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rules.book import Book, End, Formula, Row, Signal
from rules.expression import names
from rules.ordering import affected
from rules.sql import constant, quoted
from rules.sql_lists import UNVALUED
from rules.sql_numbers import SqlNumbers
from rules.sql_steps import Column
from rules.sql_terms import Writer

World = tuple[End, End]
POINT: World = ("point", "point")
WORST: World = ("low", "high")
BEST: World = ("high", "low")
OWN: tuple[World, World] = (("low", "point"), ("high", "point"))
OTHERS: tuple[World, World] = (("point", "low"), ("point", "high"))
WORLDS = (POINT, WORST, BEST, *OWN, *OTHERS)

CERTAIN, UNKNOWN, SETTLED = "certain@worlds", "unknown@worlds", "settled@worlds"
RULE = "number@rule"
_DECIDES = {"accept": 0, "counter": 1, "walk_away": 2, "review": 3}


def holds(row: str) -> str:
    """The column that says whether a row is TRUE in the world that counts."""
    return f"{row}@holds"


class Worlds:
    """A book's conclusions up to the rule that decides, in all worlds.

    Args:
        book: The book.
        numbers: Its numbers as SQL.
        figures: The figures of the package that hang on an uncertain number.
        picks: What picks give that hangs on one.
    """

    def __init__(
        self, book: Book, numbers: SqlNumbers, figures: Iterable[str], picks: Iterable[str]
    ) -> None:
        self._book, self._numbers = book, numbers
        self._figures, self._picks = tuple(figures), tuple(picks)
        self._terms: list[Formula | Signal] = []
        for layer in book.layers:
            self._terms += (*layer.formulas, *layer.signals)
        touched = affected(self._terms, (*self._figures, *self._picks))
        self._again = [term for term in self._terms if term.name in touched]
        self._hanging = (*self._figures, *self._picks, *(term.name for term in self._again))
        self._trial = next((row for row in book.rows if row.looks_at_ends), None)
        self._plain_rows = [row for row in book.rows if not row.looks_at_ends]

    def columns(self) -> Iterator[Column]:
        """Every column from the packages and picks to the rule, each after those that it reads."""
        writer = self._writer(POINT)
        for term in self._terms:
            yield writer.formula(term, self.place(term.name, POINT))
        yield from self._certainty()
        for world in WORLDS[1:]:
            writer = self._writer(world)
            for term in self._again:
                yield writer.formula(term, self.place(term.name, world))
        for name in self._hanging:
            if self._is_flag(name):
                yield self._merged(name)
        for world in WORLDS:
            yield from self._rows(world)
        yield from self._deciding()
        yield from self._ends()

    def package_renamed(self, end: End) -> Mapping[str, str]:
        """The columns that stand for the figures of the package at an end."""
        return {name: self._at_end(name, end) for name in self._figures}

    def pick_place(self, name: str) -> str:
        """The column of what a pick gives, at the point."""
        return self._at_end(name, "point") if name in self._picks else name

    def place(self, name: str, world: World) -> str:
        """The column of a name in a world."""
        own, other = world
        if name in self._figures:
            return self._at_end(name, own)
        if name in self._picks:
            return self._at_end(name, other)
        if name not in self._hanging:
            return name
        return self._at_end(name, "point") if world == POINT else f"{name}@{own}/{other}"

    def _at_end(self, name: str, end: End) -> str:
        """A figure at its point is the figure; a flag there is not yet what counts."""
        return name if end == "point" and not self._is_flag(name) else f"{name}@{end}"

    def _is_flag(self, name: str) -> bool:
        return self._book.types[name].kind == "flag"

    def _writer(self, world: World) -> Writer:
        renamed = {name: self.place(name, world) for name in self._hanging}
        return Writer(self._book, self._numbers, self._book.types, renamed=renamed)

    # --- Which worlds there are -----------------------------------------------------------------

    def _certainty(self) -> Iterator[Column]:
        """Whether both ends are like the point, and whether the point of something is unknown."""
        pairs = [
            (self._at_end(name, "point"), self._at_end(name, end))
            for name in (*self._figures, *self._picks)
            for end in ("low", "high")
        ]
        same = [f"({quoted(a)} IS NOT DISTINCT FROM {quoted(b)})" for a, b in pairs]
        reads = frozenset(name for pair in pairs for name in pair)
        yield Column(CERTAIN, f"({' AND '.join(same) or 'TRUE'})", reads)
        unvalued = self.place("equity_unvaluable", POINT)
        text = f"(COALESCE({quoted(unvalued)}, FALSE) OR {quoted(UNVALUED)})"
        yield Column(UNKNOWN, text, frozenset({unvalued, UNVALUED}))

    def _merged(self, name: str) -> Column:
        """A flag over all worlds: TRUE or FALSE only where it is so at both ends."""
        point, low, high = (self.place(name, world) for world in (POINT, WORST, BEST))
        at, worst, best = quoted(point), quoted(low), quoted(high)
        text = (
            f"CASE WHEN {worst} IS NULL AND {best} IS NULL THEN {at}"
            f" WHEN {worst} = {best} AND COALESCE({at} = {worst}, TRUE) THEN {worst} END"
        )
        return Column(name, text, frozenset({point, low, high}))

    def _ends(self) -> Iterator[Column]:
        """Figures that the book shows at an end."""
        for name, (figure, end) in self._book.ends.items():
            point = self.place(figure, POINT)
            worst, best = self.place(figure, WORST), self.place(figure, BEST)
            at_end = worst if end == "low" else best
            same = " AND ".join(
                f"({quoted(point)} IS NOT DISTINCT FROM {quoted(one)})" for one in (worst, best)
            )
            text = (
                f"CASE WHEN {quoted(CERTAIN)} OR ({same}) THEN {quoted(figure)}"
                f" ELSE {quoted(at_end)} END"
            )
            yield Column(name, text, frozenset({CERTAIN, figure, point, worst, best}))

    # --- Rows -----------------------------------------------------------------------------------

    def _rows(self, world: World) -> Iterator[Column]:
        """The truth of each row, where it may differ, and the row that decides in a world."""
        writer = self._writer(world)
        for row in self._plain_rows:
            if world == POINT or self._differs(row):
                yield writer.column(self._row_place(row, world), row.when, "flag")
        places = [self._row_place(row, world) for row in self._plain_rows]
        number = " ".join(
            f"WHEN {quoted(place)} THEN {self._number(row)}"
            for place, row in zip(places, self._plain_rows, strict=True)
        )
        yield Column(_outcome(world), f"CASE {number} END", frozenset(places))
        yield Column(_decides(world), self._decision(_outcome(world)), frozenset({_outcome(world)}))

    def _row_place(self, row: Row, world: World) -> str:
        return f"{holds(row.name)}@{'/'.join(world)}" if self._differs(row) else holds(row.name)

    def _differs(self, row: Row) -> bool:
        return not names(row.when).isdisjoint(self._hanging)

    def _number(self, row: Row) -> int:
        return self._book.rows.index(row)

    def _decision(self, outcome: str) -> str:
        """What a row decides, as a number, from the number of the row."""
        return (
            f"CASE {quoted(outcome)} "
            + " ".join(
                f"WHEN {self._number(row)} THEN {_DECIDES[row.decides]}" for row in self._plain_rows
            )
            + " END"
        )

    # --- The rule that decides ------------------------------------------------------------------

    def _deciding(self) -> Iterator[Column]:
        yield from self._over_worlds()
        for row in self._plain_rows:
            if self._differs(row):
                worst, point = self._row_place(row, WORST), self._row_place(row, POINT)
                text = _if_unknown(quoted(worst), quoted(point))
                reads = frozenset({CERTAIN, UNKNOWN, worst, point})
                yield Column(holds(row.name), text, reads)
        chosen = _if_unknown(quoted(_outcome(WORST)), quoted(_outcome(POINT)))
        reads = frozenset({CERTAIN, UNKNOWN, _outcome(WORST), _outcome(POINT)})
        if self._trial is not None:
            trial = holds(self._trial.name)
            writer = Writer(self._book, self._numbers, self._book.types)
            yield writer.column(trial, self._trial.when, "flag")
            chosen = (
                f"CASE WHEN {quoted(trial)} AND NOT ({quoted(SETTLED)}"
                f" AND NOT {quoted('ends_disagree')})"
                f" THEN {self._number(self._trial)} ELSE {chosen} END"
            )
            reads |= {trial, SETTLED, "ends_disagree"}
        yield Column(RULE, chosen, reads)
        yield from self._words()

    def _over_worlds(self) -> Iterator[Column]:
        """Whether the worlds that count disagree, on whose account, and whether all is settled."""
        point, worst, best = (quoted(_decides(world)) for world in (POINT, WORST, BEST))
        both, all_three = f"{worst} <> {best}", f"({point} <> {worst} OR {point} <> {best})"
        three = frozenset(map(_decides, (POINT, WORST, BEST)))
        text = f"(NOT {quoted(CERTAIN)} AND {_if_unknown(both, all_three)})"
        yield Column("ends_disagree", text, three | {CERTAIN, UNKNOWN})
        for name, here, there in (
            ("hinges_on_own_equity", OWN, OTHERS),
            ("hinges_on_competing_equity", OTHERS, OWN),
        ):
            low, high = (quoted(_decides(world)) for world in here)
            other_low, other_high = (quoted(_decides(world)) for world in there)
            neither = f"{low} = {high} AND {other_low} = {other_high}"
            text = f"({quoted('ends_disagree')} AND ({low} <> {high} OR ({neither})))"
            yield Column(name, text, frozenset(map(_decides, (*here, *there))) | {"ends_disagree"})
        if self._trial is not None:
            yield self._settled(self._number(self._trial))

    def _settled(self, before: int) -> Column:
        """Whether a row before the one that looks at the ends decides in each world that counts."""
        point, worst, best = (f"{quoted(_outcome(w))} < {before}" for w in (POINT, WORST, BEST))
        both = f"({worst} AND {best})"
        text = (
            f"CASE WHEN {quoted(CERTAIN)} THEN {point} WHEN {quoted(UNKNOWN)} THEN {both}"
            f" ELSE {point} AND {both} END"
        )
        reads = frozenset(map(_outcome, (POINT, WORST, BEST))) | {CERTAIN, UNKNOWN}
        return Column(SETTLED, text, reads)

    def _words(self) -> Iterator[Column]:
        """Rule, verdict and status by name, from the number of the rule."""
        rows = self._book.rows
        said: dict[str, Sequence[str]] = {
            "rule": [row.name for row in rows],
            "verdict": ["counter" if r.decides == "review" else r.decides for r in rows],
            "status": ["needs_review" if r.decides == "review" else "decided" for r in rows],
        }
        for name, words in said.items():
            yield Column(name, _by_number(words), frozenset({RULE}))


def _by_number(words: Sequence[str]) -> str:
    """The word for each number of a rule."""
    whens = []
    for word in dict.fromkeys(words):
        numbers = ", ".join(str(i) for i, one in enumerate(words) if one == word)
        whens.append(f"WHEN {quoted(RULE)} IN ({numbers}) THEN {constant(word)}")
    return f"CASE {' '.join(whens)} END"


def _if_unknown(unknown: str, known: str) -> str:
    """One thing where the point of something is unknown, so that only the ends count."""
    return f"CASE WHEN {quoted(UNKNOWN)} AND NOT {quoted(CERTAIN)} THEN {unknown} ELSE {known} END"


def _outcome(world: World) -> str:
    return f"outcome@{'/'.join(world)}"


def _decides(world: World) -> str:
    return f"decides@{'/'.join(world)}"
