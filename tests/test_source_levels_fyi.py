"""Reports of levels.fyi: what the arithmetic tells is mended and flagged, the rest is held."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.sheets import csv_of
from tests.taking import TakenIn, taken_in, taken_in_from

PERSONAL = ("gender", "otherdetails", "Masters_Degree", "Race", "Education")
COLUMNS = (
    "timestamp",
    "company",
    "level",
    "title",
    "totalyearlycompensation",
    "location",
    "yearsofexperience",
    "basesalary",
    "stockgrantvalue",
    "bonus",
    "rowNumber",
    *PERSONAL,
)
GIVEN: dict[str, object] = {
    "timestamp": "6/7/2021 11:33:27",
    "company": "Oracle",
    "level": "L3",
    "title": "Product Manager",
    "totalyearlycompensation": 127_000,
    "location": "Redwood City, CA",
    "yearsofexperience": 1.5,
    "basesalary": 107_000,
    "stockgrantvalue": 10_000,
    "bonus": 10_000,
    "rowNumber": 1,
    "gender": "Secretgender",
    "otherdetails": "Secretdetails",
    "Masters_Degree": "Secretdegree",
    "Race": "Secretrace",
    "Education": "Secreteducation",
}


def parts(total: object, base: object, stock: object, bonus: object) -> dict[str, object]:
    return {
        "totalyearlycompensation": total,
        "basesalary": base,
        "stockgrantvalue": stock,
        "bonus": bonus,
    }


def sheet(tmp_path: Path, *rows: dict[str, object]) -> TakenIn:
    numbered = [{"timestamp": f"6/7/2021 11:33:{n:02}"} | row for n, row in enumerate(rows)]
    return taken_in(tmp_path, levels_csv=csv_of(COLUMNS, *numbered, given=GIVEN))


def test_a_report_becomes_a_row(tmp_path: Path) -> None:
    market = sheet(tmp_path, {})
    assert market.rows(
        "company_raw, level_raw, place_raw, currency, base, equity_annual, bonus, tc, "
        "years_experience, observed_on, kind, flags"
    ) == [
        (
            "Oracle", "L3", "Redwood City, CA", "USD", 107_000, 10_000, 10_000, 127_000,
            1.5, date(2021, 6, 7), "report", "",
        )
    ]  # fmt: skip


Part = float | None
READINGS: list[tuple[dict[str, object], Part, Part, Part, str]] = [
    (parts(150_000, 0, 0, 0), None, None, None, "total_only"),
    (parts(4_980_000, 380_000, 4_400, 200_000), 380_000, 4.4e6, 200_000, "equity_in_thousands"),
    (parts(1_600_000, 460_000, 100_000, 1_040), 460_000, 1e5, 1.04e6, "bonus_in_thousands"),
    (parts(284_000, 160_000, 400_000, 24_000), 160_000, 1e5, 24_000, "equity_of_4_years"),
    (
        parts(614_000, 220_000, 1_400, 44_000),
        220_000,
        350_000,
        44_000,
        "equity_of_4_years_in_thousands",
    ),
    (parts(510_000, 160_000, 0, 0), 160_000, None, 0, "equity_not_stated"),
    (parts(200_000, 150_000, 25_000, 10_000), 150_000, 25_000, 10_000, "parts_near_total"),
    (parts(127_000, 107, 10, 10), 107_000, 10_000, 10_000, "parts_in_thousands"),
    (parts(127, 107, 10, 10), 107_000, 10_000, 10_000, "in_thousands"),
    (parts(127, 107_000, 10, 10), 107_000, 10_000, 10_000, "in_thousands"),
    (parts("127", 0, 0, 0), None, None, None, "in_thousands,total_only"),
    (parts(127_000, 107_500, 9_400, 10_000), 107_500, 9_400, 10_000, ""),
]


def test_what_the_arithmetic_tells(tmp_path: Path) -> None:
    market = sheet(tmp_path, *(stated for stated, *_ in READINGS))
    assert market.report.quarantined == 0
    assert market.rows("base, equity_annual, bonus, flags") == [tuple(e) for _, *e in READINGS]


FAULTY: list[tuple[dict[str, object], str, str | None]] = [
    (parts(140_000, 0, 0, 10_000), "base-missing", "base=130000"),
    (parts(250_000, 180_000, 300_000, 40_000), "parts-do-not-add-up", "equity_annual=30000"),
    (parts(120_000, 10_000, 0, 20_000), "parts-do-not-add-up", "base=100000"),
    (parts(162_000, 1_620_000, 0, 0), "base-implausible", "base=162000"),
    (parts(15_000, 13_000, 0, 2_000), "below-minimum-wage", None),
    (parts("x", 1, 1, 1), "amount-not-a-number", None),
    (parts(20_000_000, 1_000_000, 19_000_000, 0), "total-implausible", None),
    ({"timestamp": "yesterday"}, "date-not-understood", "month/day/year hour:minute:second"),
    ({"timestamp": "6/7/1921 11:33:27"}, "date-out-of-range", None),
    ({"company": "NA"}, "company-missing", None),
    ({"location": ""}, "place-missing", None),
    ({"totalyearlycompensation": "NA"}, "tc-missing", None),
]


def test_each_reason_for_holding_a_row(tmp_path: Path) -> None:
    market = sheet(tmp_path, {}, *(row for row, *_ in FAULTY))
    held = market.held()
    assert 1 not in held
    found = dict(market.query("SELECT row_ref || code, suggestion FROM quarantine"))
    for number, (_, code, suggestion) in enumerate(FAULTY, 2):
        assert f"levels_fyi-{code}" in held[number]
        assert found[f"in/levels.csv#pay:{number}levels_fyi-{code}"] == suggestion


PLACES = [
    ("Redwood City, CA", "Redwood City, CA"),
    ("London, EN, United Kingdom", "London, United Kingdom"),
    ("Barcelona, CT, Spain", "Barcelona, Spain"),
    ("Seoul, KG, Korea, South", "Seoul, South Korea"),
    ("Singapore, SG, Singapore", "Singapore"),
    ("Hong Kong, HK, Hong Kong (SAR)", "Hong Kong, Hong Kong"),
    ("Reno, NV, United States", "Reno, NV"),
]


def test_a_region_abroad_is_no_state(tmp_path: Path) -> None:
    market = sheet(tmp_path, *({"location": written} for written, _ in PLACES))
    assert market.rows("place_raw") == [(place,) for _, place in PLACES]


def test_a_report_sent_twice_counts_once(tmp_path: Path) -> None:
    twice = {"timestamp": "1/2/2020 3:04:05"}
    market = sheet(tmp_path, twice, twice | {"rowNumber": 99}, {"company": "Tern"})
    assert market.balance == (3, 2, 0, 1)


def test_what_people_are_is_stored_nowhere(tmp_path: Path) -> None:
    text = csv_of(COLUMNS, {}, parts(140_000, 0, 0, 10_000), given=GIVEN)
    broken = "one,two,Secretgender,four\n"
    market = taken_in(tmp_path, levels_csv=text + broken)
    assert market.report.quarantined == 2
    stored = b"".join(path.read_bytes() for path in market.folder.rglob("*") if path.is_file())
    assert stored
    assert "Secret" not in str(market.query("SELECT * FROM quarantine"))
    assert b"Secret" not in stored


def objects(*rows: dict[str, object]) -> str:
    """The older shape: an array of objects whose values are all text."""
    keys = {name: str(value) for name, value in GIVEN.items()} | {"tag": "ML / AI"}
    return json.dumps([keys | {k: str(v) for k, v in row.items()} for row in rows], indent=1)


def test_the_older_shape_with_raw_control_characters(tmp_path: Path) -> None:
    text = objects(parts(127, 107, 10, 10), {"company": "Ta\tern", "otherdetails": "Secret\nnote"})
    raw = text.replace("\\t", "\t").replace("\\n", "\n\x01")
    market = taken_in(tmp_path, levels_json=raw)
    assert market.rows("base, tc, flags") == [
        (107_000, 127_000, "in_thousands"),
        (107_000, 127_000, ""),
    ]


def test_the_same_report_in_both_shapes(tmp_path: Path) -> None:
    market = taken_in(
        tmp_path,
        levels_csv=csv_of(COLUMNS, {}, given=GIVEN),
        older_json=objects(parts(127, 107, 10, 10) | {"rowNumber": 77}),
    )
    assert market.balance == (2, 1, 0, 1)


def test_a_broken_object_is_held_and_the_others_are_kept(tmp_path: Path) -> None:
    first, second = objects({}), objects({"company": "Tern"})
    broken = first.rstrip("] \n") + ', 7, {"gender": "Secret", }, ' + second.lstrip("[")
    market = taken_in(tmp_path, levels_json=broken)
    assert market.balance == (4, 2, 2, 0)
    assert market.held() == {2: {"levels_fyi-row-width"}, 3: {"levels_fyi-row-width"}}
    assert "Secret" not in str(market.query("SELECT * FROM quarantine"))


def test_the_real_file(tmp_path: Path, shared_data: Path) -> None:
    market = taken_in_from(shared_data / "levels_fyi", tmp_path)
    assert market.balance == (62_642, 62_415, 183, 44)
    assert market.report.reasons == {
        ("levels_fyi", "levels_fyi-base-implausible"): 3,
        ("levels_fyi", "levels_fyi-base-missing"): 7,
        ("levels_fyi", "levels_fyi-below-minimum-wage"): 16,
        ("levels_fyi", "levels_fyi-parts-do-not-add-up"): 168,
    }
    flags: dict[str, Any] = dict(
        market.query("SELECT flags, count(*) FROM pay WHERE NOT duplicate GROUP BY ALL")
    )
    assert flags["total_only"] == 2_292  # 5 of the 2,297 are repeated
    assert flags["equity_in_thousands"] == 28
    highest = market.rows("base, equity_annual, tc", "tc > 4970000")
    assert highest == [(380_000, 4_400_000, 4_980_000)]
