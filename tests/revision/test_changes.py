"""What differs between two editions of a book is named, told apart by what it can do."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from rules.book import Book
from rules.loader import book_from_texts
from rules.revision.alone import with_change
from rules.revision.changes import Change, changes
from rules.revision.reach import EVERYTHING, reaches
from tests.offers import book

Edit = tuple[str, str, str]
MATERIAL: Edit = (
    "parameters/thresholds.yaml",
    "value: 0.05, grade: E, source: Judgement; among",
    "value: 0.08, grade: E, source: Judgement; among",
)
PTEP: Edit = (
    "signals.yaml",
    "ptep_days <= short_exercise_window",
    "ptep_days < short_exercise_window",
)


@cache
def edited(*edits: Edit) -> Book:
    texts = dict(book().documents)
    for file, old, new in edits:
        assert texts[file].count(old) == 1, (file, old)
        texts[file] = texts[file].replace(old, new)
    return book_from_texts(texts)


def found(*edits: Edit) -> list[Change]:
    return changes(book(), edited(*edits))


def test_the_same_book_has_no_changes() -> None:
    assert found() == []


@pytest.mark.parametrize(
    "edit",
    [
        ("verdict.yaml", "# Accept, counter", "# Take, counter"),
        ("signals.yaml", "when: party_without_rate", "when:   party_without_rate"),
        (MATERIAL[0], MATERIAL[1], MATERIAL[1].replace("0.05", "0.050")),
    ],
    ids=["a comment", "spaces", "a number written otherwise"],
)
def test_how_a_book_is_written_is_no_change(edit: Edit) -> None:
    assert found(edit) == []


def test_a_number_that_decides() -> None:
    (one,) = found(MATERIAL)
    assert (one.told, one.what, one.effect) == ("number material_gap", "changed", "decides")
    (detail,) = one.details
    assert (detail.at, detail.before, detail.after) == ("values 2020-01-01 value", "0.05", "0.08")
    assert one.place.startswith("parameters/thresholds.yaml:")


@pytest.mark.parametrize(
    ("edit", "kind", "effect"),
    [
        (("parameters/thresholds.yaml", "of another offer that matters;", "that matters;"),
         "number", "reasons"),
        ((MATERIAL[0], MATERIAL[1], MATERIAL[1].replace("grade: E", "grade: D")),
         "number", "reasons"),
        (("verdict.yaml", "You have signed elsewhere; talk", "You have signed elsewhere: talk"),
         "row", "words"),
        (("signals.yaml", "when: party_without_rate", "when: (party_without_rate)"),
         "signal", "reasons"),
        (PTEP, "signal", "decides"),
        (("facts.yaml", "missing: The offer has no identity; the verdict is withheld.",
          "missing: The offer has no identity."), "fact", "reasons"),
    ],
)  # fmt: skip
def test_each_change_is_told_apart(edit: Edit, kind: str, effect: str) -> None:
    (one,) = found(edit)
    assert (one.kind, one.effect) == (kind, effect)


def test_what_is_added_and_removed() -> None:
    new = "\nbrand_new:\n  when: base > 1000000 * fte_unit\n  meaning: New.\n".replace(
        "1000000 * fte_unit", "base_p50"
    )
    texts = dict(book().documents)
    texts["signals.yaml"] += new
    larger = book_from_texts(texts)
    (one,) = changes(book(), larger)
    assert (one.told, one.what, one.effect) == ("signal brand_new", "added", "decides")
    (gone,) = changes(larger, book())
    assert (gone.told, gone.what) == ("signal brand_new", "removed")


def test_rows_in_another_order_are_a_change() -> None:
    text = book().documents["verdict.yaml"]
    start, middle, end = (text.index(f"  {name}:\n") for name in ("D4", "D5", "D6"))
    swapped = text[:start] + text[middle:end] + text[start:middle] + text[end:]
    other = book_from_texts({**book().documents, "verdict.yaml": swapped})
    (one,) = changes(book(), other)
    assert (one.kind, one.name, one.effect) == ("order", "rows", "decides")
    assert reaches([one], book(), other)[one.told] == EVERYTHING


# --- Reach ----------------------------------------------------------------------------------


def reach(*edits: Edit) -> dict[str, Any]:
    return dict(reaches(found(*edits), book(), edited(*edits)))


def test_reach_goes_as_far_as_somebody_reads() -> None:
    assert reach(MATERIAL)["number material_gap"] == EVERYTHING
    assert reach(PTEP)["signal ptep_short"] == ()  # it is shown, and nothing reads it
    lever = ("levers.yaml", "verified: 1.0", "verified: 0.9")
    assert set(reach(lever).values()) == {("levers",)}
    words = ("verdict.yaml", "You have signed elsewhere; talk", "You have signed elsewhere: talk")
    assert reach(words) == {"row D0": ()}


# --- One change alone -----------------------------------------------------------------------


def test_each_change_alone_is_a_book_of_its_own() -> None:
    new = edited(MATERIAL, PTEP)
    both = changes(book(), new)
    alone = [with_change(book(), new, one) for one in both]
    assert all(one is not None for one in alone)
    hashes = {one.hash for one in alone if one}
    assert hashes == {edited(MATERIAL).hash, edited(PTEP).hash}


def test_a_change_that_needs_another_cannot_stand_alone() -> None:
    texts = dict(book().documents)
    texts["signals.yaml"] += "\nbrand_new:\n  when: base > base_p50\n  meaning: New.\n"
    texts["verdict.yaml"] = texts["verdict.yaml"].replace(
        "when: fraud_markers\n", "when: fraud_markers OR brand_new\n"
    )
    new = book_from_texts(texts)
    by_name = {one.told: with_change(book(), new, one) for one in changes(book(), new)}
    assert by_name["row D1"] is None
    assert by_name["signal brand_new"] is not None
