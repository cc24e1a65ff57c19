"""Everything that can be proved of a book, chapter by chapter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
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
Asked = tuple[Book, Statement, Sequence[Mapping[str, Any]], Collection[str]]
# What one process does after the other; to find an offer for everything takes the longest.
_SHARES = (("reach",), ("rows", "asks", "monotone", "inputs", "dates"))


def prove(
    book: Book,
    statement: Statement,
    offers: Iterable[Mapping[str, Any]] = (),
    *,
    only: Collection[str] = tuple(CHAPTERS),
    about: Collection[str] = (),
    workers: int = 1,
    progress: Progress | None = None,
) -> Proofs:
    """Prove what can be proved of a book.

    Args:
        book: That has passed the checks of its names, types and units.
        statement: What it states of itself.
        offers: People's offers, to start from; what is found then looks like them.
        only: The chapters wanted; keys of ``CHAPTERS``.
        about: Rows, signals, levers, asks or facts; where any are named, the claims about those
            alone.
        workers: With more than one, two processes share the work.
        progress: Is told how many chapters are done.
    """
    tell = progress or (lambda _: None)
    starts = list(offers)
    shares = [tuple(name for name in share if name in only) for share in _SHARES]
    shares = [share for share in shares if share]
    if workers > 1 and len(shares) > 1:
        parts = list(_side_by_side((book, statement, starts, about), shares, tell))
    else:
        every = [name for share in reversed(shares) for name in share]
        parts = [_share(book, statement, starts, about, every, tell)]
    order = list(CHAPTERS)
    claims = [claim for part in parts for claim in part.claims]
    claims.sort(key=lambda claim: order.index(claim.chapter))
    overlaps = tuple(pair for part in parts for pair in part.overlaps)
    return Proofs(claims, tuple(_outside(book)), overlaps)


def _side_by_side(
    asked: Asked,
    shares: list[tuple[str, ...]],
    tell: Progress,
) -> Iterator[Proofs]:
    done = 0
    book, statement, offers, about = asked
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        running = {
            pool.submit(_share, book, statement, offers, about, share): share for share in shares
        }
        for one in as_completed(running):
            done += len(running[one])
            tell(done)
            yield one.result()


def _share(
    book: Book,
    statement: Statement,
    offers: Iterable[Mapping[str, Any]],
    about: Collection[str],
    only: Collection[str],
    tell: Progress = lambda _: None,
) -> Proofs:
    """The claims of some chapters, in one process."""
    seeker = Seeker(book, Judge(book), offers)
    places = Places(book)
    rows = RowProofs(seeker, places, statement, about)
    chapters: dict[str, Callable[[], Iterator[Claim]]] = {
        "rows": rows.claims,
        "asks": AskProofs(seeker, places, about).claims,
        "monotone": MonotoneProofs(seeker, places, statement, about).claims,
        "inputs": InputProofs(seeker, places, statement).claims,
        "dates": DateProofs(book, places).claims,
        "reach": ReachProofs(seeker, places, about).claims,
    }
    claims: list[Claim] = []
    for done, chapter in enumerate(only, 1):
        claims += chapters[chapter]()
        tell(done)
    return Proofs(claims, (), tuple(rows.overlaps))


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
