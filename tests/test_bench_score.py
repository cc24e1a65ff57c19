"""The benchmark of scoring compares what it times; how fast anything is, no test asks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.batch import ENGINES, ONE_BY_ONE, engine
from bench.batch.columns import ANSWERS, NEAR, differences
from bench.batch.offers import made, write_offers
from bench.batch.our_judge import judged
from bench.batch.ours import SLICE, frame_work, whole
from bench.batch.running import MOST_ROWS, parts
from bench.score_report import as_markdown
from bench.scoring import check_same, differing_answers
from tests.offers import book, judge

ROWS = 400
BY_BOOK = ("our_query", "our_whole_query")


@pytest.fixture(scope="module")
def offers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of offers for the slice, and our answers beside it."""
    folder = tmp_path_factory.mktemp("offers")
    write_offers(folder, ROWS, book())
    for name, columns in (("our_frame", SLICE), ("our_whole_frame", whole())):
        (folder / name).mkdir()
        frame_work(columns)(folder / "offers.parquet", 0, ROWS, folder / name / "a.parquet")
    return folder / "offers.parquet"


def ours(offers: Path) -> pl.DataFrame:
    return pl.read_parquet(offers.with_name("our_frame") / "*.parquet")


# --- Like with like -------------------------------------------------------------------------


def test_our_answers_are_those_of_the_judge(offers: Path) -> None:
    some = pl.read_parquet(offers).head(60)
    found = pl.DataFrame(list(judged(some, judge())), infer_schema_length=None)
    assert differences(ours(offers).filter(pl.col("offer_id") < 60), found) == {}


@pytest.mark.parametrize("name", [one for one in ENGINES if not one.startswith("our")])
def test_by_hand_it_is_the_same(name: str, offers: Path) -> None:
    if name.startswith("zen"):
        pytest.importorskip("zen", reason=f"{name} is not installed: make bench does")
    place = offers.with_name(name)
    place.mkdir()
    engine(name).ready()(offers, 0, ROWS, place / "a.parquet")
    assert differing_answers(offers.parent, "our_frame", name, ANSWERS) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_BOOK)
def test_our_query_gives_the_same(name: str, offers: Path) -> None:
    place = offers.with_name(name)
    place.mkdir()
    engine(name).ready()(offers, 0, ROWS, place / "a.parquet")
    reference = name.replace("query", "frame")
    columns = ANSWERS if name == "our_query" else ["offer_id", *whole()]
    assert differing_answers(offers.parent, reference, name, columns) == {}


def test_a_stretch_of_the_offers_is_answered_alone(offers: Path, tmp_path: Path) -> None:
    for name in ("our_frame", *ONE_BY_ONE[:1], "pandas_columns"):
        engine(name).ready()(offers, 100, 50, tmp_path / "some.parquet")
        found = pl.read_parquet(tmp_path / "some.parquet")
        assert (
            differences(ours(offers).filter(pl.col("offer_id").is_between(100, 149)), found) == {}
        )


def test_the_slice_decides_a_variety(offers: Path) -> None:
    found = ours(offers)
    shares = {rule: count / ROWS for rule, count in found["rule"].value_counts(name="count").rows()}
    assert set(shares) == {"D4", "D5", "D7", "D8", "D9", "D10"}
    assert min(shares.values()) > 0.02
    assert set(found["verdict"]) == {"accept", "counter", "walk_away"}
    for name in ("ask_base_opening", "ask_equity_total_opening", "surplus_over_reservation"):
        assert 0 < found[name].null_count() < ROWS, name


def test_an_offer_is_the_same_however_many_are_made() -> None:
    assert made(0, 20)[15:].equals(made(15, 5))
    assert made(0, 1000)["base_salary"].n_unique() > 990


# --- What is wrong is caught ------------------------------------------------------------------


@pytest.mark.parametrize("name", ANSWERS[1:])
def test_one_wrong_answer_is_caught(name: str, offers: Path) -> None:
    right = ours(offers)
    is_text = right.schema[name] == pl.String
    other = (
        pl.lit("other") if is_text else pl.col(name).fill_null(1.0) * (1 + 10 * NEAR) + 10 * NEAR
    )
    for changed in (other, pl.lit(None, right.schema[name])):
        known = right.filter(pl.col(name).is_not_null())
        here = pl.col("offer_id") == known["offer_id"][0]
        wrong = right.with_columns(pl.when(here).then(changed).otherwise(name).alias(name))
        assert differences(right, wrong.reverse()) == {name: 1}
        assert differences(wrong, right) == {name: 1}


def test_rounding_in_the_last_digits_is_no_difference(offers: Path) -> None:
    right = ours(offers)
    rounded = right.with_columns(pl.col(pl.Float64) * (1 + NEAR / 10))
    assert differences(right, rounded) == {}


def test_an_offer_without_an_answer_is_caught(offers: Path) -> None:
    with pytest.raises(ValueError, match="offers expected"):
        differences(ours(offers), ours(offers).slice(1))


def test_a_wrong_engine_is_caught_and_told(offers: Path) -> None:
    liar = offers.with_name("liar")
    liar.mkdir()
    wrong = ours(offers).with_columns(verdict=pl.lit("accept"))
    wrong.write_parquet(liar / "a.parquet")
    found = differing_answers(offers.parent, "our_frame", "liar", ANSWERS)
    assert list(found) == ["verdict"]
    told = as_markdown(figures({"liar": found}))
    assert f"- Liar differs: verdict for {found['verdict']}." in told
    assert "the same answers" in as_markdown(figures({"liar": {}}))


def test_other_answers_with_the_ledger_are_caught(tmp_path: Path) -> None:
    paths = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
    for path, verdict in zip(paths, ("accept", "counter"), strict=True):
        pl.DataFrame({"row": [1], "verdict": [verdict]}).write_parquet(path)
    one = {"rows": 1, "judged": 1, "outcomes": {"D8 accept decided": 1}}
    check_same([one, one], [paths[0], paths[0]])
    with pytest.raises(RuntimeError, match="other answers"):
        check_same([one, one], paths)
    with pytest.raises(RuntimeError, match="other outcomes"):
        check_same([one, {**one, "judged": 0}], [paths[0], paths[0]])


# --- The page -------------------------------------------------------------------------------


def run(name: str, rows: int, seconds: float, cpu_seconds: float) -> dict[str, Any]:
    spent = {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": 321}
    return {"engine": name, "rows": rows, **spent}


def figures(differing: dict[str, dict[str, int]]) -> dict[str, Any]:
    sheet = {"rows": 10**7, "ledger": False, "seconds": 20.0, "cpu_seconds": 40.0}
    sheet |= {"peak_mb": 1500, "high_water_mb": 3000, "written_mb": 1.0}
    engines = {
        "runs": [
            run("our_frame", 1000, 3.0, 4.0),
            run("our_frame", 2000, 4.0, 6.0),
            run("polars_expressions", 1000, 2.0, 1.0),
            run("duckdb_sql", 1000, 1.0, 2.0),
            run("zen_batch", 500, 30.0, 60.0),
        ],
        "names": {"our_frame": "Ours", "polars_expressions": "P", "duckdb_sql": "D"}
        | {"zen_batch": "Zen", "liar": "Liar"},
        "notes": {},
        "absent": {"zen_program": "not there"},
        "differing": differing,
        "verdicts": {"D8 accept": 5},
    }
    return {"machine": {"cores": 2}, "scored": [sheet], "engines": engines}


def rows_of(page: str, start: str) -> list[list[str]]:
    lines = [line for line in page.splitlines() if line.startswith(f"| {start} ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_states_rates_ratios_and_what_was_missed() -> None:
    page = as_markdown(figures({}))
    sheet = rows_of(page, "10,000,000")[0]
    assert sheet[3:6] == ["500,000", "met", "4.0"]
    assert "under 2048 MB at 10,000,000 offers; 3000 MB, missed." in page
    assert rows_of(page, "ours / best by hand") == [
        ["ours / best by hand", "1,000", "3.00", "4.00"]
    ]
    assert rows_of(page, "Zen / ours") == [["Zen / ours", "500 / 2,000", "30.00", "40.00"]]
    assert "zen_program was left out: not there" in page


def test_parts_hold_every_offer_once() -> None:
    for rows in (1, 5, MOST_ROWS, 5 * MOST_ROWS + 1):
        found = parts(rows)
        assert len(found) % 2 == 0
        assert max(count for _, count in found) <= MOST_ROWS
        assert [start for start, _ in found[1:]] == [sum(one) for one in found[:-1]]
        assert sum(found[-1]) == rows


@pytest.mark.slow
def test_the_bench_of_scoring_runs(root: Path, tmp_path: Path) -> None:
    options = ["--sizes", "200", "400", "--engines", "our_frame", "duckdb_sql", "plain_loop"]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.scoring", *options, "--results", str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == (tmp_path / "score.md").read_text("utf-8").strip()
    found = json.loads((tmp_path / "score.json").read_text("utf-8"))
    assert [(one["rows"], one["ledger"]) for one in found["scored"]] == [
        (200, False), (200, True), (400, False), (400, True)
    ]  # fmt: skip
    assert all(one["high_water_mb"] >= one["peak_mb"] - 1 > 50 for one in found["scored"])
    assert [one["rows"] for one in found["engines"]["runs"]] == [200, 400] * 3
    assert not any(found["engines"]["differing"].values())
