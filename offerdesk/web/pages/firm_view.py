"""How firm a verdict is, made ready for its page: each number in doubt on a line of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.firmness import Firmness
from offerdesk.fragility_page import edge, shown
from offerdesk.markup import Markup
from offerdesk.page import Page
from offerdesk.web.drawn import doubt
from offerdesk.web.words import VERDICTS, kind, outcome

Record = Mapping[str, Any]
STATES = {
    "FIRM": ("Firm", "accept"),
    "FRAGILE": ("Fragile", "walk-away"),
    "UNDECIDABLE": ("Cannot be said", "needs-review"),
}
GROUPS = {
    "sample": "Samples, within what their number of people leaves open",
    "rate": "The exchange rate",
    "parameter": "Numbers of the book that are judgements",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A number in doubt.

    Attributes:
        name: What the book calls it; empty for what is none of its names.
        why: Why it cannot be said what else it may be; empty where it can.
        turns: From where on it turns the verdict, and to what; empty where it does nowhere.
    """

    label: str
    name: str
    now: str
    low: str
    high: str
    chart: Markup | None
    turns: Sequence[str]
    why: str


@dataclass(frozen=True, slots=True)
class Firm:
    """An answer, ready for its page.

    Attributes:
        kind: The class that its state is drawn by.
        groups: Title -> lines; only those that have some.
        turning: The lines that turn the verdict by themselves.
        turned: The verdicts to which they turn it.
        tried: How many numbers were tried.
    """

    record: Record
    page: Page
    state: str
    kind: str
    groups: Mapping[str, Sequence[Line]]
    turning: Sequence[Line]
    turned: Sequence[str]
    tried: int


def firm(answer: Firmness) -> Firm:
    """Make an answer ready."""
    record = answer.record
    every = [*record["samples"], *([record["rate"]] if record["rate"] else ())]
    every += record["parameters"]
    lines = [(one["kind"], _line(record, one)) for one in every]
    grouped = {
        title: [line for kind, line in lines if kind == group] for group, title in GROUPS.items()
    }
    state, colour = STATES[record["state"]]
    return Firm(
        record,
        answer.page(),
        state,
        colour,
        {title: some for title, some in grouped.items() if some},
        [line for _, line in lines if line.turns],
        sorted({outcome(turn) for one in every for turn in one["turns"]}),
        len(every) + len(record["without_bearing"]),
    )


def _line(record: Record, one: Record) -> Line:
    name = one["name"].partition("(")[0] if one["kind"] == "parameter" else ""
    label = f"{one['label'][:1].upper()}{one['label'][1:]}"
    if "low" not in one:
        hangs = "the verdict hangs on it" if one["state"] == "UNDECIDABLE" else "no bearing"
        return Line(label, name, "", "", "", None, (), f"{one['why']} From half to twice: {hangs}.")
    now, low, high = (shown(record, one, one[part]) for part in ("value", "low", "high"))
    turns = [f"{VERDICTS[outcome(turn)]} {edge(record, one, turn)}" for turn in one["turns"]]
    told = f"{label}: now {now}, from {low} to {high}; {'; '.join(turns) or 'turns nothing'}"
    return Line(label, name, now, low, high, _chart(record, one, told), turns, "")


def _chart(record: Record, one: Record, told: str) -> Markup:
    number = doubt.Doubt(one["value"], one["low"], one["high"], kind(outcome(record)))
    turns = [doubt.Turn(turn["at"], kind(outcome(turn))) for turn in one["turns"]]
    return doubt.drawn(number, turns, told)
