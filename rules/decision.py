"""A judgement as a record: what a person reads, a machine parses and an auditor checks.

The record holds no clock and no random id, so that the same book, facts and market give the same
bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from rules.book import Book, Lever, Say
from rules.case import Case
from rules.choosing import beaten, chosen, clashes_of, messages
from rules.components import GAINS, flexibility_of, has_flexibility
from rules.expression import Value
from rules.interpreter import Evaluator
from rules.interpreter import compile as meaning
from rules.judgement import Judge, Judgement
from rules.packages import packages_of
from rules.wording import filled

DISCLAIMERS = (
    "A recommendation to a person, who decides.",
    "Information about law and tax, not advice; ask counsel before you rely on it.",
)
MOST_POLISH = 2
ASKED_PARTS = ("opening", "target", "floor")
ASK_PARTS = ("offered", *ASKED_PARTS, "cap")
_ORIGIN = {
    "package": "the offer",
    "offer": "the offer",
    "candidate": "you",
    "market": "the market",
    "case": "the question",
}

Record = dict[str, Any]


def canonical_bytes(value: Any) -> bytes:
    """JSON in one form only: sorted keys, no spaces, dates as text, UTF-8.

    >>> canonical_bytes({"b": date(2026, 1, 31), "a": 1.0})
    b'{"a":1.0,"b":"2026-01-31"}'
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def facts_of(case: Case) -> Record:
    """The facts of a case as a record; what nobody stated is left out."""
    return {
        "facts": {name: value for name, value in case.facts.items() if value is not None},
        "entries": {
            name: [{k: v for k, v in entry.items() if v is not None} for entry in entries]
            for name, entries in case.entries.items()
            if entries
        },
    }


class Clerk:
    """Writes the record of a judgement; made once for a book."""

    def __init__(self, judge: Judge) -> None:
        self.book: Book = judge.book
        book = self.book
        self._because = {row.name: _ready(row.because) for row in book.rows}
        self._says = {lever.name: _ready(lever.says) for lever in book.levers}
        self._gains = {
            lever.name: meaning(lever.gain) for lever in book.levers if lever.gain is not None
        }
        self._clashes = clashes_of(book)
        self._questions = [(one, meaning(one.when), meaning(one.decides)) for one in book.questions]
        self._conditions = [(one, meaning(one.when)) for one in book.conditions]
        self._signals = [one.name for one in book.package if one.type.kind == "flag"]
        self._signals += [one.name for layer in book.layers for one in layer.signals]
        self._figures = [one.name for one in book.package]
        self._figures += [name for pick in book.picks for name in pick.gives]
        self._figures += [one.name for layer in book.layers for one in layer.formulas]
        self._sums = [
            one.name
            for layer in book.closing
            for one in layer.formulas
            if not one.name.startswith("ask_") or one.name in ("ask_value_4y", "ask_uplift_pct")
        ]
        self._derived_names = (*self._figures, *self._sums)
        self._derived_days = [n for n in self._derived_names if book.types[n].kind == "date"]

    def record(
        self,
        judgement: Judgement,
        *,
        snapshot: str | None = None,
        market_rows: Sequence[Mapping[str, Any]] = (),
        facts: bytes | None = None,
        parity: str | None = None,
    ) -> Record:
        """The decision as a plain structure, ready for JSON.

        Args:
            judgement: What the judge concluded.
            snapshot: Id of the market snapshot that was used; None when the case brought its own
                market.
            market_rows: The market rows that were used, with source, date and how far the search
                had to fall back.
            facts: The facts of the case in canonical form, when they are at hand already.
            parity: Id of the run in which the backends were compared on this book.
        """
        values = judgement.values
        facts = facts or canonical_bytes(facts_of(judgement.case))
        usable = self._usable(judgement)
        used = chosen(usable, self._clashes)
        return {
            "verdict": judgement.verdict,
            "status": judgement.status,
            "rule": judgement.row.name,
            "because": self._reason(judgement),
            "provisional_decision": judgement.verdict if judgement.status != "decided" else None,
            "company": values["company"],
            "role": values["role_title"] or values["role_family"],
            "currency": values["currency"],
            "evaluation_date": judgement.case.evaluation_date.isoformat(),
            "derived": self._derived(judgement),
            "ranges": {
                name: list(ends)
                for name, ends in sorted(judgement.ends.items())
                if not isinstance(ends[0], bool | str)
            },
            "signals": {name: values[name] for name in self._signals},
            "ask": self._ask(judgement),
            "meso_packages": packages_of((ask.name for ask in self.book.asks), values),
            "polish_asks": self._polish(judgement),
            "levers": [
                {**lever, "message": message}
                for lever, message in zip(used, messages(used), strict=True)
            ],
            "levers_considered": self._considered(judgement, used, usable),
            "questions": self._open_questions(judgement),
            "conditions": self._open_conditions(judgement),
            "rows": dict(judgement.rows),
            "trials": {f"{own}/{other}": row for (own, other), row in judgement.trials.items()},
            "law": self._law(judgement),
            "disclaimers": list(DISCLAIMERS),
            "notices": list(judgement.case.notices),
            "market": self._market(judgement, market_rows),
            "book": self.book.hash,
            "parity": parity,
            "snapshot": snapshot,
            "facts_hash": hashlib.sha256(facts).hexdigest(),
        }

    # --- Words ------------------------------------------------------------------------------

    def _fit(
        self, says: Sequence[tuple[Say, Evaluator | None, Evaluator | None]], j: Judgement
    ) -> tuple[Say, Evaluator | None, str] | None:
        """The first sentence whose condition holds and whose slots are all known."""
        for say, when, amount in says:
            if when is not None and when(j.values) is not True:
                continue
            text = filled(say.text, j.values, self.book.types, _text(j.values["currency"]))
            if text is not None:
                return say, amount, text
        return None

    def _reason(self, judgement: Judgement) -> str:
        found = self._fit(self._because[judgement.row.name], judgement)
        return found[2] if found else judgement.row.name

    # --- Figures ----------------------------------------------------------------------------

    def _derived(self, judgement: Judgement) -> Record:
        values = judgement.values
        figures = {name: values[name] for name in self._derived_names}
        figures |= {name: _json(values[name]) for name in self._derived_days}
        series = {
            name: [_in_cents(_json(values[part])) for part in parts]
            for name, parts in self.book.series.items()
        }
        return figures | series | {name: values[name] for name in self.book.ends}

    def _ask(self, judgement: Judgement) -> Record:
        values = judgement.values
        return {
            ask.name: {"label": ask.label}
            | {part: values[f"ask_{ask.name}_{part}"] for part in ASK_PARTS}
            for ask in self.book.asks
            if values[f"ask_{ask.name}_open"] is True
        }

    def _polish(self, judgement: Judgement) -> list[Record]:
        """At most two small asks beside a yes: only where asking is worth it and allowed."""
        values = judgement.values
        if judgement.row.decides != "accept" or values["no_further_movement"] is True:
            return []
        if values["no_negotiation_policy"] is True or values["offer_at_top_of_band"] is True:
            return []
        wanted = []
        for ask in self.book.asks:
            offered, target = (values[f"ask_{ask.name}_{part}"] for part in ("offered", "target"))
            cap = values[f"ask_{ask.name}_cap"]
            if None not in (offered, target) and offered < target and has_flexibility(ask.name):
                sayable = values[f"ask_{ask.name}_sayable"]
                amount = sayable if cap is None else min(cap, sayable)
                wanted.append((_flexibility(values, ask.name), ask, amount))
        wanted.sort(key=lambda item: -item[0])
        return [
            {"component": ask.name, "label": ask.label, "amount": amount}
            for flexibility, ask, amount in wanted[:MOST_POLISH]
            if flexibility >= values["default_flexibility"]
        ]

    # --- Levers -----------------------------------------------------------------------------

    def _usable(self, judgement: Judgement) -> list[Record]:
        """The levers that apply, strongest first."""
        applying = (one for one in self.book.levers if judgement.levers[one.name] is True)
        found = [self._lever(judgement, lever) for lever in applying]
        return sorted(found, key=lambda lever: (-lever["score"], lever["id"]))

    def _lever(self, judgement: Judgement, lever: Lever) -> Record:
        values = judgement.values
        found = self._fit(self._says[lever.name], judgement)
        say, amount_of, script = found if found else (lever.says[-1], None, "")
        component = say.moves or "terms"
        quality = self.book.evidence_quality[lever.quality]
        score = lever.strength * quality * _flexibility(values, component) / 3
        score *= self._gain(lever, values, component) * _weight(values, component)
        return {
            "id": lever.name,
            "component": component,
            "amount": amount_of(values) if amount_of else None,
            "script": script,
            "strength": lever.strength,
            "score": score,
            "evidence": list(self._evidence(lever, values)),
            "needs": lever.needs,
            "risk": lever.risk,
        }

    def _gain(self, lever: Lever, values: Mapping[str, Any], component: str) -> float:
        """What a lever may bring, over the four-year value of the offer."""
        if lever.name in self._gains:
            found = self._gains[lever.name](values)
        else:
            parts = [values.get(f"ask_{component}{part}_gain") for part in GAINS]
            known = [part for part in parts if part is not None]
            found = sum(known) if known else None
        least = values["default_gain"]
        return float(max(found, least) if found is not None else least)

    def _evidence(self, lever: Lever, values: Mapping[str, Any]) -> Iterator[Record]:
        yield {"quality": lever.quality, "needs": lever.needs}
        for name in lever.shows:
            if values[name] is not None:
                yield {"fact": name, "value": _json(values[name]), "from": self._origin(name)}

    def _origin(self, name: str) -> str:
        fact = self.book.facts.get(name)
        return _ORIGIN[fact.group] if fact else "worked out"

    def _considered(
        self, judgement: Judgement, used: Sequence[Mapping[str, Any]], usable: Sequence[Record]
    ) -> list[Record]:
        names = [lever["id"] for lever in used]
        lost = beaten([*names, *(lever["id"] for lever in usable)], self._clashes)
        return [
            {
                "id": lever.name,
                "applies": judgement.levers[lever.name] and lever.name not in lost,
                "why": self._why(judgement, lever, names, lost),
            }
            for lever in self.book.levers
        ]

    def _why(
        self, judgement: Judgement, lever: Lever, used: Container[str], lost: Mapping[str, str]
    ) -> str:
        if lever.name in lost:
            return f"holds, but contradicts {lost[lever.name]}, which carries more"
        if judgement.levers[lever.name] is True:
            return "used" if lever.name in used else "holds, but others carry more"
        if judgement.values["in_negotiation"] is not True:
            return "there is nothing left to negotiate"
        return "not known" if judgement.levers[lever.name] is None else "its condition is not met"

    # --- What is open -----------------------------------------------------------------------

    def _open_questions(self, judgement: Judgement) -> list[Record]:
        values = judgement.values
        asked = [
            {
                "id": one.name,
                "asks_for": list(one.asks_for),
                "text": one.text,
                "decisive": judgement.status == "needs_review" and decides(values) is True,
            }
            for one, when, decides in self._questions
            if when(values) is True
        ]
        return sorted(asked, key=lambda question: not question["decisive"])

    def _open_conditions(self, judgement: Judgement) -> list[Record]:
        values = judgement.values
        currency = _text(values["currency"])
        found = (
            (one.name, filled(one.text, values, self.book.types, currency))
            for one, when in self._conditions
            if when(values) is True
        )
        return [{"id": name, "text": text} for name, text in found if text is not None]

    def _law(self, judgement: Judgement) -> list[Record]:
        """The rows of law that hold at the place of work on the day."""
        place, day = judgement.values["work_jurisdiction"], judgement.case.evaluation_date
        return [
            {
                "rule": table.name.removesuffix("_since"),
                "place": row.place,
                "since": row.valid_from.isoformat(),
                "employers_of": row.employers_of,
                "meaning": table.meaning,
                "note": row.note,
                "source": table.source,
                "checked": table.checked.isoformat(),
            }
            for table in self.book.law.values()
            for row in table.rows
            if row.place == place and row.valid_from <= day
        ]

    def _market(
        self, judgement: Judgement, rows: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """The market rows used; for a case that brought its own, what it says of them."""
        if rows:
            return list(rows)
        return list(_own_market(judgement))


def _own_market(judgement: Judgement) -> Iterator[Record]:
    values = judgement.values
    if values["guide_source"] is not None:
        yield {
            "source": values["guide_source"],
            "as_of": _json(values["guide_as_of"]),
            "n": None,
            "region": values["guide_region"],
            "level": None,
            "step": "given with the case",
        }
    for entry in judgement.listed["percentiles"]:
        yield {
            "source": entry["source"],
            "as_of": _json(entry["as_of"]),
            "n": entry["n"],
            "region": entry["geo"],
            "level": None,
            "step": "given with the case",
        }


def _ready(says: Sequence[Say]) -> list[tuple[Say, Evaluator | None, Evaluator | None]]:
    return [
        (
            say,
            meaning(say.when) if say.when is not None else None,
            meaning(say.amount) if say.amount is not None else None,
        )
        for say in says
    ]


def _flexibility(values: Mapping[str, Any], component: str) -> float:
    table: Mapping[str, Value] = values[flexibility_of(component)]
    found = table.get(values["company_type"])
    return float(found if isinstance(found, float) else values["default_flexibility"])


def _weight(values: Mapping[str, Any], component: str) -> float:
    """How much more a part of the pay counts that fits the candidate's attitude to risk."""
    wanted = values.get(f"{component}_is_wanted_more") is True
    return float(values["wanted_part_weight"]) if wanted else 1.0


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _in_cents(value: Any) -> Any:
    """What stands in a series of amounts, without the noise of its last bits.

    >>> _in_cents(244833.78999999998), _in_cents(None)
    (244833.79, None)
    """
    return round(value, 2) if isinstance(value, float) else value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
