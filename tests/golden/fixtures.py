"""Golden files: a small book, the text that it is compiled to, and what that text must conclude.

The head of a file is YAML behind ``-- ``.  It states facts, and terms by name; besides perhaps
``package``, ``numbers``, ``lists``, ``picks`` and ``rows``.  Each of its ``offers`` states facts,
entries of lists, and beside them what is to be concluded.  After the head stand the texts for
DuckDB and for Spark, each closed by a semicolon.

``python -m tests.golden`` writes the texts anew; the head, and what is to be concluded, is written
by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from rules.book import Amount, Book, Fact, Formula, Layer, ListOf, Parameter, Period, Pick, Row
from rules.case import Case
from rules.checker import Kind, Type
from rules.kinds import kind_of
from rules.parse import parse
from rules.sql_book import query_of
from rules.sql_dialects import DIALECTS, in_dialect
from rules.sql_steps import Query
from tests.offers import DAY, book

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.sql"))
_RATES = {"units_per_dollar": {"keyed_by": "currency", "from": {date(2020, 1, 1): {"USD": 1}}}}
_WORDS: Mapping[type | None, Kind] = {float: "number", bool: "flag", str: "text", date: "date"}


@dataclass(frozen=True)
class Golden:
    """A golden file.

    Attributes:
        head: Its head, read.
        lines: The head as it is written.
        texts: Dialect -> the text in the file.
    """

    head: Mapping[str, Any]
    lines: str
    texts: Mapping[str, str]

    @property
    def columns(self) -> list[str]:
        """What is concluded."""
        stated = {"evaluation_date", "currency", *self.head["facts"], *self.head.get("lists", {})}
        return [name for name in self.head["offers"][0] if name not in stated]

    @property
    def query(self) -> Query:
        """The query that the small book is compiled to."""
        return query_of(small_book(self.head), self.columns)

    def emitted(self) -> dict[str, str]:
        """Dialect -> the text that is emitted now."""
        return {dialect: in_dialect(self.query.text, dialect) for dialect in DIALECTS}

    def cases(self) -> list[Case]:
        """The offers."""
        facts, lists = (
            ("evaluation_date", "currency", *self.head["facts"]),
            self.head.get("lists", {}),
        )
        return [
            Case(
                {
                    "evaluation_date": DAY,
                    **{name: _value(one.get(name)) for name in facts if name in one},
                }
                | {name: None for name in facts if name not in one and name != "evaluation_date"},
                {
                    name: [_entry(e, lists[name]["facts"]) for e in one.get(name, ())]
                    for name in lists
                },
                (),
            )
            for one in self.head["offers"]
        ]

    def expected(self) -> list[dict[str, Any]]:
        """What must be concluded about each offer."""
        return [{name: _value(one[name]) for name in self.columns} for one in self.head["offers"]]


def read(path: Path) -> Golden:
    """A golden file; one without texts is new."""
    content = path.read_text("utf-8")
    head = content.split("\n\n", 1)[0].rstrip()
    texts = content[len(head) :].strip().rstrip(";").split("\n;\n")
    lines = "".join(
        line.removeprefix("-- ").removeprefix("--") + "\n" for line in head.splitlines()
    )
    return Golden(
        yaml.safe_load(lines), head, dict(zip(DIALECTS, (t.strip() for t in texts), strict=False))
    )


def written(golden: Golden) -> str:
    """The file with the texts that are emitted now."""
    return "\n\n".join((golden.lines, *(f"{one}\n;" for one in golden.emitted().values()))) + "\n"


def _value(value: Any) -> Any:
    return float(value) if type(value) is int else value


def _entry(entry: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, Any]:
    return {name: _value(entry.get(name)) for name in facts}


# --- The book ---------------------------------------------------------------------------------


def small_book(head: Mapping[str, Any]) -> Book:
    """A book of a few terms."""
    facts = {"evaluation_date": "date", "currency": "text", **head["facts"]}
    lists = {name: _list(name, one) for name, one in head.get("lists", {}).items()}
    numbers = {name: _number(name, one) for name, one in (_RATES | head.get("numbers", {})).items()}
    empty = replace(
        book(),
        facts={name: _fact(name, kind) for name, kind in facts.items()},
        lists=lists,
        parameters=numbers,
        law={},
        levers=(),
        closing=(),
        ends={},
        rows=tuple(_row(*one) for one in head.get("rows", {}).items()),
        types={name: Type(kind) for name, kind in facts.items()}
        | {name: Type("number") for name in numbers},
    )
    package = tuple(_formulas(head.get("package", {}), empty))
    types = {**empty.types, **{one.name: one.type for one in package}}
    entries = {
        name: tuple(_formulas(one.get("terms", {}), _with_types(empty, _kinds(one["facts"]))))
        for name, one in head.get("lists", {}).items()
    }
    picks = tuple(_pick(*one) for one in head.get("picks", {}).items())
    inside = {f.name: f.type for one in lists.values() for f in one.facts}
    inside |= {f.name: f.type for some in entries.values() for f in some}
    for pick in picks:
        gives = pick.gives.items()
        types |= {o: Type("flag") if pick.order == "any" else inside[i] for o, i in gives}
    whole = replace(empty, package=package, entries=entries, picks=picks, types=types)
    terms = tuple(_formulas(head.get("terms", {}), whole))
    types |= {one.name: one.type for one in terms}
    return replace(whole, layers=(Layer(terms, ()),), types=types)


def _kinds(facts: Mapping[str, Kind]) -> dict[str, Type]:
    return {name: Type(kind) for name, kind in facts.items()}


def _with_types(of: Book, types: Mapping[str, Type]) -> Book:
    return replace(of, types={**of.types, **types})


def _fact(name: str, kind: Kind) -> Fact:
    return Fact(
        name, "case", ((name,),), "value", (), Type(kind), {}, False, None, None, "", "", False
    )


def _list(name: str, one: Mapping[str, Any]) -> ListOf:
    return ListOf(name, (name,), False, tuple(_fact(*fact) for fact in one["facts"].items()))


def _formulas(terms: Mapping[str, str], of: Book) -> Iterator[Formula]:
    types = dict(of.types)
    for name, text in terms.items():
        expression = parse(str(text))
        types[name] = Type(_WORDS[kind_of(expression, types)])
        yield Formula(name, types[name], expression, "")


def _number(name: str, one: Mapping[str, Any]) -> Parameter:
    periods = tuple(Period(day, _amounts(value), "A", "") for day, value in one["from"].items())
    ends = [p.value for p in periods if isinstance(p.value, Amount)]
    return Parameter(
        name,
        one.get("unit", ""),
        one.get("keyed_by"),
        periods,
        any(amount.is_uncertain for amount in ends),
        one.get("currency"),
        False,
        "",
    )


def _amounts(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() != {"low", "point", "high"}:
        return {key: _amounts(one) for key, one in value.items()}
    ends = value if isinstance(value, dict) else dict.fromkeys(("low", "point", "high"), value)
    return Amount(*(_value(ends[end]) for end in ("low", "point", "high")))


def _row(name: str, one: Mapping[str, Any]) -> Row:
    return Row(name, parse(one["when"]), one["decides"], one.get("looks_at_ends", False), ())


def _pick(name: str, one: Mapping[str, Any]) -> Pick:
    order = next(word for word in ("highest", "lowest", "first", "any") if word in one)
    key = parse(one[order]) if order in ("highest", "lowest") else None
    where = parse(one["any"] if order == "any" else one["where"])
    return Pick(name, one["from"], where, order, key, one.get("gives", {name: name}), "")
