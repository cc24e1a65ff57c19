"""A mixed load on a served desk, from a process of its own: so many requests a second, no fewer.

Requests are due at even intervals, however long the answers take, and the time of each counts
from when it was due: a desk that falls behind cannot slow the clock that it is measured by.
``python -m bench.web_load ADDRESS`` prints what it found as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.clock import spread
from bench.offers import varied
from bench.processes import ROOT
from rules.source import read_document

CONNECTIONS = 32
DIFFERENT = 1_000  # offers of each example
DECIDE = "POST /api/decisions"
KEYED = 10  # one decision in so many is asked for under a key
# What else is asked in a second, evenly among the decisions; `{id}` is of a decision made before.
READS = {
    "GET /api/decisions/{id}": 14,
    "GET /api/decisions": 5,
    "GET /api/decisions/{id}/why": 5,
    "GET /api/decisions/{id}/replay": 5,
    "GET /": 5,
    "GET /api/book": 2,
    "GET /api/market/snapshots": 2,
    "GET /readyz": 1,
    "GET /metrics": 1,
}


@dataclass(slots=True)
class Found:
    """What the answers were.

    Attributes:
        seconds: Times by kind of request, from when it was due [s].
        errors: What went wrong, counted.
        ids: Decisions that were acknowledged.
        snapshots: Market snapshots by which was decided, counted.
        late: Requests that were sent more than 5 ms after they were due, for want of us.
        lasted: From the first request to the last answer [s].
        worked: Time that processors worked on asking [s].
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)
    snapshots: Counter[str | None] = field(default_factory=Counter)
    late: int = 0
    lasted: float = 0.0
    worked: float = 0.0


def kinds(rate: int) -> list[str]:
    """The requests of a second, the rarer ones spread among the decisions."""
    placed = [((n + 0.5) / rate, DECIDE) for n in range(rate)]
    for number, (kind, often) in enumerate(READS.items()):
        placed += [((n + 0.1 + 0.08 * number) / often, kind) for n in range(often)]
    return [kind for _, kind in sorted(placed)]


def bodies() -> Iterator[bytes]:
    """Offers, each of the examples in turn, with other amounts each time."""
    examples = [
        read_document(file).value for file in sorted((ROOT / "examples/offers").glob("*.yaml"))
    ]
    made = [
        json.dumps(offer, default=str).encode()
        for offers in zip(*(varied(one, DIFFERENT) for one in examples), strict=True)
        for offer in offers
    ]
    return cycle(made)


class Load:
    """Sends requests over a few connections that stay open.

    Args:
        address: Of the desk.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._host = parts.netloc
        self._bodies, self._numbers = bodies(), count()
        self._free: asyncio.Queue[tuple[Any, Any]] = asyncio.Queue()
        self.found = Found()

    async def run(self, rate: int, seconds: float) -> Found:
        """Send for so long, and wait for the last answer."""
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection(*self._place))
        plan, tasks = cycle(kinds(rate)), set()
        interval = 1 / (rate + sum(READS.values()))
        begin, before = time.perf_counter(), time.process_time()
        for number in range(int(seconds / interval)):
            due = begin + number * interval
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.found.late += time.perf_counter() - due > 0.005
            task = asyncio.create_task(self._ask(next(plan), due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        self.found.lasted = time.perf_counter() - begin
        self.found.worked = time.process_time() - before
        return self.found

    async def _ask(self, kind: str, due: float) -> None:
        reader, writer = await self._free.get()
        try:
            writer.write(self._request(kind))
            status, body = await _answer(reader)
            self._note(kind, status, body, time.perf_counter() - due)
        except (OSError, asyncio.IncompleteReadError, ValueError) as problem:
            self.found.errors[f"{kind} {type(problem).__name__}"] += 1
            reader, writer = await asyncio.open_connection(*self._place)
        self._free.put_nowait((reader, writer))

    def _request(self, kind: str) -> bytes:
        method, _, path = kind.partition(" ")
        if "{id}" in path:
            known = self.found.ids
            path = path.format(id=known[-1 - len(known) // 3]) if known else "/healthz"
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n"
        if kind != DECIDE:
            return f"{head}\r\n".encode()
        body, number = next(self._bodies), next(self._numbers)
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        head += f"Idempotency-Key: load-{number}\r\n" if number % KEYED == 0 else ""
        return f"{head}\r\n".encode() + body

    def _note(self, kind: str, status: int, body: bytes, seconds: float) -> None:
        self.found.seconds[kind].append(seconds)
        if status not in (200, 201):
            self.found.errors[f"{kind} {status}"] += 1
        elif kind == DECIDE:
            told = json.loads(body)
            self.found.ids.append(told["id"])
            self.found.snapshots[told["snapshot"]] += 1


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return int(head[9:12]), await reader.readexactly(int(length or 0))


def as_record(found: Found) -> dict[str, Any]:
    """What was found, as plain values; times in milliseconds."""
    return {
        "requests": {
            kind: {**spread(times).as_dict(), "most": round(max(times) * 1e3, 2)}
            for kind, times in sorted(found.seconds.items())
        },
        "errors": dict(found.errors),
        "snapshots": {str(name): count for name, count in found.snapshots.items()},
        "late": found.late,
        "lasted": round(found.lasted, 2),
        "asking_seconds": round(found.worked, 1),
        "ids": found.ids,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Load the desk at an address, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.web_load", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--rate", type=int, default=300, help="decisions a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args(arguments)
    load = Load(wanted.address)
    gc.freeze()
    found = asyncio.run(load.run(wanted.rate, wanted.seconds))
    wanted.out.write_text(json.dumps(as_record(found)), "utf-8")


if __name__ == "__main__":
    main()
