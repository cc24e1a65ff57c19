"""The lists of a case as SQL: each entry valued by its formulas, then what the picks draw out.

An entry wins over the others of its offer as in ``rules/valuing.py``: by its key, those without a
key last, and of equals the one that was stated first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.book import Book, End, Fact, ListOf, Pick
from rules.expression import And, Expression, Name, names
from rules.ordering import affected
from rules.sql import KINDS, quoted
from rules.sql_numbers import MONEY, SqlNumbers
from rules.sql_steps import Column, Step, ladder, read_below
from rules.sql_terms import Script, Term, Writer, types_of

OFFER, POSITION = "offer_id", "position"
UNVALUED = "unvalued_entry@any"  # an alternative that counts has equity that nobody can value


@dataclass(frozen=True, slots=True)
class Draw:
    """A pick at one end of what is uncertain.

    Attributes:
        gives: Column of the offer -> expression over the entry that wins.
        where: What an entry must satisfy.
        key: What entries are compared by; None where the first one wins.
    """

    pick: Pick
    end: End
    gives: Mapping[str, Expression]
    where: Expression
    key: Expression | None

    @property
    def reads(self) -> frozenset[str]:
        """The columns of an entry that all this reads."""
        return frozenset[str]().union(*map(names, self._expressions()))

    def _expressions(self) -> Iterator[Expression]:
        yield self.where
        if self.pick.order != "any":
            yield from self.gives.values()
        if self.key is not None:
            yield self.key

    @property
    def place(self) -> str:
        """The column that holds what was drawn."""
        return f"{self.pick.name}@picked@{self.end}"

    @property
    def best(self) -> str:
        """The column that holds the best key."""
        return f"{self.pick.name}@best@{self.end}"


class SqlList:
    """One list of the case: the entries of all offers, and what is drawn out of them.

    Attributes:
        facts: What an entry may state.
        changing: Names of what picks give that hangs on an uncertain number.
        terms: What is worked out for an entry, each after those that it reads.
        types: Those of its columns.
        script: Writes terms over them.
        draws: What is drawn out of the entries, at each end.
        outside: Facts of the offer that no entry states for itself.
    """

    def __init__(self, book: Book, numbers: SqlNumbers, one: ListOf, uncertain: Sequence[str]):
        self._book, self._numbers, self.name = book, numbers, one.name
        self.facts = book.facts_of(one)
        self.outside = tuple(name for name in book.facts if name not in self.facts)
        self._formulas = book.formulas_of(one)
        self._touched = affected(self._formulas, uncertain)
        self.terms = list(self._worked_out())
        stated = {name: fact.type for name, fact in self.facts.items()}
        self.types = {**book.types, **stated, **types_of(self.terms)}
        self.script = Script(numbers, self.types)
        picks = [pick for pick in book.picks if pick.source == one.name]
        changing = [pick for pick in picks if self._hangs(pick)]
        self.changing = tuple(name for pick in changing for name in pick.gives)
        if one.name == "competing_offers":
            picks.append(_UNVALUED)
        self.draws = [
            self._draw(pick, end)
            for end in _ends(bool(changing))
            for pick in (picks if end == "point" else changing)
        ]

    def given(self) -> Iterator[Column]:
        """What the picks give, as columns of an offer joined to the picked row of its list."""
        for draw in self.draws:
            for name in draw.gives:
                text = f"{quoted(draw.place)}.{quoted(name)}"
                if draw.pick.order == "any":
                    text = f"COALESCE({quoted(draw.place)}, FALSE)"
                yield Column(name, text)

    def read_for(self, wanted: Collection[str]) -> frozenset[str]:
        """What is read of an entry, and outside of it, for some columns of the offer."""
        draws = (draw for draw in self.draws if not draw.gives.keys().isdisjoint(wanted))
        return read_below(self.terms, frozenset[str]().union(*(draw.reads for draw in draws)))

    def steps(self, wanted: Collection[str]) -> Iterator[Step]:
        """The entries, valued; then one row for each offer that has any, if anything is wanted."""
        draws = [draw for draw in self.draws if not draw.gives.keys().isdisjoint(wanted)]
        if not draws:
            return
        reads = frozenset({OFFER, POSITION}).union(*(draw.reads for draw in draws))
        columns = [*map(self.script.column, self.terms)]
        start = Step(f"{self.name}_entry", self._start(read_below(columns, reads)))
        *earlier, last = (start, *ladder(start.name, columns, reads))
        yield from (*earlier, last)
        entries = quoted(last.name)
        if any(draw.key is not None for draw in draws):
            yield self._best(entries, draws)
            entries += f" JOIN {quoted(self.name + '_best')} USING ({OFFER})"
        drawn = ",\n  ".join(self._drawn(draw, wanted) for draw in draws)
        select = f"SELECT {OFFER},\n  {drawn}\nFROM {entries}\nGROUP BY {OFFER}"
        yield Step(self.picked, select)

    @property
    def picked(self) -> str:
        """The name of the last step."""
        return f"{self.name}_picked"

    def _hangs(self, pick: Pick) -> bool:
        reads = names(pick.where) | frozenset(pick.gives.values())
        reads |= names(pick.key) if pick.key is not None else frozenset()
        return bool(reads & self._touched)

    def _worked_out(self) -> Iterator[Term]:
        for end in _ends(bool(self._touched)):
            writer = self._writer(end)
            for formula in self._formulas:
                if end == "point" or formula.name in self._touched:
                    yield writer.formula(formula, writer.place(formula.name))

    def _writer(self, end: End) -> Writer:
        renamed = {} if end == "point" else {name: f"{name}@{end}" for name in self._touched}
        return Writer(self._numbers, end, renamed)

    def _draw(self, pick: Pick, end: End) -> Draw:
        made, tail = self._writer(end).over_columns, "" if end == "point" else f"@{end}"
        gives = {outer + tail: made(Name(inner)) for outer, inner in pick.gives.items()}
        key = None if pick.key is None else made(pick.key)
        return Draw(pick, end, gives, made(pick.where), key)

    def _start(self, reads: frozenset[str]) -> str:
        """The entries with what is read of them, of their offer, and of the book's money."""
        money = [name for name in self._numbers.money_columns if name in reads]
        stated = [f"entry.{quoted(name)}" for name in sorted(reads - {*money, *self.outside})]
        stated += [f"offer.{quoted(name)}" for name in self.outside if name in reads]
        stated += [f"{MONEY}.{quoted(name)}" for name in money]
        join = self._numbers.join("offer") if money else ""
        outside = f" JOIN offers AS offer USING ({OFFER})"
        if not money and reads.isdisjoint(self.outside):
            outside = ""
        return f"SELECT {', '.join(stated)}\nFROM {quoted(self.name)} AS entry{outside}{join}"

    def _best(self, entries: str, draws: Sequence[Draw]) -> Step:
        """The best key of each offer, for each pick that has one."""
        best = ",\n  ".join(
            f"{'MAX' if draw.pick.order == 'highest' else 'MIN'}({self.script.text(draw.key)})"
            f" FILTER (WHERE {self.script.text(draw.where)}) AS {quoted(draw.best)}"
            for draw in draws
            if draw.key is not None
        )
        select = f"SELECT {OFFER},\n  {best}\nFROM {entries}\nGROUP BY {OFFER}"
        return Step(f"{self.name}_best", select)

    def _drawn(self, draw: Draw, wanted: Collection[str]) -> str:
        place, where = quoted(draw.place), self.script.text(draw.where)
        if draw.pick.order == "any":
            return f"COALESCE(BOOL_OR({where}), FALSE) AS {place}"
        if draw.key is not None:
            best = quoted(draw.best)
            where = f"{where} AND ({self.script.text(draw.key)} = {best} OR {best} IS NULL)"
        fields = ", ".join(
            f"{quoted(name)} := {self.script.text(one)}"
            for name, one in draw.gives.items()
            if name in wanted
        )
        return f"ARG_MIN(STRUCT_PACK({fields}), {POSITION}) FILTER (WHERE {where}) AS {place}"


_UNVALUED = Pick(
    UNVALUED,
    "competing_offers",
    And((Name("equity_unvaluable"), Name("is_usable"))),
    "any",
    None,
    {UNVALUED: UNVALUED},
    "",
)


def _ends(are_tried: bool) -> tuple[End, ...]:
    return ("point", "low", "high") if are_tried else ("point",)


def sql_type(fact: Fact) -> str:
    """The SQL type of a fact."""
    return KINDS[fact.type.kind]
