"""From the folder ``cases`` beside a book to worked cases, with every fault at once.

A file holds ``cases``; and for what is tried two or three ways, ``signals`` and ``levers``: by
name, a change under which it ``holds``, one under which it ``fails``, and perhaps one under which
it is ``unknown``.  All cases of a file depart from its ``start`` and share its ``change``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.errors import Fault, MalformedBook, UnusableCase
from rules.expression import Expression, Literal
from rules.page import Page
from rules.source import Document, PathInDocument, read_document
from rules.worked.starting import (
    SECTIONS,
    Raw,
    Starts,
    bad_path,
    changed,
    merged,
    read_starts,
    start_of,
)

FOLDER, STARTS, GENERATED = "cases", "starts.yaml", "generated.yaml"
NEVER = "never"
TRUTHS: Mapping[str, bool | None] = {"holds": True, "fails": False, "unknown": None}
EXPECTED: Mapping[str, str] = {
    "verdict": "text",
    "status": "text",
    "row": "text",
    "says": "text",
    "refused": "text",
    "figures": "mapping",
    "signals": "mapping",
    "asks": "mapping",
    "levers": "mapping",
    "questions": "mapping",
    "conditions": "mapping",
    "packages": "list",
}
_FILE = {"about": "text", "start": "any", "change": "mapping", "unreachable": "list"}
_FILE |= {"signals": "mapping", "levers": "mapping", "cases": "list"}
_CASE = {"why": "text", "change": "mapping", "facts": "mapping", "entries": "mapping"}
_CASE |= {"offer": "mapping", "candidate": "mapping", "market": "mapping"}
_CASE |= {
    "evaluation_date": "date",
    "expect": "mapping",
    "generated": "flag",
    "confirmed_by": "any",
}


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """An offer, and what the book must say of it.

    Attributes:
        place: File and line of its name; ``lines`` those of what is expected, by path.
        raw: The offer as a person would hand it in.
        facts, entries: What is then put in the place of single facts, and of whole lists.
        expect: What must come out; what is not named is not looked at.
        tries: The kind and name of what the case was written for, if it is a signal or lever.
        generated: Written by a search; no person has confirmed what is expected.
    """

    name: str
    place: str
    raw: Raw
    expect: Mapping[str, Any]
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[PathInDocument, str] = field(default_factory=dict, repr=False)
    tries: tuple[str, str] | None = None
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Why no offer can do what a condition lacks.

    Attributes:
        condition: The text of the condition.
        within: The term in which it stands, such as ``signal x``; empty for every term.
    """

    condition: str
    within: str
    why: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The worked cases of a book.

    Attributes:
        never: Signals that nothing a case may state leaves unknown.
        unreachable: Conditions of which something is out of reach.
    """

    folder: Path
    worked: tuple[WorkedCase, ...] = ()
    starts: Starts = field(default_factory=lambda: Starts({}, {}))
    never: frozenset[str] = frozenset()
    unreachable: tuple[Unreachable, ...] = ()


def read_cases(book_folder: Path) -> Cases:
    """The cases beside a book; none where there is no folder ``cases``.

    Raises:
        MalformedBook: With every fault: ``book-case-start``, ``book-case-path``,
            ``book-case-duplicate``, ``book-unknown-key``, ``book-kind`` and what YAML refuses.
    """
    folder = book_folder / FOLDER
    faults: list[Fault] = []
    pages = {path.name: page for path in sorted(folder.glob("*.yaml"))
             if (page := _page(path, faults)) is not None}  # fmt: skip
    starts = read_starts(pages.pop(STARTS)) if STARTS in pages else Starts({}, {})
    files = [_File(page, starts, faults) for page in pages.values()]
    worked = tuple(case for file in files for case in file.cases())
    faults += _twice(worked)
    if faults:
        raise MalformedBook(faults)
    return Cases(
        folder,
        worked,
        starts,
        frozenset(name for file in files for name in file.never()),
        tuple(one for file in files for one in file.unreachable()),
    )


def _page(path: Path, faults: list[Fault]) -> Page | None:
    try:
        return Page(read_document(path), _no_formula, faults)
    except UnusableCase as problem:
        faults += [
            Fault(f"book-{f.code}", f.place, f.found, f.allowed, f.next_step)
            for f in problem.faults
        ]
        return None


def _no_formula(_: str) -> Expression:
    return Literal(None)


def _twice(worked: tuple[WorkedCase, ...]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for case in worked:
        if case.name in first:
            found = f"`{case.name}` again (first at {first[case.name]})"
            yield Fault("book-case-duplicate", case.place, found, "each name once", "rename it")
        first.setdefault(case.name, case.place)


class _File:
    """One file of cases."""

    def __init__(self, page: Page, starts: Starts, faults: list[Fault]) -> None:
        self._page, self._starts, self._faults = page, starts, faults
        self._entry = page.entry((), page.value, {}, _FILE)
        start = self._entry.get("start", {})
        self._start = self._changed(
            start_of(page, ("start",), start, starts) if start else {}, ("change",), self._entry
        )

    @property
    def document(self) -> Document:
        return self._page.document

    def cases(self) -> Iterator[WorkedCase]:
        yield from self._tried("signals")
        yield from self._tried("levers")
        for number, value in enumerate(self._entry.get("cases", ())):
            path: PathInDocument = ("cases", number)
            entry = self._page.entry(path, value, {"case": "text"}, _CASE)
            if "case" in entry:
                yield self._case(path, entry)

    def never(self) -> Iterator[str]:
        """Signals that are said never to be unknown."""
        for name, ways in self._entry.get("signals", {}).items():
            if isinstance(ways, dict) and ways.get("unknown") == NEVER:
                yield name

    def unreachable(self) -> Iterator[Unreachable]:
        for number, value in enumerate(self._entry.get("unreachable", ())):
            shape = {"condition": "text", "why": "text"}
            entry = self._page.entry(("unreachable", number), value, shape, {"within": "text"})
            if shape.keys() <= entry.keys():
                yield Unreachable(entry["condition"], entry.get("within", ""), entry["why"])

    def _tried(self, kind: str) -> Iterator[WorkedCase]:
        """The cases of a signal or lever, one for each way in which it is tried."""
        for name, value in self._entry.get(kind, {}).items():
            path: PathInDocument = (kind, name)
            ways = self._page.entry(path, value, {}, dict.fromkeys(TRUTHS, "any"))
            for way, changes in ways.items():
                if changes != NEVER:
                    expect = {kind: {name: "unknown" if way == "unknown" else TRUTHS[way]}}
                    entry = {"case": f"{name} {way}", "change": changes, "expect": expect}
                    yield self._case((*path, way), entry, (kind[:-1], name))

    def _case(
        self, path: PathInDocument, entry: Mapping[str, Any], tries: tuple[str, str] | None = None
    ) -> WorkedCase:
        own = {name: entry[name] for name in SECTIONS if name in entry}
        expect = self._page.entry((*path, "expect"), entry.get("expect", {}), {}, EXPECTED)
        return WorkedCase(
            name=entry["case"],
            place=self.place(path),
            raw=self._changed(merged(self._start, own), (*path, "change"), entry),
            expect=expect,
            why=entry.get("why", ""),
            facts=entry.get("facts", {}),
            entries=entry.get("entries", {}),
            lines=self._lines((*path, "expect"), expect),
            tries=tries,
            generated=entry.get("generated", False),
        )

    def _changed(
        self, start: Mapping[str, Any], path: PathInDocument, entry: Mapping[str, Any]
    ) -> Raw:
        raw: Raw = dict(start)
        for key, value in (entry.get("change") or {}).items():
            try:
                raw = changed(raw, {key: value}, self._starts)
            except (LookupError, TypeError, ValueError, AttributeError):
                self._faults.append(bad_path(self.document.place((*path, key)), key))
        return raw

    def place(self, path: PathInDocument) -> str:
        """File and line, as an editor takes them."""
        known = (path[:n] for n in range(len(path), 0, -1))
        line = next((self.document.lines[p] for p in known if p in self.document.lines), 1)
        return f"{self.document.name}:{line}"

    def _lines(self, path: PathInDocument, expect: Mapping[str, Any]) -> dict[PathInDocument, str]:
        """Where each thing that is expected is written."""
        found: dict[PathInDocument, str] = {}
        for key, value in expect.items():
            found[key,] = self.place((*path, key))
            for name in value if isinstance(value, dict) else ():
                found[key, name] = self.place((*path, key, name))
        return found
