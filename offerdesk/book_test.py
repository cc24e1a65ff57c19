"""The worked cases of a book, tried: what failed and where, and what they cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

from offerdesk.listings import as_json, columns
from rules.book import BOOK
from rules.errors import Fault, MalformedBook
from rules.worked.generating import generated
from rules.worked.reading import Cases, read_cases
from rules.worked.tally import ALONE, FAILS, FIRES, KINDS, OPEN, TOGETHER, Tally, tally
from rules.worked.trying import Trial, Tried
from rules.worked.writing import append_generated

SHOWN = 40  # of anything, in the text
Progress = Callable[[int, int], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of trying the cases of a book.

    Attributes:
        written: How many cases were added, and where; None where none were asked for.
    """

    book: str
    cases: Cases
    tried: Sequence[Tried]
    tally: Tally
    written: tuple[int, Path] | None = None

    @property
    def failed(self) -> list[Tried]:
        """Cases that did not come out as written."""
        return [one for one in self.tried if not one.passed]

    def is_enough(self, least_percent: float) -> bool:
        """Whether every case passed, and they cover as much as is wanted [percent]."""
        return not self.failed and 100 * self.tally.share >= least_percent


def try_cases(
    trial: Trial, folder: Path, *, generate: bool = False, progress: Progress = lambda *_: None
) -> Outcome:
    """Try the cases beside a book.

    Args:
        trial: The book, made ready.
        folder: Its folder.
        generate: Add the cases that are missing to those that are there.
        progress: Is told how many cases are tried, and of how many.

    Raises:
        MalformedBook: ``book-cases-missing``, or as ``rules.worked.reading.read_cases``.
    """
    found = _outcome(trial, folder, progress)
    if not generate:
        return found
    new = generated(trial, found.cases, found.tried, found.tally)
    start = next(iter(found.cases.starts.offers), "")
    path = append_generated(found.cases.folder, new, start) if new else found.cases.folder
    again = _outcome(trial, folder, progress) if new else found
    return Outcome(again.book, again.cases, again.tried, again.tally, (len(new), path))


def _outcome(trial: Trial, folder: Path, progress: Progress) -> Outcome:
    cases = read_cases(folder)
    if not cases.worked and not cases.starts.offers:
        found, step = "no case and no start", f"copy {BOOK / 'cases'}, and change what differs"
        raise MalformedBook(Fault("book-cases-missing", str(cases.folder), found, "", step))
    of = len(cases.worked)
    tried = list(trial.run(cases.worked, lambda done: progress(done, of)))
    return Outcome(trial.book.hash, cases, tried, tally(trial.book, cases, tried))


# --- Told -----------------------------------------------------------------------------------


def as_form(outcome: Outcome, form: str) -> str:
    """What came out, for a person or a machine."""
    if form == "json":
        return as_json(_record(outcome))
    return "\n\n".join(_sections(outcome))


def _sections(outcome: Outcome) -> Iterator[str]:
    failed = outcome.failed
    yield (
        f"{len(outcome.tried):,} cases in {outcome.cases.folder}: "
        f"{len(outcome.tried) - len(failed):,} pass, {len(failed):,} fail."
    )
    for one in failed[:SHOWN]:
        yield "\n".join(_failure(one))
    if len(failed) > SHOWN:
        yield f"and {len(failed) - SHOWN:,} more fail."
    if failed:
        yield "Was the change meant? Then the cases change with it; else mend the book."
    covered = indent(columns(_covered(outcome.tally)), "  ")
    yield f"What they try: {100 * outcome.tally.share:.1f} % of what can be tried\n{covered}"
    missing = list(_missing(outcome.tally))
    if missing:
        more = [f"  and {len(missing) - SHOWN:,} more"] if len(missing) > SHOWN else []
        shown = "\n".join([*missing[:SHOWN], *more])
        step = "`offerdesk book test --generate` writes what is missing"
        yield f"Tried by no case that passes ({step})\n{shown}"
    yield from _about_generated(outcome)


def _failure(one: Tried) -> Iterator[str]:
    yield f"FAILED {one.worked.place}: {one.worked.name}"
    for miss in one.misses:
        what = " ".join(map(str, miss.path)) or "the offer"
        yield f"  {what}: expected {miss.expected}; found {miss.found}"
        if miss.path in one.worked.lines:
            yield f"    at {one.worked.lines[miss.path]}"


def _covered(found: Tally) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        some = [one for one in found.wanted if one.kind == kind]
        ways = Counter(one.way for one in some)
        done = Counter(one.way for one in some if one.is_tried)
        told = [f"{done[way]} of {ways[way]} {_WAYS[way]}" for way in _WAYS if ways[way]]
        yield f"{kind}s", ", ".join(told)
    yield from _about_conditions(found)


_WAYS = {FIRES: "fire", FAILS: "do not fire", OPEN: "are unknown"}


def _about_conditions(found: Tally) -> Iterator[tuple[str, str]]:
    """Conditions within the terms: the parts of AND, OR and NOT."""
    alone = sum(ALONE in one.seen for one in found.conditions)
    together = sum(TOGETHER in one.seen for one in found.conditions)
    never = sum(bool(one.reason) and not one.is_covered for one in found.conditions)
    yield "parts", f"{alone} of {len(found.conditions)} are true, false and decide alone"
    yield "", f"{together} decide only along with another that they are bound to"
    if never:
        yield "", f"{never} cannot; the cases say why"


def _missing(found: Tally) -> Iterator[str]:
    for one in found.missing():
        yield f"  {one.kind} {one.name}: no case in which it {one.way}"
    for condition in found.missing_conditions():
        seen = " and ".join(sorted(condition.seen)) or "never known"
        yield f"  {condition.term.partition(':')[0]}: `{condition.text}` decides nothing ({seen})"


def _about_generated(outcome: Outcome) -> Iterator[str]:
    if outcome.written is not None:
        count, path = outcome.written
        yield f"{count} cases were written to {path}." if count else "There was nothing to write."
    unconfirmed = sum(one.worked.generated for one in outcome.tried)
    if unconfirmed:
        yield (
            f"{unconfirmed} of the cases were generated: they expect what the book gave, and no "
            "person has confirmed that it is right."
        )


def _record(outcome: Outcome) -> dict[str, Any]:
    return {
        "book": outcome.book,
        "folder": str(outcome.cases.folder),
        "cases": len(outcome.tried),
        "passed": len(outcome.tried) - len(outcome.failed),
        "failed": len(outcome.failed),
        "unconfirmed": sum(one.worked.generated for one in outcome.tried),
        "written": outcome.written[0] if outcome.written else 0,
        "failures": [_failed_record(one) for one in outcome.failed],
        "coverage": {"percent": round(100 * outcome.tally.share, 2), **_counts(outcome.tally)},
        "missing": [
            {"kind": one.kind, "name": one.name, "way": one.way} for one in outcome.tally.missing()
        ],
        "conditions": [
            {
                "term": one.term,
                "condition": one.text,
                "seen": sorted(one.seen),
                "bound_to": list(one.bound),
                "reason": one.reason or None,
            }
            for one in outcome.tally.conditions
            if ALONE not in one.seen
        ],
    }


def _counts(found: Tally) -> dict[str, Any]:
    counted = {
        f"{kind}s": {
            way: [sum(one.is_tried for one in some), len(some)]
            for way in _WAYS
            if (some := [one for one in found.wanted if (one.kind, one.way) == (kind, way)])
        }
        for kind in KINDS
    }
    seen = Counter(way for one in found.conditions for way in one.seen)
    return {**counted, "conditions_within": {"total": len(found.conditions), **seen}}


def _failed_record(one: Tried) -> dict[str, Any]:
    return {
        "case": one.worked.name,
        "place": one.worked.place,
        "misses": [
            {
                "of": ".".join(map(str, miss.path)),
                "place": one.worked.lines.get(miss.path, one.worked.place),
                "expected": miss.expected,
                "found": miss.found,
            }
            for miss in one.misses
        ],
    }
