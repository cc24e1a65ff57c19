"""Offers of a forum and of a coach, and outcomes that must not be counted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tests.sheets import csv_of
from tests.taking import TakenIn, taken_in, taken_in_from

GIVEN: dict[str, object] = {
    "id": 1,
    "date": "2026-03-13T10:51:23.554816+00:00",
    "location": "Bengaluru",
    "company": "Tern",
    "role": "SDE 2",
    "yoe": "4.5",
    "base": 30,
    "total": 40.5,
}


def posts(tmp_path: Path, *rows: dict[str, object]) -> TakenIn:
    return taken_in(tmp_path, offers_json=json.dumps([GIVEN | row for row in rows]))


def test_an_offer_in_lakh_becomes_one_in_rupees(tmp_path: Path) -> None:
    market = posts(
        tmp_path,
        {"base": 19.17},
        {"company": "Larkspur", "total": None, "location": ""},
        {"company": "Kiln", "base": None, "yoe": "20+", "role": "N/A", "location": "Remote"},
        {"company": "Rowe", "role": "Sen1Or Eng1Neer 2"},
    )
    assert market.report.quarantined == 0
    assert market.rows(
        "kind, company_raw, title_raw, currency, country, base, tc, years_experience, observed_on, "
        "remote, flags"
    ) == [
        (
            "offer", company, title, "INR", "IN", base, total, years, date(2026, 3, 13), remote,
            flags,
        )
        for company, title, base, total, years, remote, flags in [
            ("Tern", "SDE 2", 1_917_000, 4_050_000, 4.5, False, "machine_parsed"),
            ("Larkspur", "SDE 2", 3e6, None, 4.5, False, "machine_parsed,place_not_stated"),
            ("Kiln", None, None, 4_050_000, 20, True, "machine_parsed"),
            ("Rowe", "senior engineer 2", 3e6, 4_050_000, 4.5, False, "machine_parsed"),
        ]
    ]  # fmt: skip


FAULTY: list[tuple[dict[str, object], str]] = [
    ({"base": None, "total": None}, "no-amount"),
    ({"base": "twenty"}, "not-a-number"),
    ({"base": 1.917, "total": 25.5}, "not-lakh"),
    ({"base": 3_000_000, "total": None}, "not-lakh"),
    ({"base": 16, "total": 100}, "total-far-above-base"),
    ({"base": 40, "total": 30}, "total-below-base"),
    ({"role": "SDE Intern"}, "internship"),
    ({"date": "soon"}, "date-not-understood"),
    ({"company": ""}, "company-missing"),
]


def test_each_reason_for_holding_an_offer(tmp_path: Path) -> None:
    good = [{}, {"role": "Intern + FTE"}, {"base": 120, "total": 200}, {"base": 2.4, "total": None}]
    rows = [row | {"id": number} for number, row in enumerate([*good, *(row for row, _ in FAULTY)])]
    held = posts(tmp_path, *rows).held()
    expected = {number: code for number, (_, code) in enumerate(FAULTY, len(good) + 1)}
    assert held.keys() == expected.keys()
    assert all(f"offers_leetcode-{code}" in held[number] for number, code in expected.items())


def test_a_total_that_stands_at_every_offer_of_a_post(tmp_path: Path) -> None:
    same = [{"company": f"Employer {n}", "base": 28 + n, "total": 100} for n in range(4)]
    other = [{"id": 2, "company": f"Employer {n}", "base": 28 + n} for n in range(3)]
    market = posts(tmp_path, *same, *other)
    assert market.held() == {
        number: {"offers_leetcode-total-of-the-post"} for number in range(1, 5)
    }


def test_several_offers_of_one_post_are_several(tmp_path: Path) -> None:
    market = posts(tmp_path, {}, {"company": "Kiln"}, {"base": 31}, {})
    assert market.balance == (4, 3, 0, 1)


COACHED: dict[str, object] = {
    "source_path": "_posts/2019-05-08-tern.md",
    "company": "Tern",
    "level": "L4",
    "stage": "offer",
    "base": 149_000,
    "target_bonus": 22_350,
    "sign_on_y1": 0,
    "sign_on_y2": 0,
    "equity_total_4y": 160_000,
}


def test_itemised_offers(tmp_path: Path) -> None:
    text = csv_of(
        tuple(COACHED),
        {"stage": "initial"},
        {"stage": "final", "base": 158_000, "sign_on_y1": 30_000},
        {"company": "Kiln", "stage": "offer (modified real)", "target_bonus": ""},
        {"company": "Rowe", "source_path": "_case-studies/rowe.md"},
        {"company": "Wren", "base": "around 200"},
        given=COACHED,
    )
    market = taken_in(tmp_path, offers_csv=text)
    assert market.rows("base, bonus, equity_annual, weight, observed_on, flags") == [
        (149_000, 22_350, 40_000, 0.5, date(2019, 5, 8), "stage_initial"),
        (158_000, 22_350, 40_000, 0.5, date(2019, 5, 8), "stage_final,sign_on_left_out"),
        (149_000, None, 40_000, 1, date(2019, 5, 8), "modified_by_author"),
    ]
    held = market.held()
    assert held[4] == {"offers_itemised-observed-on-missing"}
    assert "offers_itemised-not-a-number" in held[5]


def test_outcomes_are_known_and_refused(tmp_path: Path) -> None:
    text = "outcome_id,kind,result_summary,base_delta,total_delta\na,b,c,1,2\n"
    market = taken_in(tmp_path, outcomes_csv=text)
    assert market.balance == (1, 0, 1, 0)
    assert market.report.reasons == {("outcomes", "outcomes-successes-only"): 1}
    assert market.query("SELECT severity, landing FROM quarantine") == [("file", None)]


def test_the_real_files(tmp_path: Path, shared_data: Path) -> None:
    market = taken_in_from(shared_data / "offers", tmp_path)
    by_source = {
        load.file.source: (load.read, load.accepted, load.quarantined, load.duplicates)
        for load in market.report.loads
    }
    assert by_source["offers_itemised"] == (8, 5, 3, 0)
    assert by_source["outcomes"] == (1, 0, 1, 0)
    read, accepted, quarantined, duplicates = by_source["offers_leetcode"]
    assert (read, duplicates) == (2_495, 0)
    assert accepted + quarantined == read
    assert quarantined == held_offers(market)
    first = market.rows("company_raw, base, tc", "source = 'offers_leetcode' AND row_no <= 2")
    assert first == [("DP World", 3_168_000, 3_600_000), ("MobiKwik", 2_150_000, 2_370_000)]


def held_offers(market: TakenIn) -> int:
    """Rows held, counted by their reasons."""
    query = "SELECT count(DISTINCT row_ref) FROM quarantine WHERE code LIKE 'offers_leetcode-%'"
    return int(market.query(query)[0][0])
