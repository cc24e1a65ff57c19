"""Labour condition applications: every year's columns, units, statuses, and what is held."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.records import RefreshReport
from pipelines.sources.head import head_of
from pipelines.sources.lca import LCA
from pipelines.steps import refresh_steps
from warehouse.snapshot import open_snapshot

Cells = dict[str, object]
CASE: Cells = {
    "CASE_NUMBER": "I-200-24001-000001",
    "CASE_STATUS": "Certified",
    "RECEIVED_DATE": "2024-01-02",
    "DECISION_DATE": "2024-01-09",
    "VISA_CLASS": "H-1B",
    "JOB_TITLE": "DATA ENGINEER",
    "SOC_CODE": "15-1252.00",
    "FULL_TIME_POSITION": "Y",
    "TOTAL_WORKER_POSITIONS": "2",
    "EMPLOYER_NAME": "LARKSPUR, INC.",
    "EMPLOYER_PHONE": "+15550001111",
    "EMPLOYER_POC_EMAIL": "ann@larkspur.example",
    "AGENT_ATTORNEY_LAST_NAME": "QUILLFEATHER",
    "WORKSITE_CITY": "SEATTLE",
    "WORKSITE_STATE": "WA",
    "WAGE_RATE_OF_PAY_FROM": "150000",
    "WAGE_RATE_OF_PAY_TO": "180000",
    "WAGE_UNIT_OF_PAY": "Year",
    "PREVAILING_WAGE": "140000",
    "PW_UNIT_OF_PAY": "Year",
    "PW_WAGE_LEVEL": "II",
}


def write(path: Path, rows: Sequence[Cells], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
    return path


def query(market: Path, sql: str) -> list[Any]:
    with open_snapshot(None, market) as connection:
        return connection.execute(sql).fetchall()


def refreshed(tmp_path: Path, *rows: Cells) -> RefreshReport:
    """Refresh one file with some rows, each the case above but for what it says."""
    cases = [{**CASE, "CASE_NUMBER": f"I-{number}", **row} for number, row in enumerate(rows)]
    return refresh_steps([write(tmp_path / "in" / "a.csv", cases)], tmp_path / "market")


def only(tmp_path: Path, columns: str) -> Any:
    (row,) = query(tmp_path / "market", f"SELECT {columns} FROM pay WHERE NOT duplicate")
    return row


def test_a_filing_of_2024(tmp_path: Path) -> None:
    report = refreshed(tmp_path, {})
    assert (report.read, report.accepted, report.published) == (1, 1, True)
    assert only(tmp_path, "source, kind, company_raw, title_raw, occupation, place_raw") == (
        "lca",
        "filing",
        "LARKSPUR, INC.",
        "DATA ENGINEER",
        "15-1252.00",
        "SEATTLE, WA",
    )
    assert only(tmp_path, "base, base_max, equity_annual, currency, headcount") == (
        150_000,
        180_000,
        None,
        "USD",
        2,
    )
    assert only(tmp_path, "observed_on, recorded_on, record_key, flags") == (
        date(2024, 1, 2),
        date(2024, 1, 9),
        "I-0",
        "oflc_level_ii",
    )


@pytest.mark.parametrize(
    ("cells", "code", "suggestion"),
    [
        ({"CASE_STATUS": "Withdrawn"}, "lca-not-certified", None),
        ({"CASE_STATUS": ""}, "lca-not-certified", None),
        ({"VISA_CLASS": "E-3 Australian"}, "lca-not-h1b", None),
        ({"WAGE_RATE_OF_PAY_FROM": "see offer"}, "lca-wage-not-a-number", None),
        ({"WAGE_RATE_OF_PAY_FROM": ""}, "lca-base-missing", None),
        ({"WAGE_UNIT_OF_PAY": "Fortune"}, "lca-unit-unknown", "unit year"),
        (
            {"WAGE_RATE_OF_PAY_FROM": "85000", "WAGE_UNIT_OF_PAY": "Hour", "PREVAILING_WAGE": ""},
            "lca-wage-implausible",
            "unit year",
        ),
        (
            {"WAGE_RATE_OF_PAY_FROM": "35", "WAGE_RATE_OF_PAY_TO": "", "PREVAILING_WAGE": ""},
            "lca-wage-implausible",
            "unit hour",
        ),
        (
            {"WAGE_RATE_OF_PAY_FROM": "15079", "PREVAILING_WAGE": ""},
            "lca-wage-implausible",
            "unit month",
        ),
        ({"WAGE_RATE_OF_PAY_TO": "120000"}, "lca-range-reversed", "from 120000.0 to 150000.0"),
        (
            {"FULL_TIME_POSITION": "N", "WAGE_RATE_OF_PAY_FROM": "60000"},
            "lca-part-time-hours-unknown",
            "say for how many hours a week",
        ),
        ({"EMPLOYER_NAME": ""}, "lca-company-missing", None),
        ({"JOB_TITLE": ""}, "lca-title-missing", None),
        ({"RECEIVED_DATE": "soon", "DECISION_DATE": ""}, "lca-observed-on-missing", None),
        ({"TOTAL_WORKER_POSITIONS": "-1"}, "lca-headcount-negative", None),
    ],
)
def test_what_is_held(tmp_path: Path, cells: Cells, code: str, suggestion: str | None) -> None:
    report = refreshed(tmp_path, {}, cells)
    assert (report.read, report.accepted, report.quarantined) == (2, 1, 1)
    found = query(tmp_path / "market", "SELECT code, suggestion, severity FROM quarantine")
    aside = code in ("lca-not-certified", "lca-not-h1b")
    assert (code, suggestion, "aside" if aside else "row") in found


@pytest.mark.parametrize(
    ("cells", "base", "base_max", "flag"),
    [
        ({"WAGE_RATE_OF_PAY_FROM": "$70,000.00 - 80,000", "WAGE_RATE_OF_PAY_TO": "",
          "PREVAILING_WAGE": "70000"}, 70_000, 80_000, ""),
        ({"WAGE_RATE_OF_PAY_FROM": "20000 -", "WAGE_RATE_OF_PAY_TO": "0"},
         20_000, None, "below_prevailing"),
        ({"WAGE_RATE_OF_PAY_FROM": "75", "WAGE_RATE_OF_PAY_TO": "", "WAGE_UNIT_OF_PAY": "HR"},
         156_000, None, ""),
        ({"WAGE_UNIT_OF_PAY": "Select Pay Range"}, 150_000, 180_000, "unit_from_prevailing"),
        ({"WAGE_UNIT_OF_PAY": "", "PW_UNIT_OF_PAY": ""}, 150_000, 180_000, "unit_assumed_year"),
        ({"CASE_STATUS": "Certified - Withdrawn"}, 150_000, 180_000, "certified_withdrawn"),
        ({"FULL_TIME_POSITION": "N"}, 150_000, 180_000, "part_time"),
        ({"RECEIVED_DATE": "1/1/0014"}, 150_000, 180_000, "date_of_decision"),
    ],
)  # fmt: skip
def test_what_is_accepted_and_flagged(
    tmp_path: Path, cells: Cells, base: float, base_max: float | None, flag: str
) -> None:
    assert refreshed(tmp_path, cells).accepted == 1
    found = only(tmp_path, "base, base_max, flags")
    assert found[:2] == (base, base_max)
    assert flag in found[2]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3/30/2008", date(2008, 3, 30)),
        ("2/5/15", date(2015, 2, 5)),
        ("10/12/11", date(2011, 10, 12)),
        ("2013-01-18 18:05:43", date(2013, 1, 18)),
        ("2013-01-18", date(2013, 1, 18)),
        ("45293", date(2024, 1, 2)),
        ("02-Jan-24", date(2024, 1, 2)),
    ],
)
def test_dates(tmp_path: Path, written: str, meant: date) -> None:
    refreshed(tmp_path, {"RECEIVED_DATE": written})
    assert only(tmp_path, "observed_on") == (meant,)


def test_the_latest_word_on_a_case_counts_across_files(tmp_path: Path) -> None:
    market = tmp_path / "market"
    first = {**CASE, "CASE_NUMBER": "I-1"}
    later = {"CASE_STATUS": "Certified - Withdrawn", "DECISION_DATE": "2025-03-01"}
    denied = {**first, "CASE_NUMBER": "I-2", "CASE_STATUS": "Denied", "DECISION_DATE": "2025-03-01"}
    write(tmp_path / "in" / "a.csv", [first, {**first, "CASE_NUMBER": "I-2"}])
    write(tmp_path / "in" / "b.csv", [{**first, **later}, denied])
    report = refresh_steps([tmp_path / "in"], market)
    assert [(one.accepted, one.quarantined, one.duplicates) for one in report.loads] == [
        (0, 0, 2),
        (1, 1, 0),
    ]
    assert only(tmp_path, "record_key, flags") == ("I-1", "certified_withdrawn,oflc_level_ii")


def test_a_record_counts_again_when_the_file_that_outweighed_it_changes(tmp_path: Path) -> None:
    market = tmp_path / "market"
    later = {**CASE, "DECISION_DATE": "2025-03-01", "WAGE_RATE_OF_PAY_FROM": "160000"}
    write(tmp_path / "in" / "a.csv", [CASE])
    write(tmp_path / "in" / "b.csv", [later])
    refresh_steps([tmp_path / "in"], market)
    assert only(tmp_path, "base") == (160_000,)
    path = write(tmp_path / "in" / "b.csv", [{**later, "CASE_NUMBER": "I-9"}])
    refresh_steps([path], market)
    bases = query(market, "SELECT base FROM pay WHERE NOT duplicate ORDER BY base")
    assert bases == [(150_000,), (160_000,)]


def test_no_name_of_a_person_is_stored_even_of_a_malformed_line(tmp_path: Path) -> None:
    path = write(tmp_path / "in" / "a.csv", [CASE, {**CASE, "CASE_STATUS": "Denied"}])
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join([*map(str, CASE.values()), "one more"]) + "\n")
    report = refresh_steps([path], tmp_path / "market")
    assert report.reasons == {("lca", "lca-not-certified"): 1, ("lca", "lca-row-width"): 1}
    stored = json.dumps(query(tmp_path / "market", "SELECT * FROM quarantine"), default=str)
    stored += json.dumps(query(tmp_path / "market", "SELECT * FROM pay"), default=str)
    assert "LARKSPUR" in stored
    for personal in ("QUILLFEATHER", "larkspur.example", "0001111"):
        assert personal not in stored


def cut_down(path: Path) -> Path:
    rows = [{"Employer": "CAFÉ TERN", "JobTitle": "ANALYST", "Wage": "85000",
             "City": "RENO", "State": "NV"}]  # fmt: skip
    return write(path, rows, encoding="cp1252")


def test_an_extract_without_dates_is_dated_by_its_name(tmp_path: Path) -> None:
    refresh_steps([cut_down(tmp_path / "in" / "h1b_FY13_Q3.csv")], tmp_path / "market")
    assert only(tmp_path, "company_raw, observed_on, flags") == (
        "CAFÉ TERN",
        date(2013, 6, 30),
        "status_not_stated,unit_assumed_year,date_from_name",
    )


def test_an_extract_without_dates_and_a_telling_name_is_held(tmp_path: Path) -> None:
    report = refresh_steps([cut_down(tmp_path / "in" / "extract.csv")], tmp_path / "market")
    assert report.reasons == {("lca", "lca-observed-on-missing"): 1}


@pytest.mark.parametrize(
    "header",
    [
        [
            "CASE_NUMBER",
            "CASE_STATUS",
            "EMPLOYER_NAME",
            "JOB_INFO_JOB_TITLE",
            "WAGE_OFFER_FROM_9089",
        ],
        ["CASE_NUMBER", "WORKSITE_CITY", "WORKSITE_STATE", "WAGE_RATE_OF_PAY_FROM"],
        ["Employer", "JobTitle", "Wage", "City", "State", "Mine"],
    ],
)
def test_other_tables_are_not_taken_for_it(tmp_path: Path, header: list[str]) -> None:
    path = write(tmp_path / "a.csv", [dict.fromkeys(header, "1")])
    assert not LCA.recognises(head_of(path))


LAYOUTS = {
    2008: ("CASE_NO", "APPROVAL_STATUS", "SUBMITTED_DATE", "DOL_DECISION_DATE", "NAME", "JOB_TITLE",
           "WAGE_RATE_1", "MAX_RATE_1", "RATE_PER_1", "CITY_1", "STATE_1", "NBR_IMMIGRANTS"),
    2012: ("LCA_CASE_NUMBER", "STATUS", "LCA_CASE_SUBMIT", "DECISION_DATE",
           "LCA_CASE_EMPLOYER_NAME", "LCA_CASE_JOB_TITLE",
           "LCA_CASE_WAGE_RATE_FROM", "LCA_CASE_WAGE_RATE_TO",
           "LCA_CASE_WAGE_RATE_UNIT", "LCA_CASE_WORKLOC1_CITY", "LCA_CASE_WORKLOC1_STATE",
           "TOTAL_WORKERS"),
    2024: ("CASE_NUMBER", "CASE_STATUS", "RECEIVED_DATE", "DECISION_DATE", "EMPLOYER_NAME",
           "JOB_TITLE", "WAGE_RATE_OF_PAY_FROM", "WAGE_RATE_OF_PAY_TO", "WAGE_UNIT_OF_PAY",
           "WORKSITE_CITY", "WORKSITE_STATE", "TOTAL_WORKER_POSITIONS"),
}  # fmt: skip
DATE_FORMATS = {2008: "%m/%d/%Y", 2012: "%Y-%m-%d 00:00:00", 2024: "%Y-%m-%d"}
UNITS = {2008: ("yr", "hr"), 2012: ("Year", "Hour"), 2024: ("Year", "Hour")}
DAYS = st.dates(date(2005, 1, 1), date(2030, 12, 31))
FILINGS = st.tuples(
    st.sampled_from(["CERTIFIED", "DENIED"]),
    DAYS,
    DAYS,
    st.sampled_from(["TERN LLC", 'O\'NEILL; SONS, "US"', "CAFÉ"]),
    st.sampled_from(["ANALYST", "ENGINEER, II"]),
    st.integers(8, 200),
    st.none() | st.integers(1, 90),
    st.booleans(),
    st.sampled_from(["RENO", "MIAMI"]),
    st.integers(1, 9),
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FILINGS, min_size=1, max_size=8))
def test_the_same_filings_in_three_layouts_give_the_same_pay(
    tmp_path_factory: pytest.TempPathFactory, filings: list[tuple[Any, ...]]
) -> None:
    outcomes = []
    for year, names in LAYOUTS.items():
        folder = tmp_path_factory.mktemp(str(year))
        rows = [
            dict(zip(names, _cells(year, number, one), strict=True))
            for number, one in enumerate(filings)
        ]
        path = write(folder / "in" / "a.csv", rows, ";" if year == 2012 else ",")
        report = refresh_steps([path], folder / "market")
        pay = query(
            folder / "market",
            "SELECT record_key, company_raw, title_raw, place_raw, base, base_max, headcount, "
            "observed_on, recorded_on, flags FROM pay ORDER BY row_no",
        )
        outcomes.append((pay, report.accepted, dict(report.reasons)))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][1] == sum(one[0] == "CERTIFIED" for one in filings)


def _cells(year: int, number: int, filing: tuple[Any, ...]) -> list[object]:
    status, submitted, decided, employer, title, hourly, more, by_year, city, workers = filing
    factor = 2080 if by_year else 1
    return [
        f"I-{number}",
        status,
        submitted.strftime(DATE_FORMATS[year]),
        decided.strftime(DATE_FORMATS[year]),
        employer,
        title,
        hourly * factor,
        "" if more is None else (hourly + more) * factor,
        UNITS[year][0 if by_year else 1],
        city,
        "NV",
        workers,
    ]


def test_the_real_files(shared_data: Path, tmp_path: Path) -> None:
    market = tmp_path / "market"
    report = refresh_steps([shared_data / "h1b_lca"], market)
    assert {one.file.source for one in report.loads} == {"lca"}
    assert {
        one.file.name.removeprefix("h1b_lca/"): (
            one.read, one.accepted, one.quarantined, one.duplicates
        )
        for one in report.loads
    } == {
        "H-1B_FY13_Q3_filtered.csv": (10_366, 9_773, 1, 592),
        "h1b_input2008.csv": (35, 28, 7, 0),
        "h1b_input2010.csv": (99, 98, 1, 0),
        "h1b_input2012.csv": (999, 947, 49, 3),
        "h1b_input2014.csv": (18, 13, 5, 0),
        "h1b_input2015.csv": (399, 335, 64, 0),
        "h1b_input2017.csv": (26, 0, 9, 17),
        "h1b_input_xyn11.csv": (199, 180, 19, 0),
    }  # fmt: skip
    assert report.reasons == {
        ("lca", "lca-not-certified"): 140,
        ("lca", "lca-not-h1b"): 7,
        ("lca", "lca-row-width"): 5,
        ("lca", "lca-wage-implausible"): 3,
    }
    checked = "SELECT company_raw, place_raw, base, base_max, observed_on FROM pay WHERE record_key"
    assert query(market, f"{checked} = 'I-08090-4182485'") == [
        ("SPI RESEARCH AND DEVELOPMENT SERVICES, LLC", "BURLINGTON, MA", 50_000, 77_000,
         date(2008, 3, 30)),
    ]  # fmt: skip
    assert query(market, f"{checked} = 'I-200-09203-879743'") == [
        ("CYBER RESOURCE GROUP INC", "NORTH BRUNSWICK, NJ", 70_013, 71_000, date(2009, 7, 22)),
    ]
    assert query(market, f"{checked} = 'I-200-09254-473097'")[0][2] == 30.52 * 2080
