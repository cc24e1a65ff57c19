"""The worlds in which a verdict is tried, as columns: only what is uncertain is worked out again.

A world pairs an end of the own package with one of the alternatives, as in ``rules/judgement.py``.
A name that may differ between worlds has a column for each: ``tc_risk_adj@low`` for a figure of the
package, ``below_reservation@low/high`` for a conclusion.  The column with the plain name holds what
counts over all worlds: a figure at its point, a flag only where it is so at both ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rules.book import Book, End, Formula, Row, Signal
from rules.checker import Kind
from rules.expression import (
    And,
    Call,
    Case,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    names,
)
from rules.ordering import affected
from rules.sql import same
from rules.sql_lists import UNVALUED
from rules.sql_numbers import SqlNumbers
from rules.sql_terms import Term, Writer

World = tuple[End, End]
POINT: World = ("point", "point")
WORST: World = ("low", "high")
BEST: World = ("high", "low")
OWN: tuple[World, World] = (("low", "point"), ("high", "point"))
OTHERS: tuple[World, World] = (("point", "low"), ("point", "high"))
ENDS: tuple[End, End] = ("low", "high")
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
        numbers: Its numbers, as columns read them.
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

    def terms(self) -> Iterator[Term]:
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

    @property
    def at_point(self) -> Mapping[str, str]:
        """Each flag over all worlds, and its column at the point; the same where all is certain."""
        return {name: self.place(name, POINT) for name in self._hanging if self._is_flag(name)}

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
        return Writer(self._numbers, renamed=renamed)

    # --- Which worlds there are -----------------------------------------------------------------

    def _certainty(self) -> Iterator[Term]:
        """Whether both ends are like the point, and whether the point of something is unknown."""
        alike = [
            same(Name(self._at_end(name, "point")), Name(self._at_end(name, end)))
            for name in (*self._figures, *self._picks)
            for end in ENDS
        ]
        yield Term(CERTAIN, And(tuple(alike)) if alike else Literal(True), "flag")
        unvalued = Name(self.place("equity_unvaluable", POINT))
        own = Call("COALESCE", (unvalued, Literal(False)))
        yield Term(UNKNOWN, Or((own, Name(UNVALUED))), "flag")

    def _merged(self, name: str) -> Term:
        """A flag over all worlds: TRUE or FALSE only where it is so at both ends."""
        at, worst, best = (Name(self.place(name, world)) for world in (POINT, WORST, BEST))
        neither = And((IsNull(worst), IsNull(best)))
        is_like_them = Call("COALESCE", (Compare("=", at, worst), Literal(True)))
        agree = And((Compare("=", worst, best), is_like_them))
        return Term(name, Case(((neither, at), (agree, worst)), Literal(None)), "flag")

    def _ends(self) -> Iterator[Term]:
        """Figures that the book shows at an end."""
        for name, (figure, end) in self._book.ends.items():
            point, worst, best = (Name(self.place(figure, world)) for world in (POINT, WORST, BEST))
            is_the_same = Or((Name(CERTAIN), And((same(point, worst), same(point, best)))))
            at_end = worst if end == "low" else best
            shown = Case(((is_the_same, Name(figure)),), at_end)
            yield Term(name, shown, self._kind(figure))

    def _kind(self, name: str) -> Kind:
        return self._book.types[name].kind

    # --- Rows -----------------------------------------------------------------------------------

    def _rows(self, world: World) -> Iterator[Term]:
        """The truth of each row, where it may differ, and the row that decides in a world."""
        writer = self._writer(world)
        for row in self._plain_rows:
            if world == POINT or self._differs(row):
                yield writer.term(self._row_place(row, world), row.when, "flag")
        first = [
            (Name(self._row_place(row, world)), Literal(self._number(row)))
            for row in self._plain_rows
        ]
        yield Term(_outcome(world), Case(tuple(first), Literal(None)), "count")
        yield Term(_decides(world), self._decision(_outcome(world)), "count")

    def _row_place(self, row: Row, world: World) -> str:
        return f"{holds(row.name)}@{'/'.join(world)}" if self._differs(row) else holds(row.name)

    def _differs(self, row: Row) -> bool:
        return not names(row.when).isdisjoint(self._hanging)

    def _number(self, row: Row) -> int:
        return self._book.rows.index(row)

    def _decision(self, outcome: str) -> Expression:
        """What a row decides, as a number, from the number of the row."""
        decides = {self._number(row): _DECIDES[row.decides] for row in self._plain_rows}
        return _chosen(Name(outcome), decides)

    # --- The rule that decides ------------------------------------------------------------------

    def _deciding(self) -> Iterator[Term]:
        yield from self._over_worlds()
        for row in self._plain_rows:
            if self._differs(row):
                worst, point = (Name(self._row_place(row, world)) for world in (WORST, POINT))
                yield Term(holds(row.name), _if_unknown(worst, point), "flag")
        chosen = _if_unknown(Name(_outcome(WORST)), Name(_outcome(POINT)))
        if self._trial is not None:
            trial = holds(self._trial.name)
            yield Writer(self._numbers).term(trial, self._trial.when, "flag")
            is_settled = And((Name(SETTLED), Not(Name("ends_disagree"))))
            counts = And((Name(trial), Not(is_settled)))
            chosen = Case(((counts, Literal(self._number(self._trial))),), chosen)
        yield Term(RULE, chosen, "count")
        yield from self._words()

    def _over_worlds(self) -> Iterator[Term]:
        """Whether the worlds that count disagree, on whose account, and whether all is settled."""
        point, worst, best = (Name(_decides(world)) for world in (POINT, WORST, BEST))
        any_of_three = Or((Compare("<>", point, worst), Compare("<>", point, best)))
        disagree = _if_unknown(Compare("<>", worst, best), any_of_three)
        yield Term("ends_disagree", And((Not(Name(CERTAIN)), disagree)), "flag")
        for name, here, there in (
            ("hinges_on_own_equity", OWN, OTHERS),
            ("hinges_on_competing_equity", OTHERS, OWN),
        ):
            low, high = (Name(_decides(world)) for world in here)
            other_low, other_high = (Name(_decides(world)) for world in there)
            neither = And((Compare("=", low, high), Compare("=", other_low, other_high)))
            moves = Or((Compare("<>", low, high), neither))
            yield Term(name, And((Name("ends_disagree"), moves)), "flag")
        if self._trial is not None:
            yield self._settled(Literal(self._number(self._trial)))

    def _settled(self, before: Literal) -> Term:
        """Whether a row before the one that looks at the ends decides in each world that counts."""
        point, worst, best = (
            Compare("<", Name(_outcome(world)), before) for world in (POINT, WORST, BEST)
        )
        both = And((worst, best))
        tests = ((Name(CERTAIN), point), (Name(UNKNOWN), both))
        return Term(SETTLED, Case(tests, And((point, both))), "flag")

    def _words(self) -> Iterator[Term]:
        """Rule, verdict and status by name, from the number of the rule."""
        rows = self._book.rows
        said: dict[str, Sequence[str]] = {
            "rule": [row.name for row in rows],
            "verdict": ["counter" if r.decides == "review" else r.decides for r in rows],
            "status": ["needs_review" if r.decides == "review" else "decided" for r in rows],
        }
        for name, words in said.items():
            yield Term(name, _by_number(words), "text")


def _by_number(words: Sequence[str]) -> Expression:
    """The word for each number of a rule."""
    whens = []
    for word in dict.fromkeys(words):
        numbers = (Literal(i) for i, one in enumerate(words) if one == word)
        whens.append((In(Name(RULE), tuple(numbers)), Literal(word)))
    return Case(tuple(whens), Literal(None))


def _chosen(key: Expression, rows: Mapping[int, int]) -> Expression:
    whens = ((Compare("=", key, Literal(old)), Literal(new)) for old, new in rows.items())
    return Case(tuple(whens), Literal(None))


def _if_unknown(unknown: Expression, known: Expression) -> Expression:
    """One thing where the point of something is unknown, so that only the ends count."""
    only_ends = And((Name(UNKNOWN), Not(Name(CERTAIN))))
    return Case(((only_ends, unknown),), known)


def _outcome(world: World) -> str:
    return f"outcome@{'/'.join(world)}"


def _decides(world: World) -> str:
    return f"decides@{'/'.join(world)}"
