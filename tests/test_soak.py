"""One judge, for long and for many at once."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rules.case import Case
from rules.decision import canonical_bytes
from rules.judgement import Judge
from tests.offers import PERCENTILE, book, case, clerk, judge, rival, varied

DECISIONS = 100_000
GROWTH_BYTES = 20_000_000
PRIVATE = {"offer.equity_stage": "late_private", "offer.liquidity_program": "regular_tender"}
CHANGES: list[dict[str, Any]] = [
    {},
    {"offer.base_salary": 188_000},
    {"offer.employer_final": True, "candidate.min_base": 210_000},
    {"candidate.competing_offers": [rival(base_salary=230_000), rival(company="Ashgrove")]},
    {"market.guide": None, "market.percentiles": [PERCENTILE]},
    {**PRIVATE, "candidate.min_tc": 262_000, "offer.employer_final": True},
    {"offer.risk_flags": ["payment_requested", "gmail"]},
    {"offer.equity_type": "option", "offer.equity_grant_value": None},
]


def cases(count: int) -> list[Case]:
    """Cases that differ from each other, so that nothing can be remembered."""
    return [
        case(varied({"offer.base_salary": 188_000 + 7 * n, **CHANGES[n % len(CHANGES)]}))
        for n in range(count)
    ]


def resident_bytes() -> int:
    """Memory that the process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        pytest.skip("this system does not tell how much memory a process holds")
    return pages * 4096


def test_eight_threads_on_one_judge_decide_as_one() -> None:
    listed = cases(96)
    alone = [canonical_bytes(clerk().record(judge().judge(one))) for one in listed]
    shared = Judge(book())  # new, so that its rule sets are built under contention
    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda one: canonical_bytes(clerk().record(shared.judge(one))), listed)
        )
    assert together == alone


@pytest.mark.slow
def test_a_hundred_thousand_decisions_need_no_more_memory() -> None:
    """Every decision is one that the process has not made before."""
    listed = cases(2_000)
    shared = Judge(book())
    for one in listed:
        shared.judge(one)
    gc.collect()
    before = resident_bytes()
    rows: dict[str, int] = {}
    for _ in range(DECISIONS // len(listed)):
        for one in listed:
            name = shared.judge(one).row.name
            rows[name] = rows.get(name, 0) + 1
    gc.collect()
    assert sum(rows.values()) == DECISIONS
    assert len(rows) >= 5
    assert resident_bytes() - before < GROWTH_BYTES
