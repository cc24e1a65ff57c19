"""The rule book in memory: what the YAML files say, checked and in the order of evaluation.

Nothing here decides anything.  ``rules/loader.py`` builds a ``Book`` from a folder;
``rules/judgement.py`` applies it to a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal as OneOf

from rules.checker import Type
from rules.expression import Expression, Value

BOOK = Path(__file__).parent / "book"

End = OneOf["low", "point", "high"]
Decides = OneOf["accept", "counter", "walk_away", "review"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a case may state.

    Attributes:
        paths: Where the value may stand below the root of its group; the first one found counts.
        read: How the value is taken from there; a key of ``rules.reading.READINGS``.
        words: What a ``mentions`` or ``contains`` reading looks for.
        also: Other spellings of the words of a closed vocabulary.
        is_open: Words outside the vocabulary pass as unknown instead of being refused.
        least, most: Bounds of what is believable [the fact's unit; money in US dollars].
    """

    name: str
    group: str
    paths: tuple[tuple[str, ...], ...]
    read: str
    words: tuple[str, ...]
    type: Type
    also: Mapping[str, str]
    is_open: bool
    least: float | None
    most: float | None
    meaning: str
    missing: str
    private: bool


@dataclass(frozen=True, slots=True)
class ListOf:
    """Facts that a case states several times: one set for each entry of a list.

    Attributes:
        is_package: Whether an entry is a pay package of its own.
        assumed: What an entry is taken to say where it says nothing.
    """

    name: str
    path: tuple[str, ...]
    is_package: bool
    facts: tuple[Fact, ...]
    assumed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be uncertain; None where nobody can say."""

    low: Value
    point: Value
    high: Value

    @property
    def is_uncertain(self) -> bool:
        """Whether its ends differ."""
        return not self.low == self.point == self.high


@dataclass(frozen=True, slots=True)
class Period:
    """What a parameter is from a day on, and who says so."""

    valid_from: date
    value: Amount | Mapping[str, Amount]
    grade: str
    source: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated number, or a table of them.

    Attributes:
        decides: Its low and high ends are tried when the verdict is made; the ends of other
            uncertain parameters are for studying sensitivity only.
        currency: For money, the currency in which the number is written.
        is_grid: In another currency it becomes the nearest round number (1, 2 or 5 times a
            power of ten).
    """

    name: str
    unit: str
    keyed_by: str | None
    periods: tuple[Period, ...]
    decides: bool
    currency: str | None
    is_grid: bool
    meaning: str

    def on(self, day: date) -> Period | None:
        """The newest period that has begun by ``day``; None before the first."""
        begun = [period for period in self.periods if period.valid_from <= day]
        return max(begun, key=lambda period: period.valid_from, default=None)


@dataclass(frozen=True, slots=True)
class Formula:
    """A derived figure, flag or word."""

    name: str
    type: Type
    expression: Expression
    meaning: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One entry of a list, or one answer about it.

    Attributes:
        order: ``highest``, ``lowest`` or ``first`` entry for which ``where`` is TRUE, by
            ``key`` (entries without a key come last, ties keep their order); or ``any``: is
            there an entry for which ``where`` is TRUE?
        gives: Name outside -> name inside the entry; for ``any`` the pick's own name.
    """

    name: str
    source: str
    where: Expression
    order: OneOf["highest", "lowest", "first", "any"]
    key: Expression | None
    gives: Mapping[str, str]
    meaning: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A named conclusion: TRUE, FALSE or UNKNOWN."""

    name: str
    when: Expression
    meaning: str
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence with slots, and when it fits.

    Attributes:
        when: None for a sentence that always fits.
        moves: For a lever, the component of pay or the term that the sentence moves.
        amount: For a lever, the number that is asked for.
    """

    when: Expression | None
    text: str
    moves: str | None = None
    amount: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A decision row; rows are tried in order and the first TRUE one decides."""

    name: str
    when: Expression
    decides: Decides
    looks_at_ends: bool
    because: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask while ``when`` is TRUE; if ``decides`` is TRUE, the verdict hangs on it."""

    name: str
    when: Expression
    decides: Expression
    asks_for: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so before a yes is safe."""

    name: str
    when: Expression
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One component to ask for; its numbers are the formulas ``ask_<name>_...``."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that can be said to the employer, when it may be said, and how much it weighs.

    Attributes:
        strength: 1 (weak) to 5 (strong).
        quality: How good the evidence is: a key of the book's ``evidence_quality``.
        needs: What the candidate must have at hand.
        shows: The names whose values back the words.
        gain: What it may bring, over the four-year value of the offer; None takes the gain of
            the ask that it moves.
        says: The words; the first whose condition holds are used.
        not_with: Levers that contradict it; the one that carries more is used.
    """

    name: str
    when: Expression
    strength: float
    quality: str
    needs: str
    shows: tuple[str, ...]
    risk: str
    gain: Expression | None
    says: tuple[Say, ...]
    not_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LawRow:
    """Since when a rule of law holds at one place, and for employers of how many people."""

    place: str
    valid_from: date
    employers_of: int | None
    note: str


@dataclass(frozen=True, slots=True)
class LawTable:
    """Since when a rule of law holds, by place; read in the book like a parameter table."""

    name: str
    meaning: str
    checked: date
    source: str
    rows: tuple[LawRow, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """Formulas, then signals, that read only earlier layers and each other in this order."""

    formulas: tuple[Formula, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """The whole book.

    Attributes:
        hash: SHA-256 of the canonical form; it identifies the book.
        facts: Of the case, the offer, the candidate and the market, by name.
        package: Formulas for every pay package, in order.
        entries: For each list, the formulas for its entries, in order.
        layers: Everything about the case up to the verdict, in order.
        closing: Everything that is worked out once the verdict is known, in order; its signals
            are the open flags of the asks.
        series: Figures that are shown together, by name.
        ends: Name -> (figure, end): what a figure is at one end of the uncertainty.
        prohibited: Keys that are dropped wherever a person is described.
        private: Names that must not stand in a sentence meant for the employer.
    """

    hash: str
    facts: Mapping[str, Fact]
    lists: Mapping[str, ListOf]
    parameters: Mapping[str, Parameter]
    law: Mapping[str, LawTable]
    package: tuple[Formula, ...]
    entries: Mapping[str, tuple[Formula, ...]]
    picks: tuple[Pick, ...]
    layers: tuple[Layer, ...]
    closing: tuple[Layer, ...]
    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    conditions: tuple[Condition, ...]
    asks: tuple[Ask, ...]
    levers: tuple[Lever, ...]
    evidence_quality: Mapping[str, float]
    series: Mapping[str, tuple[str, ...]]
    ends: Mapping[str, tuple[str, End]]
    prohibited: frozenset[str]
    private: frozenset[str]
    types: Mapping[str, Type]
    documents: Mapping[str, str]

    def facts_of(self, one: ListOf) -> dict[str, Fact]:
        """What an entry of a list may state, by name: a package's facts first, if it is one."""
        package = (f for f in self.facts.values() if one.is_package and f.group == "package")
        return {fact.name: fact for fact in (*package, *one.facts)}

    def formulas_of(self, one: ListOf) -> tuple[Formula, ...]:
        """What is worked out for an entry of a list, in order."""
        return (*(self.package if one.is_package else ()), *self.entries.get(one.name, ()))
