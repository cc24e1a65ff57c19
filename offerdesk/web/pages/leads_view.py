"""What answers to the open questions lead to, made ready for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from offerdesk.markup import Markup
from offerdesk.open_questions import Questions
from offerdesk.page import Page
from offerdesk.questions_page import MOST_LISTED, span, that_matter
from offerdesk.web.drawn import track
from offerdesk.web.form.fields import field_at
from offerdesk.web.words import VERDICTS, kind, outcome
from rules.book import Book

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lead:
    """Answers that lead to the same.

    Attributes:
        answers: One, or from the first to the last.
        share: Of all that are plausible.
    """

    answers: str
    outcome: str
    share: float


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that a question asks for.

    Attributes:
        chart: The shares of its answers, by what they lead to; None where all lead to the same.
        more: How many leads are not listed.
    """

    label: str
    chart: Markup | None
    leads: Sequence[Lead]
    more: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is open.

    Attributes:
        share: Of its plausible answers, those that settle the verdict, or turn one that is decided.
        places: Empty where what may be answered cannot be listed.
    """

    text: str
    share: float
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Leads:
    """An answer, ready for its page.

    Attributes:
        headline: In a sentence.
        alone: Questions that matter by themselves.
        together: Questions that settle it only together.
        follow_up: What is asked besides, once those are answered.
        idle: Questions that have no bearing on the verdict.
    """

    record: Record
    page: Page
    headline: str
    alone: Sequence[Question]
    together: Sequence[Question]
    follow_up: Sequence[str]
    idle: Sequence[Question]


def leads(answer: Questions, book: Book) -> Leads:
    """Make an answer ready."""
    record = answer.record
    alone = that_matter(record)
    together = [one for one in record["questions"] if one["id"] in record["together"]]
    rest = [one for one in record["questions"] if one not in alone and one not in together]
    first, joint, idle = (
        [_question(record, one, book) for one in some] for some in (alone, together, rest)
    )
    follow_up = [one["text"] for one in record["follow_up"]]
    headline = _headline(record, len(alone))
    return Leads(record, answer.page(), headline, first, joint, follow_up, idle)


def _headline(record: Record, count: int) -> str:
    match record["state"]:
        case "DECIDED":
            told = {0: "No answer could turn it", 1: "One answer could turn it"}
            return told.get(count, f"{count} answers could turn it")
        case "SETTLED BY ONE":
            return "One answer can settle it"
        case "SETTLED TOGETHER":
            return "Only answers to several questions settle it"
        case "UNDECIDABLE":
            return "No answer can settle it"
        case _:
            return "Open, and not all answers could be tried"


def _question(record: Record, one: Record, book: Book) -> Question:
    share = one["settles" if record["status"] == "needs_review" else "turns"]
    return Question(one["text"], share, [_place(record, place, book) for place in one["places"]])


def _place(record: Record, place: Record, book: Book) -> Place:
    fields = field_at(book, place["place"])
    label = fields[0].label if fields else place["place"].rpartition(".")[2].replace("_", " ")
    every = [
        Lead(span(record, place, one), outcome(one), one["share"]) for one in place["leads_to"]
    ]
    chart = _chart(label, every) if len(every) > 1 else None
    return Place(label, chart, every[:MOST_LISTED], max(0, len(every) - MOST_LISTED))


def _chart(label: str, every: Sequence[Lead]) -> Markup:
    told = ", ".join(f"{VERDICTS[one.outcome].lower()} {one.share:.0%}" for one in every)
    return track.drawn(list(_stretches(every)), f"{label}: {told} of the plausible answers")


def _stretches(every: Sequence[Lead]) -> Iterator[track.Stretch]:
    start = 0.0
    for one in every:
        label = f"{one.answers}: {VERDICTS[one.outcome].lower()}"
        yield track.Stretch(start, start + one.share, kind(one.outcome), label)
        start += one.share
