"""Prevailing wage levels: hours and years told apart, zeros, labels, and the areas beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.steps import refresh_steps
from tests.taking import asked, balance, judged, taken

SHORT = "soc,area_id,l1,l2,l3,l4\n"
FULL = "Area,SocCode,GeoLvl,Level1,Level2,Level3,Level4,Average,Label\n"
LEVELS = "level_1, level_2, level_3, level_4, mean, flags"


def test_hourly_and_annual_rows_come_to_the_same_year(tmp_path: Path) -> None:
    lines = "15-1252,41860,65.24,77.71,90.18,102.65\n15-1252,41940,135699,161637,187574,213512\n"
    found = judged(tmp_path, "oflc_wages_2025_26.csv", SHORT + lines)
    assert found.rows("wage", LEVELS) == [
        (135_699.2, 161_636.8, 187_574.4, 213_512, None, ""),
        (135_699, 161_637, 187_574, 213_512, None, "stated_annual"),
    ]
    periods = found.rows("wage", "period_start, period_end")
    assert periods == [(date(2025, 7, 1), date(2026, 6, 30))] * 2


def test_the_published_columns_with_labels(tmp_path: Path) -> None:
    lines = (
        "41860,15-1252,1,40,50,60,70,55,\n"
        "41860,15-1251,3,100000,110000,120000,130000,115000,Annual Wage\n"
        "41860,29-1216,1,,,,,115,High Wage\n"
        "41860,15-1253,1,0,50,60,70,55,\n"
    )
    taken(tmp_path, "OFLC_Wages_2024-25/ALC_Export.csv", FULL + lines)
    rows = "SELECT level_1, level_2, level_3, level_4, mean, flags FROM wage ORDER BY row_no"
    assert asked(tmp_path, rows) == [
        (83_200, 104_000, 124_800, 145_600, 114_400, ""),
        (100_000, 110_000, 120_000, 130_000, 115_000, "stated_annual,geo_level_3"),
        (
            *(None, None, None, None, 239_200),
            "high_wage,absent_level_1,absent_level_2,absent_level_3,absent_level_4",
        ),
        (None, 104_000, 124_800, 145_600, 114_400, "absent_level_1"),
    ]
    assert asked(tmp_path, "SELECT occupation FROM wage_level ORDER BY 1") == [
        ("15-1251",),
        ("15-1252",),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("41860,15-1252,1,40,50,60000,70000,,", "oflc-unit-undecided"),
        ("41860,15-1252,1,4000,5000,6000,7000,,", "oflc-unit-undecided"),
        ("41860,15-1252,1,40,50,60,70,,Annual Wage", "oflc-unit-undecided"),
        ("41860,15-1252,1,0,0,0,0,0,", "oflc-wages-missing"),
        ("41860,15-1252,1,40,30,60,70,,", "oflc-levels-not-ordered"),
        ("41860,15-1252,1,40,,30,70,,", "oflc-levels-not-ordered"),
        ("41860,15-1252,1,forty,50,60,70,,", "oflc-wage-not-a-number"),
        ("41860,developers,1,40,50,60,70,,", "oflc-occupation-missing"),
        (",15-1252,1,40,50,60,70,,", "oflc-area-missing"),
    ],
)
def test_what_cannot_be_is_held(tmp_path: Path, line: str, code: str) -> None:
    lines = FULL + line + "\n41860,17-2061,1,4e1,50,60,70,,\n"
    found = judged(tmp_path, "2024-25/ALC_Export.csv", lines)
    assert (found.accepted, set(found.held)) == (1, {code})


def test_without_a_year_nothing_is_taken(tmp_path: Path) -> None:
    found = judged(tmp_path, "in/ALC_Export.csv", FULL + "41860,15-1252,1,40,50,60,70,,\n")
    assert (found.accepted, set(found.held)) == (0, {"oflc-period-missing"})


def test_areas_in_latin_1_and_gaps_between_the_files(tmp_path: Path) -> None:
    lines = (
        '"Area","AreaName","StateAb","State","CountyTownName"\n'
        '"32420","Mayag\u00fcez, PR","PR","Puerto Rico","Las Mar\u00edas Municipio"\n'
        '"41860","San Francisco-Oakland-Fremont, CA","XX","?","Marin County"\n'
    )
    report = taken(tmp_path, "Geography.csv", lines.encode("latin-1"))
    assert report.reasons == {("oflc-areas", "oflc-areas-state-unknown"): 1}
    areas = "SELECT area_id, area_name, state, county FROM wage_area"
    assert asked(tmp_path, areas) == [
        ("32420", "Mayag\u00fcez, PR", "PR", "Las Mar\u00edas Municipio")
    ]
    wages = "15-1252,41860,40,50,60,70\n15-1252,32420,20,30,40,50\n"
    taken(tmp_path, "w_2025_26.csv", SHORT + wages)
    assert asked(tmp_path, "SELECT gap, what FROM reference_gap") == [
        ("wage-area-unknown", "41860")
    ]


def test_the_real_files(shared_data: Path, tmp_path: Path) -> None:
    report = refresh_steps([shared_data / "oflc"], tmp_path / "market")
    assert balance(report) == {
        "Geography.csv": (3_275, 3_275, 0, 0),
        "oflc_wages_2025_26.csv": (12_190, 12_190, 0, 0),
    }
    row = """
        SELECT area_name, geo_id, states, level_1, level_4 FROM wage_level
        WHERE occupation = '11-2021' AND area_id = '10180'
    """
    assert asked(tmp_path, row) == [("Abilene, TX", "abilene-tx", ["TX"], 67_704, 152_172.8)]
    assert asked(tmp_path, "SELECT count(*) FROM reference_gap") == [(0,)]
    controls = "SELECT count(*) FROM wage_area WHERE regexp_matches(area_name, '[\\x{80}-\\x{9f}]')"
    assert asked(tmp_path, controls) == [(0,)]
