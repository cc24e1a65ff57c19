"""A whole judgement as terms: every world, every row and the verdict as expressions over facts.

``rules/judgement.py`` walks through worlds, rows and ends as a program; this says the same in the
language of the book, so that a question about the verdict is a question about an expression.

A name of the book stands for its value at the point.  Beside it there are

    x@low           an uncertain figure of the package, or a pick, with its numbers at one end
    x@low/high      what hangs on one, in the world with the own package at its low end and the
                    alternatives at their high one
    x@all           a flag over all worlds: unknown where they differ
    row D4          whether a row is TRUE; also ``row D4@low/high``
    outcome         the first row that is TRUE; also ``outcome@low/high``
    rule, verdict, status    what is decided in the end
    lever x         whether a lever applies
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.book import Book, End, Formula, Layer, Row, Signal
from rules.expression import (
    And,
    Call,
    Case,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Not,
    Or,
    with_operands,
)
from rules.inlining import Inliner
from rules.judgement import BEST, POINT, WORST, World
from rules.ordering import affected
from rules.valuing import Valuation

ENDS: tuple[End, ...] = ("low", "high")
# One side at an end and the other at its point tells on which of them a verdict hinges.
_HINGES: dict[str, tuple[World, World]] = {
    "hinges_on_own_equity": (("low", "point"), ("high", "point")),
    "hinges_on_competing_equity": (("point", "low"), ("point", "high")),
}
RIVAL_UNVALUABLE = "a usable alternative is unvaluable"
HANGS_ON_RATE = "verdict_hangs_on_rate"
Terms = dict[str, Expression]


@dataclass(frozen=True, slots=True)
class Unfolding:
    """The terms of a judgement.

    Attributes:
        terms: Each comes after those that it reads.
        figures: Figures of a package that differ between the ends.
        picks: What may differ between the ends of what is drawn out of the lists.
        numbers: Numbers of the book whose ends are tried.
        merged: Flags over all worlds, by the name that the book has for them.
    """

    terms: Mapping[str, Expression]
    figures: frozenset[str]
    picks: frozenset[str]
    numbers: frozenset[str]
    merged: Mapping[str, str]

    def in_the_end(self, expression: Expression) -> Expression:
        """An expression of the book's last chapters, over these terms."""
        return renamed(expression, self.merged)


def unfolded(book: Book) -> Unfolding:
    """Unfold the judgement of a book."""
    return _Unfolder(book).unfolding()


class _Unfolder:
    def __init__(self, book: Book) -> None:
        self.book = book
        self.terms: Terms = {}
        self.numbers = frozenset(name for name, one in book.parameters.items() if one.decides)
        valuation = Valuation(book, Inliner())
        self.figures = frozenset(valuation.uncertain_figures)
        self.picks = frozenset(valuation.uncertain_picks)
        self.layers = _in_order(book.layers)
        self.touched = affected(self.layers, self.figures | self.picks)
        self.trial = next((row for row in book.rows if row.looks_at_ends), None)
        self.plain = tuple(row for row in book.rows if not row.looks_at_ends)

    def unfolding(self) -> Unfolding:
        self._package()
        for world in (POINT, WORST, BEST, *(w for pair in _HINGES.values() for w in pair)):
            self._world(world)
        merged = self._merged()
        self._outcome(merged)
        self._closing(merged)
        return Unfolding(self.terms, self.figures, self.picks, self.numbers, merged)

    # --- One world after the other ------------------------------------------------------------

    def _package(self) -> None:
        for one in self.book.package:
            self.terms[one.name] = one.expression
        for end in ENDS:
            names = {name: f"{name}@{end}" for name in self.figures | self.numbers}
            for one in self.book.package:
                if one.name in self.figures:
                    self.terms[names[one.name]] = renamed(one.expression, names)

    def _world(self, world: World) -> None:
        names, suffix = self._names(world), suffix_of(world)
        for term in self.layers:
            if world == POINT or term.name in self.touched:
                self.terms[names.get(term.name, term.name)] = renamed(_meaning(term), names)
        for row in self.plain:
            self.terms[f"row {row.name}{suffix}"] = renamed(row.when, names)
        first = [(Name(f"row {row.name}{suffix}"), Literal(row.name)) for row in self.plain]
        self.terms[f"outcome{suffix}"] = Case(tuple(first), Literal(None))
        self.terms[f"decides{suffix}"] = self._decides(Name(f"outcome{suffix}"))

    def _names(self, world: World) -> dict[str, str]:
        """What the names of the book are called in a world."""
        own, other = world
        names = {name: f"{name}@{own}" for name in self.figures if own != "point"}
        names |= {name: f"{name}@{other}" for name in self.picks if other != "point"}
        if world != POINT:
            names |= {name: f"{name}{suffix_of(world)}" for name in self.touched}
        return names

    def _decides(self, outcome: Expression) -> Expression:
        verdicts = dict.fromkeys(row.decides for row in self.book.rows)
        return Case(
            tuple(
                (In(outcome, self._rows_that(verdict)), Literal(verdict)) for verdict in verdicts
            ),
            Literal(None),
        )

    def _rows_that(self, verdict: str) -> tuple[Literal, ...]:
        return tuple(Literal(row.name) for row in self.book.rows if row.decides == verdict)

    # --- Over all worlds ----------------------------------------------------------------------

    def _merged(self) -> dict[str, str]:
        worst, best = self._names(WORST), self._names(BEST)
        found = {}
        for name in sorted(self.figures | self.picks | self.touched):
            if self.book.types[name].kind == "flag":
                found[name] = f"{name}@all"
                self.terms[found[name]] = _agreed(name, worst[name], best[name])
        return found

    def _outcome(self, merged: Mapping[str, str]) -> None:
        terms, tried = self.terms, self._tried
        is_unknown = Or((Name("equity_unvaluable"), Name(RIVAL_UNVALUABLE)))
        terms["point_is_unknown"] = Call("COALESCE", (is_unknown, Literal(False)))
        terms["ends_disagree"] = self._disagree("decides", (WORST, BEST))
        for name, (one, two) in _HINGES.items():
            terms[name] = _differ(f"decides{suffix_of(one)}", f"decides{suffix_of(two)}")
        own, other = (Name(name) for name in _HINGES)
        neither = And((Not(own), Not(other)))
        for name in _HINGES:
            terms[f"{name} in the end"] = And((Name("ends_disagree"), Or((Name(name), neither))))
        chosen = tried("outcome")
        if self.trial is None:
            terms["rule"] = chosen
        else:
            terms[f"row {self.trial.name}"] = renamed(self.trial.when, {**merged, **_IN_THE_END})
            terms["rule"] = self._unless_in_doubt(self.trial, chosen)
        terms["decides in the end"] = self._decides(Name("rule"))
        is_review = Compare("=", Name("decides in the end"), Literal("review"))
        terms["verdict"] = Case(((is_review, Literal("counter")),), Name("decides in the end"))
        terms["status"] = Case(((is_review, Literal("needs_review")),), Literal("decided"))

    def _tried(self, what: str) -> Expression:
        """What holds in the world whose figures are shown."""
        at_worst = Name(f"{what}{suffix_of(WORST)}")
        return Case(((Name("point_is_unknown"), at_worst),), Name(what))

    def _disagree(self, what: str, ends: Sequence[World]) -> Expression:
        worst, best = (f"{what}{suffix_of(end)}" for end in ends)
        beside = And((Not(Name("point_is_unknown")), _differ(what, worst)))
        return Or((_differ(worst, best), beside))

    def _unless_in_doubt(self, trial: Row, chosen: Expression) -> Expression:
        """The row that looks at the ends decides, unless earlier rows agree everywhere."""
        rows = self.book.rows
        before = tuple(Literal(row.name) for row in rows[: rows.index(trial)])
        settled: list[Expression] = [Not(Name("ends_disagree"))]
        settled += [In(Name(f"outcome{suffix_of(end)}"), before) for end in (WORST, BEST)]
        settled.append(Or((Name("point_is_unknown"), In(Name("outcome"), before))))
        is_settled = And(tuple(settled)) if before else Literal(False)
        return Case(
            ((is_settled, chosen), (Name(f"row {trial.name}"), Literal(trial.name))), chosen
        )

    # --- Once it is decided -------------------------------------------------------------------

    def _closing(self, merged: dict[str, str]) -> None:
        for name, (figure, end) in self.book.ends.items():
            names = self._names(WORST if end == "low" else BEST)
            self.terms[name] = Name(names.get(figure, figure))
        merged |= _IN_THE_END
        for term in _in_order(self.book.closing):
            self.terms[term.name] = renamed(_meaning(term), merged)
        for lever in self.book.levers:
            self.terms[f"lever {lever.name}"] = renamed(lever.when, merged)


_IN_THE_END = {name: f"{name} in the end" for name in _HINGES}


def _in_order(layers: Sequence[Layer]) -> list[Formula | Signal]:
    found: list[Formula | Signal] = []
    for layer in layers:
        found += (*layer.formulas, *layer.signals)
    return found


def suffix_of(world: World) -> str:
    """What follows a name in a world; nothing at the point."""
    return "" if world == POINT else f"@{world[0]}/{world[1]}"


def _meaning(term: Formula | Signal) -> Expression:
    return term.expression if isinstance(term, Formula) else term.when


def _differ(one: str, two: str) -> Expression:
    return Compare("<>", Name(one), Name(two))


def _agreed(point: str, worst: str, best: str) -> Expression:
    """A flag that is so at both ends, and not otherwise at the point."""
    low, high, now = Name(worst), Name(best), Name(point)
    agrees = And((Compare("=", low, high), Or((IsNull(now), Compare("=", now, low)))))
    return Case(
        ((And((IsNull(low), IsNull(high))), now), (agrees, low)),
        Literal(None),
    )


def renamed(node: Expression, names: Mapping[str, str]) -> Expression:
    """The same expression over other names, and tables.

    >>> renamed(Compare("<", Name("a"), Name("b")), {"a": "a@low"})
    Compare(op='<', left=Name(name='a@low'), right=Name(name='b'))
    """
    match node:
        case Name(name):
            return Name(names[name]) if name in names else node
        case Lookup(table, key):
            return Lookup(names.get(table, table), renamed(key, names))
        case _:
            return with_operands(node, lambda operand: renamed(operand, names))
