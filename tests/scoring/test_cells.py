"""An offer of a sheet finds the market that it would find alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import polars as pl

from offerdesk.desk import Desk
from offerdesk.samples import sample_market
from tests.offers import rival, varied
from tests.scoring.sheet import Raw
from tests.scoring.test_score import expected, scored, told, write
from warehouse.snapshot import find_snapshot

JOBS = (
    ("Pinterest", "ML/AI Engineer", "L5", "San Francisco", "USD"),
    ("Pinterest", "ML Engineer", None, "Remote US", "USD"),
    ("Pinterest", "Machine Learning Engineer", "IC15", "Toronto", "CAD"),
    ("pinterest inc", "Data Scientist", None, None, "USD"),
    ("Nobody Knows Ltd", "Software Engineer", "L4", "Berlin", "EUR"),
    ("Google", "ML/AI Engineer", "L5", "London", "GBP"),
    (None, "Software Engineer", None, "Austin", "USD"),
)


def offers() -> list[Raw]:
    found = []
    for (company, title, level, region, currency), base in itertools.product(
        JOBS, (150_000, 215_000, 260_000)
    ):
        changes = {
            "offer.company": company,
            "offer.role_title": title,
            "offer.role_family": None,
            "offer.level_label": level,
            "offer.work_location_region": region,
            "offer.region": region,
            "offer.currency": currency,
            "offer.base_salary": base,
            "offer.vest_schedule": None if base > 200_000 else [0.25] * 4,
            "candidate.competing_offers": [rival(currency="USD", base_salary=base + 9_000)],
            "candidate.min_base": None,
        }
        raw = dict(varied(changes))
        raw.pop("market", None)
        found.append(raw)
    return found


def test_the_same_cell_as_alone(tmp_path: Path) -> None:
    folder = sample_market()
    snapshot = find_snapshot(None, folder)
    desk, raws = Desk(market_folder=folder), offers()
    write(raws, tmp_path / "offers.parquet")
    outcome = scored(
        tmp_path / "offers.parquet",
        tmp_path / "answers.parquet",
        snapshot=snapshot.path,
        snapshot_id=snapshot.id,
        has_reasons=True,
        also=("base_p50", "band_base_min", "target_equity", "tc_y1"),
    )
    rows = pl.read_parquet(outcome.answers).to_dicts()
    records = [desk.decide(raw, log=False).record for raw in raws]
    assert [told(row) for row in rows] == [expected(record) for record in records]
    for name in ("band_base_min", "tc_y1"):
        assert [row[name] for row in rows] == [one["derived"][name] for one in records]
    assert {row["snapshot"] for row in rows} == {snapshot.id}
    assert len({row["guide_source"] for row in rows}) >= 2
