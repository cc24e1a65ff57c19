"""The book with a fault planted in it, as the tables in ``tests/proving/seeds`` say."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from offerdesk.samples import examples
from rules.binding import bind
from rules.book import BOOK, Book
from rules.errors import MalformedBook
from rules.loader import read_texts
from rules.parse import parse
from rules.proving.claims import Claim
from rules.proving.proving import prove
from rules.proving.statement import FILE, statement_of
from rules.source import Document, parse_document, read_document

TABLES = Path(__file__).parent / "seeds"
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seed:
    """A fault that is planted.

    Attributes:
        kind, name: What kind of fault, and which.
        file: Of the book, that is edited.
        edits: ``set``, ``and``, ``or`` and ``append`` by path; ``drop``, ``row`` and ``swap``.
        chapter: Of the proofs that find it; None where the checks before them do.
        about: The names that are looked at, to be quick.
        code, place: What has to be told, and part of where.
        is_slow: Whether it takes more than some three seconds to find.
    """

    kind: str
    name: str
    file: str
    edits: Values
    chapter: str | None
    about: tuple[str, ...]
    code: str
    place: str
    is_slow: bool

    def is_told(self, faults: Sequence[tuple[str, str]]) -> bool:
        """Whether the fault is among codes and places."""
        return any(code == self.code and self.place in place for code, place in faults)


def seeds() -> list[Seed]:
    """Every seed of every table."""
    return [one for path in sorted(TABLES.glob("*.yaml")) for one in _seeds(path)]


def _seeds(path: Path) -> Iterator[Seed]:
    page = yaml.safe_load(path.read_text("utf-8"))
    for kind, entries in page["seeds"].items():
        for entry in entries:
            ((code, place),) = entry["finds"].items()
            is_proved = code.startswith("proof-")
            yield Seed(
                kind=kind,
                name=entry["name"],
                file=entry.get("file") or page["file"],
                edits={how: entry[how] for how in _EDITS if how in entry},
                chapter=page["chapter"] if is_proved else None,
                about=tuple(entry.get("about", ())),
                code=code,
                place=place,
                is_slow=entry.get("slow", False),
            )


# --- Planting -------------------------------------------------------------------------------------


@cache
def _shipped() -> tuple[dict[str, str], dict[str, Document]]:
    texts = read_texts(BOOK)
    return texts, {name: parse_document(text, name) for name, text in texts.items()}


@cache
def _offers() -> list[Any]:
    return [read_document(path).value for path in sorted((examples() / "offers").glob("*.yaml"))]


_parse = cache(parse)


def seeded(seed: Seed) -> tuple[Book, str]:
    """The book that comes with Offerdesk and what it states of itself, with the fault in one.

    Raises:
        MalformedBook: The fault is found before anything is proved.
    """
    texts, documents = _shipped()
    states = (BOOK / FILE).read_text("utf-8")
    text = _edited(states if seed.file == FILE else texts[seed.file], seed.edits)
    if seed.file == FILE:
        return bind(documents, _parse, texts), text
    documents = {**documents, seed.file: parse_document(text, seed.file)}
    return bind(documents, _parse, {**texts, seed.file: text}), states


def broken(book: Book, states: str, *chapters: str, about: Sequence[str] = ()) -> list[Claim]:
    """The claims that fail or are not proved.

    Args:
        book: The book.
        states: The text of what it states of itself.
        chapters: Of the proofs.
        about: Names; where there are any, the claims about those alone.
    """
    statement = statement_of(states, book)
    proofs = prove(book, statement, _offers(), only=chapters, about=about)
    return [*proofs.failed, *proofs.open]


def found(seed: Seed) -> tuple[list[tuple[str, str]], list[Claim]]:
    """The codes and places that are told of a seeded book, and the claims that are broken."""
    try:
        book, states = seeded(seed)
    except MalformedBook as problem:
        return [(fault.code, fault.place) for fault in problem.faults], []
    claims = broken(book, states, seed.chapter, about=seed.about) if seed.chapter else []
    return [(one.fault.code, one.fault.place) for one in claims if one.fault], claims


# --- Edits of one file ----------------------------------------------------------------------------


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _edited(text: str, edits: Values) -> str:
    value = yaml.safe_load(text)
    for how, what in edits.items():
        value = _EDITS[how](value, copy.deepcopy(what))
    return yaml.dump(value, Dumper=_NoAliases, sort_keys=False, width=1000, allow_unicode=True)


def _where(value: Any, path: str) -> tuple[Any, Any]:
    """What holds the last step of a path, and that step."""
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in steps:
        value = value[step]
    return value, last


def _set(value: Any, new: Values) -> Any:
    for path, what in new.items():
        node, last = _where(value, path)
        node[last] = what
    return value


def _joined(how: str, value: Any, conditions: Values) -> Any:
    for path, condition in conditions.items():
        node, last = _where(value, path)
        node[last] = f"({node[last]}) {how} ({condition})"
    return value


def _append(value: Any, new: Values) -> Any:
    for path, what in new.items():
        node, last = _where(value, path)
        node[last].append(what)
    return value


def _drop(value: Any, paths: Sequence[str]) -> Any:
    for path in paths:
        node, last = _where(value, path)
        del node[last]
    return value


def _row(value: Any, new: Any) -> Any:
    """New rows, each before another one."""
    rows = dict(value["rows"])
    for one in new if isinstance(new, list) else [new]:
        planted = {key: one[key] for key in ("when", "decides")}
        planted["because"] = [{"say": "A planted row."}]
        names = list(rows)
        names.insert(names.index(one["before"]), one["name"])
        rows = {**rows, one["name"]: planted}
        rows = {name: rows[name] for name in names}
    return {**value, "rows": rows}


def _swap(value: Any, both: Sequence[str]) -> Any:
    """Two rows that change places."""
    one, two = both
    names = [{one: two, two: one}.get(name, name) for name in value["rows"]]
    return {**value, "rows": {name: value["rows"][name] for name in names}}


_EDITS: dict[str, Any] = {
    "set": _set,
    "and": lambda value, conditions: _joined("AND", value, conditions),
    "or": lambda value, conditions: _joined("OR", value, conditions),
    "append": _append,
    "drop": _drop,
    "row": _row,
    "swap": _swap,
}
