"""What a scored sheet came to: a table for the terminal, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from offerdesk.listings import as_json, columns
from pipelines.scoring.run import Outcome

MOST = 10  # lines of a list that may be long


def as_text(outcome: Outcome, page: Path) -> str:
    """The summary for a person."""
    tally = outcome.tally
    head = f"{tally.read:,} rows = {tally.judged:,} judged + {tally.refused:,} refused"
    parts = [head, *_sections(outcome), *_notes(outcome)]
    made = [("answers", outcome.answers), ("rejects", outcome.rejects), ("summary", page)]
    made += [("ledger", outcome.ledger)] if outcome.ledger else []
    return "\n\n".join([*parts, columns(made)])


def _sections(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    yield _counted("Verdicts", verdicts(outcome), tally.judged)
    if tally.blockers.total():
        yield _counted("What alone keeps offers from being accepted", _most(tally.blockers), None)
    if tally.questions.total():
        yield _counted("What is asked of offers that need review", _most(tally.questions), None)
    if tally.reasons:
        yield _counted("Why rows were refused", _most(tally.reasons), None)
    never = unfired(outcome)
    if never:
        shown = ", ".join(never[:MOST]) + (f" and {len(never) - MOST} more" * (len(never) > MOST))
        yield f"Rules that were TRUE for no offer: {len(never)}\n  {shown}"


def _notes(outcome: Outcome) -> Iterator[str]:
    if outcome.columns.carried:
        yield f"Columns that state nothing known here: {', '.join(outcome.columns.carried)}"
    if outcome.dropped:
        yield f"Columns about a person, never read: {', '.join(outcome.dropped)}"
    if outcome.reused:
        yield f"Parts that an earlier run had finished: {outcome.reused}"


def verdicts(outcome: Outcome) -> list[tuple[str, int]]:
    """Verdict, status and rule, with how many offers; most first."""
    return [(one, count) for one, count in outcome.tally.outcomes.most_common()]


def unfired(outcome: Outcome) -> list[str]:
    """The rules that fired for no offer, where a ledger was kept."""
    return sorted(name for name, count in outcome.tally.fired.items() if not count)


def _most(counter: Any) -> list[tuple[str, int]]:
    return [(name, count) for name, count in counter.most_common(MOST) if count]


def _counted(title: str, rows: Sequence[tuple[str, int]], whole: int | None) -> str:
    shares = [f"{count / whole:.1%}" if whole else "" for _, count in rows]
    lines = columns(
        (f"  {count:,}".rjust(14), share, name)
        for (name, count), share in zip(rows, shares, strict=True)
    )
    return f"{title}\n{lines}"


def as_json_summary(outcome: Outcome) -> str:
    """The summary for a machine; every counter whole."""
    return as_json(
        {
            **vars(outcome.tally),
            "unfired": unfired(outcome),
            "carried": list(outcome.columns.carried),
            "dropped": list(outcome.dropped),
            "parts_reused": outcome.reused,
            "answers": outcome.answers,
            "rejects": outcome.rejects,
            "ledger": outcome.ledger,
        }
    )


def as_table(names: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> str:
    """Rows of a query."""
    if form == "json":
        return as_json([dict(zip(names, row, strict=True)) for row in rows])
    return columns([names, *rows])
