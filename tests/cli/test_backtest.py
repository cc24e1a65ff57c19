"""A changed book beside the decisions that are in the log."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from rules.book import BOOK
from tests.cli.command import Run


@pytest.fixture
def logged(run: Run, offers: Path) -> None:
    for name in ("harbour-lane", "blue-kiln", "tin-sparrow"):
        assert run("decide", str(offers / f"{name}.yaml"))[0] == 0


def changed(folder: Path, file: str, pattern: str, new: str) -> Path:
    shutil.copytree(BOOK, folder)
    text, count = re.subn(pattern, new, (folder / file).read_text("utf-8"))
    assert count == 1
    (folder / file).write_text(text, "utf-8")
    return folder


@pytest.mark.usefixtures("logged")
def test_the_same_book_changes_nothing(run: Run, tmp_path: Path) -> None:
    same = changed(tmp_path / "book", "verdict.yaml", r"# Accept, counter", "# Take, counter")
    code, told, _ = run("backtest", "--book", str(same), "--fail-on", "any")
    assert code == 0
    assert "3 decisions, judged again by" in told
    assert ": 0 would have another verdict" in told
    assert "3 are the same" in told


@pytest.mark.usefixtures("logged")
def test_a_verdict_that_flips_is_named(run: Run, tmp_path: Path) -> None:
    strict = changed(
        tmp_path / "book",
        "verdict.yaml",
        r"when: accept_floors_met AND NOT COALESCE\(prefers_another_offer, FALSE\)",
        "when: accept_floors_met AND base > 100 * min_base",
    )
    code, told, _ = run("backtest", "--book", str(strict), "--format", "json")
    found = json.loads(told)
    assert code == 0
    assert found["counts"]["verdict"] == 1
    (flip,) = (one for one in found["decisions"] if one["kind"] == "verdict")
    assert (flip["before"][0], flip["after"][:2]) == ("accept", ["counter", "needs_review"])
    assert run("backtest", "--book", str(strict), "--fail-on", "verdict")[0] == 1
    assert flip["id"] in run("backtest", "--book", str(strict))[1]


@pytest.mark.usefixtures("logged")
def test_other_words_are_no_other_verdict(run: Run, tmp_path: Path) -> None:
    old, new = "Sign nothing and resign nowhere", "Sign nothing yet, and resign nowhere"
    other = changed(tmp_path / "book", "verdict.yaml", old, new)
    code, told, _ = run("backtest", "--book", str(other), "--fail-on", "asks")
    assert code == 0
    assert "0 would have another verdict, 0 other asks" in told


def test_a_book_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    code, told, complaint = run("backtest", "--book", str(tmp_path / "nowhere"))
    assert (code, told) == (1, "")
    assert complaint.startswith("error[book-")


def test_an_empty_log(run: Run) -> None:
    assert "Nothing is logged yet" in run("backtest", "--book", str(BOOK))[1]


# --- What brings a flip about -------------------------------------------------------------------

STRICT = (
    r"when: accept_floors_met AND NOT COALESCE\(prefers_another_offer, FALSE\)",
    "when: accept_floors_met AND base > 100 * min_base",
)


@pytest.mark.usefixtures("logged")
def test_the_change_that_alone_brings_a_flip_about_is_named(run: Run, tmp_path: Path) -> None:
    strict = changed(tmp_path / "book", "verdict.yaml", *STRICT)
    other, new = "talk to a person before you take any further step", "talk to somebody first"
    text = (strict / "verdict.yaml").read_text("utf-8").replace(other, new)
    (strict / "verdict.yaml").write_text(text, "utf-8")
    path = strict / "signals.yaml"
    window = "ptep_days <= short_exercise_window"
    path.write_text(path.read_text("utf-8").replace(window, window.replace("<=", "<")), "utf-8")
    found = json.loads(run("backtest", "--book", str(strict), "--format", "json")[1])
    (flip,) = (one for one in found["decisions"] if one["kind"] == "verdict")
    assert flip["causes"] == ["row D10"]
    assert found["causes"] == {"row D10": 1}
    told = run("backtest", "--book", str(strict))[1]
    assert re.search(r"^Brought about by .*\n  row D10  1$", told, re.MULTILINE)


@pytest.mark.usefixtures("logged")
def test_a_flip_that_takes_two_changes_says_so(run: Run, tmp_path: Path) -> None:
    strict = changed(tmp_path / "book", "verdict.yaml", *STRICT)
    path = strict / "verdict.yaml"
    text = path.read_text("utf-8")
    start = text.index("  D11:\n")
    path.write_text(text[:start] + text[start:].replace("review", "walk_away", 1), "utf-8")
    found = json.loads(run("backtest", "--book", str(strict), "--format", "json")[1])
    (flip,) = (one for one in found["decisions"] if one["kind"] == "verdict")
    assert flip["after"] == ["walk_away", "decided", "D11"]
    assert flip["causes"] == []
    assert found["causes"] == {"no single change alone": 1}


@pytest.mark.usefixtures("logged")
def test_the_money_that_is_asked_for_is_summed_by_currency(run: Run, tmp_path: Path) -> None:
    bold = changed(tmp_path / "book", "asks.yaml", "cap: cap_base\n", "cap: cap_base * 0.95\n")
    found = json.loads(run("backtest", "--book", str(bold), "--format", "json")[1])
    sums = {one["currency"]: one for one in found["asked"]}
    told = [one for one in found["decisions"] if one["after"]]
    for code, one in sums.items():
        some = [each for each in told if each["currency"] == code]
        assert one["before"] == sum(each["asked"] or 0 for each in some)
        assert one["after"] == sum(each["asks"] or 0 for each in some)
        assert one["difference"] == one["after"] - one["before"]
    assert found["counts"]["asks"] >= 1
    assert any(one["difference"] for one in sums.values())


@pytest.mark.usefixtures("logged")
def test_a_note_for_a_pull_request(run: Run, tmp_path: Path) -> None:
    strict = changed(tmp_path / "book", "verdict.yaml", *STRICT)
    told = run("backtest", "--book", str(strict), "--format", "md")[1]
    assert "### Another verdict" in told
    assert "| decision | before |" in told


@pytest.mark.usefixtures("logged")
def test_a_redacted_decision_is_counted_and_no_trouble(run: Run, tmp_path: Path) -> None:
    id = json.loads(run("log", "list", "--format", "json")[1])[0]["id"]
    asked = ("--reason", "asked for", "--by", "tester", "--receipt", str(tmp_path / "receipt"))
    assert run("log", "redact", id, *asked)[0] == 0
    code, told, _ = run("backtest", "--book", str(BOOK), "--fail-on", "any")
    assert code == 0
    assert "2 are the same; 1 more are redacted and cannot be judged." in told


# --- Another market -----------------------------------------------------------------------------


def test_another_market_looks_every_offer_up_anew(run: Run, root: Path, tmp_path: Path) -> None:
    guides = tmp_path / "guides"
    shutil.copytree(root / "examples" / "guides", guides)
    assert run("refresh", str(guides))[0] == 0
    assert run("decide", str(root / "examples" / "offers" / "pinterest.yaml"))[0] == 0
    first = json.loads(run("market", "list", "--format", "json")[1])[0]["id"]
    same = json.loads(run("backtest", "--market", first, "--format", "json")[1])
    assert same["counts"]["same"] == 1
    for path in guides.rglob("*.md"):
        text = path.read_text("utf-8")
        path.write_text(
            re.sub(r"\$(\d)(\d\d)K", lambda m: f"${int(m[1]) + 1}{m[2]}K", text), "utf-8"
        )
    run("refresh", str(guides))
    every = json.loads(run("market", "list", "--format", "json")[1])
    second = next(one["id"] for one in every if one["id"] != first)
    if all(not one["held"] for one in every):
        found = json.loads(run("backtest", "--market", second, "--format", "json")[1])
        assert found["market"] == second
        assert found["counts"]["same"] == 0


def test_book_and_market_together_tell_which_of_them_alone_turns_a_verdict(
    run: Run, root: Path, tmp_path: Path
) -> None:
    guides = shutil.copytree(root / "examples" / "guides", tmp_path / "guides")
    offer = yaml.safe_load((root / "examples" / "offers" / "pinterest.yaml").read_text("utf-8"))
    offer["candidate"]["competing_offers"] = []
    (tmp_path / "offer.yaml").write_text(yaml.safe_dump(offer), "utf-8")
    assert run("refresh", str(guides))[0] == 0
    assert run("decide", str(tmp_path / "offer.yaml"))[0] == 0
    for path in guides.rglob("*.md"):
        text = re.sub(r"\$(\d{3})K", lambda m: f"${int(m[1]) // 2}K", path.read_text("utf-8"))
        path.write_text(text, "utf-8")
    assert run("refresh", str(guides), "--flip-budget", "1")[0] == 0
    snapshot = json.loads(run("market", "list", "--format", "json")[1])[0]["id"]
    words = changed(tmp_path / "words", "verdict.yaml", r"# Accept, counter", "# Take, counter")
    never = changed(tmp_path / "never", "verdict.yaml", *STRICT)
    found = {
        name: json.loads(run("backtest", "--market", snapshot, *book, "--format", "json")[1])
        for name, book in (
            ("market", ()),
            ("words", ("--book", str(words))),
            ("never", ("--book", str(never))),
        )
    }
    flips = {name: one["decisions"][0] for name, one in found.items()}
    assert flips["market"]["after"][0] == "accept"
    assert flips["market"]["causes"] == flips["words"]["causes"] == ["the market"]
    assert flips["market"]["market_rows"]
    assert flips["never"]["after"][1] == "needs_review"
    assert flips["never"]["causes"] == []
    assert found["never"]["causes"] == {"no single change alone": 1}


@pytest.mark.usefixtures("logged")
def test_offers_with_a_market_of_their_own_are_left_alone(run: Run, root: Path) -> None:
    assert run("refresh", str(root / "examples" / "guides"))[0] == 0
    snapshot = json.loads(run("market", "list", "--format", "json")[1])[0]["id"]
    found = json.loads(run("backtest", "--market", snapshot, "--format", "json")[1])
    assert found["counts"]["own_market"] >= 1


def test_neither_a_book_nor_a_market(run: Run) -> None:
    code, told, complaint = run("backtest")
    assert (code, told) == (2, "")
    assert "--book, --market or both" in complaint
