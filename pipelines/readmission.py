"""Letting held rows in again, repaired or as they are: a market with them is published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.gate import BUDGET
from pipelines.records import RefreshReport
from pipelines.repairing import let_row_in
from pipelines.steps import Discovered, Known, audited, derive, gated, publish_draft, stage
from rules.errors import Fault, UnusableCase
from warehouse.repairs import Repair
from warehouse.snapshot import Draft, drafting


def readmit(
    repairs: Sequence[Repair],
    folder: Path | None = None,
    *,
    offers: Sequence[Path] = (),
    budget: float = BUDGET,
    dry_run: bool = False,
) -> RefreshReport:
    """Let held rows in, and publish the market that has them; all of them, or none.

    Args:
        repairs: Which rows, with what is changed and why.
        folder: The market folder; the home's when not given.
        offers: As for a refresh, whose audits and gate have to be passed, too.
        budget: As for a refresh.
        dry_run: Do everything but publish.

    Raises:
        UnusableCase: As ``pipelines.repairing.let_row_in``, with every fault.
        FailedWorld: As a refresh.
    """
    with drafting(folder) as draft:
        stage(draft, ())
        _all_in(draft, repairs)
        derive(draft)
        doubted = audited(draft)
        passed = gated(draft, offers, budget)
        return publish_draft(draft, Discovered((), (), Known(())), (), doubted, passed, dry_run)


def _all_in(draft: Draft, repairs: Sequence[Repair]) -> None:
    faults: list[Fault] = []
    for repair in repairs:
        try:
            let_row_in(draft, repair)
        except UnusableCase as error:
            faults += error.faults
    if faults:
        raise UnusableCase(faults)
