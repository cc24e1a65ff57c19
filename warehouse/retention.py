"""How long the content of decisions is kept: a rule beside the log, kept whenever one is logged.

Off until somebody states a rule.  What it removes is a redaction like any other: an entry of the
chain says when, by which rule and why.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rules.errors import FailedWorld, Fault
from warehouse.log_file import place_of, reading
from warehouse.redaction import redact
from warehouse.whole_file import write_whole

FILE = "retention.json"
AT_ONCE = 500  # [decisions] removed when one is logged; the others go with the next ones
PAUSE = 60.0  # [s] a process looks for old decisions no more often
_LATER = frozenset({"log-journal-busy", "log-redacted"})  # somebody reads, or was faster

_looked: dict[Path, float] = {}


@dataclass(frozen=True, slots=True)
class Retention:
    """A rule: what was logged more than so many days ago is redacted.

    Attributes:
        days: At least one.
        reason: Why; it stands in the log with each redaction.
        by: Who stated it.
    """

    days: int
    reason: str
    by: str

    @property
    def until(self) -> datetime:
        """What was logged before this moment (UTC) is to go."""
        return datetime.now(UTC) - timedelta(days=self.days)


def retention(path: Path | None = None) -> Retention | None:
    """The rule in force; None where there is none.

    Args:
        path: The log file; the home's when not given.

    Raises:
        FailedWorld: ``retention-unreadable``.
    """
    file = place_of(path).with_name(FILE)
    try:
        stated = json.loads(file.read_bytes())
        found = Retention(int(stated["days"]), str(stated["reason"]), str(stated["by"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as problem:
        step = "state it anew with `offerdesk log retention`, or remove the file"
        told = f"{type(problem).__name__}: {problem}"
        raise FailedWorld(Fault("retention-unreadable", str(file), told, "", step)) from problem
    if found.days < 1:
        step = "state it anew with `offerdesk log retention`"
        told = f"{found.days} days"
        raise FailedWorld(Fault("retention-unreadable", str(file), told, "1 or more", step))
    return found


def state(rule: Retention | None, path: Path | None = None) -> None:
    """State another rule, or none.

    Raises:
        FailedWorld: ``retention-unwritable``.
    """
    file = place_of(path).with_name(FILE)
    try:
        if rule is None:
            file.unlink(missing_ok=True)
        else:
            write_whole(file, json.dumps(asdict(rule), indent=2).encode())
    except OSError as problem:
        fault = Fault("retention-unwritable", str(file), str(problem), "", "free the folder")
        raise FailedWorld(fault) from problem
    _looked.clear()


def keep_to(rule: Retention, path: Path | None = None) -> int:
    """Redact what is older than a rule allows, some at a time; what cannot be now, is later.

    Returns:
        How many were redacted.

    Raises:
        FailedWorld: As ``warehouse.redaction.redact``.
    """
    place = place_of(path)
    now = time.monotonic()
    if now - _looked.get(place, -PAUSE) < PAUSE or not place.exists():
        return 0
    old = _oldest(place, rule.until)
    if len(old) < AT_ONCE:
        _looked[place] = now
    by = f"{rule.by}, by the rule of {rule.days} days"
    try:
        return redact(old, reason=rule.reason, by=by, path=place) if old else 0
    except FailedWorld as problem:
        if {fault.code for fault in problem.faults} <= _LATER:
            return 0
        raise


def _oldest(place: Path, until: datetime) -> list[str]:
    """The hashes of the first decisions with content, as far as they are of before a moment."""
    with reading(place) as (connection, entries):
        first = connection.execute(
            f"SELECT hash, logged_at FROM {entries} WHERE is_whole AND kind = 'decision' "
            "ORDER BY seq LIMIT ?",
            (AT_ONCE,),
        ).fetchall()
    before = until.isoformat(timespec="microseconds")
    return [row_hash for row_hash, logged_at in first if logged_at < before]
