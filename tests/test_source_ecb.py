"""Exchange rates: every form of them, damaged dates, and amounts that cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.readmission import readmit
from rules.errors import FailedWorld, UnusableCase
from tests.taking import asked, balance, judged, judged_file, taken
from warehouse.repairs import Repair

HEAD = "Date,USD,JPY,GBP,TRL,\n"
HISTORY = (
    HEAD + "2024-03-06,1.0874,162.67,0.85498,N/A,\n"
    "2024-03-05,1.0849,163.01,0.85543,N/A,\n"
    "2024-03-04,1.0846,163.22,0.85583,N/A,\n"
)


def test_a_history_becomes_one_row_for_each_rate(tmp_path: Path) -> None:
    report = taken(tmp_path, "hist.csv", HISTORY)
    assert balance(report) == {"hist.csv": (9, 9, 0, 0)}
    rows = asked(tmp_path, "SELECT day, currency, per_eur FROM fx_rate ORDER BY ALL LIMIT 2")
    assert rows == [(date(2024, 3, 4), "GBP", 0.85583), (date(2024, 3, 4), "JPY", 163.22)]


def test_a_line_without_any_rate_is_held(tmp_path: Path) -> None:
    found = judged(tmp_path, "hist.csv", HISTORY + "2024-03-01,N/A,N/A,N/A,N/A,\n")
    assert (found.accepted, set(found.held)) == (9, {"ecb-not-data"})


def test_the_day_file_and_the_xml_say_the_same(tmp_path: Path) -> None:
    daily = "Date, USD, JPY, GBP, \n6 March 2024, 1.0874, 162.67, 0.85498, \n"
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope '
        'xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
        'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>'
        "<Cube time='2024-03-06'><Cube currency='USD' rate='1.0874'/>"
        "<Cube currency='CHF' rate='0.9619'/></Cube></Cube></gesmes:Envelope>"
    )
    taken(tmp_path, "a.csv", HISTORY)
    assert balance(taken(tmp_path, "b.csv", daily)) == {"b.csv": (3, 0, 0, 3)}
    assert balance(taken(tmp_path, "c.xml", xml)) == {"c.xml": (2, 1, 0, 1)}
    newest = "SELECT currency, per_eur FROM fx WHERE day = DATE '2024-03-06' ORDER BY ALL"
    assert asked(tmp_path, newest) == [
        ("CHF", 0.9619),
        ("GBP", 0.85498),
        ("JPY", 162.67),
        ("USD", 1.0874),
    ]


@pytest.mark.parametrize(
    ("days", "suggested"),
    [
        # 2/29 tells which number the month is, and so how 3/6 is read.
        (["3/6/2024", "2/29/2024"], ["day=2024-03-06", "day=2024-02-29"]),
        (["6/3/2024", "29/2/2024"], ["day=2024-03-06", "day=2024-02-29"]),
        # 9 March is a Saturday, so that only 3 September is left.
        (["3/9/2024"], ["day=2024-09-03"]),
        # 3 June as well as 6 March are working days.
        (["3/6/2024"], [None]),
        # Both ways of writing in one file: what lies between the lines around.
        (
            ["3/15/2024", "3/12/2024", "11/3/2024", "28/2/2024"],
            ["day=2024-03-15", "day=2024-03-12", "day=2024-03-11", "day=2024-02-28"],
        ),
    ],
)
def test_spreadsheet_dates_are_held_with_the_day_they_mean(
    tmp_path: Path, days: list[str], suggested: list[str | None]
) -> None:
    lines = "".join(f"{day},1.08,160,0.85,N/A\n" for day in days)
    found = judged(tmp_path, "bent.csv", HEAD.replace(",\n", "\n") + lines)
    assert (found.accepted, set(found.held)) == (0, {"ecb-date-not-iso"})
    query = f"""
        SELECT suggestion FROM '{found.folder}/quarantine.parquet'
        WHERE raw->>'currency' = 'USD' ORDER BY CAST(raw->>'line' AS INTEGER)
    """
    assert [row[0] for row in duckdb.sql(query).fetchall()] == suggested


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2024-03-09,1.08,160,0.85,N/A,", "ecb-day-not-a-working-day"),
        ("2024-03-07,abc,160,0.85,N/A,", "ecb-rate-not-a-number"),
        ("2024-03-07,0,160,0.85,N/A,", "ecb-rate-not-positive"),
        ("2024-03-07,0.85,160,0.86,N/A,", "ecb-rate-jump"),
        ("2024-03-07,1.08,160,0.85", "ecb-row-width"),
        ("2024-03-06,1.2,162.67,0.85498,N/A,", "ecb-rates-differ"),
        ("31 March,1.08,160,0.85,N/A,", "ecb-date-not-iso"),
    ],
)
def test_what_cannot_be_is_held_and_the_rest_is_kept(tmp_path: Path, line: str, code: str) -> None:
    found = judged(tmp_path, "hist.csv", HISTORY + line + "\n")
    assert set(found.held) == {code}
    assert found.accepted >= 8


def test_a_column_that_is_no_currency_is_held(tmp_path: Path) -> None:
    found = judged(tmp_path, "h.csv", HISTORY.replace("TRL", "ABC").replace("N/A", "5"))
    assert (found.accepted, set(found.held)) == (9, {"ecb-currency-unknown"})


def test_a_jump_that_happened_is_no_error(tmp_path: Path) -> None:
    lira = HEAD + "2001-02-22,1,1,1,1050000,\n2001-02-21,1,1,1,624367,\n"
    found = judged(tmp_path, "hist.csv", lira)
    assert (found.accepted, found.held) == (8, {})


def test_two_files_that_contradict_each_other_are_not_published(tmp_path: Path) -> None:
    taken(tmp_path, "a.csv", HISTORY)
    with pytest.raises(FailedWorld, match="fx_rates_differ: 2024-03-06 USD"):
        taken(tmp_path, "b.csv", HISTORY.replace("1.0874", "1.0875"))


def test_a_damaged_date_is_let_in_as_the_day_it_means(tmp_path: Path) -> None:
    taken(
        tmp_path, "bent.csv", "Date,USD,JPY,GBP\n2/29/2024,1.08,160,0.85\n3/6/2024,1.1,161,0.86\n"
    )
    dollars = "SELECT row_ref, suggestion FROM quarantine WHERE raw->>'currency' = 'USD'"
    repairs = [
        Repair(ref, dict([change.split("=")]), "read as the American way of writing a day")
        for ref, change in asked(tmp_path, dollars)
    ]
    readmit(repairs, tmp_path / "market")
    rates = "SELECT day::VARCHAR, per_eur FROM fx ORDER BY day"
    assert asked(tmp_path, rates) == [("2024-02-29", 1.08), ("2024-03-06", 1.1)]


def test_a_date_that_may_mean_two_days_is_not_let_in_as_it_is(tmp_path: Path) -> None:
    taken(tmp_path, "bent.csv", "Date,USD,JPY,GBP\n3/6/2024,1.1,161,0.86\n")
    ((ref,), *_) = asked(tmp_path, "SELECT row_ref FROM quarantine ORDER BY ALL")
    with pytest.raises(UnusableCase, match=r"repair-still-faulty.*ecb-date-not-iso"):
        readmit([Repair(ref, {}, "seems right")], tmp_path / "market")


def test_a_rate_holds_until_the_next_and_for_a_month_at_most(tmp_path: Path) -> None:
    taken(tmp_path, "hist.csv", HEAD + "2024-03-08,1,1,1,N/A,\n2024-03-01,1,1,1,9,\n")
    spans = "SELECT currency, day, valid_to FROM fx WHERE currency IN ('USD', 'TRL') ORDER BY ALL"
    assert asked(tmp_path, spans) == [
        ("TRL", date(2024, 3, 1), date(2024, 3, 31)),
        ("USD", date(2024, 3, 1), date(2024, 3, 7)),
        ("USD", date(2024, 3, 8), date(2024, 4, 7)),
    ]


def test_the_real_history_and_its_damaged_copy(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "fx_ecb"
    history = judged_file(folder / "eurofxref-hist.csv", tmp_path / "history")
    assert (history.accepted, history.held) == (221_702, {})
    damaged = "quirk_excel_mangled_us_dates_head400.csv"
    copy = judged_file(folder / damaged, tmp_path / "copy")
    assert (copy.accepted, set(copy.held)) == (0, {"ecb-date-not-iso"})
    # Every suggested day has, in the history, exactly the rate that stands in the damaged copy.
    matched = f"""
        SELECT count(*), count(DISTINCT row_ref) FROM '{copy.folder}/quarantine.parquet'
        JOIN '{history.folder}/fx_rate.parquet'
        ON suggestion = 'day=' || day AND raw->>'currency' = currency
            AND CAST(raw->>'rate' AS DOUBLE) = per_eur
    """
    assert duckdb.sql(matched).fetchall() == [(12_067, 12_067)]
    newest = f"""
        SELECT per_eur FROM '{history.folder}/fx_rate.parquet'
        WHERE currency = 'GBP' AND day = DATE '2026-10-30'
    """
    assert duckdb.sql(newest).fetchall() == [(0.8338,)]
