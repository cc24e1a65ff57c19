"""Which column of a sheet states which fact.

A column may be called by the name of a fact (``guide_base_min``), by where the fact stands in an
offer file (``offer.posted_range.min``, or without its section ``posted_range.min``), or by a key
that holds several facts (``vest_schedule``).  Case, spaces and hyphens do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from pipelines.sources.text_rows import PERSONAL
from rules.book import Book, Fact
from rules.errors import Fault, UnusableCase
from rules.keys import root_of
from rules.source import PathInDocument

ROW_IN_SHEET = "row in the sheet"  # where rows that could not be read are missing in between
BESIDE = ("fx", "vest_registry", "rows")  # of the market; only the door itself reads them
IDENTIFIERS = ("offer_id", "id")
PAY = ("base_salary", "hourly_rate")
WORKED_OUT = frozenset(
    {"jurisdiction", "currencies without a rate", "currencies converted", "rate date"}
)
# How facts are read that a column of their own can state.
READ_ALONE = frozenset({"value", "entry or zero", "length", "month", "number or base", "present"})
_NUMBERED = re.compile(r"(.+)_(\d+)")
_NEAR = 0.84  # a name this like a known one is a slip of the pen


def plain_name(column: str) -> str:
    """A column's name as the book would write it.

    >>> plain_name(" Base Salary "), plain_name("Offer.Sign-on Y1")
    ('base_salary', 'offer.sign_on_y1')
    """
    return re.sub(r"[\s-]+", "_", column.strip().lstrip("\ufeff").lower())


def states_pay(columns: Iterable[str]) -> bool:
    """Whether any column says what somebody would be paid."""
    return any(plain_name(column).split(".")[-1] in PAY for column in columns)


def says_who(column: str, book: Book) -> bool:
    """Whether a column says who a person is, and nothing that the book must know was sent."""
    return bool(PERSONAL.search(column)) and not _is_protected(plain_name(column), book)


def _is_protected(name: str, book: Book) -> bool:
    return name.split(".", 1)[-1] in book.prohibited


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet, sorted by what they are for.

    Attributes:
        paths: Column -> where its value stands in an offer file.
        lists: Column -> the list of the book whose entries it holds.
        identifier: The column that tells offers apart; None where the row number does.
        carried: Columns that state nothing, and are passed on as they are.
        dropped: Columns of protected attributes; their values are never read.
    """

    paths: Mapping[str, PathInDocument]
    lists: Mapping[str, str]
    identifier: str | None
    carried: Sequence[str]
    dropped: Sequence[str]

    @property
    def read(self) -> Sequence[str]:
        """The columns that are looked at, if only to see that something stands there."""
        named = [self.identifier] if self.identifier else []
        return [*self.paths, *self.lists, *named, *self.dropped]

    @cached_property
    def by_path(self) -> Mapping[PathInDocument, str]:
        """The column that holds each path."""
        return {path: column for column, path in self.paths.items()}


@dataclass
class Vocabulary:
    """Every name that a column may have: the name -> the paths that it may mean."""

    book: Book
    known: dict[str, set[PathInDocument]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for fact in self.book.facts.values():
            if fact.read not in WORKED_OUT:
                self._learn(fact, root_of(fact.group))
        for name in BESIDE:
            self.known |= {name: {("market", name)}, f"market.{name}": {("market", name)}}
        self.lists = {plain_name(one.path[-1]): one.name for one in self.book.lists.values()}
        self.lists |= {plain_name(".".join(one.path)): one.name for one in self.book.lists.values()}

    def _learn(self, fact: Fact, root: PathInDocument) -> None:
        for path in fact.paths:
            for length in range(1, len(path) + 1):
                dotted = ".".join(map(str, path[:length]))
                for name in (dotted, ".".join((*map(str, root), dotted))):
                    self.known.setdefault(name, set()).add((*root, *path[:length]))
        if fact.name not in self.known and fact.read in READ_ALONE:
            self.known[fact.name] = {(*root, *fact.paths[0])}

    def sort(self, columns: Sequence[str], sheet: str) -> Columns:
        """Sort the columns of a sheet.

        Raises:
            UnusableCase: ``sheet-column-unclear``, ``sheet-column-twice``,
                ``sheet-column-unknown`` (the name is nearly one that is known) or
                ``sheet-without-offers`` (nothing states a base salary).
        """
        faults: list[Fault] = []
        paths: dict[str, PathInDocument] = {}
        lists: dict[str, str] = {}
        identifier = identifier_of(columns)
        carried, dropped = [], []
        for column in columns:
            name = plain_name(column)
            if name in self.known:
                paths |= self._meant(column, name, paths, sheet, faults)
            elif _is_protected(name, self.book):
                dropped.append(column)
            elif name in self.lists:
                lists[column] = self.lists[name]
            elif (whole := self._part_of(name)) is not None:
                paths[column] = whole
            elif column == identifier:
                pass
            else:
                faults += self._of_another(column, name, sheet)
                faults += self._misspelt(column, name, columns, sheet)
                carried.append(column)
        if not any(path[-1] in PAY for path in paths.values()):
            faults.append(_no_offers(columns, sheet))
        if faults:
            raise UnusableCase(faults)
        return Columns(paths, lists, identifier, carried, dropped)

    def _meant(
        self,
        column: str,
        name: str,
        taken: Mapping[str, PathInDocument],
        sheet: str,
        faults: list[Fault],
    ) -> dict[str, PathInDocument]:
        meant = sorted(self.known[name], key=str)
        if len(meant) > 1:
            allowed = ", ".join(".".join(map(str, path)) for path in meant)
            faults.append(
                Fault("sheet-column-unclear", sheet, f"the column `{column}`", allowed, "rename it")
            )
        again = [other for other, path in taken.items() if path == meant[0]]
        if again:
            found = f"the columns `{again[0]}` and `{column}`, which state the same"
            faults.append(Fault("sheet-column-twice", sheet, found, "one of them", "remove one"))
        return {column: meant[0]}

    def _part_of(self, name: str) -> PathInDocument | None:
        """Where a column stands that is part of something known, such as ``fx.gbp_usd``."""
        steps = name.split(".")
        for length in range(len(steps) - 1, 0, -1):
            meant = self.known.get(".".join(steps[:length]), set())
            if len(meant) == 1:
                return (*next(iter(meant)), *steps[length:])
        return None

    def _of_another(self, column: str, name: str, sheet: str) -> Iterator[Fault]:
        """A fact that is read out of words that stand elsewhere, and cannot be stated by itself."""
        fact = self.book.facts.get(name)
        if fact is not None and fact.read not in WORKED_OUT and name not in self.known:
            place = ".".join(map(str, fact.paths[0]))
            found = f"the column `{column}`, a fact that is read out of `{place}`"
            step = f"state it in a column `{place}`; offerdesk book show {name}"
            yield Fault("sheet-column-unknown", sheet, found, place, step)

    def _misspelt(
        self, column: str, name: str, columns: Sequence[str], sheet: str
    ) -> Iterator[Fault]:
        numbered = _NUMBERED.fullmatch(name)  # as readers call a column whose name stands twice
        near = get_close_matches(name, self._names(), n=1, cutoff=_NEAR)
        if near and numbered and numbered[1] == near[0] in map(plain_name, columns):
            found = f"the column `{near[0]}` again, as column {numbered[2]}"
            yield Fault("sheet-column-twice", sheet, found, "one of them", "remove one")
        elif near and name not in self.book.facts:
            yield Fault(
                "sheet-column-unknown",
                sheet,
                f"the column `{column}`",
                near[0],
                f"rename it to `{near[0]}`, or to something else if it means something else",
            )

    def _names(self) -> Iterable[str]:
        return [*self.known, *self.lists]


def identifier_of(columns: Sequence[str]) -> str | None:
    """The column that tells offers apart; of several, the one whose name says so best."""
    known = {plain_name(column): column for column in reversed(columns)}
    return next((known[name] for name in IDENTIFIERS if name in known), None)


def _no_offers(columns: Sequence[str], sheet: str) -> Fault:
    return Fault(
        "sheet-without-offers",
        sheet,
        f"no column for pay among {', '.join(columns[:8]) or 'no columns'}",
        "a column base_salary, one row for each offer",
        "name the columns in the first row, as in rules/book/facts.yaml",
    )
