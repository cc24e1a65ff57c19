"""Reading documents: what is kept as written, and what is refused with its place."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import UnusableCase
from rules.source import LIMIT_BYTES, LIMIT_DEPTH, parse_document, read_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, word) for word in ("no", "yes", "on", "off", "No", "y", "n")),
        *((text, text) for text in ("012", "12:30", "190:20:30", "0x1F", "0o17", "0b1", "1__0")),
        *((text, text) for text in ("210,000", "2026-1-1", "1-2", "+", "-x", "L4", "=")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, None) for word in ("~", "null", "Null", "NULL", "")),
        ("210000", 210000),
        ("210_000", 210000),
        ("2.1e5", 210000.0),
        ("1e5", 100000.0),
        ("0.15", 0.15),
        (".5", 0.5),
        ("-3", -3),
        ("+3", 3),
        ("1_000.5", 1000.5),
        ("2026-01-31", date(2026, 1, 31)),
        ("'5'", "5"),
        ('"true"', "true"),
        ("'2026-01-31'", "2026-01-31"),
        ("{a: [1, {b: 2}]}", {"a": [1, {"b": 2}]}),
        ("café", "café"),
    ],
)
def test_values(text: str, value: Any) -> None:
    read = parse_document(f"key: {text}", "x.yaml").value["key"]
    assert read == value
    assert type(read) is type(value)


def test_places_are_those_of_the_key_or_of_the_nearest_parent() -> None:
    text = "# offer\noffer:\n  base: 1\n\n  levers:\n    - id: a\n    - {id: b,\n       x: 2}\n"
    document = parse_document(text, "offer.yaml")
    assert document.place() == "offer.yaml"
    assert document.place(("offer",)) == "offer.yaml line 2, offer"
    assert document.place(("offer", "levers", 1, "x")) == "offer.yaml line 8, offer.levers[1].x"
    assert document.place(("offer", "bonus")) == "offer.yaml line 2, offer.bonus"
    assert document.place(("candidate",)) == "offer.yaml, candidate"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", "x.yaml"),
        (" \n", "empty", "x.yaml"),
        ("# only\n", "empty", "x.yaml"),
        ("a: &b 1", "alias", "x.yaml line 1, a"),
        ("a: 1\nb: *a", "alias", "x.yaml line 2, b"),
        ("a: !!python/object/apply:os.system [ls]", "tag", "x.yaml line 1, a"),
        ("a: !!int '3'", "tag", "x.yaml line 1, a"),
        ("- !own {}", "tag", "x.yaml line 1, [0]"),
        ("a: 1\nb: 2\na: 3", "duplicate-key", "x.yaml line 3, a"),
        ("a:\n  b: 1\n  b: 1", "duplicate-key", "x.yaml line 3, a.b"),
        ("1: a", "key", "x.yaml line 1"),
        ("a:\n  true: 1", "key", "x.yaml line 2, a"),
        ("2026-01-01: 1", "key", "x.yaml line 1"),
        ("? [a]\n: 1", "key", "x.yaml line 1"),
        ("a: .nan", "not-finite", "x.yaml line 1, a"),
        ("a: -.INF", "not-finite", "x.yaml line 1, a"),
        ("a: 1e999", "not-finite", "x.yaml line 1, a"),
        ("a: " + "9" * 5000, "not-finite", "x.yaml line 1, a"),
        ("a: 2026-02-30", "date", "x.yaml line 1, a"),
        ("a: 2026-01-31T10:00:00Z", "time", "x.yaml line 1, a"),
        ("a: 2026-01-31 10:00", "time", "x.yaml line 1, a"),
        ("a: 1\n---\nb: 2", "several", "x.yaml line 2"),
        ("[" * (LIMIT_DEPTH + 1) + "]" * (LIMIT_DEPTH + 1), "too-deep", "x.yaml line 1"),
        ("[" * 100_000, "too-deep", "x.yaml line 1"),
        ("- " * 50_000 + "a", "too-deep", "x.yaml line 1"),
        ("a: [1, 2", "syntax", "x.yaml line 2 column 1"),
        ("a: b: c", "syntax", "x.yaml line 1 column 5"),
        ("a:\n\tb: 1", "syntax", "x.yaml line 2 column 1"),
        ("a: 'x", "syntax", "x.yaml line 1 column 6"),
        ("a: 1\nb: \x07", "binary", "x.yaml line 2"),
    ],
)
def test_yaml_refused(text: str, code: str, place: str) -> None:
    with pytest.raises(UnusableCase) as refusal:
        parse_document(text, "x.yaml")
    fault = refusal.value.faults[0]
    assert (fault.code, fault.place) == (f"document-{code}", place)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", "x.json"),
        ('{"a": 1, "a": 2}', "duplicate-key", "x.json"),
        ("[NaN]", "not-finite", "x.json"),
        ("[-Infinity]", "not-finite", "x.json"),
        ("[1e999]", "not-finite", "x.json"),
        ("9" * 5000, "not-finite", "x.json"),
        ('{"a": 1,\n "b" 2}', "syntax", "x.json line 2 column 6"),
        ("{'a': 1}", "syntax", "x.json line 1 column 2"),
        ("[" * 100_000, "too-deep", "x.json"),
        ("[" * (LIMIT_DEPTH + 1) + "]" * (LIMIT_DEPTH + 1), "too-deep", "x.json"),
        ('["\\ud800"]', "encoding", "x.json"),
    ],
)
def test_json_refused(text: str, code: str, place: str) -> None:
    with pytest.raises(UnusableCase) as refusal:
        parse_document(text, "x.json")
    fault = refusal.value.faults[0]
    assert (fault.code, fault.place) == (f"document-{code}", place)


def test_the_deepest_allowed_document_is_read() -> None:
    text = "[" * LIMIT_DEPTH + "]" * LIMIT_DEPTH
    assert parse_document(text, "x.yaml").value == parse_document(text, "x.json").value


def test_all_faults_come_at_once_and_not_without_end() -> None:
    with pytest.raises(UnusableCase) as refusal:
        parse_document("a: .nan\na: 2026-02-30\n3: !x y", "x.yaml")
    codes = [fault.code.removeprefix("document-") for fault in refusal.value.faults]
    assert codes == ["not-finite", "duplicate-key", "date", "key", "tag"]
    with pytest.raises(UnusableCase) as refusal:
        parse_document("- .nan\n" * 1000, "x.yaml")
    assert len(refusal.value.faults) == 20


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        ("a: café".encode("latin-1"), "encoding"),
        ("a: 1".encode("utf-16"), "encoding"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (b"a" * (LIMIT_BYTES + 1), "too-large"),
    ],
)
def test_files_refused(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    with pytest.raises(UnusableCase, match=f"document-{code}: .*x.yaml"):
        read_document(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableCase, match="document-missing"):
        read_document(tmp_path / "none.yaml")
    with pytest.raises(UnusableCase, match="document-directory"):
        read_document(tmp_path)
    with pytest.raises(UnusableCase, match="document-unreadable"):
        read_document(Path("a\0b"))


def test_a_large_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("the file was opened")

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(UnusableCase, match="document-too-large"):
        read_document(path)


def test_byte_order_marks_and_windows_lines_are_read(tmp_path: Path) -> None:
    for name, data in (("x.yaml", b"a: 1\r\nb: 2\r\n"), ("x.json", b'{"a": 1,\r\n"b": 2}')):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + data)
        assert read_document(tmp_path / name).value == {"a": 1, "b": 2}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this platform has no named pipes")
def test_symlinks_and_pipes_are_read_and_pipes_have_the_same_limit(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: 1")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "x.yaml")
    assert read_document(tmp_path / "link.yaml").value == {"a": 1}
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for text, fits in (("a: 1", True), ("a: " + "x" * 100, False)):
        writer = threading.Thread(target=pipe.write_text, args=(text,))
        writer.start()
        if fits:
            assert read_document(pipe, limit_bytes=50).value == {"a": 1}
        else:
            with pytest.raises(UnusableCase, match="document-too-large"):
                read_document(pipe, limit_bytes=50)
        writer.join()


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text()
    | st.dates()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(plain.filter(lambda value: value is not None))
@settings(max_examples=150, deadline=None)
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    class NoAliases(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    text = yaml.dump(value, Dumper=NoAliases, allow_unicode=False)
    assert parse_document(text, "x.yaml").value == value


@given(plain)
@settings(max_examples=100, deadline=None)
def test_what_json_writes_is_read_back(value: Any) -> None:
    text = json.dumps(value, default=str)
    assert parse_document(text, "x.json").value == json.loads(text)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for name in ("x.yaml", "x.json"):
        with suppress(UnusableCase):  # anything else fails the test
            parse_document(text, name)
