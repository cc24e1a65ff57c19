"""The chapters of the book, bound into one: names resolved, types checked, order found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.asking import ask_terms
from rules.book import (
    Ask,
    Book,
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
    Say,
    Signal,
)
from rules.checker import TableType, Type, infer
from rules.errors import Fault, MalformedBook
from rules.expression import And, Call, Expression, IsNull, Literal, Name, Not, Or, names, sql_text
from rules.ordering import layered, ordered
from rules.page import Page, Parse
from rules.source import Document, PathInDocument
from rules.units import parse_unit
from rules.vocabulary import declared_type, read_facts, read_law, read_lists, read_parameters
from rules.wording import slots

FLAG = Type("flag")
DECISIONS = ("accept", "counter", "walk_away", "review")
COMPONENTS = (
    "base",
    "equity_total",
    "sign_on",
    "bonus_guaranteed_y1",
    "level",
    "start_date",
    "terms",
    "time",
    "relocation",
)
# What the judgement itself adds to the names of the book.
TRIALS = {
    "ends_disagree": FLAG,
    "hinges_on_own_equity": FLAG,
    "hinges_on_competing_equity": FLAG,
}
OUTCOME = {
    "verdict": Type("text", None, frozenset({"accept", "counter", "walk_away"})),
    "status": Type("text", None, frozenset({"decided", "needs_review"})),
    "rule": Type("text"),
}

_FORMULA = {"formula": "formula", "meaning": "text"}
_FORMULA_MAY = {"type": "text", "unit": "text", "one_of": "words"}


@dataclass
class _Claim:
    """An expression that is still to be checked against what it must be."""

    page: Page
    path: PathInDocument
    expression: Expression
    expected: Type
    scope: str


@dataclass
class _Chapters:
    """Everything read so far."""

    pages: Mapping[str, Page]
    faults: list[Fault]
    claims: list[_Claim] = field(default_factory=list)

    def formula(
        self, page: Page, path: PathInDocument, text: Any, expected: Type, scope: str
    ) -> Expression:
        expression = page.expression(path, text)
        self.claims.append(_Claim(page, path, expression, expected, scope))
        return expression


def bind(
    documents: Mapping[str, Document], parse: Parse, texts: Mapping[str, str], *, check: bool
) -> Book:
    """Make the book out of its documents.

    Args:
        documents: Every file of the book, by name.
        parse: From text to expression.
        texts: The same files as text; kept in the book, so that the book can be kept.
        check: Whether types, units, references and privacy are checked; only a book that has
            passed before may do without.

    Raises:
        MalformedBook: With every fault.
    """
    faults: list[Fault] = []
    pages = {name: Page(document, parse, faults) for name, document in documents.items()}
    chapters = _Chapters(pages, faults)
    facts, lists = read_facts(pages["facts.yaml"]), read_lists(pages["facts.yaml"])
    parameters = _parameters(pages, faults)
    law = read_law(pages["law.yaml"])
    valuation = pages["valuation.yaml"]
    package = _formulas(chapters, valuation, ("package",), "package")
    entries = {
        name: _formulas(chapters, valuation, (name,), name)
        for name in lists
        if name in valuation.value
    }
    picks = tuple(_picks(chapters, valuation))
    case_formulas = _formulas(chapters, valuation, ("case",), "case")
    signals = _signals(chapters, pages["signals.yaml"])
    rows = tuple(_rows(chapters, pages["verdict.yaml"]))
    questions = tuple(_questions(chapters, pages["verdict.yaml"]))
    conditions = tuple(_conditions(chapters, pages["verdict.yaml"]))
    asks, closing_formulas, closing_signals = _asks(chapters, parse)
    levers, quality, negotiating = _levers(chapters, pages["levers.yaml"])
    closing_signals = (*closing_signals, negotiating)
    types = _types(facts, parameters, package, lists, entries, picks, case_formulas, signals)
    closing_types = {
        **types,
        **{one.name: one.type for one in closing_formulas},
        **{one.name: FLAG for one in closing_signals},
        **_ends_types(valuation, types),
        **TRIALS,
        **OUTCOME,
    }
    scopes = _scopes(types, closing_types, facts, parameters, package, lists, entries)
    private = _private(facts, lists, (*package, *case_formulas, *closing_formulas), picks, signals)
    if check:
        _check(chapters, scopes, _tables(parameters, law, facts))
        _check_words(chapters, closing_types, private, rows, levers, conditions)
    known = frozenset(facts) | frozenset(parameters)
    ready = known | {one.name for one in package} | _given(picks)
    layers = layered(case_formulas, signals, ready, chapters.pages["valuation.yaml"])
    after = frozenset(closing_types) - {one.name for one in closing_formulas}
    after -= {one.name for one in closing_signals}
    closing = layered(closing_formulas, closing_signals, after, chapters.pages["asks.yaml"])
    if faults:
        raise MalformedBook(faults)
    return Book(
        hash=_hash(documents, parse),
        facts=facts,
        lists=lists,
        parameters=parameters,
        law=law,
        package=ordered(package, valuation),
        entries={name: ordered(some, valuation) for name, some in entries.items()},
        picks=picks,
        layers=layers,
        closing=closing,
        rows=rows,
        questions=questions,
        conditions=conditions,
        asks=asks,
        levers=levers,
        evidence_quality=quality,
        series={k: tuple(v) for k, v in valuation.section("series").items()},
        ends={k: (v["of"], v["at"]) for k, v in valuation.section("ends").items()},
        prohibited=frozenset(pages["facts.yaml"].section("prohibited").get("keys", ())),
        private=private,
        types=closing_types,
        documents=texts,
    )


# --- Reading the chapters -----------------------------------------------------------------------


def _parameters(pages: Mapping[str, Page], faults: list[Fault]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, page in pages.items():
        if name.startswith("parameters"):
            for one in read_parameters(page).values():
                if one.name in found:
                    page.fault("duplicate-name", (one.name,), f"`{one.name}` again", "one file")
                found[one.name] = one
    return found


def _formulas(
    chapters: _Chapters, page: Page, section: tuple[str, ...], scope: str
) -> tuple[Formula, ...]:
    return tuple(
        _formula(chapters, page, (*section, name), name, value, scope)
        for name, value in page.section(*section).items()
    )


def _formula(
    chapters: _Chapters, page: Page, path: PathInDocument, name: str, value: Any, scope: str
) -> Formula:
    entry = page.entry(path, value, _FORMULA, _FORMULA_MAY)
    kind = declared_type(page, path, entry)
    text = entry.get("formula", "NULL")
    expression = chapters.formula(page, (*path, "formula"), text, kind, scope)
    return Formula(name, kind, expression, entry.get("meaning", ""))


def _picks(chapters: _Chapters, page: Page) -> Iterator[Pick]:
    for name, value in page.section("pick").items():
        path: PathInDocument = ("pick", name)
        may = {"where": "formula", "any": "formula", "highest": "formula", "lowest": "formula"}
        may |= {"first": "flag", "gives": "mapping"}
        entry = page.entry(path, value, {"from": "text", "meaning": "text"}, may)
        source = entry.get("from", "")
        if source not in page.value:
            page.fault("unknown-list", (*path, "from"), f"`{source}`", "a list of facts.yaml")
            continue
        yield _pick(chapters, page, path, name, entry, source)


def _pick(
    chapters: _Chapters,
    page: Page,
    path: PathInDocument,
    name: str,
    entry: Mapping[str, Any],
    source: str,
) -> Pick:
    orders = [order for order in ("any", "highest", "lowest", "first") if order in entry]
    if len(orders) != 1:
        page.fault("pick", path, f"{orders or 'no order'}", "any, highest, lowest or first")
    order: Any = orders[0] if orders else "first"
    where_text = entry["any"] if order == "any" else entry.get("where", "TRUE")
    where = chapters.formula(page, (*path, "where"), where_text, FLAG, source)
    key = None
    if order in ("highest", "lowest"):
        key = chapters.formula(page, (*path, order), entry[order], Type("null"), source)
    gives = {name: name} if order == "any" else dict(entry.get("gives", {}))
    return Pick(name, source, where, order, key, gives, entry.get("meaning", ""))


def _signals(chapters: _Chapters, page: Page) -> tuple[Signal, ...]:
    return tuple(_signal(chapters, page, name, value) for name, value in page.section().items())


def _signal(chapters: _Chapters, page: Page, name: str, value: Any) -> Signal:
    required = {"when": "formula", "meaning": "text"}
    may = {"unknown_when": "formula", "missing": "any", "asks": "text"}
    entry = page.entry((name,), value, required, may)
    when = chapters.formula(page, (name, "when"), entry.get("when", "NULL"), FLAG, "case")
    missing = entry.get("missing", "unknown")
    if missing not in (False, "unknown"):
        page.fault("missing", (name, "missing"), f"`{missing}`", "false, unknown")
    if missing is False:
        when = known_true(when)
    if "unknown_when" in entry:
        unless = chapters.formula(page, (name, "unknown_when"), entry["unknown_when"], FLAG, "case")
        when = unknown_if(when, unless)
    return Signal(name, when, entry.get("meaning", ""), entry.get("asks"))


def known_true(when: Expression) -> Expression:
    """The same, with FALSE instead of UNKNOWN."""
    return Call("COALESCE", (when, Literal(False)))


def unknown_if(when: Expression, unless: Expression) -> Expression:
    """The same, but UNKNOWN wherever ``unless`` is TRUE."""
    doubt = known_true(unless)
    return Or((And((when, Not(doubt))), And((doubt, Literal(None)))))


def _says(
    chapters: _Chapters, page: Page, path: PathInDocument, values: Iterable[Any], kind: str
) -> Iterator[Say]:
    may = {"when": "formula"}
    if kind == "lever":
        may |= {"moves": "text", "amount": "formula"}
    for index, value in enumerate(values):
        here = (*path, index)
        entry = page.entry(here, value, {"say": "text"}, may)
        when, amount = (
            chapters.formula(page, (*here, key), entry[key], expected, "closing")
            if key in entry
            else None
            for key, expected in (("when", FLAG), ("amount", Type("null")))
        )
        if kind == "lever" and entry.get("moves") not in COMPONENTS:
            found = f"`{entry.get('moves')}`"
            page.fault("component", (*here, "moves"), found, ", ".join(COMPONENTS))
        yield Say(when, entry.get("say", "").strip(), entry.get("moves"), amount)


def _rows(chapters: _Chapters, page: Page) -> Iterator[Row]:
    for name, value in page.section("rows").items():
        path: PathInDocument = ("rows", name)
        required = {"when": "formula", "decides": "text", "because": "list"}
        entry = page.entry(path, value, required, {"looks_at_ends": "flag"})
        if entry.get("decides") not in DECISIONS:
            found = f"`{entry.get('decides')}`"
            page.fault("decision", (*path, "decides"), found, ", ".join(DECISIONS))
        looks = entry.get("looks_at_ends", False)
        scope = "trial" if looks else "case"
        when = chapters.formula(page, (*path, "when"), entry.get("when", "NULL"), FLAG, scope)
        because = tuple(_says(chapters, page, (*path, "because"), entry.get("because", ()), "row"))
        yield Row(name, when, entry.get("decides", "review"), looks, because)


def _questions(chapters: _Chapters, page: Page) -> Iterator[Question]:
    required = {"when": "formula", "decides": "formula", "asks_for": "words", "say": "text"}
    for name, value in page.section("questions").items():
        path: PathInDocument = ("questions", name)
        entry = page.entry(path, value, required)
        when, decides = (
            chapters.formula(page, (*path, key), entry.get(key, "NULL"), FLAG, "closing")
            for key in ("when", "decides")
        )
        yield Question(name, when, decides, tuple(entry.get("asks_for", ())), entry.get("say", ""))


def _conditions(chapters: _Chapters, page: Page) -> Iterator[Condition]:
    for name, value in page.section("conditions").items():
        path: PathInDocument = ("conditions", name)
        entry = page.entry(path, value, {"when": "formula", "say": "text"})
        when = chapters.formula(page, (*path, "when"), entry.get("when", "NULL"), FLAG, "closing")
        yield Condition(name, when, entry.get("say", ""))


def _asks(
    chapters: _Chapters, parse: Parse
) -> tuple[tuple[Ask, ...], tuple[Formula, ...], tuple[Signal, ...]]:
    page = chapters.pages["asks.yaml"]
    required = dict.fromkeys(("open", "offered", "floor", "target", "cap", "grid"), "formula")
    required |= {"label": "text", "unit": "text", "worth": "formula"}
    asks, entries = [], {}
    for name, value in page.section("asks").items():
        entry = page.entry(("asks", name), value, required, {"minimum": "formula"})
        if len(entry) >= len(required):
            entries[name] = entry
            asks.append(Ask(name, entry["label"], entry["unit"]))
    formulas, signals = [], []
    for term in ask_terms(entries):
        path: PathInDocument = ("asks", term.ask) if term.ask else ("asks",)
        kind = FLAG if term.unit is None else Type("number", parse_unit(term.unit))
        expression = chapters.formula(page, path, term.text, kind, "closing")
        if term.unit is None:
            signals.append(Signal(term.name, known_true(expression), term.meaning))
        else:
            formulas.append(Formula(term.name, kind, expression, term.meaning))
    sums = _formulas(chapters, page, ("sums",), "closing")
    return tuple(asks), (*formulas, *sums), tuple(signals)


def _levers(chapters: _Chapters, page: Page) -> tuple[tuple[Lever, ...], dict[str, float], Signal]:
    quality = {str(k): float(v) for k, v in page.section("evidence_quality").items()}
    text = page.value.get("applies_when", "NULL")
    when = chapters.formula(page, ("applies_when",), text, FLAG, "closing")
    negotiating = Signal("in_negotiation", known_true(when), "There is something to negotiate.")
    levers = tuple(
        _lever(chapters, page, name, value, quality)
        for name, value in page.section("levers").items()
    )
    return levers, quality, negotiating


def _lever(
    chapters: _Chapters, page: Page, name: str, value: Any, quality: Mapping[str, float]
) -> Lever:
    path: PathInDocument = ("levers", name)
    required = {"when": "formula", "strength": "number", "evidence": "mapping", "risk": "text"}
    required |= {"shows": "words", "says": "list"}
    entry = page.entry(path, value, required, {"gain": "formula"})
    evidence = page.entry(
        (*path, "evidence"), entry.get("evidence", {}), {"quality": "text", "needs": "text"}
    )
    if evidence.get("quality") not in quality:
        found = f"`{evidence.get('quality')}`"
        page.fault("evidence", (*path, "evidence"), found, ", ".join(quality))
    when = chapters.formula(page, (*path, "when"), entry.get("when", "NULL"), FLAG, "closing")
    gain = None
    if "gain" in entry:
        fraction = Type("number", parse_unit("fraction"))
        gain = chapters.formula(page, (*path, "gain"), entry["gain"], fraction, "closing")
    return Lever(
        name=name,
        when=And((Name("in_negotiation"), when)),
        strength=float(entry.get("strength", 0)),
        quality=evidence.get("quality", "asserted"),
        needs=evidence.get("needs", ""),
        shows=tuple(entry.get("shows", ())),
        risk=entry.get("risk", ""),
        gain=gain,
        says=tuple(_says(chapters, page, (*path, "says"), entry.get("says", ()), "lever")),
    )


# --- Names and types ------------------------------------------------------------------------


def _given(picks: Iterable[Pick]) -> frozenset[str]:
    return frozenset(name for pick in picks for name in pick.gives)


def _types(
    facts: Mapping[str, Fact],
    parameters: Mapping[str, Parameter],
    package: Iterable[Formula],
    lists: Mapping[str, ListOf],
    entries: Mapping[str, Iterable[Formula]],
    picks: Iterable[Pick],
    case_formulas: Iterable[Formula],
    signals: Iterable[Signal],
) -> dict[str, Type]:
    types = _outside(facts, parameters)
    types |= {one.name: one.type for one in package}
    for pick in picks:
        inside = _entry_types(types, lists, entries, pick.source)
        for outer, inner in pick.gives.items():
            types[outer] = FLAG if pick.order == "any" else inside.get(inner, Type("null"))
    types |= {one.name: one.type for one in case_formulas}
    types |= {one.name: FLAG for one in signals}
    return types


def _outside(facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> dict[str, Type]:
    types = {name: fact.type for name, fact in facts.items()}
    return types | {
        name: Type("number", parse_unit(one.unit))
        for name, one in parameters.items()
        if one.keyed_by is None
    }


def _entry_types(
    types: Mapping[str, Type],
    lists: Mapping[str, ListOf],
    entries: Mapping[str, Iterable[Formula]],
    source: str,
) -> dict[str, Type]:
    inside = dict(types)
    if source in lists:
        inside |= {fact.name: fact.type for fact in lists[source].facts}
    return inside | {one.name: one.type for one in entries.get(source, ())}


def _scopes(
    types: Mapping[str, Type],
    closing_types: Mapping[str, Type],
    facts: Mapping[str, Fact],
    parameters: Mapping[str, Parameter],
    package: Iterable[Formula],
    lists: Mapping[str, ListOf],
    entries: Mapping[str, Iterable[Formula]],
) -> dict[str, Mapping[str, Type]]:
    """What may be named where: a package does not see the case that compares it."""
    outside = _outside(facts, parameters)
    own = outside | {one.name: one.type for one in package}
    inner = {name: _entry_types(own, lists, entries, name) for name in lists}
    trial = {**types, **TRIALS}
    return {"package": own, "case": types, "trial": trial, "closing": closing_types, **inner}


def _ends_types(page: Page, types: Mapping[str, Type]) -> dict[str, Type]:
    found = {}
    for name, value in page.section("ends").items():
        entry = page.entry(("ends", name), value, {"of": "text", "at": "text"})
        if entry.get("of") not in types:
            page.fault("unknown-name", ("ends", name), f"`{entry.get('of')}`", "a derived figure")
        found[name] = types.get(entry.get("of", ""), Type("null"))
    return found


def _tables(
    parameters: Mapping[str, Parameter], law: Mapping[str, LawTable], facts: Mapping[str, Fact]
) -> dict[str, TableType]:
    any_text = Type("text")
    tables = {
        name: TableType(any_text, Type("number", parse_unit(one.unit)))
        for name, one in parameters.items()
        if one.keyed_by is not None
    }
    return tables | {name: TableType(any_text, Type("date")) for name in law}


# --- Checks -------------------------------------------------------------------------------------


def _check(
    chapters: _Chapters,
    scopes: Mapping[str, Mapping[str, Type]],
    tables: Mapping[str, TableType],
) -> None:
    for claim in chapters.claims:
        kind, complaints = infer(claim.expression, scopes[claim.scope], tables)
        for complaint in complaints:
            claim.page.fault(
                complaint.code.removeprefix("book-"),
                claim.path,
                complaint.found,
                complaint.allowed,
            )
        if not complaints and not _fits(kind, claim.expected):
            claim.page.fault("type-declared", claim.path, str(kind), str(claim.expected))


def _fits(kind: Type, expected: Type) -> bool:
    if "null" in (kind.kind, expected.kind):
        return True
    if kind.kind != expected.kind:
        return False
    return kind.unit is None or expected.unit is None or kind.unit == expected.unit


def _private(
    facts: Mapping[str, Fact],
    lists: Mapping[str, ListOf],
    formulas: Iterable[Formula],
    picks: Iterable[Pick],
    signals: Iterable[Signal],
) -> frozenset[str]:
    """Every name that holds something private, or is worked out from it.

    The opening of an ask is the one exception: it is the number that is meant to be said.  Which
    entry of a list was picked does not make the entry private; what is read out of it may.
    """
    private = {name for name, fact in facts.items() if fact.private}
    private |= {one.name for each in lists.values() for one in each.facts if one.private}
    reads = {one.name: names(one.expression) for one in formulas}
    reads |= {one.name: names(one.when) for one in signals}
    for pick in picks:
        reads |= {outer: frozenset({inner}) for outer, inner in pick.gives.items()}
    said_aloud = {name for name in reads if name.startswith("ask_") and name.endswith("_opening")}
    while True:
        more = {
            name
            for name, read in reads.items()
            if name not in private and name not in said_aloud and read & private
        }
        if not more:
            return frozenset(private)
        private |= more


def _check_words(
    chapters: _Chapters,
    types: Mapping[str, Type],
    private: frozenset[str],
    rows: Iterable[Row],
    levers: Iterable[Lever],
    conditions: Iterable[Condition],
) -> None:
    verdict, page = chapters.pages["verdict.yaml"], chapters.pages["levers.yaml"]
    for row in rows:
        for index, say in enumerate(row.because):
            _check_slots(verdict, ("rows", row.name, "because", index), say.text, types)
    for condition in conditions:
        _check_slots(verdict, ("conditions", condition.name), condition.text, types)
    for lever in levers:
        for index, say in enumerate(lever.says):
            path: PathInDocument = ("levers", lever.name, "says", index)
            _check_slots(page, path, say.text, types)
            for slot in sorted(set(slots(say.text)) & private):
                page.fault("private-in-words", path, f"{{{slot}}}", "facts that are not private")
        for name in lever.shows:
            if name not in types:
                page.fault("unknown-name", ("levers", lever.name, "shows"), f"`{name}`", "a fact")
            elif name in private:
                page.fault("private-in-words", ("levers", lever.name, "shows"), f"`{name}`")


def _check_slots(page: Page, path: PathInDocument, text: str, types: Mapping[str, Type]) -> None:
    for slot in slots(text):
        if slot not in types:
            page.fault("unknown-name", path, f"{{{slot}}}", "a name of the book")


# --- Identity -----------------------------------------------------------------------------------


def _hash(documents: Mapping[str, Document], parse: Parse) -> str:
    """SHA-256 over what the book means: comments, layout and spacing do not count."""
    form = {name: _canonical(documents[name].value, parse) for name in sorted(documents)}
    return hashlib.sha256(json.dumps(form, default=str, ensure_ascii=False).encode()).hexdigest()


_EXPRESSIONS = frozenset(
    [
        "formula",
        "when",
        "unknown_when",
        "where",
        "any",
        "highest",
        "lowest",
        "amount",
        "gain",
        "applies_when",
        "decides",
        "open",
        "offered",
        "minimum",
        "floor",
        "target",
        "cap",
        "grid",
        "worth",
    ]
)


def _canonical(value: Any, parse: Parse, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _canonical(item, parse, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item, parse) for item in value]
    if isinstance(value, str):
        return " ".join(value.split())
    return value


__all__ = ["COMPONENTS", "IsNull", "bind", "sql_text"]
