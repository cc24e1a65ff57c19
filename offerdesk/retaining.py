"""How long decisions are kept, stated and told."""

from __future__ import annotations

from offerdesk.redacting import insist_on_reason
from rules.errors import Fault, UnusableCase
from warehouse.redaction import older_than
from warehouse.retention import Retention, retention, state

OFF = "Nothing is redacted by age; `--after 365d --reason TEXT` states a rule."


def stated(days: int | None, reason: str, by: str) -> None:
    """State after how many days decisions are redacted; never when None.

    Raises:
        UnusableCase: ``retention-age`` for less than a day, ``redaction-reason`` without a reason.
        FailedWorld: ``retention-unwritable``.
    """
    if days is None:
        state(None)
        return
    if days < 1:
        found, allowed = f"{days} days", "a day or more"
        step = "`offerdesk log redact ID` removes a decision at once"
        raise UnusableCase(Fault("retention-age", "--after", found, allowed, step))
    insist_on_reason(reason, by)
    state(Retention(days, reason, by))


def in_force() -> str:
    """The rule in force, and how many decisions it is about to remove.

    Raises:
        FailedWorld: ``retention-unreadable``.
    """
    rule = retention()
    if rule is None:
        return OFF
    due = len(older_than(rule.until))
    told = f"Decisions are redacted {rule.days:,} days after they are logged: {rule.reason}"
    told += f"\nStated by {rule.by}; kept to whenever a decision is logged."
    return told + (f"\n{due:,} are that old now, and go with the next ones." if due else "")
