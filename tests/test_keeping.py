"""What is kept of a book for the next start: the same to the byte, or not used at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

import rules.inlining
import rules.keeping
import rules.planning
from rules.book import Book
from rules.judgement import Judge, judge_of
from rules.keeping import keep, kept, place
from rules.loader import load_book
from rules.plan import plans_from_json, plans_to_json
from tests.offers import book, case, judge, varied

TEXTS = {"facts.yaml": "a", "law.yaml": "b"}


def as_bytes(made: Judge) -> bytes:
    return orjson.dumps(plans_to_json(made.plans))


def never_compiled(*_: Any) -> Any:
    raise AssertionError("compiled again")


# --- Plans ----------------------------------------------------------------------------------


def test_a_plan_survives_json_to_the_byte() -> None:
    again = plans_from_json(orjson.loads(as_bytes(judge())))
    assert again == judge().plans
    assert orjson.dumps(plans_to_json(again)) == as_bytes(judge())


def test_a_kept_plan_is_the_one_that_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge_of(load_book(cache=tmp_path), cache=tmp_path)
    monkeypatch.setattr(rules.planning, "plans_of", never_compiled)
    monkeypatch.setattr(rules.inlining, "source", never_compiled)
    second = judge_of(load_book(cache=tmp_path), cache=tmp_path)
    assert as_bytes(first) == as_bytes(second) == as_bytes(judge())
    for salary in (None, 150_000, 210_000, 400_000):
        offer = case(varied({"offer.base_salary": salary}))
        anew, of_kept = first.judge(offer), second.judge(offer)
        assert (of_kept.values, of_kept.rows, of_kept.levers) == (
            anew.values,
            anew.rows,
            anew.levers,
        )
        assert of_kept.firings == anew.firings


@pytest.mark.parametrize("damage", ["cut", "flipped", "of another form", "not there"])
def test_a_damaged_plan_is_made_again(tmp_path: Path, damage: str) -> None:
    judge_of(book(), cache=tmp_path)
    (path,) = tmp_path.glob("plan-*.json")
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        path.write_bytes(whole.replace(b'"flag"', b'"date"', 1))
    elif damage == "of another form":
        keep(path, {"case 0": {"slots": 5}})
    else:
        path.unlink()
    assert as_bytes(judge_of(book(), cache=tmp_path)) == as_bytes(judge())
    assert path.read_bytes() == whole


def test_a_plan_that_cannot_be_kept_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert as_bytes(judge_of(book(), cache=tmp_path / "file" / "cache")) == as_bytes(judge())


# --- Where and how --------------------------------------------------------------------------


def test_another_version_never_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place(tmp_path, "plan", TEXTS)
    monkeypatch.setattr(rules.keeping, "_modules", lambda: b"another version")
    assert before != place(tmp_path, "plan", TEXTS)


@pytest.mark.parametrize(
    "other", [{"facts.yaml": "ab", "law.yaml": ""}, {"facts.yaml": "a"}, TEXTS | {"x.yaml": ""}]
)
def test_another_book_never_finds_it(tmp_path: Path, other: dict[str, str]) -> None:
    assert place(tmp_path, "plan", TEXTS) != place(tmp_path, "plan", other)


def test_nothing_is_kept_where_the_version_cannot_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules.keeping, "_modules", lambda: b"")
    assert place(tmp_path, "plan", TEXTS) is None
    made: Book = load_book(cache=tmp_path)
    assert as_bytes(judge_of(made, cache=tmp_path)) == as_bytes(judge())
    assert list(tmp_path.iterdir()) == []


def test_every_module_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one.py").write_text("a = 1")
    monkeypatch.setattr(rules.keeping, "_CODE", tmp_path)
    first = rules.keeping._modules.__wrapped__()
    (tmp_path / "one.py").write_text("a = 2")
    assert rules.keeping._modules.__wrapped__() != first
    (tmp_path / "one.py").unlink()
    assert rules.keeping._modules.__wrapped__() == b""


def test_what_is_kept_comes_back_to_the_byte_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "made" / "x.json"
    assert kept(path) is None
    keep(path, {"number": 0.1, "whole": 5, "text": "é"})
    assert kept(path) == {"number": 0.1, "whole": 5, "text": "é"}
    assert [one.name for one in path.parent.iterdir()] == ["x.json"]
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert kept(path) is None


def test_what_json_cannot_hold_is_not_kept(tmp_path: Path) -> None:
    keep(tmp_path / "x.json", {"more than 64 bits": 1 << 70})
    assert list(tmp_path.iterdir()) == []
