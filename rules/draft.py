"""A book as it was read, before its names are resolved and its types checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.book import (
    Ask,
    Condition,
    Fact,
    Formula,
    LawTable,
    Lever,
    ListOf,
    Parameter,
    Pick,
    Question,
    Row,
    Signal,
)
from rules.checker import Type
from rules.errors import Fault
from rules.expression import Expression
from rules.page import Page
from rules.source import PathInDocument


@dataclass(frozen=True, slots=True)
class Claim:
    """An expression that is still to be checked.

    Attributes:
        expected: What it must be; a ``null`` type if anything will do.
        scope: Whose names it may use: ``package``, ``case``, ``trial``, ``closing`` or a list.
    """

    page: Page
    path: PathInDocument
    expression: Expression
    expected: Type
    scope: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Every chapter of a book; ``closing`` is what comes after the verdict."""

    pages: Mapping[str, Page]
    faults: list[Fault]
    claims: Sequence[Claim]
    facts: Mapping[str, Fact]
    lists: Mapping[str, ListOf]
    parameters: Mapping[str, Parameter]
    law: Mapping[str, LawTable]
    package: tuple[Formula, ...]
    entries: Mapping[str, tuple[Formula, ...]]
    picks: tuple[Pick, ...]
    case: tuple[Formula, ...]
    signals: tuple[Signal, ...]
    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    conditions: tuple[Condition, ...]
    asks: tuple[Ask, ...]
    closing: tuple[Formula, ...]
    closing_signals: tuple[Signal, ...]
    levers: tuple[Lever, ...]
    evidence_quality: Mapping[str, float]
