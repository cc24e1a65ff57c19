"""One offer decided in this process: the whole, its parts, and the log alone."""

from __future__ import annotations

import gc
import importlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.clock import Spread, spread, timed
from bench.offers import varied
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from warehouse.log import LogEntry, append, read

# Part -> the calls of the desk that it consists of: where they are looked up, and their names.
PARTS = {
    "read the case": (("offerdesk.desk", "read_offer"), ("offerdesk.desk", "read_case")),
    "look up the market": (("offerdesk.market", "Search.__call__"),),
    "judge, both engines": (("rules.judgement", "Judge.judge"),),
    "write the record": (
        ("rules.decision", "Clerk.record"),
        ("offerdesk.desk", "canonical_bytes"),
        ("offerdesk.desk", "facts_of"),
    ),
    "append to the log": (("warehouse.books", "keep_book"), ("warehouse.log", "append")),
}


@dataclass(frozen=True, slots=True)
class Example:
    """An offer to vary.

    Attributes:
        path: Its file.
        offer: The same, read.
        same_job: Whether its variations are offers for one job; see ``bench.offers.varied``.
        throughout: Whether they differ in every figure and in flags.
    """

    path: Path
    offer: Mapping[str, Any]
    same_job: bool = False
    throughout: bool = False

    def varied(self, count: int, start: int) -> Iterator[dict[str, Any]]:
        """Variations of it, from a number on."""
        return varied(
            self.offer, count, start=start, same_job=self.same_job, throughout=self.throughout
        )


@dataclass(frozen=True, slots=True)
class Deciding:
    """Times of one example.  A part that it has no need of takes no time.

    Attributes:
        whole: A decision, from a mapping to a logged row.
        parts: The same by part; taken from other decisions than ``whole``.
        from_file: Only reading the example's YAML file, instead of a mapping.
    """

    name: str
    verdicts: Mapping[str, int]
    whole: Spread
    parts: Mapping[str, Spread]
    from_file: Spread

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "example": self.name,
            "verdicts": dict(self.verdicts),
            "whole": self.whole.as_dict(),
            "parts": {name: part.as_dict() for name, part in self.parts.items()},
            "reading_the_file_instead": self.from_file.as_dict(),
        }


def logged(desk: Desk, example: Mapping[str, Any]) -> LogEntry:
    """What deciding an example leaves in the log."""
    return read(str(desk.decide(example).id)).entry


def with_market(desk: Desk, example: Mapping[str, Any]) -> dict[str, Any]:
    """The example together with the market that the desk finds for it, as plain values."""
    market = json.loads(logged(desk, example).market)
    return {**example, "market": market} if market else dict(example)


def time_deciding(desk: Desk, name: str, example: Example, count: int, warm_up: int) -> Deciding:
    """Decide variations of an example, each another offer.

    Raises:
        AssertionError: Two of them were the same offer after all.
    """
    for offer in example.varied(warm_up, 0):
        desk.decide(offer)
    gc.collect()
    taken: list[float] = []
    hashes: set[str] = set()
    verdicts: Counter[str] = Counter()
    for offer in example.varied(count, warm_up):
        seconds, decision = timed(desk.decide, offer)
        taken.append(seconds)
        hashes.add(decision.record["facts_hash"])
        verdicts[f"{decision.verdict} {decision.rule}"] += 1
    if len(hashes) != count:
        raise AssertionError(f"{name}: {len(hashes)} different offers of {count}")
    return Deciding(
        name,
        dict(verdicts),
        spread(taken),
        _parts(desk, example, max(1, count // 4), warm_up + count),
        spread([timed(read_offer, example.path)[0] for _ in range(max(1, count // 40))]),
    )


def _parts(desk: Desk, example: Example, count: int, start: int) -> dict[str, Spread]:
    found: dict[str, list[float]] = {part: [] for part in PARTS}
    for offer in example.varied(count, start):
        with _watched() as spent:
            desk.decide(offer)
        for part, seconds in spent.items():
            found[part].append(seconds)
    return {part: spread(seconds) for part, seconds in found.items()}


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Within, the calls of each part add up their time, without that of parts inside them."""
    spent = dict.fromkeys(PARTS, 0.0)
    inside = [0.0]
    with ExitStack() as stack:
        for part, calls in PARTS.items():
            for module, name in calls:
                stack.enter_context(_watch(module, name, part, spent, inside))
        yield spent


def _watch(module: str, name: str, part: str, spent: dict[str, float], inside: list[float]) -> Any:
    owner: Any = importlib.import_module(module)
    *outer, last = name.split(".")
    for one in outer:
        owner = getattr(owner, one)
    original = getattr(owner, last)

    def watched(*arguments: Any, **named: Any) -> Any:
        inside.append(0.0)
        seconds, found = timed(lambda: original(*arguments, **named))
        spent[part] += seconds - inside.pop()
        inside[-1] += seconds
        return found

    return patch.object(owner, last, watched)


def time_append(path: Path, entry: LogEntry, count: int, warm_up: int) -> Spread:
    """Append one more decision to a log of its own.

    Args:
        path: The log file.
        entry: A decision as large as decisions are.
        count: How many appends are timed.
        warm_up: How many come before.
    """
    entries = (replace(entry, facts_hash=f"{number:064x}") for number in itertools.count())
    for _ in range(warm_up):
        append(next(entries), path)
    return spread([timed(append, next(entries), path)[0] for _ in range(count)])
