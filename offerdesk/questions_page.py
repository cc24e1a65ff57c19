"""What to ask, as a person reads it; all of it for the candidate alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offerdesk.complaints import printable
from offerdesk.headings import pinned, subject_line
from offerdesk.page import (
    COLOURS,
    PRIVATE,
    Bullets,
    Page,
    Paragraph,
    Part,
    Section,
    outcome_line,
)
from rules.wording import money

Record = Mapping[str, Any]
ORIGIN = "How this is known"
COMES_UP = "asked once the others are answered"
MOST_LISTED = 8  # stretches of answers to one question


def page_of(record: Record) -> Page:
    """Lay an answer out as a page."""
    is_open = record["status"] == "needs_review"
    return Page(
        verdict=f"{outcome_line(record)}: {_headline(record)}",
        colour="yellow" if is_open else COLOURS[record["verdict"]],
        subject=subject_line(record),
        reason=printable(record["because"]),
        parts=(
            Part(PRIVATE, "Do not pass this part on.", tuple(_sections(record))),
            Part(ORIGIN, "", (_how(record), Section("Pinned by", (Paragraph(pinned(record)),)))),
        ),
    )


def _sections(record: Record) -> Iterator[Section]:
    """The questions that matter one by one, those that matter together, and the others."""
    weighty = that_matter(record)
    yield from (_section(record, number, one) for number, one in enumerate(weighty, 1))
    joint = [one for one in record["questions"] if one["id"] in record["together"]]
    if record["together"]:
        later = [f"{printable(one['text'])} ({COMES_UP})" for one in record["follow_up"]]
        told = Bullets((*_texts(joint).items, *later))
        yield Section("Only answers to all of these settle it", (told,))
    rest = [one for one in record["questions"] if one not in weighty and one not in joint]
    untried = [one for one in rest if one["not_tried"]]
    if untried:
        yield Section("Answer these first, and ask again", (_texts(untried),))
    rest = [one for one in rest if one not in untried]
    if rest:
        yield Section("Open as well; none of these alone changes the verdict", (_texts(rest),))
    if not record["questions"]:
        yield Section("", (Paragraph("Nothing is missing that the book would ask for."),))


def _texts(some: list[Record]) -> Bullets:
    return Bullets(tuple(printable(_without(one)) for one in some))


def that_matter(record: Record) -> list[Record]:
    """The questions whose answers make a difference."""
    is_open = record["status"] == "needs_review"
    return [one for one in record["questions"] if one["settles" if is_open else "turns"]]


def _headline(record: Record) -> str:
    match record["state"]:
        case "DECIDED":
            count = len(that_matter(record))
            told = f"{count or 'no'} answer{'s' if count > 1 else ''}"
            return f"{told} could turn it"
        case "SETTLED BY ONE":
            return "one answer settles it"
        case "SETTLED TOGETHER":
            return f"{len(record['together'])} answers together settle it"
        case "UNDECIDABLE":
            return "undecidable, whatever is answered"
        case _:
            return "open, and not all answers could be tried"


def _section(record: Record, number: int, one: Record) -> Section:
    title = f"{number}. {one['text']}"
    lines = [line for place in one["places"] for line in _leads(record, place)]
    return Section(printable(title), (Paragraph(_measure(record, one)), Bullets(tuple(lines))))


def _measure(record: Record, one: Record) -> str:
    if record["status"] == "needs_review":
        return f"Settles it for {one['settles']:.0%} of the answers that are plausible."
    return f"Turns it for {one['turns']:.0%} of the answers that are plausible."


def _leads(record: Record, place: Record) -> Iterator[str]:
    listed = [one for one in place["leads_to"] if one["verdict"] is not None]
    for one in listed[:MOST_LISTED]:
        yield printable(f"{place['place']} {span(record, place, one)}: {outcome_line(one)}")
    if len(listed) > MOST_LISTED:
        yield f"{place['place']}: {len(listed) - MOST_LISTED} more"


def span(record: Record, place: Record, one: Record) -> str:
    """Answers that lead to the same: one, or from the first to the last."""
    low, high = (_shown(record, place, one[end]) for end in ("from", "to"))
    return low if low == high else f"{low} to {high}"


def _shown(record: Record, place: Record, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ")
    if place["unit"] == "currency/share":
        return money(value, record["currency"], decimals=2)
    if place["unit"].startswith("currency"):
        return money(value, record["currency"])
    return f"{value:,.0f}" if value >= 10_000 else f"{value:,.4g}"


def _without(one: Record) -> str:
    if one["places"]:
        return str(one["text"])
    return f"{one['text']} (what may be answered cannot be listed yet, so it was not tried)"


def _how(record: Record) -> Section:
    tried = sum(place["tried"] for one in record["questions"] for place in one["places"])
    told = [
        f"{tried:,} answers were put into the offer, one at a time, and the whole judged again.",
        "Which answers are plausible is a judgement; rules/what_if/answers.py lists them.",
    ]
    if record["state"] == "SETTLED TOGETHER":
        share = record["together_share"]
        told.append(f"Of random answers to all questions together {share:.0%} settle it.")
    if record["state"] in ("UNDECIDABLE", "NOT ALL TRIED"):
        told.append("Nor did random answers to all questions together settle it.")
    return Section("", (Bullets(tuple(told)),))
