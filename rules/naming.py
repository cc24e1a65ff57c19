"""The names of a book: what each of them is, and from where it may be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rules.book import Amount, Fact, LawTable, Parameter
from rules.checker import TableType, Type
from rules.draft import Draft
from rules.units import parse_unit

FLAG = Type("flag")
# What the judgement itself adds to the names of the book: at the ends, and with the verdict.
TRIALS = {
    "ends_disagree": FLAG,
    "hinges_on_own_equity": FLAG,
    "hinges_on_competing_equity": FLAG,
}
OUTCOME = {
    "verdict_hangs_on_rate": FLAG,
    "verdict": Type("text", None, frozenset({"accept", "counter", "walk_away"})),
    "status": Type("text", None, frozenset({"decided", "needs_review"})),
    "rule": Type("text"),
}
# Names on which the judgement and the record themselves rely.
RELIED_ON = (
    "evaluation_date",
    "currency",
    "company",
    "company_type",
    "role_title",
    "role_family",
    "work_jurisdiction",
    "guide_source",
    "guide_as_of",
    "guide_region",
    "equity_unvaluable",
    "no_further_movement",
    "no_negotiation_policy",
    "offer_at_top_of_band",
    "in_negotiation",
    "default_flexibility",
    "default_gain",
    "wanted_part_weight",
    "ask_value_4y",
    "ask_uplift_pct",
)


def case_types(draft: Draft) -> dict[str, Type]:
    """Every name up to the verdict, with its type."""
    types = _outside(draft.facts, draft.parameters)
    types |= {one.name: one.type for one in draft.package}
    for pick in draft.picks:
        inside = _entry_types(types, draft, pick.source)
        for outer, inner in pick.gives.items():
            types[outer] = FLAG if pick.order == "any" else inside.get(inner, Type("null"))
    types |= {one.name: one.type for one in draft.case}
    return types | {one.name: FLAG for one in draft.signals}


def closing_types(draft: Draft, types: Mapping[str, Type]) -> dict[str, Type]:
    """The same with everything that comes after the verdict."""
    return {
        **types,
        **{one.name: one.type for one in draft.closing},
        **{one.name: FLAG for one in draft.closing_signals},
        **_ends_types(draft, types),
        **TRIALS,
        **OUTCOME,
    }


def scopes(
    draft: Draft, types: Mapping[str, Type], closing: Mapping[str, Type]
) -> dict[str, Mapping[str, Type]]:
    """What may be named where: a package does not see the case that compares it."""
    outside = _outside(draft.facts, draft.parameters)
    own = outside | {one.name: one.type for one in draft.package}
    inner = {name: _entry_types(own, draft, name) for name in draft.lists}
    trial = {**types, **TRIALS, **_ends_types(draft, types)}
    return {"package": own, "case": types, "trial": trial, "closing": closing, **inner}


def table_types(
    parameters: Mapping[str, Parameter], law: Mapping[str, LawTable]
) -> dict[str, TableType]:
    """Every table that can be looked up."""
    tables = {
        name: TableType(_words(_keys(one)), Type("number", parse_unit(one.unit)))
        for name, one in parameters.items()
        if one.keyed_by is not None
    }
    return tables | {
        name: TableType(_words(row.place for row in one.rows), Type("date"))
        for name, one in law.items()
    }


def _keys(one: Parameter) -> Iterator[str]:
    """The words by which the rows of a table are found, at any time."""
    for period in one.periods:
        if not isinstance(period.value, Amount):
            yield from period.value


def _words(some: Iterable[str]) -> Type:
    return Type("text", None, frozenset(some))


def check_names(draft: Draft, closing: Mapping[str, Type]) -> None:
    """Every name means one thing, and the names on which the judgement relies are there."""
    page = draft.pages["valuation.yaml"]
    seen: dict[str, str] = {}
    for chapter, name in _all_names(draft):
        if name in seen:
            found = f"`{name}` in {seen[name]} and in {chapter}"
            page.fault("duplicate-name", (), found, "one meaning for each name", "rename one")
        seen[name] = chapter
    for name in RELIED_ON:
        if name not in closing:
            page.fault("missing-name", (), f"no `{name}`", "every name that the judgement needs")


def _all_names(draft: Draft) -> Iterator[tuple[str, str]]:
    chapters: dict[str, list[str]] = {
        "facts": list(draft.facts),
        "parameters": list(draft.parameters),
        "law": list(draft.law),
        "package formulas": [one.name for one in draft.package],
        "picks": [name for pick in draft.picks for name in pick.gives],
        "case formulas": [one.name for one in draft.case],
        "signals": [one.name for one in draft.signals],
        "asks": [one.name for one in draft.closing] + [one.name for one in draft.closing_signals],
    }
    return ((chapter, name) for chapter, names in chapters.items() for name in names)


def _outside(facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> dict[str, Type]:
    types = {name: fact.type for name, fact in facts.items()}
    return types | {
        name: Type("number", parse_unit(one.unit), label=one.unit)
        for name, one in parameters.items()
        if one.keyed_by is None
    }


def _entry_types(types: Mapping[str, Type], draft: Draft, source: str) -> dict[str, Type]:
    inside = dict(types)
    if source in draft.lists:
        inside |= {fact.name: fact.type for fact in draft.lists[source].facts}
    return inside | {one.name: one.type for one in draft.entries.get(source, ())}


def _ends_types(draft: Draft, types: Mapping[str, Type]) -> dict[str, Type]:
    page, found = draft.pages["valuation.yaml"], {}
    for name, value in page.section("ends").items():
        of = value.get("of") if isinstance(value, dict) else None
        if of not in types:
            page.fault("unknown-name", ("ends", name), f"`{of}`", "a derived figure")
        found[name] = types.get(str(of), Type("null"))
    return found
