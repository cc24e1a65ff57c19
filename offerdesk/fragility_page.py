"""How firm a verdict is, as a person reads it; all of it for the candidate alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offerdesk.complaints import printable
from offerdesk.headings import pinned, subject_line
from offerdesk.page import (
    PRIVATE,
    Block,
    Bullets,
    Grid,
    Page,
    Paragraph,
    Part,
    Section,
    outcome_line,
)
from rules.wording import money

Record = Mapping[str, Any]
ORIGIN = "How this is known"
_COLOURS = {"FIRM": "green", "FRAGILE": "red", "UNDECIDABLE": "yellow"}


def page_of(record: Record) -> Page:
    """Lay an answer out as a page."""
    sections = (_samples(record), _rate(record), _parameters(record), _together(record))
    return Page(
        verdict=f"{record['state']}: {outcome_line(record)}",
        colour=_COLOURS[record["state"]],
        subject=subject_line(record),
        reason=printable(_reason(record)),
        parts=(
            Part(PRIVATE, "Do not pass this part on.", sections),
            Part(ORIGIN, "", tuple(_known(record))),
        ),
    )


def _reason(record: Record) -> str:
    if record["status"] == "needs_review":
        return "The verdict is provisional; `offerdesk questions` says which answers settle it."
    turns = [one for one in _all(record) if one["turns"]]
    if turns:
        first = turns[0]
        return f"{_turn(record, first, first['turns'][0])}"
    if record["together"]["turns"]:
        return f"Nothing turns it alone, but this does: {_corner(record)}."
    if record["state"] == "UNDECIDABLE":
        return "It hangs on a sample that does not say how many people it rests on."
    if record["together"]["left_out"] and record["together"]["proof"] != "z3":
        return "Nothing that is in doubt turns it alone, nor do those together that were tried so."
    return "Nothing that is in doubt turns it, alone or together."


def _all(record: Record) -> list[Record]:
    rate = [record["rate"]] if record["rate"] else []
    return [*record["samples"], *rate, *record["parameters"]]


def _turn(record: Record, one: Record, turn: Record) -> str:
    return f"It turns to {outcome_line(turn)} with the {one['label']} {edge(record, one, turn)}."


def edge(record: Record, one: Record, turn: Record) -> str:
    """From where on a number turns the verdict, such as ``under 0.04``."""
    side = "under" if turn["at"] < one["value"] else "over"
    return f"{side} {shown(record, one, turn['last_before'])}"


def shown(record: Record, one: Record, value: float) -> str:
    """A value of a number in doubt, in its unit."""
    if one["unit"].startswith("currency"):
        return money(value, record["currency"])
    return f"{value:,.4g}"


# --- For your eyes only ---------------------------------------------------------------------------


def _samples(record: Record) -> Section:
    title = "Samples, within what their number of people leaves open"
    bounded = [one for one in record["samples"] if "low" in one]
    blocks: list[Block] = [_grid(record, bounded)] if bounded else []
    told = [
        f"{one['label']}: {one['why']} {_hangs(one)}" for one in record["samples"] if "why" in one
    ]
    blocks += [Bullets(tuple(map(printable, told)))] if told else []
    if not blocks:
        text = "No sample was used. A band is what somebody states, and has no sampling interval."
        blocks = [Paragraph(text)]
    return Section(title, tuple(blocks))


def _hangs(one: Record) -> str:
    if one["state"] == "UNDECIDABLE":
        return "The verdict hangs on it, so how firm it is cannot be said."
    return "The verdict does not hang on it, from half to twice of it."


def _rate(record: Record) -> Section:
    if record["rate"] is None:
        return Section("Exchange rate", (Paragraph("Nothing was converted."),))
    return Section("Exchange rate", (_grid(record, [record["rate"]]),))


def _parameters(record: Record) -> Section:
    title = "Numbers of the book that are judgements (grade E)"
    idle = len(record["without_bearing"])
    if not record["parameters"]:
        return Section(title, (Paragraph(f"None of the {idle} has any bearing on this verdict."),))
    told = Paragraph(f"{idle} others have no bearing on this verdict.")
    return Section(title, (_grid(record, record["parameters"]), told))


def _grid(record: Record, some: list[Record]) -> Grid:
    rows = tuple(tuple(_cells(record, one)) for one in some)
    return Grid(("", "now", "from", "to", "turns"), rows, frozenset({1, 2, 3}))


def _cells(record: Record, one: Record) -> Iterator[str]:
    yield printable(one["name"] if one["kind"] == "parameter" else one["label"])
    yield from (shown(record, one, one[name]) for name in ("value", "low", "high"))
    turns = [f"{edge(record, one, turn)}: {outcome_line(turn)}" for turn in one["turns"]]
    yield "; ".join(turns) or "never"


def _together(record: Record) -> Section:
    found = record["together"]
    if any(one["turns"] for one in _all(record)):
        told = "Something turns it alone, as above."
    elif not any("value" in one for one in _all(record)):
        told = "There is nothing in doubt that could be put together."
    elif found["turns"]:
        told = f"It turns to {outcome_line(found['turns'])} with {_corner(record)}."
    else:
        count = f"{found['corners_tried']:,}"
        told = f"Nothing turns it with each at one end or the other, in {count} combinations."
    return Section("All of these together", (Paragraph(told),))


def _corner(record: Record) -> str:
    at = record["together"]["turns"]["at"]
    told = [f"{one['name']} at {shown(record, one, one['at'])}" for one in at]
    return " and ".join(told)


# --- How this is known ----------------------------------------------------------------------------


def _known(record: Record) -> Iterator[Section]:
    by_z3 = [one["name"] for one in _all(record) if one["proof"] == "z3"]
    others = [one["name"] for one in _all(record) if one["proof"] and one["proof"] != "z3"]
    told = []
    if by_z3:
        told.append(f"z3 proved that nothing turns nearer by: {', '.join(by_z3)}.")
    if others:
        told.append(f"Tried in even steps, and halved down to the double: {', '.join(others)}.")
    if record["together"]["proof"] == "z3":
        told.append("z3 proved that no values inside the ends turn it together.")
    if record["together"]["left_out"]:
        told.append(f"Not among these combinations: {', '.join(record['together']['left_out'])}.")
    if record["ends_tried_in_every_verdict"]:
        tried = ", ".join(record["ends_tried_in_every_verdict"])
        told.append(f"Tried at both ends in every verdict, and not again here: {tried}.")
    yield Section("", (Bullets(tuple(map(printable, told))),))
    if bases := tuple(_bases(record)):
        yield Section("Where the ends come from", (Bullets(bases),))
    yield Section("Pinned by", (Paragraph(pinned(record)),))


def _bases(record: Record) -> Iterator[str]:
    by_basis: dict[str, list[str]] = {}
    for one in _all(record):
        if "basis" in one:
            by_basis.setdefault(one["basis"], []).append(one["name"])
    for basis, listed in by_basis.items():
        yield printable(f"{', '.join(listed)}: {basis}")
