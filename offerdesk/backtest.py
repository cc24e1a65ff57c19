"""What another book, or another market, would have said of the decisions that are in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from offerdesk.log_parts import Part, Tell, Work, part_by_part
from offerdesk.other_inputs import OtherBook, OtherMarket, OwnMarket, Raw, logged
from offerdesk.tried import Outcome, Tried
from rules.decision import ASKED_PARTS
from rules.errors import OfferdeskError
from warehouse.log import LogRow, rows

Begin = Callable[[], OtherBook | OtherMarket]


def backtest(
    begin: Begin,
    *,
    processes: int | None = None,
    tell: Tell = lambda _, __, ___: None,
) -> list[Tried]:
    """Judge every decision of the home's log again, in the order of the log.

    Args:
        begin: Makes what is other than it was; picklable, as it is called in each process.
        processes: How many at once; one for each core when not given.
        tell: Is told how far it is.

    Raises:
        FailedWorld: ``backtest-worker-died``, when a process was killed on the way.
    """
    work = Work("backtest", partial(_tester, begin), "not judged")
    parts = part_by_part(work, processes=processes, tell=tell)
    return [one for part in parts for one in part]


def _tester(begin: Begin) -> Callable[[Part], list[Tried]]:
    by = begin()
    return lambda part: [_tried(row, by) for row in rows(after=part.after, last=part.last)]


def _tried(row: LogRow, by: OtherBook | OtherMarket) -> Tried:
    was, entry = logged(row), row.entry
    base = Tried(
        id=row.id,
        company=entry.company,
        role=entry.role,
        currency=was.get("currency"),
        kind="refused",
        before=(entry.verdict, entry.status, entry.rule),
        after=None,
        asked=None,
        asks=None,
    )
    try:
        before, again = by.before(row), by.record(row)
    except OwnMarket:
        return replace(base, kind="own_market")
    except OfferdeskError as problem:
        return replace(base, found=str(problem.faults[0]))
    kind, after = _kind(before, again, by.ignored), _outcome(again)
    found = replace(
        base,
        kind=kind,
        before=_outcome(before),
        after=after,
        asked=before["derived"].get("ask_value_4y"),
        asks=again["derived"].get("ask_value_4y"),
    )
    if kind != "verdict":
        return found
    return replace(found, causes=by.causes(row, after), market_rows=by.market_rows(row))


def _outcome(record: Raw) -> Outcome:
    return record["verdict"], record["status"], record["rule"]


def _kind(before: Raw, now: Raw, ignored: Iterable[str]) -> str:
    if _outcome(before)[:2] != _outcome(now)[:2]:
        return "verdict"
    if _asks(before) != _asks(now):
        return "asks"
    aside = dict.fromkeys(ignored)
    return "same" if {**before, **aside} == {**now, **aside} else "words"


def _asks(record: Raw) -> dict[str, list[Any]]:
    return {name: [ask[part] for part in ASKED_PARTS] for name, ask in record["ask"].items()}
