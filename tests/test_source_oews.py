"""Occupational wages: both layouts, marks in place of numbers, and what is no wage of all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.sources.head import Head
from pipelines.sources.oews_layout import layout_of
from pipelines.steps import refresh_steps
from tests.taking import asked, balance, judged, taken

CLASSIC = (
    "AREA,AREA_TITLE,AREA_TYPE,NAICS,I_GROUP,OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,H_MEAN,A_MEAN,"
    "MEAN_PRSE,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75,A_PCT90\n"
)
GOOD = (
    '41940,"San Jose-Sunnyvale-Santa Clara, CA",4,000000,cross-industry,15-1252,Software '
    'Developers,detailed,"87,350",106.59,"221,710",0.8,138420,173650,213110,226080,#\n'
)
BULK = (
    "area_code,areatype_code,area_name,occ,occupation_name,employment,annual_mean_wage,"
    "hourly_mean_wage,wage_percent_relative_standard_error,annual_10th_percentile_wage,"
    "annual_25th_percentile_wage,annual_median_wage,annual_75th_percentile_wage,"
    "annual_90th_percentile_wage,f01,f04,f11,f12,f13,f14,f15\n"
)


def test_the_workbook_layout_in_upper_and_lower_case(tmp_path: Path) -> None:
    assert balance(taken(tmp_path, "MSA_M2024_dl.csv", CLASSIC + GOOD)) == {
        "MSA_M2024_dl.csv": (1, 1, 0, 0)
    }
    row = """
        SELECT occupation, area_id, area_type, geo_id, state, employment, mean, p50, p90,
            top_code, relative_error, period_start, flags FROM wage
    """
    assert asked(tmp_path, row) == [
        (
            *("15-1252", "41940", "metro", "san-jose", "CA", 87_350, 221_710, 213_110, None),
            *(239_200, 0.008, date(2024, 5, 1), "top_coded_p90"),
        )
    ]
    again = taken(tmp_path, "all_M_2024.csv", CLASSIC.lower() + GOOD.replace("15-1252", "151252"))
    assert balance(again) == {"all_M_2024.csv": (1, 0, 0, 1)}


def test_footnotes_tell_top_coded_from_suppressed(tmp_path: Path) -> None:
    lines = (
        '0000000,N,National,151252,Software Developers,10,-,50,1,1,2,-,-,-,,8,,,5,"5,4",8\n'
        "0600000,S,California,150000,All of them,-,5,50,1,1,2,3,4,5,8,,,,,,\n"
        "0100001,M,Northwest Alabama nonmetropolitan area,151252,Software Developers,"
        "9,5,50,1,1,2,3,4,5,,,,,,,\n"
    )
    found = judged(tmp_path, "oews_2025.csv", BULK + lines)
    assert found.rows("wage", "area_id, area_type, state, top_code, flags") == [
        (
            *("99", "nation", None, 239_200),
            "suppressed_mean,top_coded_p50,top_coded_p75,suppressed_p90,hourly_only",
        ),
        ("06", "state", "CA", None, "group_major,suppressed_employment"),
        ("100001", "nonmetro", "AL", None, ""),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("15-1252", "15-125", "oews-occupation-unreadable"),
        ("173650", "273650", "oews-percentiles-not-ordered"),
        ("173650", "n.a.", "oews-wage-not-a-number"),
        ("138420", "-138420", "oews-wage-not-positive"),
        ("000000,cross-industry", "541500,4-digit", "oews-by-industry"),
        ("Software Developers", "", "oews-occupation-title-missing"),
        ('"87,350"', "-5", "oews-count-negative"),
    ],
)
def test_what_cannot_be_is_held(tmp_path: Path, old: str, new: str, code: str) -> None:
    lines = GOOD.replace(old, new) + GOOD.replace("15-1252", "15-1253")
    found = judged(tmp_path, "M2024.csv", CLASSIC + lines)
    assert (found.accepted, set(found.held)) == (1, {code})


def test_without_a_year_nothing_is_taken(tmp_path: Path) -> None:
    found = judged(tmp_path, "in/wages.csv", CLASSIC + GOOD)
    assert (found.accepted, set(found.held)) == (0, {"oews-period-missing"})


@pytest.mark.parametrize(
    ("name", "year", "top_code"),
    [
        ("national_M2023_dl.csv", 2023, 208_000),
        ("oesm24nat.csv", 2024, 239_200),
        ("oews_2025_by_area.csv", 2025, 239_200),
        ("state_M2010_dl.csv", 2010, None),
        ("wages.csv", None, None),
    ],
)
def test_the_year_stands_in_the_name(name: str, year: int | None, top_code: float | None) -> None:
    layout = layout_of(Head(Path("in") / name, "csv", tuple(CLASSIC.split(","))))
    assert (layout.year, layout.top_code) == (year, top_code)


def test_the_real_files(shared_data: Path, tmp_path: Path) -> None:
    report = refresh_steps([shared_data / "oews"], tmp_path / "market")
    assert balance(report) == {
        "national_M2024_dl.xlsx": (1_403, 1_403, 0, 0),
        "oews_2025_computer_math_by_area.csv": (13_082, 13_082, 0, 0),
    }
    rows = """
        SELECT year(period_start), mean, p10, p90 FROM wage
        WHERE occupation = '15-1252' AND area_id = '99' ORDER BY 1
    """
    assert asked(tmp_path, rows) == [
        (2024, 144_570, 79_850, 211_450),
        (2025, 148_100, 82_460, 214_670),
    ]
    marks = """
        SELECT count(*) FILTER (contains(flags, 'suppressed_p50') AND year(period_start) = 2025),
            count(*) FILTER (contains(flags, 'top_coded_p90')), count(DISTINCT top_code)
        FROM wage
    """
    assert asked(tmp_path, marks) == [(310, 72, 1)]
