"""Price parities, vesting claims and posting law: small sheets, each with its own trouble."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.steps import refresh_steps
from tests.taking import asked, balance, judged, taken

PARITY = (
    "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2022,2023\n"
)
CALIFORNIA = ' "06000","California",8,SARPP,5,"...","RPPs: All items ","Index",112.5,112.6\n'
NOTES = '"Note: See the included footnote file."\n"U.S. Bureau of Economic Analysis"\n'
CLAIM = "company,schedule_pct,cadence,source,as_of,note\n"
LAW = (
    "state_code,state_name,posting_law,law_effective_year,employer_size_threshold,live_postings,"
    "postings_with_pay,disclosure_pct\n"
)


def test_parities_are_taken_and_all_else_is_accounted_for(tmp_path: Path) -> None:
    lines = (
        CALIFORNIA
        + ' "06000","California",8,SARPP,1,"..."," Real personal income 1/","$",1.5,1.6\n'
        + ' "41860","San Francisco, CA",8,MARPP,3,"...","RPPs: All items ","Index",118,119\n'
        + ' "00000","United States", ,SARPP,7,"..."," RPPs: Services: Housing ","Index",100,100\n'
    )
    report = taken(tmp_path, "SARPP.csv", PARITY + lines + NOTES)
    assert balance(report) == {"SARPP.csv": (8, 4, 4, 0)}
    assert report.reasons == {
        ("bea", "bea-line-not-used"): 2,
        ("bea", "bea-not-data"): 2,
    }
    rows = "SELECT state, year, item, parity FROM price_parity ORDER BY ALL"
    assert asked(tmp_path, rows) == [
        ("CA", 2022, "all_items", 112.5),
        ("CA", 2023, "all_items", 112.6),
        ("US", 2022, "housing", 100),
        ("US", 2023, "housing", 100),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("112.5", "(NA)", "bea-parity-not-a-number"),
        ("112.5", "1125", "bea-parity-implausible"),
        ("112.5", "1.125", "bea-parity-too-small"),
        ("California", "Calafia", "bea-state-unknown"),
    ],
)
def test_a_parity_that_cannot_be_is_held(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = judged(tmp_path, "SARPP.csv", PARITY + CALIFORNIA.replace(old, new))
    assert set(found.held) == {code}


def test_the_real_parities(shared_data: Path, tmp_path: Path) -> None:
    report = refresh_steps([shared_data / "bea_rpp"], tmp_path / "market")
    assert balance(report) == {"SARPP_STATE_2008_2023.csv": (4_424, 4_160, 264, 0)}
    assert report.reasons == {("bea", "bea-line-not-used"): 260, ("bea", "bea-not-data"): 4}
    grain = (
        "SELECT count(DISTINCT state), count(DISTINCT item), count(DISTINCT year) FROM price_parity"
    )
    assert asked(tmp_path, grain) == [(52, 5, 16)]
    nation = "SELECT DISTINCT parity FROM price_parity WHERE state = 'US' AND item = 'all_items'"
    assert asked(tmp_path, nation) == [(100,)]


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("50/33/17", [0.5, 0.33, 0.17]),
        ("25x4", [0.25] * 4),
        ("33.3% / 33.3% / 33.4%", [0.333, 0.333, 0.334]),
        ("0.5/0.5", [0.5, 0.5]),
        ("20/20/20/20/20", [0.2] * 5),
        ("100", [1.0]),
        ("none", []),
        ("", None),
    ],
)
def test_schedules_of_any_length(
    tmp_path: Path, written: str, schedule: list[float] | None
) -> None:
    found = judged(tmp_path, "vesting.csv", CLAIM + f"Acme,{written},,somebody,2026-09,\n")
    assert found.rows("vesting", "schedule") == [(schedule,)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Acme,25/25/25,,somebody,2026,", "vesting-schedule-not-whole"),
        ("Acme,a quarter a year,,somebody,2026,", "vesting-schedule-unreadable"),
        ("Acme,50/50,,somebody,lately,", "vesting-as-of-unreadable"),
        ("Acme,50/50,,somebody,2026-13,", "vesting-as-of-unreadable"),
        ("Acme,50/50,,,2026,", "vesting-claimed-by-missing"),
        (",50/50,,somebody,2026,", "vesting-company-missing"),
    ],
)
def test_a_claim_that_cannot_be_read_is_held(tmp_path: Path, line: str, code: str) -> None:
    lines = CLAIM + line + "\nBeta,50/50,,somebody,2023-2024,\n"
    found = judged(tmp_path, "vesting.csv", lines)
    assert set(found.held) == {code}
    spans = found.rows("vesting", "as_of_from, as_of_to")
    assert spans == [(date(2023, 1, 1), date(2024, 12, 31))]


def test_claims_that_contradict_are_both_kept(shared_data: Path, tmp_path: Path) -> None:
    report = refresh_steps([shared_data / "vesting"], tmp_path / "market")
    assert balance(report) == {"vesting_schedules_compiled.csv": (14, 14, 0, 0)}
    registry = """
        SELECT company, schedule, as_of_from, len(conflicts) FROM vest_registry
        WHERE company IN ('Amazon', 'Google', 'Pinterest') ORDER BY company
    """
    assert asked(tmp_path, registry) == [
        ("Amazon", [0.05, 0.15, 0.45, 0.35], date(2026, 9, 1), 1),
        ("Google", [0.33, 0.33, 0.22, 0.12], date(2026, 1, 1), 1),
        ("Pinterest", [0.5, 0.33, 0.17], date(2023, 1, 1), 0),
    ]
    unlike = (
        "SELECT company_raw, schedule FROM vesting WHERE coalesce(len(schedule), 0) = 0 ORDER BY 1"
    )
    assert asked(tmp_path, unlike) == [("Netflix", []), ("Stripe", None)]


def test_the_real_posting_law(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "pay_transparency" / "disclosure_by_state.csv"
    assert balance(refresh_steps([path], tmp_path / "market")) == {path.name: (49, 49, 0, 0)}
    rows = "SELECT * FROM law WHERE state IN ('CA', 'MD', 'TX') ORDER BY state"
    assert asked(tmp_path, rows) == [
        ("US", "CA", "California", True, 2023, 15, "15+", 18_318, 0.459),
        ("US", "MD", "Maryland", True, 2024, None, "all covered postings", 2_484, 0.279),
        ("US", "TX", "Texas", False, None, None, None, 8_922, 0.2),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("CO,Colorado,soon,2021,1+,100,40,40.0", "posting-law-law-not-yes-or-no"),
        ("CO,Colorado,yes,,1+,100,40,40.0", "posting-law-year-missing"),
        ("CO,Colorado,yes,2021,1+,100,40,45.0", "posting-law-share-off"),
        ("ZZ,Nowhere,yes,2021,1+,100,40,40.0", "posting-law-state-unknown"),
        ("CO,Colorado,yes,2021,1+,100,140,140.0", "posting-law-more-with-pay-than-all"),
        ("CO,Colorado,yes,2021,1+,-100,-100,100.0", "posting-law-count-negative"),
    ],
)
def test_a_law_that_cannot_be_is_held(tmp_path: Path, line: str, code: str) -> None:
    found = judged(tmp_path, "law.csv", LAW + line + "\nWA,Washington,no,,,100,40,40.0\n")
    assert set(found.held) == {code}
    assert found.rows("posting_law", "state") == [("WA",)]
