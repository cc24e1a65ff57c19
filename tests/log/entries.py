"""Entries for a log, and a log to tamper with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from warehouse import log, log_file
from warehouse.redaction import redact

VERDICTS = ("accept", "counter", "walk_away")


def entry(number: int = 0) -> log.LogEntry:
    """An entry that differs from every other in all of its parts."""
    verdict = VERDICTS[number % 3]
    return log.LogEntry(
        decision=f'{{"ask":{{}},"number":{number},"verdict":"{verdict}"}}'.encode(),
        facts=f'{{"entries":{{}},"facts":{{"base_salary":{150_000 + number}.0}}}}'.encode(),
        market=f'{{"guide":{{"base":[{100_000 + number},{200_000 + number}]}}}}'.encode(),
        book=f"{number:064x}",
        snapshot=f"{number:012x}" if number % 2 else None,
        facts_hash=f"{number + 4096:064x}",
        verdict=verdict,
        status="decided",
        rule=f"D{number % 12}",
        company=f"Employer {number}",
        role=f"Role {number}",
    )


def filled(path: Path, count: int, redacted: tuple[int, ...] = ()) -> list[str]:
    """A log of some decisions, a few of them redacted half-way; the ids of the decisions."""
    ids = [log.append(entry(number), path) for number in range(count // 2)]
    for number in redacted:
        redact([ids[number]], reason=f"asked to, {number}", by="a clerk", path=path)
    ids += [log.append(entry(number), path) for number in range(count // 2, count)]
    log_file.close_writers()
    return ids


def without_names(number: int) -> log.LogEntry:
    """An entry that names neither employer nor role."""
    return replace(entry(number), company=None, role=None)
