"""What a book is made of, one entry for each thing that has a name, as the YAML files state it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.source import Document, parse_document

Path = tuple[str, ...]
Key = tuple[str, str]  # kind and name

_KINDS: Mapping[str, Mapping[str, str]] = {
    "facts.yaml": {"lists": "list"},
    "valuation.yaml": {"pick": "pick", "series": "series", "ends": "end"},
    "verdict.yaml": {"rows": "row", "questions": "question", "conditions": "condition"},
    "asks.yaml": {"asks": "ask", "sums": "figure"},
    "levers.yaml": {"levers": "lever", "evidence_quality": "quality"},
}
_OF_FILE = {"facts.yaml": "fact", "valuation.yaml": "figure"}
_FLAT = {"signals.yaml": "signal", "law.yaml": "law"}
_WHOLE = frozenset({"prohibited"})  # sections that are one thing


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a book.

    Attributes:
        kind: ``number``, ``signal``, ``row`` and so on.
        name: As the book calls it; an entry of a list of facts bears the name of the list too.
        path: File, and keys within it.
        place: File and line.
        value: What stands there.
    """

    kind: str
    name: str
    path: Path
    place: str
    value: Any


def documents_of(book: Book) -> dict[str, Document]:
    """The files of a book, read."""
    return {name: parse_document(text, name) for name, text in book.documents.items()}


def entries_of(documents: Mapping[str, Document]) -> dict[Key, Entry]:
    """Every entry by kind and name, in the order of the files."""
    found = (_entry(document, *one) for document in documents.values() for one in _within(document))
    return {(one.kind, one.name): one for one in found}


def _within(document: Document) -> Iterator[tuple[str, str, Path]]:
    """Kind, name and keys of each entry of a file."""
    file, value = document.name, document.value
    if file.startswith("parameters"):
        yield from (("number", name, (name,)) for name in value)
    elif file in _FLAT:
        yield from ((_FLAT[file], name, (name,)) for name in value)
    else:
        for section, inner in value.items():
            yield from _section(file, section, inner)


def _section(file: str, section: str, inner: Any) -> Iterator[tuple[str, str, Path]]:
    if not isinstance(inner, dict) or section in _WHOLE:
        yield "setting", section, (section,)
        return
    kind = _KINDS.get(file, {}).get(section, _OF_FILE.get(file, "setting"))
    is_shared = file == "valuation.yaml" and section not in (*_KINDS[file], "package", "case")
    for name in inner:
        yield kind, f"{section}.{name}" if is_shared else name, (section, name)


def _entry(document: Document, kind: str, name: str, path: Path) -> Entry:
    value: Any = document.value
    for key in path:
        value = value[key]
    line = document.lines.get(path, 1)
    return Entry(kind, name, (document.name, *path), f"{document.name}:{line}", value)
