"""Decisions redacted, many at a time, each with its receipt where one is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from offerdesk.receipts import add_receipts
from rules.errors import Fault, UnusableCase
from warehouse.receipt import Receipt
from warehouse.redaction import redact

AT_ONCE = 500  # in one transaction; what is removed is in the journal until its end


def redact_each(ids: Sequence[str], reason: str, by: str, receipts: Path | None) -> int:
    """Redact decisions; nothing is removed before its receipt is written.

    Args:
        ids: Which.
        reason: Why.
        by: Who asks for it.
        receipts: File to write the receipts to, which must not exist yet; None keeps none.

    Returns:
        How many were redacted.

    Raises:
        UnusableCase: ``redaction-reason``, ``receipt-exists``.
        FailedWorld: As ``warehouse.redaction.redact``, ``receipt-unwritable``.
    """
    insist_on_reason(reason, by)
    if receipts and receipts.exists():
        allowed = "a file that does not exist yet"
        raise UnusableCase(
            Fault("receipt-exists", str(receipts), "a file", allowed, "name another")
        )
    count = 0
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        count += redact(some, reason=reason, by=by, keep=lambda made: _keep(made, receipts))
    return count


def insist_on_reason(reason: str, by: str) -> None:
    """Nothing is removed without a word of why and for whom.

    Raises:
        UnusableCase: ``redaction-reason``.
    """
    if not (reason.strip() and by.strip()):
        step = "say why, and who asks for it"
        raise UnusableCase(Fault("redaction-reason", "--reason, --by", "nothing", "a text", step))


def _keep(made: list[Receipt], path: Path | None) -> None:
    if path is not None:
        add_receipts(made, path)
