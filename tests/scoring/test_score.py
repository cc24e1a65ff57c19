"""A sheet that is scored says of each row what deciding its offer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.offers import varied
from offerdesk.samples import examples
from pipelines.scoring.run import Asked, Outcome, score_sheet
from pipelines.scoring.workers import Processes
from rules.case import read_case
from rules.decision import ASKED_PARTS, Record
from rules.source import Document, read_document
from rules.sql_lists import OFFER
from tests.offers import DAY, PLAIN, book, clerk, judge
from tests.offers import varied as changed
from tests.scoring.sheet import Raw, sheet_of, silent


def some_offers() -> list[Raw]:
    return [
        one
        for path in sorted((examples() / "offers").glob("*.yaml"))
        for one in varied(read_document(path).value, 30, throughout=True)
    ]


def scored(sheet: Path, target: Path, **asked: Any) -> Outcome:
    wanted = Asked(sheet, target, today=DAY, **asked)
    return score_sheet(wanted, Processes(wanted.processes), silent)


def decided(raw: Raw) -> Record:
    case = read_case(Document(dict(raw), {}, "offer"), book(), today=DAY, market=lambda _: {})
    return clerk().record(judge().judge(case))


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of answers says, in the shape of a record."""
    return {
        **{name: row[name] for name in ("verdict", "status", "rule", "because")},
        "ask": {
            one.name: [row[f"ask_{one.name}_{part}"] for part in ASKED_PARTS]
            for one in book().asks
            if any(row[f"ask_{one.name}_{part}"] is not None for part in ASKED_PARTS)
        },
        "levers": [
            [row[f"lever_{n}"], row[f"lever_{n}_component"], row[f"lever_{n}_amount"]]
            for n in range(1, 5)
            if row[f"lever_{n}"] is not None
        ],
        "questions": sorted(filter(None, (row["questions"] or "").split(";"))),
        "conditions": sorted(filter(None, (row["conditions"] or "").split(";"))),
    }


def expected(record: Record) -> dict[str, Any]:
    asks = {
        name: [ask[part] for part in ASKED_PARTS]
        for name, ask in record["ask"].items()
        if any(ask[part] is not None for part in ASKED_PARTS)
    }
    return {
        **{name: record[name] for name in ("verdict", "status", "rule", "because")},
        "ask": asks,
        "levers": [[one["id"], one["component"], one["amount"]] for one in record["levers"]],
        "questions": sorted(one["id"] for one in record["questions"]),
        "conditions": sorted(one["id"] for one in record["conditions"]),
    }


def write(raws: Sequence[Raw], file: Path) -> None:
    sheet = sheet_of(raws, as_text=file.suffix != ".parquet").rename({OFFER: "id"})
    sheet.write_parquet(file) if file.suffix == ".parquet" else sheet.write_csv(file)


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_every_row_is_as_decided(kind: str, tmp_path: Path) -> None:
    raws = some_offers()
    sheet = tmp_path / f"offers{kind}"
    write(raws, sheet)
    outcome = scored(sheet, tmp_path / "answers.parquet", has_reasons=True)
    rows = pl.read_parquet(outcome.answers).to_dicts()
    assert [int(row["id"]) for row in rows] == list(range(len(raws)))
    assert [told(row) for row in rows] == [expected(decided(raw)) for raw in raws]
    assert outcome.tally.read == outcome.tally.judged == len(raws)
    assert len({row["verdict"] for row in rows}) == 3


def test_rows_that_are_refused_are_named(tmp_path: Path) -> None:
    bad = {"offer.base_salary": -1}
    raws = [changed({}, PLAIN), changed(bad, PLAIN), changed({}, PLAIN)]
    write(raws, tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.csv")
    assert pl.read_csv(outcome.answers)["row"].to_list() == [1, 3]
    rejects = pl.read_csv(outcome.rejects).to_dicts()
    assert [(one["row"], one["id"], one["code"]) for one in rejects] == [
        (2, 1, "case-out-of-range")
    ]
    assert rejects[0]["place"] == "offers.csv row 2, offer.base_salary"
    tally = outcome.tally
    assert (tally.read, tally.judged, tally.refused) == (3, 2, 1)


def test_a_spreadsheet_holds_lists_as_json(tmp_path: Path) -> None:
    raws = [changed({"offer.vest_schedule": [0.5, 0.5]}, PLAIN), changed({}, PLAIN)]
    lists = pl.Series("offer.vest_schedule", [[0.5, 0.5], None], pl.List(pl.Float64))
    sheet = sheet_of(raws, as_text=False).with_columns(lists)
    sheet.write_parquet(tmp_path / "offers.parquet")
    outcome = scored(tmp_path / "offers.parquet", tmp_path / "answers.csv")
    found = pl.read_csv(outcome.answers)["offer.vest_schedule"].to_list()
    assert found == ["[0.5,0.5]", None]


def test_what_is_said_is_counted(tmp_path: Path) -> None:
    write(some_offers(), tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.parquet", has_reasons=True)
    rules = pl.read_parquet(outcome.answers)["rule"].value_counts()
    for rule, count in rules.iter_rows():
        said = {name: n for name, n in outcome.tally.said.items() if name.split()[0] == rule}
        assert sum(said.values()) == count
