"""The lists of a case as SQL: each entry valued by its formulas, then what the picks draw out.

An entry wins over the others of its offer as in ``rules/valuing.py``: by its key, those without a
key last, and of equals the one that was stated first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.book import Book, End, Fact, Formula, ListOf, Pick
from rules.expression import And, Expression, Name, names
from rules.ordering import affected
from rules.sql import KINDS, quoted
from rules.sql_numbers import MONEY, SqlNumbers
from rules.sql_steps import Column, Step, ladder
from rules.sql_terms import Writer

OFFER, POSITION = "offer_id", "position"
UNVALUED = "unvalued_entry@any"  # an alternative that counts has equity that nobody can value


class SqlList:
    """One list of the case: the entries of all offers, and what is drawn out of them.

    Attributes:
        facts: What an entry may state.
        outside: What its formulas read of the case itself.
        picks: Its picks, with the end at which each is drawn; a pick that hangs on an uncertain
            number is drawn at every end.
    """

    def __init__(self, book: Book, numbers: SqlNumbers, one: ListOf, uncertain: Sequence[str]):
        self._book, self._numbers, self.name = book, numbers, one.name
        package = [f for f in book.facts.values() if f.group == "package"]
        self.facts: dict[str, Fact] = {f.name: f for f in (package if one.is_package else [])}
        self.facts |= {f.name: f for f in one.facts}
        own = book.entries.get(one.name, ())
        self._formulas: tuple[Formula, ...] = (*(book.package if one.is_package else ()), *own)
        self.touched = affected(self._formulas, uncertain)
        self.picks = [pick for pick in book.picks if pick.source == one.name]
        if one.name == "competing_offers":
            self.picks.append(_UNVALUED)
        self.changing = [pick for pick in self.picks if pick is not _UNVALUED and self._hangs(pick)]
        self.outside = self._read_outside()
        self._types = {
            **book.types,
            **{name: fact.type for name, fact in self.facts.items()},
            **{formula.name: formula.type for formula in self._formulas},
        }

    def _hangs(self, pick: Pick) -> bool:
        reads = names(pick.where) | frozenset(pick.gives.values())
        reads |= names(pick.key) if pick.key is not None else frozenset()
        return bool(reads & self.touched)

    def _read_outside(self) -> tuple[str, ...]:
        read: set[str] = {"evaluation_date"}
        for formula in self._formulas:
            read |= names(formula.expression)
        for pick in self.picks:
            read |= names(pick.where) | frozenset(pick.gives.values())
        known = self.facts.keys() | {formula.name for formula in self._formulas}
        return tuple(sorted((read - known) & self._book.facts.keys()))

    def steps(self) -> Iterator[Step]:
        """The entries, valued; then one row for each offer that has any."""
        *steps, last = ladder(Step(self.name + "_0", self._start()), self._columns())
        yield from (*steps, last)
        drawn = [
            (pick, end) for end in self._ends() for pick in self.picks if self._is_drawn(pick, end)
        ]
        keyed = [(pick, end) for pick, end in drawn if pick.key is not None]
        entries = quoted(last.name)
        if keyed:
            best = ",\n  ".join(
                f"{'MAX' if pick.order == 'highest' else 'MIN'}({self._text(pick.key, end)}) "
                f"FILTER (WHERE {self._text(pick.where, end)}) AS {quoted(_best(pick, end))}"
                for pick, end in keyed
                if pick.key is not None
            )
            yield Step(
                f"{self.name}_best",
                f"SELECT {OFFER},\n  {best}\nFROM {entries}\nGROUP BY {OFFER}",
            )
            entries += f" JOIN {quoted(self.name + '_best')} USING ({OFFER})"
        columns = ",\n  ".join(self._drawn(pick, end) for pick, end in drawn)
        select = f"SELECT {OFFER},\n  {columns}\nFROM {entries}\nGROUP BY {OFFER}"
        yield Step(f"{self.name}_picked", select)

    def given(self) -> Iterator[Column]:
        """What the picks give, as columns of an offer joined to the picked row of its list."""
        for end in self._ends():
            for pick in self.picks:
                if self._is_drawn(pick, end):
                    yield from _given(pick, end)

    def _start(self) -> str:
        """The entries with what they read of their offer."""
        stated = [f"entry.{name}" for name in (OFFER, POSITION)]
        stated += [f"entry.{quoted(name)}" for name in self.facts]
        stated += [f"offer.{quoted(name)}" for name in self.outside]
        money, join = self._money()
        return (
            f"SELECT {', '.join((*stated, *money))}\nFROM {quoted(self.name)} AS entry"
            f" JOIN offers AS offer USING ({OFFER}){join}"
        )

    def _money(self) -> tuple[list[str], str]:
        reads = frozenset[str]().union(*(names(one.expression) for one in self._formulas))
        wanted = [f"{MONEY}.{quoted(name)}" for name in self._numbers.money if name in reads]
        return wanted, money_join("offer") if wanted else ""

    def _columns(self) -> Iterator[Column]:
        for end in self._ends():
            writer = self._writer(end)
            for formula in self._formulas:
                if end == "point" or formula.name in self.touched:
                    yield writer.formula(formula, writer.place(formula.name))

    def _ends(self) -> tuple[End, ...]:
        return ("point", "low", "high") if self.touched else ("point",)

    def _writer(self, end: End) -> Writer:
        renamed = {} if end == "point" else {name: f"{name}@{end}" for name in self.touched}
        return Writer(self._book, self._numbers, self._types, end, renamed)

    def _text(self, expression: Expression, end: End) -> str:
        return self._writer(end).text(expression)

    def _is_drawn(self, pick: Pick, end: End) -> bool:
        return end == "point" or pick in self.changing

    def _drawn(self, pick: Pick, end: End) -> str:
        where, place = self._text(pick.where, end), quoted(_place(pick, end))
        if pick.order == "any":
            return f"COALESCE(BOOL_OR({where}), FALSE) AS {place}"
        if pick.key is not None:
            best = quoted(_best(pick, end))
            where = f"{where} AND ({self._text(pick.key, end)} = {best} OR {best} IS NULL)"
        fields = ", ".join(
            f"{quoted(outer)} := {self._text(Name(inner), end)}"
            for outer, inner in pick.gives.items()
        )
        return f"ARG_MIN(STRUCT_PACK({fields}), {POSITION}) FILTER (WHERE {where}) AS {place}"


_UNVALUED = Pick(
    UNVALUED, "", And((Name("equity_unvaluable"), Name("is_usable"))), "any", None, {}, ""
)


def _place(pick: Pick, end: End) -> str:
    return f"{pick.name}@picked" if end == "point" else f"{pick.name}@picked@{end}"


def _best(pick: Pick, end: End) -> str:
    return f"{pick.name}@best@{end}"


def _given(pick: Pick, end: End) -> Iterator[Column]:
    place, tail = _place(pick, end), "" if end == "point" else f"@{end}"
    if pick.order == "any":
        yield Column(pick.name + tail, f"COALESCE({quoted(place)}, FALSE)")
    for outer in pick.gives if pick.order != "any" else ():
        yield Column(outer + tail, f"{quoted(place)}.{quoted(outer)}")


def money_join(offer: str) -> str:
    """The join that brings the book's money in the currency and on the day of an offer."""
    return (
        f" LEFT JOIN {MONEY} ON {MONEY}.currency = {offer}.currency"
        f" AND {offer}.evaluation_date >= {MONEY}.since AND {offer}.evaluation_date < {MONEY}.until"
    )


def sql_type(fact: Fact) -> str:
    """The SQL type of a fact."""
    return KINDS[fact.type.kind]
