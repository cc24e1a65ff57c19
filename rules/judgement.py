"""A case judged by the book: valued, concluded in phases by the engine, tried at both ends.

The interpreter works out every figure; signals, rows and levers are concluded twice, by the
durable-rules engine and by the interpreter.  Where they differ nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.book import Book, End, Formula, Layer, Row, Signal
from rules.case import Case
from rules.certainty import certain_names
from rules.concluding import Concluding
from rules.engine import Conclusions, Firing
from rules.errors import MalformedBook
from rules.inlining import PYTHON, Codes, Inlined, Inliner, Values, codes_from_json, codes_to_json
from rules.keeping import keep, kept, place
from rules.numbers import Almanac, Numbers
from rules.ordering import affected
from rules.plan import Plans, Proposition, plans_from_json, plans_to_json
from rules.rates import at_other_rates
from rules.valuing import Valuation, steps

# Which end of the own package goes with which end of the alternatives.
World = tuple[End, End]
POINT: World = ("point", "point")
WORST: World = ("low", "high")
BEST: World = ("high", "low")
Truths = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that was concluded about a case.

    Attributes:
        row: The decision row that decided.
        values: Every name of the book with its value: figures at their point, signals TRUE or
            FALSE only where they are so at both ends.
        ends: Figures that differ, at the worse and at the better end.
        trials: The row that decides in each world that was tried.
        rows: Truth of every row in the world that counts; ``levers``: of every lever.
        traces: What the engine concluded, stage by stage.
    """

    case: Case
    row: Row
    values: Mapping[str, Any]
    ends: Mapping[str, tuple[Any, Any]]
    trials: Mapping[World, str]
    rows: Truths
    levers: Truths
    listed: Mapping[str, Sequence[Mapping[str, Any]]]
    traces: tuple[Conclusions, ...]

    @property
    def firings(self) -> tuple[Firing, ...]:
        """What the engine's consequents recorded, in order."""
        return tuple(firing for stage in self.traces for firing in stage.firings)

    @property
    def status(self) -> str:
        """``decided``, or ``needs_review`` when a person has to look first."""
        return "needs_review" if self.row.decides == "review" else "decided"

    @property
    def verdict(self) -> str:
        """For a review, the verdict that can be taken back: asking costs least."""
        return "counter" if self.row.decides == "review" else self.row.decides


class Judge:
    """A book made ready: build once, judge many; safe from several threads.

    Args:
        book: The rules.
        plans: What a judge of the same book had compiled, where that was kept.
        codes: The code of its functions, where that was kept.

    Attributes:
        plans: Its stages as they were compiled for the engine.
    """

    def __init__(self, book: Book, plans: Plans | None = None, codes: Codes | None = None) -> None:
        self.book = book
        self._inliner = inliner = Inliner(codes)
        self._almanac = Almanac(book)
        self._valuation = Valuation(book, inliner)
        self._again = _uncertain_layers(book, self._valuation)
        self._trial = next((row for row in book.rows if row.looks_at_ends), None)
        self._plain_rows = tuple(row for row in book.rows if not row.looks_at_ends)
        self._hanging = self._names_that_hang()
        in_a_world: dict[str, Sequence[Proposition]] = {
            **_signal_stages("case", book.layers),
            **_signal_stages("again", self._again),
            "rows": [Proposition(row.name, row.when) for row in self._plain_rows],
        }
        summed_up: dict[str, Sequence[Proposition]] = {
            "trial": [Proposition(self._trial.name, self._trial.when)] if self._trial else [],
            **_signal_stages("closing", book.closing),
            "levers": [Proposition(lever.name, lever.when) for lever in book.levers],
        }
        # What differs between the worlds is unknown over all of them, however it is defined.
        worlds = Concluding(in_a_world, lambda: certain_names(book), book)
        over_all = Concluding(summed_up, lambda: certain_names(book, self._hanging), book)
        self.plans = plans or {**worlds.plans(), **over_all.plans()}
        self._stages = {
            **worlds.stages(self.plans, inliner),
            **over_all.stages(self.plans, inliner),
        }
        self._case = self._figures("case", book.layers)
        self._closing = self._figures("closing", book.closing)
        self._uncertain = self._figures("again", self._again)

    def _figures(self, kind: str, layers: Sequence[Layer]) -> list[Inlined]:
        return [
            self._inliner.function(f"{kind} {index}", steps(layer.formulas))
            for index, layer in enumerate(layers)
        ]

    def numbers(self, case: Case) -> Mapping[End, Numbers]:
        """The book's numbers on the day and in the currency of a case, at each end."""
        return self._almanac.numbers(case.evaluation_date, case.currency)

    def codes(self) -> Codes:
        """The code of its functions."""
        return self._inliner.codes()

    def _names_that_hang(self) -> tuple[str, ...]:
        """Every name that may differ between the worlds."""
        found = [*self._valuation.uncertain_figures, *self._valuation.uncertain_picks]
        for layer in self._again:
            found += [formula.name for formula in layer.formulas]
            found += [signal.name for signal in layer.signals]
        return tuple(found)

    def judge(self, case: Case) -> Judgement:
        """Judge one case.

        Raises:
            UnusableCase: ``case-date-before-book``.
            FailedWorld: ``engines-disagree``, or what the engine refuses.
        """
        session = _Session(self, case)
        primary, trials = session.trials()
        outcomes = {world: session.outcome(world) for world in trials}
        merged, ends = session.merged(primary, trials)
        row = self._deciding(session, outcomes, primary, merged)
        merged |= {name: ends_of(ends, merged, *of) for name, of in self.book.ends.items()}
        merged |= {
            "verdict": "counter" if row.decides == "review" else row.decides,
            "status": "needs_review" if row.decides == "review" else "decided",
            "rule": row.name,
        }
        merged["verdict_hangs_on_rate"] = any(
            self.row(other).decides != row.decides for other in at_other_rates(case, self.book)
        )
        session.conclude_layers("closing", self._closing, merged)
        levers = session.conclude("levers", merged)
        return Judgement(
            case=case,
            row=row,
            values=merged,
            ends=ends,
            trials={world: outcome.name for world, outcome in outcomes.items()},
            rows=session.rows(primary) | session.trial_truth,
            levers=levers,
            listed=session.listed["point"],
            traces=tuple(session.traces),
        )

    def with_numbers(self, changed: Numbers) -> Judge:
        """The same judge with other numbers of the book, in a case's currency, at every end."""
        other = copy(self)
        other._almanac = self._almanac.changed(changed)
        return other

    def row(self, case: Case) -> Row:
        """The row that would decide, and nothing that follows from it: quick, for trying much.

        Raises:
            UnusableCase, FailedWorld: As ``judge``.
        """
        session = _Session(self, case)
        primary, trials = session.trials()
        outcomes = {world: session.outcome(world) for world in trials}
        merged, _ = session.merged(primary, trials)
        return self._deciding(session, outcomes, primary, merged)

    def _deciding(
        self, session: _Session, outcomes: Mapping[World, Row], primary: World, merged: Values
    ) -> Row:
        """The first row that is TRUE wherever one looks; else the one that looks at the ends."""
        chosen = outcomes[primary]
        disagree = len({row.decides for row in outcomes.values()}) > 1
        own, other = session.hinges() if disagree else (False, False)
        merged |= {
            "ends_disagree": disagree,
            "hinges_on_own_equity": own,
            "hinges_on_competing_equity": other,
        }
        if self._trial is None:
            return chosen
        session.trial_truth = session.conclude("trial", merged)
        before = self.book.rows.index(self._trial)
        settled = all(self.book.rows.index(row) < before for row in outcomes.values())
        if settled and not disagree:
            return chosen
        return self._trial if session.trial_truth[self._trial.name] is True else chosen


def judge_of(book: Book, *, cache: Path | None = None) -> Judge:
    """A judge, its stages compiled or taken from where they were kept.

    Args:
        book: The rules.
        cache: Where what was compiled may be kept.

    Raises:
        MalformedBook: ``book-too-many-branches``.
    """
    path = place(cache, f"plan-{PYTHON}", book.documents)
    found = _kept(path) if path else None
    if found:
        return Judge(book, *found)
    judge = Judge(book)
    if path:
        keep(path, [plans_to_json(judge.plans), codes_to_json(judge.codes())])
    return judge


def _kept(path: Path) -> tuple[Plans, Codes] | None:
    try:
        plans, codes = kept(path)
        return plans_from_json(plans), codes_from_json(codes)
    except (ValueError, LookupError, TypeError, AttributeError, EOFError, MalformedBook):
        return None


class _Session:
    """One case on its way through a judge."""

    def __init__(self, judge: Judge, case: Case) -> None:
        self.judge = judge
        self.case = case
        self.numbers = judge.numbers(case)
        self.own: dict[End, Values] = {}
        self.listed: dict[End, dict[str, list[Values]]] = {}
        self.picks: dict[End, Values] = {}
        self.worlds: dict[World, Values] = {}
        self.row_truths: dict[World, dict[str, bool | None]] = {}
        self.trial_truth: dict[str, bool | None] = {}
        self.traces: list[Conclusions] = []

    # --- Worlds -----------------------------------------------------------------------------

    def trials(self) -> tuple[World, tuple[World, ...]]:
        """The world whose figures are shown, and all that must agree.

        Where the point of a figure is unknown, the point is no world: only the ends count.
        """
        for end in ("point", "low", "high"):
            self._value(end)
        if self._is_same_at_ends():
            return POINT, (POINT,)
        unknown = self.own["point"]["equity_unvaluable"] is True or any(
            entry["equity_unvaluable"] is True and entry["is_usable"] is True
            for entry in self.listed["point"]["competing_offers"]
        )
        return (WORST, (WORST, BEST)) if unknown else (POINT, (POINT, WORST, BEST))

    def _value(self, end: End) -> None:
        valuation, numbers = self.judge._valuation, self.numbers[end]
        if end == "point":
            self.own[end] = valuation.own(self.case, numbers)
            self.listed[end] = valuation.listed(self.case, numbers)
            self.picks[end] = valuation.picked(self.listed[end])
        else:
            self.own[end] = valuation.own_at(self.own["point"], numbers)
            self.listed[end] = valuation.listed_at(self.listed["point"], numbers)
            self.picks[end] = valuation.picked_at(self.picks["point"], self.listed[end])

    def _is_same_at_ends(self) -> bool:
        return all(
            _same(self.own["point"], self.own[end], self.judge._valuation.uncertain_figures)
            and _same(self.picks["point"], self.picks[end], self.judge._valuation.uncertain_picks)
            for end in ("low", "high")
        )

    def world(self, world: World) -> Values:
        """Everything about the case up to the rows, in one world.

        Beside the point only what hangs on an uncertain figure is worked out again.
        """
        if world not in self.worlds:
            own, other = world
            if world == POINT:
                values = {**self.own[own], **self.picks[other]}
                self.conclude_layers("case", self.judge._case, values)
            else:
                values = dict(self.world(POINT))
                for name in self.judge._valuation.uncertain_figures:
                    values[name] = self.own[own][name]
                values |= self.picks[other]
                self.conclude_layers("again", self.judge._uncertain, values)
            self.worlds[world] = values
        return self.worlds[world]

    def rows(self, world: World) -> dict[str, bool | None]:
        if world not in self.row_truths:
            self.row_truths[world] = self.conclude("rows", self.world(world))
        return self.row_truths[world]

    def outcome(self, world: World) -> Row:
        """The first row that is TRUE in a world."""
        truths = self.rows(world)
        return next(row for row in self.judge._plain_rows if truths[row.name] is True)

    def hinges(self) -> tuple[bool, bool]:
        """Whether the own equity alone, and whether that of the alternatives alone, decides."""
        own = {self.outcome((end, "point")).decides for end in ("low", "high")}
        other = {self.outcome(("point", end)).decides for end in ("low", "high")}
        if len(own) == len(other) == 1:
            return True, True
        return len(own) > 1, len(other) > 1

    def merged(
        self, primary: World, trials: Iterable[World]
    ) -> tuple[Values, dict[str, tuple[Any, Any]]]:
        """One set of values out of all worlds; what differs is kept with its two ends."""
        values = dict(self.world(POINT))
        if primary is POINT and tuple(trials) == (POINT,):
            return values, {}
        worst, best = self.world(WORST), self.world(BEST)
        ends = {}
        for name in self.judge._hanging:
            low, high, point = worst[name], best[name], values[name]
            if low == high and point == low:
                continue
            ends[name] = (low, high)
            if isinstance(low, bool) or isinstance(high, bool):
                values[name] = low if low == high and point in (None, low) else None
        return values, ends

    # --- Conclusions ------------------------------------------------------------------------

    def conclude_layers(self, kind: str, figures: Sequence[Inlined], values: Values) -> None:
        """Work out layer after layer: figures by the interpreter, signals by both backends."""
        for index, work_out in enumerate(figures):
            work_out(values)
            values.update(self.conclude(f"{kind} {index}", values))

    def conclude(self, name: str, values: Values) -> dict[str, bool | None]:
        """The truths of one stage, as both backends see them."""
        truths, found = self.judge._stages[name].conclude(values)
        self.traces += found
        return truths


def ends_of(
    ends: Mapping[str, tuple[Any, Any]], values: Mapping[str, Any], name: str, end: End
) -> Any:
    """A figure at one end of the uncertainty; its point where nothing is uncertain."""
    if name in ends:
        return ends[name][0 if end == "low" else 1]
    return values[name]


def _signal_stages(kind: str, layers: Iterable[Layer]) -> dict[str, list[Proposition]]:
    return {
        f"{kind} {index}": [Proposition(one.name, one.when) for one in layer.signals]
        for index, layer in enumerate(layers)
    }


def _uncertain_layers(book: Book, valuation: Valuation) -> tuple[Layer, ...]:
    """The terms of a case that hang on a number whose ends are tried."""
    changed = (*valuation.uncertain_figures, *valuation.uncertain_picks)
    terms: list[Formula | Signal] = []
    for layer in book.layers:
        terms += (*layer.formulas, *layer.signals)
    touched = affected(terms, changed)
    return tuple(
        Layer(
            tuple(one for one in layer.formulas if one.name in touched),
            tuple(one for one in layer.signals if one.name in touched),
        )
        for layer in book.layers
    )


def _same(a: Mapping[str, Any], b: Mapping[str, Any], keys: Iterable[str]) -> bool:
    return a is b or all(a[key] == b[key] for key in keys)
