"""Salaries of aijobs.net: ranges told by their order, doubtful amounts held."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.sources.aijobs import COLUMNS
from tests.sheets import csv_of
from tests.taking import TakenIn, taken_in, taken_in_from

GIVEN: dict[str, object] = {
    "work_year": 2024,
    "experience_level": "SE",
    "employment_type": "FT",
    "job_title": "Data Engineer",
    "salary": 150_000,
    "salary_currency": "USD",
    "salary_in_usd": 150_000,
    "employee_residence": "US",
    "remote_ratio": 0,
    "company_location": "US",
    "company_size": "M",
}


def sheet(tmp_path: Path, *rows: dict[str, object]) -> TakenIn:
    return taken_in(tmp_path, salaries_csv=csv_of(COLUMNS, *rows, given=GIVEN))


def paid(amount: int, **more: object) -> dict[str, object]:
    return {"salary": amount, "salary_in_usd": amount, **more}


def test_a_report_becomes_a_row(tmp_path: Path) -> None:
    market = sheet(tmp_path, {"remote_ratio": 100, "employee_residence": "CA"})
    columns = "title_raw, base, currency, country, remote, kind, weight, observed_on, flags"
    assert market.rows(columns) == [
        (
            "Data Engineer",
            150_000,
            "USD",
            "CA",
            True,
            "report",
            1,
            date(2024, 7, 1),
            "employer_abroad",
        )
    ]


def test_the_two_ends_of_a_range_are_half_an_observation_each(tmp_path: Path) -> None:
    market = sheet(
        tmp_path,
        paid(200_000),
        paid(140_000),
        paid(150_000),
        paid(120_000),
        paid(100_000, job_title="Analyst"),
        paid(110_000, job_title="Analyst"),
        paid(90_000, job_title="Chemist"),
    )
    ends = market.rows("weight, kind")
    assert ends == [(0.5, "posting")] * 4 + [(1, "report")] * 3


def test_an_exact_repetition_counts_once(tmp_path: Path) -> None:
    market = sheet(tmp_path, paid(200_000), paid(140_000), paid(200_000), paid(140_000))
    assert market.balance == (4, 2, 0, 2)
    assert market.query("SELECT sum(weight) FROM pay WHERE NOT duplicate") == [(1,)]


FAULTY: list[tuple[dict[str, object], str]] = [
    ({"salary": "a lot"}, "aijobs-salary-not-a-number"),
    ({"salary": 150_000, "salary_in_usd": 15_000}, "aijobs-currency-doubtful"),
    (paid(900), "aijobs-amount-implausible"),
    (paid(9_000_000), "aijobs-amount-implausible"),
    ({"employment_type": "PT"}, "aijobs-hours-unknown"),
    ({"employment_type": "FL"}, "aijobs-hours-unknown"),
    ({"employment_type": "XX"}, "aijobs-employment-unknown"),
    ({"work_year": 1999}, "aijobs-year-out-of-range"),
    ({"work_year": 2999}, "aijobs-year-out-of-range"),
    ({"work_year": "soon"}, "aijobs-observed-on-missing"),
    ({"employee_residence": "USA"}, "aijobs-country-unknown"),
    ({"job_title": ""}, "aijobs-title-missing"),
    ({"salary_currency": "$"}, "aijobs-currency-unknown"),
]


def test_each_reason_for_holding_a_row(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = []
    for number, (row, _) in enumerate(FAULTY):
        rows += [{"job_title": f"Chemist {number}"}, row]
    market = sheet(tmp_path, *rows, paid(0))
    expected = {2 * number: code for number, (_, code) in enumerate(FAULTY, 1)}
    expected[len(rows) + 1] = "aijobs-base-not-positive"
    held = market.held()
    assert held.keys() == expected.keys()
    assert all(code in held[number] for number, code in expected.items())


def test_a_range_whose_ends_are_twelve_apart(tmp_path: Path) -> None:
    market = sheet(tmp_path, paid(348_000), paid(29_000), {"job_title": "Chemist"})
    apart = {"aijobs-range-ends-far-apart"}
    assert market.held() == {1: apart, 2: apart}
    ((suggestion,),) = market.query("SELECT DISTINCT suggestion FROM quarantine")
    assert "month" in suggestion


def test_a_rate_that_is_not_the_years(tmp_path: Path) -> None:
    euro = {"salary_currency": "EUR", "salary": 90_000, "salary_in_usd": 100_000}
    others = [euro | {"job_title": title} for title in ("Chemist", "Analyst", "Clerk")]
    market = sheet(tmp_path, *others, euro | {"salary_in_usd": 60_000})
    assert market.held() == {4: {"aijobs-currency-doubtful"}}
    assert market.query("SELECT suggestion FROM quarantine") == [("base=54000",)]


def test_what_is_far_from_a_countrys_pay(tmp_path: Path) -> None:
    usual = [paid(70_000 + number, employee_residence="MX") for number in range(20)]
    market = sheet(tmp_path, *usual, paid(774_000, employee_residence="MX", job_title="Chemist"))
    assert market.held() == {21: {"aijobs-amount-implausible"}}


def test_a_contract_is_kept_and_flagged(tmp_path: Path) -> None:
    market = sheet(tmp_path, {"employment_type": "CT", "remote_ratio": 50})
    assert market.rows("flags, remote") == [("contract,hybrid", False)]


def test_the_real_file(tmp_path: Path, shared_data: Path) -> None:
    market = taken_in_from(shared_data / "aijobs" / "salaries.csv", tmp_path)
    assert market.balance == (74_301, 34_799, 224, 39_278)
    assert market.report.reasons == {
        ("aijobs", "aijobs-amount-implausible"): 2,
        ("aijobs", "aijobs-hours-unknown"): 195,
        ("aijobs", "aijobs-range-ends-far-apart"): 30,
    }
    pesos = market.rows("base, country, weight", "currency = 'CLP'")
    assert pesos == [(30_400_000, "CL", 1)]
    assert market.query("SELECT count(*) FROM pay WHERE kind = 'posting' AND weight <> 0.5") == [
        (0,)
    ]
