"""Amounts, days and terms as the pages write them; a term carries what the book means by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from offerdesk.meanings import Meanings
from rules.book import Book
from rules.wording import money

VERDICTS = {
    "accept": "Accept",
    "counter": "Counter",
    "walk_away": "Walk away",
    "needs_review": "Needs review",
    "unjudged": "Cannot be judged",
}
# What the pages call a figure of the book.
TERMS = {
    "a usual year": "tc_recurring",
    "the first year": "tc_y1",
    "the fourth year": "cash_flow_y4",
    "four-year average": "tc_4y_avg",
    "the same, promised in the letter": "committed_4y_avg",
    "four-year average, after risk": "tc_risk_adj",
    "no deal, to you": "reservation_tc",
    "after risk": "tc_risk_adj",
    "sign at": "accept_floor_base",
    "settle at": "target_base",
    "band": "band_base_max",
    "on paper": "equity_paper_value",
    "later grants": "renewed_y2",
    "base salary": "base",
    "sign-on": "sign_on_total",
    "equity grant": "equity_paper_value",
}
_OWN = {
    "say": "The number to say first. It leaves room to come down to where you would settle.",
    "sign at": "At or above this you can sign without another round. It is never said aloud.",
    "settle at": "The number to aim at: a good end of the negotiation.",
    "band": "What this employer pays for the job, from the least to the most, as far as is known.",
    "p50": "Half earn less, half earn more. p25: a quarter earn less; p90: nine in ten do.",
    "percentiles": "p50 is the pay that half earn less than; p25 a quarter, p90 nine in ten.",
    "quarantine": "Rows that break the contract of their source are held back, with the reason, "
    "and count for nothing until somebody lets them in.",
    "snapshot": "The whole market as it was at one publish. It never changes afterwards, so that "
    "a decision made on it can be made again.",
    "flip": "An open offer that the new market would decide otherwise.",
    "signal": "A named conclusion of the book: true, false, or unknown.",
    "lever": "Something that can be said to the employer, when it may be said, and how much it "
    "weighs.",
}


def amount(value: float | None, currency: str | None = None) -> str:
    """Money; a dash where nobody knows.

    >>> amount(310000.0, "USD"), amount(None)
    ('$310,000', '-')
    """
    return "-" if value is None else money(value, currency)


def plain(value: object) -> str:
    """A value as one would type it: a whole number without a point.

    >>> plain(130000.0), plain(0.15), plain("rsu")
    ('130000', '0.15', 'rsu')
    """
    is_whole = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if is_whole else str(value)


def day(value: date | str | None) -> str:
    """A day in words.

    >>> day("2026-03-02"), day(None)
    ('2 March 2026', 'undated')
    """
    if value is None:
        return "undated"
    found = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return f"{found.day} {found:%B %Y}"


def outcome(told: Mapping[str, Any]) -> str:
    """What somebody decided, as ``VERDICTS`` calls it; an answer that is refused is not judged.

    >>> outcome({"verdict": "counter", "status": "needs_review"}), outcome({"verdict": None})
    ('needs_review', 'unjudged')
    """
    if told["verdict"] is None:
        return "unjudged"
    return str(told["verdict"] if told["status"] == "decided" else told["status"])


def kind(verdict: str) -> str:
    """The class that a verdict is drawn by.

    >>> kind("walk_away")
    'walk-away'
    """
    return verdict.replace("_", "-")


class Words:
    """The terms of a book, each with its meaning a hover, a focus or a tap away.

    Args:
        book: Whose.
        prefix: Of the ids, for what is put into a page that has terms already.
    """

    def __init__(self, book: Book, prefix: str = "t") -> None:
        self._meanings = Meanings(book)
        self._prefix = prefix
        self._count = 0

    def term(self, label: str, name: str = "", told: str = "") -> Markup:
        """A term with its definition; the bare label where none is known.

        Args:
            label: As it is written on the page.
            name: Of the figure or signal; found by the label when not given.
            told: The definition, where a page has one of its own.
        """
        told = told or self.meaning(label, name)
        if not told:
            return escape(label)
        self._count += 1
        place = f"{self._prefix}{self._count}-{label.replace(' ', '-').replace(',', '')}"
        return Markup(
            '<span class="term"><button type="button" aria-describedby="{0}">{1}</button>'
            '<span role="tooltip" id="{0}">{2}</span></span>'
        ).format(place, label, told)

    def meaning(self, label: str, name: str = "") -> str:
        """What the book, or these pages, mean by a term; empty where it is none."""
        if not name and label in _OWN:
            return _OWN[label]
        known = name or TERMS.get(label, "")
        try:
            return self._meanings.named(known) if known else ""
        except KeyError:  # another book has no such figure
            return ""


FILTERS = {"money": amount, "plain": plain, "day": day, "kind": kind, "outcome": outcome}
