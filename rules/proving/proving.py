"""Everything that can be proved of a book, chapter by chapter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from rules.book import Book
from rules.judgement import Judge
from rules.proving.ask_order import AskProofs
from rules.proving.claims import CHAPTERS, Claim, Places, Proofs
from rules.proving.dates import DateProofs
from rules.proving.inputs import InputProofs
from rules.proving.monotone import MonotoneProofs
from rules.proving.reach import ReachProofs
from rules.proving.rows import RowProofs
from rules.proving.seeking import Seeker
from rules.proving.statement import Statement

Progress = Callable[[int], None]  # is told how many chapters are done


def prove(
    book: Book,
    statement: Statement,
    offers: Iterable[Mapping[str, Any]] = (),
    *,
    only: Collection[str] = tuple(CHAPTERS),
    progress: Progress | None = None,
) -> Proofs:
    """Prove what can be proved of a book.

    Args:
        book: That has passed the checks of its names, types and units.
        statement: What it states of itself.
        offers: People's offers, to start from; what is found then looks like them.
        only: The chapters wanted; keys of ``CHAPTERS``.
        progress: Is told how many chapters are done.
    """
    seeker = Seeker(book, Judge(book), offers)
    places = Places(book)
    rows = RowProofs(seeker, places, statement)
    reach = ReachProofs(seeker, places)
    chapters: dict[str, Callable[[], Iterator[Claim]]] = {
        "dates": DateProofs(book, places).claims,
        "inputs": InputProofs(seeker, places, statement).claims,
        "rows": rows.claims,
        "asks": AskProofs(seeker, places).claims,
        "monotone": MonotoneProofs(seeker, places, statement).claims,
        "reach": reach.claims,
    }
    claims: list[Claim] = []
    for done, chapter in enumerate((name for name in chapters if name in only), 1):
        claims += chapters[chapter]()
        if progress is not None:
            progress(done)
    return Proofs(claims, tuple(_outside(book)), tuple(rows.overlaps))


def _outside(book: Book) -> Iterator[str]:
    """What no proof tells of."""
    yield (
        "z3 calculates exactly and the engine in doubles: at a threshold the last bits of a number "
        "may decide otherwise.  Every offer that is shown was judged by the engine."
    )
    lists = ", ".join(book.lists)
    yield (
        f"Lists ({lists}): a proof holds for any length, with what is drawn out of a list taken as "
        "anything at all; offers are sought with at most one entry in each."
    )
    yield (
        "Currencies: a proof holds for money worth anything above nothing; offers are sought in US "
        "dollars, and an offer in a currency of which the book has no rate may state a base of "
        "nothing, of which nothing is proved."
    )
    yield (
        "How a file is read: words, dates and amounts count as they stand among the facts; parties "
        "in other currencies count as converted."
    )
    yield (
        "The verdict at another exchange rate (verdict_hangs_on_rate): it changes a remark, and "
        "what hangs on it is not looked at."
    )
    yield "Which of the levers that apply are used and in which order, and packages of equal worth."
