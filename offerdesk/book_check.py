"""The proofs about a book as a page, or as JSON."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

import yaml

from offerdesk.chapters import counted, counts_of
from offerdesk.complaints import step
from offerdesk.listings import as_json
from offerdesk.samples import examples
from pipelines.refresh import on_terminal
from rules.book import Book
from rules.errors import Fault
from rules.proving.claims import CHAPTERS, Claim, Proofs
from rules.proving.proving import prove
from rules.proving.statement import read_statement
from rules.source import read_document

_MARKS = {"failed": "FAILED", "not_proved": "NOT PROVED"}
WIDTH = 92


def proofs_of(
    book: Book, folder: Path, only: Collection[str] = (), about: Collection[str] = ()
) -> Proofs:
    """Prove what can be proved of a book; a terminal sees how far it is.

    Args:
        book: The book.
        folder: Where it stands, with what it states of itself.
        only: The chapters wanted; all if none is named.
        about: The names whose claims are wanted; all if none is named.

    Raises:
        MalformedBook: What it states of itself cannot be read.
    """
    statement = read_statement(folder, book)
    offers = [read_document(path).value for path in sorted((examples() / "offers").glob("*.yaml"))]
    chapters = [name for name in CHAPTERS if name in (only or CHAPTERS)]

    def told(done: int) -> None:
        on_terminal("chapters proved", done, len(chapters))

    workers = os.cpu_count() or 1
    return prove(
        book, statement, offers, only=chapters, about=about, workers=workers, progress=told
    )


def as_form(book: Book, proofs: Proofs, form: str) -> str:
    """The proofs as a page for reading, or as JSON."""
    if form == "json":
        return as_json(record_of(book, proofs))
    return "\n".join([counted(book), *_page(proofs)])


# --- For reading --------------------------------------------------------------------------------


def _page(proofs: Proofs) -> Iterator[str]:
    for chapter, title in CHAPTERS.items():
        claims = [claim for claim in proofs.claims if claim.chapter == chapter]
        if claims:
            yield ""
            yield title
            yield from _chapter(claims)
    if proofs.overlaps:
        yield ""
        yield "Where two rows hold, the first one decides"
        yield from _overlaps(proofs)
    yield ""
    yield "Outside of what is proved"
    for sentence in proofs.outside:
        yield from wrap(sentence, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    yield ""
    yield _verdict(proofs)


def _chapter(claims: list[Claim]) -> Iterator[str]:
    yield f"  {_counts(claims)}"
    for claim in claims:
        if claim.standing == "proved" and claim.chapter in _NAMED:
            yield from wrap(claim.text, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    for reason, stated in _exceptions(claims).items():
        for one in stated:
            yield from wrap(one, WIDTH, initial_indent="  - ", subsequent_indent="    ")
        yield from wrap(reason, WIDTH, initial_indent="    ", subsequent_indent="    ")
    for claim in claims:
        if claim.standing in _MARKS:
            yield from _broken(claim)


_NAMED = ("monotone", "inputs")  # chapters of which it matters what was claimed, and of what
_STANDINGS = {
    "proved": "proved of every case",
    "shown": "shown by an offer that was judged",
    "stated": "stated by the book as meant",
    "failed": "FAILED",
    "not_proved": "NOT PROVED",
}


def _counts(claims: Sequence[Claim]) -> str:
    counts = ((sum(claim.standing == one for claim in claims), one) for one in _STANDINGS)
    return ", ".join(f"{count} {_STANDINGS[one]}" for count, one in counts if count)


def _exceptions(claims: list[Claim]) -> dict[str, list[str]]:
    """What the book excepts, by the reason that it gives; overlaps have a section of their own."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        if claim.standing == "stated" and claim.chapter != "rows":
            found.setdefault(" ".join(claim.reason.split()), []).append(claim.text)
    return found


def _broken(claim: Claim) -> Iterator[str]:
    yield ""
    yield f"  {_MARKS[claim.standing]}: {claim.text}"
    if claim.fault is not None:
        for line in _told(claim.fault):
            yield from wrap(line, WIDTH, initial_indent="    ", subsequent_indent="      ")
    for number, offer in enumerate(claim.offers, 1):
        which = f" {number} of {len(claim.offers)}" if len(claim.offers) > 1 else ""
        yield f"    offer{which}, for `offerdesk decide`:"
        yield from (f"      {line}" for line in _yaml(offer).splitlines())


def _told(fault: Fault) -> Iterator[str]:
    yield f"[{fault.code}] {fault.place}"
    yield f"found {fault.found}"
    if fault.allowed:
        yield f"allowed: {fault.allowed}"
    yield f"next: {step(fault)}"


def _overlaps(proofs: Proofs) -> Iterator[str]:
    together: dict[tuple[str, str], list[str]] = {}
    for first, second, reason in proofs.overlaps:
        together.setdefault((first, reason), []).append(second)
    for (first, reason), others in together.items():
        yield f"  {first} before {', '.join(others)}: {reason or 'NOT STATED by the book'}"


def _verdict(proofs: Proofs) -> str:
    if not proofs.failed and not proofs.open:
        return f"All {len(proofs.claims)} claims hold: {_counts(proofs.claims)}."
    told = f"{len(proofs.failed)} of {len(proofs.claims)} claims failed"
    return f"{told}, and {len(proofs.open)} are not proved." if proofs.open else f"{told}."


def _yaml(offer: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(offer), sort_keys=False, allow_unicode=True, width=WIDTH)


# --- For machines -------------------------------------------------------------------------------


def record_of(book: Book, proofs: Proofs) -> dict[str, Any]:
    """The proofs as plain values."""
    return {
        "hash": book.hash,
        **counts_of(book),
        "sound": not proofs.failed and not proofs.open,
        "claims": [_claim(claim) for claim in proofs.claims],
        "overlaps": [
            {"wins": first, "over": second, "reason": reason}
            for first, second, reason in proofs.overlaps
        ],
        "outside": list(proofs.outside),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    fault = claim.fault
    told = (
        {}
        if fault is None
        else {
            "code": fault.code,
            "place": fault.place,
            "found": fault.found,
            "allowed": fault.allowed,
            "next": step(fault),
        }
    )
    return {
        "chapter": claim.chapter,
        "claim": claim.text,
        "standing": claim.standing,
        **told,
        **({"reason": " ".join(claim.reason.split())} if claim.reason else {}),
        **({"offers": list(claim.offers)} if claim.offers else {}),
    }
