"""What a changed book would have said of the decisions that are in the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from offerdesk.listings import as_json, columns
from offerdesk.replay import as_logged, judged_again
from rules.book import Book
from rules.decision import ASKED_PARTS, Clerk, canonical_bytes
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.wording import money
from warehouse.log import LogRow

KINDS = ("verdict", "asks", "words", "same", "refused")
SHOWN = 40  # flips in the text


@dataclass(frozen=True, slots=True)
class Tried:
    """A logged decision beside what another book says of the same facts.

    Attributes:
        kind: What differs: ``verdict`` (or its status), ``asks``, only the ``words`` and reasons,
            nothing (``same``); or the facts are ``refused`` by the other book.
        before, after: Verdict, status and row; None where nothing was decided.
        asked, asks: What is asked for over four years, before and after [the offer's currency].
    """

    id: str
    company: str | None
    role: str | None
    currency: str | None
    kind: str
    before: tuple[str, str, str]
    after: tuple[str, str, str] | None
    asked: float | None
    asks: float | None
    found: str = ""


def backtest(rows: Iterable[LogRow], book: Book) -> Iterator[Tried]:
    """Judge every logged decision again by another book.

    Args:
        rows: Of the log; the facts, and the market, are those that were logged.
        book: The other book.

    Raises:
        FailedWorld: ``log-row-unreadable``.
    """
    judge = Judge(book)
    clerk = Clerk(judge)
    for row in rows:
        logged = as_logged(row).record
        try:
            again = judged_again(row, judge, clerk).record
        except OfferdeskError as problem:
            yield _tried(row, logged, None, str(problem.faults[0]))
            continue
        yield _tried(row, logged, json.loads(canonical_bytes(again)))


def _tried(
    row: LogRow, logged: Mapping[str, Any], now: Mapping[str, Any] | None, found: str = ""
) -> Tried:
    return Tried(
        row.id,
        row.entry.company,
        row.entry.role,
        logged["currency"],
        "refused" if now is None else _kind(logged, now),
        _outcome(logged),
        None if now is None else _outcome(now),
        logged["derived"].get("ask_value_4y"),
        None if now is None else now["derived"].get("ask_value_4y"),
        found,
    )


def _outcome(record: Mapping[str, Any]) -> tuple[str, str, str]:
    return record["verdict"], record["status"], record["rule"]


def _kind(logged: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if _outcome(logged)[:2] != _outcome(now)[:2]:
        return "verdict"
    if _asks(logged) != _asks(now):
        return "asks"
    return "same" if {**logged, "book": None} == {**now, "book": None} else "words"


def _asks(record: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [ask[part] for part in ASKED_PARTS] for name, ask in record["ask"].items()}


# --- Told -----------------------------------------------------------------------------------------


def as_form(tried: Sequence[Tried], book: Book, form: str) -> str:
    """What came out, for a person or a machine."""
    if form == "json":
        counts = {kind: _counts(tried)[kind] for kind in KINDS}
        return as_json({"book": book.hash, "counts": counts, "decisions": list(map(asdict, tried))})
    if not tried:
        return "Nothing is logged yet; `offerdesk decide OFFER` logs its decision."
    return "\n\n".join(_sections(tried))


def _counts(tried: Iterable[Tried]) -> Counter[str]:
    return Counter(one.kind for one in tried)


def _sections(tried: Sequence[Tried]) -> Iterator[str]:
    counts = _counts(tried)
    yield (
        f"{len(tried):,} decisions: {counts['verdict']:,} would have another verdict, "
        f"{counts['asks']:,} other asks, {counts['words']:,} only other reasons or words, "
        f"{counts['same']:,} are the same"
        + (f", {counts['refused']:,} would be refused" if counts["refused"] else "")
        + "."
    )
    for kind, title in (("verdict", "Another verdict"), ("refused", "Refused")):
        some = [one for one in tried if one.kind == kind]
        if some:
            more = f"\n  and {len(some) - SHOWN} more" if len(some) > SHOWN else ""
            yield f"{title}\n{columns(map(_line, some[:SHOWN]))}{more}"
    moved = list(_moved(tried))
    if moved:
        yield "What is asked for, over four years\n" + columns(moved)


def _line(one: Tried) -> tuple[str, ...]:
    after = " ".join(one.after) if one.after else one.found
    return (f"  {one.id}", " ".join(one.before), "->", after, one.company or "", one.role or "")


def _moved(tried: Sequence[Tried]) -> Iterator[tuple[str, ...]]:
    """The money that is asked for, before and after, by currency."""
    for code in sorted({one.currency or "" for one in tried}):
        some = [one for one in tried if (one.currency or "") == code and one.after]
        before = sum(one.asked or 0.0 for one in some)
        after = sum(one.asks or 0.0 for one in some)
        if before != after:
            yield f"  {code}", money(before, code), "->", money(after, code)


def is_held(tried: Iterable[Tried], level: str) -> bool:
    """Whether anything changed that must not: a verdict, an ask, or anything at all."""
    counts = _counts(tried)
    levels = {"verdict": ("verdict", "refused"), "asks": ("verdict", "refused", "asks")}
    return any(counts[kind] for kind in levels.get(level, ("verdict", "refused", "asks", "words")))
