"""The chapters of the book, read one by one into a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rules.asking import ask_terms
from rules.book import Ask, Condition, Formula, Lever, Parameter, Pick, Question, Row, Say, Signal
from rules.checker import Type
from rules.draft import Claim, Draft
from rules.errors import Fault
from rules.expression import And, Call, Expression, Literal, Name, Not, Or
from rules.page import Page, Parse
from rules.source import Document, PathInDocument
from rules.units import parse_unit
from rules.vocabulary import declared_type, read_facts, read_law, read_lists, read_parameters

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

_FORMULA = {"formula": "formula", "meaning": "text"}
_FORMULA_MAY = {"type": "text", "unit": "text", "one_of": "words"}


class _Reader:
    """Reads expressions, and remembers what each of them must turn out to be."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages
        self.claims: list[Claim] = []

    def formula(
        self, page: Page, path: PathInDocument, text: Any, expected: Type, scope: str
    ) -> Expression:
        expression = page.expression(path, text)
        self.claims.append(Claim(page, path, expression, expected, scope))
        return expression


def read_chapters(documents: Mapping[str, Document], parse: Parse) -> Draft:
    """Read every chapter; what is wrong is kept among the draft's faults.

    Args:
        documents: Every file of the book, by name.
        parse: From text to expression.
    """
    faults: list[Fault] = []
    pages = {name: Page(document, parse, faults) for name, document in documents.items()}
    chapters = _Reader(pages)
    lists = read_lists(pages["facts.yaml"])
    valuation, verdict = pages["valuation.yaml"], pages["verdict.yaml"]
    asks, closing, closing_signals = _asks(chapters)
    levers, quality, negotiating = _levers(chapters, pages["levers.yaml"])
    return Draft(
        pages=pages,
        faults=faults,
        claims=chapters.claims,
        facts=read_facts(pages["facts.yaml"]),
        lists=lists,
        parameters=_parameters(pages),
        law=read_law(pages["law.yaml"]),
        package=_formulas(chapters, valuation, ("package",), "package"),
        entries={
            name: _formulas(chapters, valuation, (name,), name)
            for name in lists
            if name in valuation.value
        },
        picks=tuple(_picks(chapters, valuation)),
        case=_formulas(chapters, valuation, ("case",), "case"),
        signals=_signals(chapters, pages["signals.yaml"]),
        rows=tuple(_rows(chapters, verdict)),
        questions=tuple(_questions(chapters, verdict)),
        conditions=tuple(_conditions(chapters, verdict)),
        asks=asks,
        closing=closing,
        closing_signals=(*closing_signals, *negotiating),
        levers=levers,
        evidence_quality=quality,
    )


def _parameters(pages: Mapping[str, Page]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, page in pages.items():
        if name.startswith("parameters"):
            for one in read_parameters(page).values():
                if one.name in found:
                    page.fault("duplicate-name", (one.name,), f"`{one.name}` again", "one file")
                found[one.name] = one
    return found


def _formulas(
    chapters: _Reader, page: Page, section: tuple[str, ...], scope: str
) -> tuple[Formula, ...]:
    return tuple(
        _formula(chapters, page, (*section, name), name, value, scope)
        for name, value in page.section(*section).items()
    )


def _formula(
    chapters: _Reader, page: Page, path: PathInDocument, name: str, value: Any, scope: str
) -> Formula:
    entry = page.entry(path, value, _FORMULA, _FORMULA_MAY)
    kind = declared_type(page, path, entry)
    text = entry.get("formula", "NULL")
    expression = chapters.formula(page, (*path, "formula"), text, kind, scope)
    return Formula(name, kind, expression, entry.get("meaning", ""))


def _picks(chapters: _Reader, page: Page) -> Iterator[Pick]:
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
    chapters: _Reader,
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


def _signals(chapters: _Reader, page: Page) -> tuple[Signal, ...]:
    return tuple(_signal(chapters, page, name, value) for name, value in page.section().items())


def _signal(chapters: _Reader, page: Page, name: str, value: Any) -> Signal:
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
    chapters: _Reader, page: Page, path: PathInDocument, values: Iterable[Any], kind: str
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


def _rows(chapters: _Reader, page: Page) -> Iterator[Row]:
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


def _questions(chapters: _Reader, page: Page) -> Iterator[Question]:
    required = {"when": "formula", "decides": "formula", "asks_for": "words", "say": "text"}
    for name, value in page.section("questions").items():
        path: PathInDocument = ("questions", name)
        entry = page.entry(path, value, required)
        when, decides = (
            chapters.formula(page, (*path, key), entry.get(key, "NULL"), FLAG, "closing")
            for key in ("when", "decides")
        )
        yield Question(name, when, decides, tuple(entry.get("asks_for", ())), entry.get("say", ""))


def _conditions(chapters: _Reader, page: Page) -> Iterator[Condition]:
    for name, value in page.section("conditions").items():
        path: PathInDocument = ("conditions", name)
        entry = page.entry(path, value, {"when": "formula", "say": "text"})
        when = chapters.formula(page, (*path, "when"), entry.get("when", "NULL"), FLAG, "closing")
        yield Condition(name, when, entry.get("say", ""))


def _asks(
    chapters: _Reader,
) -> tuple[tuple[Ask, ...], tuple[Formula, ...], tuple[Signal, ...]]:
    page = chapters.pages["asks.yaml"]
    required = dict.fromkeys(("open", "offered", "floor", "target", "cap", "grid"), "formula")
    required |= {"label": "text", "unit": "text", "worth": "formula"}
    asks, entries = [], {}
    for name, value in page.section("asks").items():
        entry = page.entry(("asks", name), value, required, {"minimum": "formula"})
        if required.keys() <= entry.keys():
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


def _levers(
    chapters: _Reader, page: Page
) -> tuple[tuple[Lever, ...], dict[str, float], tuple[Signal, ...]]:
    quality = {str(k): float(v) for k, v in page.section("evidence_quality").items()}
    negotiating = tuple(
        Signal(
            name,
            known_true(chapters.formula(page, (key,), page.value.get(key), FLAG, "closing")),
            meaning,
        )
        for name, key, meaning in _NEGOTIATING
    )
    levers = tuple(
        _lever(chapters, page, name, value, quality)
        for name, value in page.section("levers").items()
    )
    return levers, quality, negotiating


_NEGOTIATING = (
    ("in_negotiation", "applies_when", "There is something to negotiate."),
    ("beside_a_yes", "beside_yes_when", "A yes is in sight, and terms may still be asked for."),
)


def _lever(
    chapters: _Reader, page: Page, name: str, value: Any, quality: Mapping[str, float]
) -> Lever:
    path: PathInDocument = ("levers", name)
    required = {"when": "formula", "strength": "number", "evidence": "mapping", "risk": "text"}
    required |= {"shows": "words", "says": "list"}
    may = {"gain": "formula", "beside_yes": "flag", "not_with": "words"}
    entry = page.entry(path, value, required, may)
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
        when=And((_gate(entry.get("beside_yes", False)), when)),
        strength=float(entry.get("strength", 0)),
        quality=evidence.get("quality", "asserted"),
        needs=evidence.get("needs", ""),
        shows=tuple(entry.get("shows", ())),
        risk=entry.get("risk", ""),
        gain=gain,
        says=tuple(_says(chapters, page, (*path, "says"), entry.get("says", ()), "lever")),
        not_with=tuple(entry.get("not_with", ())),
    )


def _gate(beside_yes: bool) -> Expression:
    negotiating = Name("in_negotiation")
    return Or((negotiating, Name("beside_a_yes"))) if beside_yes else negotiating
