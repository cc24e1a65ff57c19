"""A draft bound into a book: names resolved, types checked, order found, identity given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rules.book import Book
from rules.chapters import read_chapters
from rules.checker import TableType, Type, infer
from rules.draft import Draft
from rules.errors import MalformedBook
from rules.expression import Literal
from rules.naming import case_types, check_names, closing_types, scopes, table_types
from rules.ordering import layered, ordered
from rules.page import Parse
from rules.privacy import check_words, private_names
from rules.references import check_references
from rules.source import Document


def bind(
    documents: Mapping[str, Document],
    parse: Parse,
    texts: Mapping[str, str],
    *,
    passed: str | None = None,
) -> Book:
    """Make the book out of its documents.

    Args:
        documents: Every file of the book, by name.
        parse: From text to expression.
        texts: The same files as text; kept in the book, so that the book can be kept.
        passed: The hash of a book that has passed before: only then are types, units, references
            and privacy not checked.

    Raises:
        MalformedBook: With every fault.
    """
    draft = read_chapters(documents, parse)
    types = case_types(draft)
    closing = closing_types(draft, types)
    private = private_names(draft)
    if passed is None:
        _check(draft, types, closing, private)
    book = _book(draft, closing, private, passed or _hash(documents), texts)
    if draft.faults:
        raise MalformedBook(draft.faults)
    return book


def _book(
    draft: Draft,
    types: Mapping[str, Type],
    private: frozenset[str],
    identity: str,
    texts: Mapping[str, str],
) -> Book:
    valuation = draft.pages["valuation.yaml"]
    return Book(
        hash=identity,
        facts=draft.facts,
        lists=draft.lists,
        parameters=draft.parameters,
        law=draft.law,
        package=ordered(draft.package, valuation),
        entries={name: ordered(some, valuation) for name, some in draft.entries.items()},
        picks=draft.picks,
        layers=layered(draft.case, draft.signals, valuation),
        closing=layered(draft.closing, draft.closing_signals, draft.pages["asks.yaml"]),
        rows=draft.rows,
        questions=draft.questions,
        conditions=draft.conditions,
        asks=draft.asks,
        levers=draft.levers,
        evidence_quality=draft.evidence_quality,
        series={name: tuple(parts) for name, parts in valuation.section("series").items()},
        ends={name: (one["of"], one["at"]) for name, one in valuation.section("ends").items()},
        prohibited=frozenset(draft.pages["facts.yaml"].section("prohibited").get("keys", ())),
        private=private,
        types=types,
        documents=texts,
    )


def _check(
    draft: Draft,
    types: Mapping[str, Type],
    closing: Mapping[str, Type],
    private: frozenset[str],
) -> None:
    check_names(draft, closing)
    _check_types(draft, scopes(draft, types, closing), table_types(draft.parameters, draft.law))
    check_words(draft, closing, private)
    _check_last_row(draft)
    check_references(draft)


def _check_types(
    draft: Draft,
    known: Mapping[str, Mapping[str, Type]],
    tables: Mapping[str, TableType],
) -> None:
    for claim in draft.claims:
        kind, complaints = infer(claim.expression, known.get(claim.scope, {}), tables)
        for one in complaints:
            claim.page.fault(one.code.removeprefix("book-"), claim.path, one.found, one.allowed)
        if not complaints and not _fits(kind, claim.expected):
            claim.page.fault("type-declared", claim.path, str(kind), str(claim.expected))


def _fits(kind: Type, expected: Type) -> bool:
    if "null" in (kind.kind, expected.kind):
        return True
    if kind.kind != expected.kind:
        return False
    return kind.unit is None or expected.unit is None or kind.unit == expected.unit


def _check_last_row(draft: Draft) -> None:
    """The last row always holds, so that every offer gets a row."""
    if not draft.rows or draft.rows[-1].when != Literal(True):
        page = draft.pages["verdict.yaml"]
        page.fault("no-last-row", ("rows",), "a last row with a condition", "a last row `TRUE`")


def _hash(documents: Mapping[str, Document]) -> str:
    """SHA-256 over what the book says: comments, layout and spacing do not count."""
    form = {name: _canonical(documents[name].value) for name in sorted(documents)}
    return hashlib.sha256(json.dumps(form, default=str, ensure_ascii=False).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return " ".join(value.split()) if isinstance(value, str) else value
