"""The commands about the log, as a person meets them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.offers import varied
from offerdesk.desk import Desk
from offerdesk.log_export import Sheet, is_shared
from offerdesk.offers import read_offer
from offerdesk.samples import examples
from rules.loader import load_book
from tests.cli.command import FAULT, Run
from warehouse import log
from warehouse.home import home

EXAMPLES = ("harbour-lane", "blue-kiln", "tin-sparrow")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(tmp_path_factory.mktemp("desk")))
        return Desk()


@pytest.fixture
def ids(desk: Desk) -> list[str]:
    return [str(desk.decide(examples() / "offers" / f"{name}.yaml").id) for name in EXAMPLES]


# --- Is it sound? -------------------------------------------------------------------------------


def test_a_head_kept_elsewhere_is_held_against_the_log(run: Run, ids: list[str]) -> None:
    head = run("log", "head")[1].strip()
    assert head == f"3:{log.read(ids[2]).hash}"
    assert run("log", "verify", "--head", head)[0] == 0
    code, told, complaint = run("log", "verify", "--head", f"3:{'0' * 64}")
    assert (code, told) == (3, "")
    assert FAULT.fullmatch(complaint.strip())
    assert run("log", "verify", "--head", "three")[0] == 2


def test_a_sound_log_tells_its_head_and_remembers_it(run: Run, ids: list[str]) -> None:
    found = json.loads(run("log", "verify", "--format", "json")[1])
    assert found == {"decisions": 3, "redacted": 0, "head": run("log", "head")[1].strip()}
    assert home().log.joinpath("heads.txt").read_text("ascii").split() == [found["head"]]
    home().log_file.unlink()
    assert "log-head-missing" in run("log", "verify")[2]
    assert ids


def test_a_book_that_is_kept_no_more_is_missed(run: Run, ids: list[str]) -> None:
    (book,) = home().books.iterdir()
    text = book.read_text("utf-8")
    book.write_text(text.replace("value: 0.05", "value: 0.06", 1), "utf-8")
    assert "book-hash-mismatch" in run("log", "verify")[2]
    book.unlink()
    code, _, complaint = run("log", "verify")
    assert (code, "book-not-kept" in complaint) == (3, True)
    assert ids


# --- Redaction ----------------------------------------------------------------------------------


def test_what_was_redacted_is_proved_by_its_receipt(
    run: Run, ids: list[str], tmp_path: Path
) -> None:
    kept, late = tmp_path / "receipt.jsonl", tmp_path / "late.jsonl"
    assert run("log", "receipt", ids[1], str(kept))[0] == 0
    redacted = ("log", "redact", ids[1], "--reason", "asked to", "--receipt", str(late))
    assert run(*redacted)[0] == 0
    assert kept.read_text("utf-8") == late.read_text("utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    code, told, _ = run("log", "prove", str(kept))
    assert code == 0
    assert "they give the same bytes (walk_away, D4)" in told
    for command in ("show", "receipt"):
        code, _, complaint = run(
            "log", command, ids[1], *([str(tmp_path / "x")] * (command == "receipt"))
        )
        assert (code, "log-redacted" in complaint) == (3, True)
    assert "log-redacted" in run("why", ids[1])[2]
    assert "2 replayed, every one the same" in run("replay", "--all")[1]
    assert "1 redacted" in run("replay", "--all")[1]
    assert "1 of them redacted" in run("log", "verify")[1]
    assert "(redacted)" in run("log", "list")[1]
    assert "log-redacted" in run(*redacted[:-1], str(tmp_path / "new.jsonl"))[2]


def test_a_receipt_may_show_one_part_alone(run: Run, ids: list[str], tmp_path: Path) -> None:
    file = tmp_path / "receipt.jsonl"
    run("log", "receipt", ids[0], str(file))
    told = json.loads(file.read_text("utf-8"))
    told["parts"] = {"company": told["parts"]["company"]}
    told["salts"] = {"company": told["salts"]["company"]}
    file.write_text(json.dumps(told), "utf-8")
    assert "company is what was logged" in run("log", "prove", str(file))[1]


@pytest.mark.parametrize("part", ["facts", "market", "decision", "company", "facts_hash"])
def test_a_receipt_that_says_something_else_proves_nothing(
    part: str, run: Run, ids: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "receipt.jsonl"
    run("log", "receipt", ids[0], str(file))
    told = json.loads(file.read_text("utf-8"))
    told["parts"][part] = told["parts"][part].replace("a", "b", 1)
    file.write_text(json.dumps(told), "utf-8")
    code, _, complaint = run("log", "prove", str(file))
    assert code == 3
    assert complaint.startswith(f"error[receipt-differs]: receipt {ids[0]}, {part}")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no JSON", '{"hash": 1, "parts": 2}'])
def test_a_file_that_is_no_receipt(text: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "receipt.jsonl"
    file.write_text(text, "utf-8")
    code, _, complaint = run("log", "prove", str(file))
    assert (code, complaint.startswith("error[receipt-unreadable]")) == (1, True)
    assert FAULT.fullmatch(complaint.strip())


def test_nothing_is_removed_where_the_receipt_cannot_be_written(
    run: Run, ids: list[str], tmp_path: Path
) -> None:
    command = ("log", "redact", ids[0], "--reason", "asked to", "--receipt")
    assert "receipt-unwritable" in run(*command, str(tmp_path / "no" / "folder.jsonl"))[2]
    there = tmp_path / "there.jsonl"
    there.write_text("mine", "utf-8")
    assert "receipt-exists" in run(*command, str(there))[2]
    assert run("log", "redact", ids[0], "--reason", " ")[0] == 1
    assert run("log", "redact", "feed", "--reason", "asked to")[0] == 3
    assert log.read(ids[0])


def test_what_is_old_is_redacted_after_a_look_at_it(run: Run, ids: list[str]) -> None:
    command = ("log", "retain", "--reason", "older than we keep", "--older-than")
    assert "Nothing is that old" in run(*command, "1d")[1]
    assert run(*command, "soon")[0] == 2
    told = run(*command, "0d", "--dry-run")[1]
    assert "3 would be redacted" in told
    assert all(one in told for one in ids)
    assert len(list(log.rows())) == 3
    assert "3 redacted" in run(*command, "0d")[1]
    assert list(log.rows()) == []
    assert "every link of the chain holds" in run("log", "verify")[1]


def test_a_held_market_tells_no_name_of_a_redacted_offer(run: Run, ids: list[str]) -> None:
    held = home().market / "held"
    held.mkdir(parents=True)
    flips = [{"offer": one, "company": f"Employer {one}", "role": "Engineer"} for one in ids[:2]]
    report = held / "0123456789ab.json"
    report.write_text(json.dumps({"flips": flips, "doubts": []}), "utf-8")
    report.with_suffix(".duckdb").write_bytes(b"")
    assert run("log", "redact", ids[0], "--reason", "asked to")[0] == 0
    text = report.read_text("utf-8")
    assert f"Employer {ids[0]}" not in text
    assert f"Employer {ids[1]}" in text


def test_books_and_snapshots_of_logged_decisions_are_kept(
    run: Run, root: Path, tmp_path: Path
) -> None:
    """Neither another book, nor a new market, a rollback or a redaction takes one away."""
    guides = shutil.copytree(root / "examples" / "guides", tmp_path / "guides")
    own = shutil.copytree(root / "rules" / "book", tmp_path / "book")
    offer = str(root / "examples" / "offers" / "pinterest.yaml")
    assert run("refresh", str(guides))[0] == 0
    assert run("decide", offer)[0] == 0
    thresholds = own / "parameters" / "thresholds.yaml"
    text = thresholds.read_text("utf-8").replace("value: 0.05", "value: 0.07", 1)
    thresholds.write_text(text, "utf-8")
    guide = next(guides.rglob("ml-ai-engineer.md"))
    guide.write_text(guide.read_text("utf-8").replace("$195", "$196"), "utf-8")
    assert run("refresh", str(guides), "--flip-budget", "1")[0] == 0
    assert run("decide", offer, "--book", str(own))[0] == 0
    assert run("market", "rollback")[0] == 0
    used = list(log.rows())
    assert len({row.entry.book for row in used}) == len({row.entry.snapshot for row in used}) == 2
    assert run("log", "redact", used[0].id, "--reason", "asked to")[0] == 0
    for row in used:
        assert (home().books / f"{row.entry.book}.json").is_file()
        assert (home().market / f"{row.entry.snapshot}.duckdb").is_file()
    assert run("log", "verify")[0] == 0
    assert run("replay", "--all")[0] == 0


# --- Exports ------------------------------------------------------------------------------------


def test_an_export_names_nobody(run: Run, ids: list[str], tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    assert run("log", "export", "-o", str(file))[0] == 0
    text = file.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["verdict"] for row in rows] == ["accept", "walk_away", "counter"]
    book = load_book()
    for row_id in ids:
        row = log.read(row_id)
        facts = json.loads(row.entry.facts)["facts"]
        free = [
            one for one in book.facts.values() if one.type.kind == "text" and not is_shared(one)
        ]
        for fact in free:
            assert fact.name not in rows[0]
            value = str(facts.get(fact.name, ""))
            assert len(value) < 8 or value not in text
        assert row_id not in text
        assert row.logged_at[:10] not in text
    assert not {fact.name for fact in book.facts.values() if fact.private} & rows[0].keys()
    assert not [name for name in rows[0] if name.endswith(("_floor", "_target"))]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_with_identifiers_all_of_it_is_there(
    form: str, run: Run, ids: list[str], tmp_path: Path
) -> None:
    file = tmp_path / f"log.{form}"
    assert run("log", "export", "-o", str(file), "--with-identifiers")[0] == 0
    schema = Sheet(load_book(), True).schema()
    read = {
        "csv": lambda: pl.read_csv(file, schema=schema),
        "jsonl": lambda: pl.read_ndjson(file, schema=schema),
        "parquet": lambda: pl.read_parquet(file),
    }[form]()
    assert read["id"].to_list() == ids
    assert read["company"].to_list()[1] == "Blue Kiln Logistics"
    assert read["min_base"].null_count() < 3
    assert read.schema == pl.Schema(schema)


def test_a_formula_in_a_text_is_none_in_a_sheet(desk: Desk, run: Run, tmp_path: Path) -> None:
    raw: dict[str, Any] = read_offer(examples() / "offers" / "blue-kiln.yaml").value
    desk.decide({**raw, "offer": {**raw["offer"], "role_title": "=HYPERLINK(1)"}})
    file = tmp_path / "log.csv"
    run("log", "export", "-o", str(file), "--with-identifiers")
    (row,) = csv.DictReader(io.StringIO(file.read_text("utf-8")))
    assert row["role_title"] == "'=HYPERLINK(1)"


def test_a_file_of_no_known_form_is_refused(run: Run, ids: list[str], tmp_path: Path) -> None:
    code, _, complaint = run("log", "export", "-o", str(tmp_path / "log.docx"))
    assert (code, complaint.startswith("error[export-target]")) == (1, True)
    missing = str(tmp_path / "no" / "log.csv")
    assert "export-unwritable" in run("log", "export", "-o", missing)[2]
    assert list(tmp_path.iterdir()) == []
    assert ids


# --- Counts -------------------------------------------------------------------------------------


def test_counts_tell_of_five_or_of_none(desk: Desk, run: Run) -> None:
    raw = read_offer(examples() / "offers" / "blue-kiln.yaml").value
    offers = list(varied(raw, 7))
    for one in offers[:4]:
        desk.decide(one)
    assert "Fewer than 5 offers" in run("log", "stats")[1]
    for one in offers:
        desk.decide(one)  # the first four again: an offer counts once
    found = json.loads(run("log", "stats", "--by", "company", "--format", "json")[1])
    assert found["whole"]["total"] == 7
    assert found["groups"]["Blue Kiln Logistics"]["total"] == 7
    told = run("log", "stats", "--by", "company_type")[1]
    assert "walk away" in told
    assert run("log", "stats", "--by", "min_base")[0] == 1
    assert "did you mean `company`" in run("log", "stats", "--by", "compony")[2]
