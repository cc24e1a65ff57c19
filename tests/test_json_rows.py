"""Objects of a JSON file, read in pieces of any size."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import json_rows
from pipelines.sources.json_rows import Broken, objects, write_lines
from pipelines.sources.text_rows import PERSONAL

VALUES = st.none() | st.booleans() | st.text(max_size=12) | st.lists(st.text(max_size=3))
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=6)


def read(text: str, chunk: int) -> list[dict[str, Any] | Broken]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows, "CHUNK", chunk)
        return list(objects(StringIO(text)))


@given(rows=OBJECTS, chunk=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_pieces_of_any_size_give_the_same_objects(
    rows: list[dict[str, Any]], chunk: int, indent: int | None
) -> None:
    assert read(json.dumps(rows, indent=indent), chunk) == rows
    assert read("\n".join(map(json.dumps, rows)), chunk) == rows


@given(chunk=st.integers(1, 60))
def test_control_characters_and_broken_objects(chunk: int) -> None:
    text = '[{"a": "x\x01\ny"}, {"a": }, {"b": 1e400}, 12345, {"c": NaN}'
    found = read(text, chunk)
    assert [one for one in found if isinstance(one, dict)] == [
        {"a": "x\x01\ny"},
        {"b": "1e400"},
        {"c": "NaN"},
    ]
    assert [one.number for one in found if isinstance(one, Broken)] == [2, 4]


def test_an_object_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "LONGEST_OBJECT", 1_000)
    text = '[{"a": "' + "x" * 5_000 + '"}, {"b": "1"}]'
    found = read(text, 100)
    assert isinstance(found[0], Broken)
    assert found[-1] == {"b": "1"}


def test_lines_are_text_and_say_nothing_of_people(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"pay": 12.50, "gender": "x", "tags": ["a"], "note": ""}]', encoding="utf-8")
    target = StringIO()
    keys, broken = write_lines(path, "utf-8", target, PERSONAL)
    assert keys == ["pay", "tags", "note"]
    assert broken == []
    assert json.loads(target.getvalue()) == {"pay": "12.50", "tags": '["a"]', "note": None}
