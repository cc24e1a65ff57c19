"""A run of the comparison as a report: what was compared, on what, and what came of it."""

from __future__ import annotations

import hashlib
import json
import resource
import time
from typing import Any

from rules.judgement import Judge
from rules.loader import load_book
from tests.parity.backends import versions
from tests.parity.comparison import compared
from tests.parity.covering import Covering, covering
from tests.parity.impossible import why

SAME = ("book", "backends", "seed", "cases", "outcome")  # what the id is made of


def parity(cases: int, seed: int, processes: int) -> dict[str, Any]:
    """Cover the book, compare all backends, and report.

    Args:
        cases: How many offers to compare.
        seed: Of everything left to chance.
        processes: How many work at once; the report does not hang on it.
    """
    begun = time.monotonic()
    book = load_book()
    covers = covering(book, Judge(book), seed)
    searched = time.monotonic()
    outcome = compared(covers, cases, seed, processes)
    found = {
        "book": book.hash,
        "backends": versions(),
        "seed": seed,
        "cases": outcome.cases,
        "outcome": outcome.digest,
        "differences": outcome.differences,
        "told": outcome.told,
        "rules": dict(sorted(outcome.rules.items())),
        "coverage": _coverage(covers),
        "seconds": {
            "searching": round(searched - begun),
            "comparing": round(time.monotonic() - searched),
            "user": round(_user_seconds()),
        },
    }
    return {"id": run_id(found), **found}


def run_id(found: dict[str, Any]) -> str:
    """What identifies a run: the same id is the same book, backends, offers and conclusions."""
    told = json.dumps({name: found[name] for name in SAME}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _coverage(covers: Covering) -> dict[str, Any]:
    return {
        "cases": len(covers.cases),
        "covered": {what: f"{some} of {of}" for what, (some, of) in covers.covered.items()},
        "only_together": list(covers.together),
        "impossible": {name: why(name) for name in covers.missing},
    }


def _user_seconds() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_utime for one in who)
