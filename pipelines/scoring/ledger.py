"""The ledger: for every offer the truth of each rule and of each of its conditions.

Grain: one row for each offer that was judged, one column for each condition: TRUE, FALSE, or NULL
where it is unknown.  Parquet packs each into a bit and its presence into another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.book import Book
from rules.expression import And, Expression, Literal, Name, Not, Or, sql_text
from rules.sql import Words, constant, quoted, sql


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a rule.

    Attributes:
        rule: The rule that it belongs to, and ``kind`` of which it is: row, signal or lever.
        text: The condition as it stands in the book.
        column: The column of the ledger that holds its truth.
    """

    rule: str
    kind: str
    text: str
    column: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """A condition, and when it alone keeps an offer from being accepted.

    Attributes:
        holds: SQL over the ledger: the rule is the only one that stands against accepting, and
            would not hold if this condition were the other way round.
    """

    condition: Condition
    holds: str


class Ledger:
    """What is kept of every offer, by a book."""

    def __init__(self, book: Book) -> None:
        self.conditions: list[Condition] = []
        self.also: dict[str, Expression] = {}
        self._columns: dict[Expression, str] = {}
        self._book = book
        signals = [one for layer in (*book.layers, *book.closing) for one in layer.signals]
        self._flags = {one.name for one in signals}
        rules = [("row", row.name, row.when) for row in book.rows]
        rules += [("signal", one.name, one.when) for one in signals]
        rules += [("lever", one.name, one.when) for one in book.levers]
        for kind, rule, when in rules:
            for atom in atoms(when):
                column = self._column(atom)
                self.conditions.append(Condition(rule, kind, sql_text(atom), column))

    def _column(self, atom: Expression) -> str:
        """The column of a condition; that of a signal is the signal's."""
        if isinstance(atom, Name) and atom.name in self._flags:
            return atom.name
        if atom not in self._columns:
            self._columns[atom] = f"condition {len(self._columns) + 1}"
            self.also[self._columns[atom]] = atom
        return self._columns[atom]

    def columns(self, names: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
        """Each column of the ledger and the column of a judged frame that it is.

        Args:
            names: As ``Frame.names``.
        """
        own = {name: names["values"][name] for name in sorted(self._flags)}
        own |= {f"row {name}": column for name, column in names["rows"].items()}
        own |= {f"lever {name}": column for name, column in names["levers"].items()}
        return own | {column: column for column in self.also}

    def blockers(self) -> Iterator[Blocker]:
        """When each condition of the rows that do not accept is all that stands in the way."""
        against = [
            row for row in self._book.rows if row.decides != "accept" and _can_fail(row.when)
        ]
        for row in against:
            alone = " AND ".join(
                f"{'' if other is row else 'NOT '}COALESCE({quoted(f'row {other.name}')}, FALSE)"
                for other in against
            )
            for atom in dict.fromkeys(atoms(row.when)):
                turned = self._sql(_turned(row.when, atom))
                condition = Condition(row.name, "row", sql_text(atom), self._column(atom))
                yield Blocker(condition, f"{alone} AND NOT COALESCE({turned}, FALSE)")

    def views(self) -> str:
        """SQL that makes the folder of a ledger readable: its rows, and who blocks what.

        Run it in the folder: ``ledger`` has a row for each offer, ``blockers`` one for each
        condition of a row that does not accept, with the offers that it alone held up.
        """
        counts = ",\n  ".join(
            f"count(*) FILTER (WHERE {one.holds}) AS {quoted(str(number))}"
            for number, one in enumerate(self.blockers())
        )
        named = ",\n  ".join(
            f"({', '.join(map(constant, (str(number), one.condition.rule, one.condition.text)))})"
            for number, one in enumerate(self.blockers())
        )
        return (
            "CREATE OR REPLACE VIEW ledger AS SELECT * FROM read_parquet('part-*.parquet');\n"
            "CREATE OR REPLACE VIEW conditions AS SELECT * FROM read_csv('conditions.csv');\n"
            "CREATE OR REPLACE VIEW blockers AS\n"
            f"WITH counted AS (SELECT\n  {counts}\nFROM ledger),\n"
            "turned AS (UNPIVOT counted ON COLUMNS(*) INTO NAME number VALUE offers),\n"
            f"named(number, rule, condition) AS (VALUES\n  {named})\n"
            "SELECT rule, condition, offers FROM turned JOIN named USING (number)\n"
            "ORDER BY offers DESC, rule, condition;\n"
        )

    def _sql(self, when: Expression) -> str:
        """A rule over the columns of the ledger."""

        def by_column(node: Expression) -> Expression:
            match node:
                case And(operands):
                    return And(tuple(map(by_column, operands)))
                case Or(operands):
                    return Or(tuple(map(by_column, operands)))
                case Not(Literal()) | Literal():
                    return node
                case Not(operand):
                    return Not(by_column(operand))
                case _:
                    return Name(self._column(node))

        return sql(by_column(when), Words(quoted, _no_table, lambda _: False))


def atoms(when: Expression) -> Iterator[Expression]:
    """The conditions that a rule is made of, with AND, OR and NOT."""
    match when:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from atoms(operand)
        case Not(operand):
            yield from atoms(operand)
        case _:
            yield when


def _turned(when: Expression, atom: Expression) -> Expression:
    """A rule in which one condition, where it is known, is the other way round."""
    if when == atom:
        return Not(atom)
    match when:
        case And(operands):
            return And(tuple(_turned(one, atom) for one in operands))
        case Or(operands):
            return Or(tuple(_turned(one, atom) for one in operands))
        case Not(operand):
            return Not(_turned(operand, atom))
        case _:
            return when


def _can_fail(when: Expression) -> bool:
    return when != Literal(True)


def _no_table(table: str, _: str) -> str:
    raise LookupError(f"a condition of the ledger reads the table {table}")


def described(conditions: Sequence[Condition]) -> list[dict[str, str]]:
    """The conditions as rows of a table."""
    return [
        {"rule": one.rule, "kind": one.kind, "condition": one.text, "column": one.column}
        for one in conditions
    ]
