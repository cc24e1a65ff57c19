"""Everything that can be proved of a book, chapter by chapter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from rules.book import Book
from rules.errors import FailedWorld, Fault
from rules.judgement import Judge
from rules.orphans import end_with_parent
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

    Raises:
        FailedWorld: ``proof-worker-died`` when a process was killed on the way.
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
    done, spawn = 0, get_context("spawn")
    # The book goes to a process as it begins: one that dies before it has read all of a long task
    # would be waited for for ever.
    with ProcessPoolExecutor(len(shares), spawn, _begin, asked) as pool:
        running = {pool.submit(_own_share, share): share for share in shares}
        for one in as_completed(running):
            try:
                found = one.result()
            except BrokenProcessPool as problem:
                raise FailedWorld(_died(running[one])) from problem
            done += len(running[one])
            tell(done)
            yield found


_asked: list[Asked] = []


def _begin(*asked: Any) -> None:
    end_with_parent()
    _asked.append(asked)


def _own_share(only: Collection[str]) -> Proofs:
    return _share(*_asked[0], only)


def _died(share: Collection[str]) -> Fault:
    found = "a process that ended on the way"
    step = "see that there is memory enough, and try again; `--only` proves one chapter"
    return Fault("proof-worker-died", f"chapters {', '.join(share)}", found, "", step)


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
