"""What would flip a verdict, as a person reads it; all of it for the candidate alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offerdesk.complaints import printable
from offerdesk.headings import pinned, subject_line
from offerdesk.page import (
    COLOURS,
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


def page_of(record: Record) -> Page:
    """Lay an answer out as a page."""
    sections = (
        _closed(record),
        _cheapest(record),
        _alone(record),
        _impossible(record),
        _worse(record),
        _walk_away(record),
    )
    known = (_proofs(record), Section("Pinned by", (Paragraph(pinned(record)),)))
    return Page(
        verdict=_headline(record),
        colour=COLOURS["accept" if record["cheapest"] else record["verdict"]],
        subject=subject_line(record),
        reason=printable(_reason(record)),
        parts=(
            Part(PRIVATE, "Do not pass this part on.", tuple(one for one in sections if one)),
            Part(ORIGIN, "", tuple(one for one in known if one)),
        ),
    )


def _headline(record: Record) -> str:
    now = outcome_line(record)
    if is_accepted(record):
        return f"{now}: nothing to ask for"
    flip = record["cheapest"]
    if flip is None:
        return f"{now}: no ask can make it accept"
    verb = "makes" if len(flip["amounts"]) == 1 else "make"
    return f"{now}: {amounts(record, flip)} {verb} it accept"


def is_accepted(record: Record) -> bool:
    """Whether there is nothing left to ask for."""
    return bool(record["verdict"] == "accept" and record["status"] == "decided")


def amounts(record: Record, flip: Record) -> str:
    """The components that move, with what they move to.

    >>> amounts({"currency": "USD", "components": [{"component": "base", "label": "base salary"}],
    ...           "worse": []}, {"amounts": {"base": {"to": 231000.0}}})
    'base salary $231,000'
    """
    labels = _labels(record)
    told = [
        f"{labels[name]} {money(one['to'], record['currency'])}"
        for name, one in flip["amounts"].items()
    ]
    return ", ".join(told[:-1]) + (" and " if told[:-1] else "") + told[-1]


def _labels(record: Record) -> dict[str, str]:
    listed = [*record["components"], *record["worse"]]
    return {one["component"]: one["label"] for one in listed}


def _reason(record: Record) -> str:
    if is_accepted(record):
        return "The verdict is accept already. Below is how much worse the offer may get."
    flip = record["cheapest"]
    if flip is None:
        tried = record["proof"]["points"]
        if not record["components"]:
            return "No component of pay may move, and as it stands it is not accepted."
        if record["proof"]["by"] is None:
            return f"No ask was found, and it is not proved that there is none among {tried:,}."
        return f"None of the {tried:,} combinations up to the caps makes it accept; this is proved."
    return f"{record['because']} {costs(record, flip)}"


def costs(record: Record, flip: Record) -> str:
    """What the smallest ask costs, and how sure it is that nothing is cheaper."""
    weights = record["wishes"]["weights"]
    told = "counts" if weights else "costs the employer"
    how = "by your weights" if weights else "over four years"
    amount = f"{flip['cost']:,.0f}" if weights else money(flip["cost"], record["currency"])
    sure = "and nothing cheaper does" if record["proof"]["by"] else "nothing cheaper was found"
    return f"The smallest ask that flips it {told} {amount} {how}, {sure}."


# --- For your eyes only ---------------------------------------------------------------------------


def _closed(record: Record) -> Section | None:
    told = [
        f"{one['label']}: {one['why']}"
        for one in record["closed"]
        if one["is_closed"] or one["offered"] is None
    ]
    return Section("What cannot move", (_bullets(told),)) if told else None


def _bullets(items: Sequence[str]) -> Bullets:
    return Bullets(tuple(map(printable, items)))


def _cheapest(record: Record) -> Section | None:
    flip = record["cheapest"]
    if flip is None:
        return None
    labels, per = _labels(record), {c["component"]: c for c in record["components"]}
    rows = tuple(
        (
            labels[name],
            _money(record, one["from"]),
            _money(record, one["to"]),
            _money(record, one["change"]),
            _money(record, one["change"] * per[name]["cost_per_unit"]),
        )
        for name, one in flip["amounts"].items()
    )
    head = ("", "offered", "ask for", "more", "counts" if record["wishes"]["weights"] else "costs")
    return Section("The cheapest ask that flips it", (Grid(head, rows, frozenset({1, 2, 3, 4})),))


def _alone(record: Record) -> Section | None:
    rows = tuple(_alone_row(record, one) for one in record["alone"])
    if not rows or record["cheapest"] is None:
        return None
    grid = Grid(("", "offered", "ask for", "costs"), rows, frozenset({1, 2, 3}))
    return Section("Each component alone", (grid,))


def _alone_row(record: Record, one: Record) -> tuple[str, ...]:
    offered, flip = _money(record, one["offered"]), one["flip"]
    if flip is None:
        return one["label"], offered, _never(record, one), "-"
    to = flip["amounts"][one["component"]]["to"]
    return one["label"], offered, _money(record, to), _money(record, flip["cost"])


def _never(record: Record, one: Record) -> str:
    most = {c["component"]: c["looked_up_to"] for c in record["components"]}[one["component"]]
    return f"none up to {_money(record, most)}"


def _impossible(record: Record) -> Section | None:
    found = record["impossible"]
    if found is None:
        return None
    at_caps = found["at_the_caps"]
    still = f"row {at_caps['rule']} still decides: {outcome_line(at_caps)}"
    told = f"With every component at its cap, {still}." if record["components"] else ""
    blocks: list[Block] = [Paragraph(told)] if told else []
    if found["conditions"]:
        blocks.append(_bullets([_condition(one) for one in found["conditions"]]))
    blocks.append(Paragraph(_beyond(record, found)))
    return Section("What stays in the way", tuple(blocks))


_TRUTHS = {True: "It is so", False: "It is not so", None: "It is not known"}
_PAY = {
    True: "more pay could change that, but none up to the caps does",
    False: "nothing up to the caps changes that",
}


def _condition(one: Record) -> str:
    told = (
        f"{one['meaning'].rstrip('.')} ({one['condition']})" if one["meaning"] else one["condition"]
    )
    return f"{told}. {_TRUTHS[one['truth']]}, and {_PAY[one['hangs_on_pay']]}."


def _beyond(record: Record, found: Record) -> str:
    flip = found["beyond_the_caps"]
    if flip is not None:
        return f"Beyond the caps, {amounts(record, flip)} would make it accept."
    if found["beyond_the_caps_proof"]["by"] is None:
        return "Whether anything up to twice the caps would, is not known."
    if not record["components"]:
        return "There is nothing to raise as long as no component moves."
    stays = any(one["is_closed"] for one in record["closed"])
    rest = ", as long as what cannot move stays as it is" if stays else ""
    return f"Nothing up to twice the caps would either{rest}."


def _worse(record: Record) -> Section | None:
    rows = tuple(_worse_row(record, one) for one in record["worse"] if one["offered"])
    if not rows:
        return None
    grid = Grid(("", "offered", "holds down to", "then"), rows, frozenset({1, 2}))
    nearest = record["nearest_worse"]
    blocks: list[Block] = [grid]
    if nearest is not None and len(nearest["amounts"]) > 1:
        told = f"Together, {amounts(record, nearest)} already turns it to {outcome_line(nearest)}."
        blocks.append(Paragraph(told))
    return Section("How much worse it may get, all else the same", tuple(blocks))


def _worse_row(record: Record, one: Record) -> tuple[str, ...]:
    offered, flip = _money(record, one["offered"]), one["flip"]
    if flip is None:
        return one["label"], offered, "any amount", f"still {outcome_line(record)}"
    return one["label"], offered, _money(record, one["last_before"]), outcome_line(flip)


def _walk_away(record: Record) -> Section | None:
    walks = record["verdict"] == "walk_away"
    told = [_walk_away_line(record, one, walks) for one in record["walk_away"] if one["flip"]]
    if not told:
        return None
    return Section("Where you walk away, all else the same", (_bullets(told),))


def _walk_away_line(record: Record, one: Record, walks: bool) -> str:
    to = _money(record, one["flip"]["amounts"][one["component"]]["to"])
    if walks:
        return f"{one['label']}: up to the first {to}, where it is {outcome_line(one['flip'])}"
    return f"{one['label']}: at {to} or less"


# --- How this is known ----------------------------------------------------------------------------

_FOUND = {
    "z3": "z3 proved that of {points:,} combinations no cheaper one does it",
    "judged": "{points:,} amounts were judged one by one",
    "enumerated": "all of {points:,} combinations were judged",
    None: "it is not proved that nothing cheaper does it",
}
_NONE = {
    "z3": "z3 proved that none of {points:,} combinations does it",
    "judged": "{points:,} amounts were judged one by one, and none does it",
    "enumerated": "all of {points:,} combinations were judged, and none does it",
    None: "none was found; that there is none is not proved",
}


_AS_IT_STANDS = "there is only the offer as it stands"


def _proofs(record: Record) -> Section | None:
    return Section("", (_bullets(list(_proved(record))),))


def _proved(record: Record) -> Iterator[str]:
    for what, flip, proof in (
        ("The ask that flips it", record["cheapest"], record["proof"]),
        ("The loss that changes it", record["nearest_worse"], record["nearest_worse_proof"]),
    ):
        if proof is not None:
            told = (_NONE if flip is None else _FOUND)[proof["by"]]
            is_alone = flip is None and proof["points"] == 1
            yield f"{what}: {_AS_IT_STANDS if is_alone else told.format(**proof)}."
    yield "Every amount shown was tried on the judge, both engines of it, like any decision."


def _money(record: Record, value: float | None) -> str:
    return "-" if value is None else money(value, record["currency"])
