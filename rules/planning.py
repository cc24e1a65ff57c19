"""From the propositions of a stage to its plan: normal form, clauses, phases, definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from rules.clauses import Clause, Rule, Writer, any_kind, cut
from rules.coding import Slot
from rules.comparing import scales_of
from rules.errors import Fault, MalformedBook
from rules.expression import names
from rules.normal_form import IsCertain, never
from rules.plan import CATCH_ALL, KindOf, PhasePlan, Plans, Proposition, StagePlan, rule_name


def plans_of(
    stages: Mapping[str, Sequence[Proposition]],
    is_certain: IsCertain | None = None,
    kind_of: KindOf | None = None,
) -> Plans:
    """Compile stages.

    Args:
        stages: The propositions of each stage.
        is_certain: Which expressions can never be NULL; fewer rules do for them.
        kind_of: The type of an expression's values, where it is known.

    Raises:
        MalformedBook: ``book-too-many-branches``, ``book-duplicate-proposition``.
    """
    certain, kind = is_certain or never, kind_of or any_kind
    return {name: _plan(name, rows, certain, kind) for name, rows in stages.items()}


def _plan(
    stage: str, rows: Sequence[Proposition], is_certain: IsCertain, kind_of: KindOf
) -> StagePlan:
    _refuse_duplicates(stage, rows)
    writer = Writer(frozenset().union(*(names(row.when) for row in rows)), is_certain, kind_of)
    rules = [rule for row in rows for rule in writer.rules(row)]
    return StagePlan(
        slots=tuple(writer.slots),
        alike=tuple(dict.fromkeys(writer.alike)),
        texts=writer.texts,
        columns=writer.columns,
        phases=tuple(_phase(part, writer.slots) for part in cut(rules, writer.slots)),
        undecided={row.name: False if is_certain(row.when) else None for row in rows},
    )


def _phase(rules: Sequence[Rule], slots: Sequence[Slot]) -> PhasePlan:
    return PhasePlan(
        definition=_definition(rules),
        meanings=tuple(rule.meaning for rule in rules),
        slots=tuple(sorted(frozenset[int]().union(*(rule.slots for rule in rules)))),
        scales=tuple(scales_of(rules, slots)),
    )


def _definition(rules: Sequence[Rule]) -> str:
    anchor: Clause = {"ph": 1}
    conditions = {CATCH_ALL: anchor}
    for i, rule in enumerate(rules):
        conditions[rule_name(i)] = {"$and": [anchor, *rule.clauses]} if rule.clauses else anchor
    return json.dumps({name: {"all": [{"m": when}]} for name, when in conditions.items()})


def _refuse_duplicates(stage: str, rows: Sequence[Proposition]) -> None:
    seen = [row.name for row in rows]
    for name in sorted({name for name in seen if seen.count(name) > 1}):
        raise MalformedBook(
            Fault(
                code="book-duplicate-proposition",
                place=f"{stage}, {name}",
                found="the same name twice",
                allowed="one definition for each name",
                next_step="rename or remove one of them",
            )
        )
