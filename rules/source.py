"""Documents with places: YAML and JSON files read safely, for the book and for offers alike.

The YAML read here is the plain part of YAML 1.2: mappings with text keys, lists, texts,
numbers, true, false, null and dates.  What could blow up, run code or quietly change a value
is refused: anchors and aliases, tags, duplicate keys, NaN, times of day.  What YAML 1.1 would
reinterpret (``no``, ``on``, ``012``, ``12:30``) stays the text that was written.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from rules.errors import Fault, UnusableCase

LIMIT_BYTES = 2_000_000
LIMIT_DEPTH = 32
LIMIT_FAULTS = 20
LIMIT_DIGITS = 400  # a longer number is no double

PathInDocument = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)")
_DECIMAL = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]*(?:_[0-9]+)*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
)
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document.

    Attributes:
        value: Dicts with text keys, lists, str, int, float, bool, datetime.date and None.  A
            date in JSON, or in quotes, stays text.
        lines: Path of each value to the line (from 1) on which it, or its key, begins; empty
            for JSON.
        name: The file as the reader knows it.
    """

    value: Any
    lines: Mapping[PathInDocument, int] = field(repr=False)
    name: str

    def place(self, path: PathInDocument = ()) -> str:
        r"""Where a value stands; for a value that is missing, where it belongs.

        >>> parse_document("offer:\n  base: 1", "offer.yaml").place(("offer", "base"))
        'offer.yaml line 2, offer.base'
        """
        known = (path[:n] for n in range(len(path), 0, -1))
        line = next((self.lines[part] for part in known if part in self.lines), None)
        return _place(self.name, line, path)


def read_document(path: Path, *, limit_bytes: int = LIMIT_BYTES) -> Document:
    """Read one YAML file, or JSON if its name ends so.

    Raises:
        UnusableCase: ``document-missing``, ``document-directory``, ``document-unreadable``,
            ``document-too-large`` (a large file is refused before it is read), and everything
            that ``parse_document`` refuses.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            _refuse("directory", str(path), "a folder", "a YAML or JSON file")
        if size <= limit_bytes:
            with path.open("rb") as stream:
                data = stream.read(limit_bytes + 1)  # a pipe does not know its size
            size = len(data)
    except FileNotFoundError:
        _refuse("missing", str(path), "no such file", "", "check the path")
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        _refuse("unreadable", str(path), f"a file that cannot be read ({reason})")
    if size > limit_bytes:
        _refuse("too-large", str(path), f"more than {limit_bytes} bytes", f"{limit_bytes} bytes")
    return parse_document(_decoded(data, str(path)), str(path))


def parse_document(text: str, name: str) -> Document:
    r"""Parse YAML, or JSON when the name ends in ``.json``.

    >>> parse_document("remote: no\nbase: 210_000\nstart: 2026-01-31", "x.yaml").value
    {'remote': 'no', 'base': 210000, 'start': datetime.date(2026, 1, 31)}

    Raises:
        UnusableCase: With up to 20 faults: ``document-`` followed by ``empty``, ``syntax``,
            ``too-deep``, ``several``, ``alias``, ``tag``, ``duplicate-key``, ``key``,
            ``not-finite``, ``date``, ``time``, ``encoding`` or ``binary``.
    """
    if not text.strip():
        _refuse("empty", name, "nothing", "", "write the document")
    if name.lower().endswith(".json"):
        return _parse_json(text, name)
    return _parse_yaml(text, name)


def _decoded(data: bytes, name: str) -> str:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse("binary", name, "a binary file", "YAML or JSON text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        found = f"the byte 0x{data[problem.start]:02x}, which is not UTF-8"
        _refuse("encoding", _place(name, line), found, "UTF-8", "save the file as UTF-8")


# --- JSON ---------------------------------------------------------------------------------


def _parse_json(text: str, name: str) -> Document:
    def number(digits: str) -> int | float:
        if len(digits) > LIMIT_DIGITS or not math.isfinite(float(digits)):
            _refuse("not-finite", name, digits[:40], "numbers up to 1.79e308")
        return int(digits) if digits.lstrip("-").isdigit() else float(digits)

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            twice = next(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
            _refuse(
                "duplicate-key", name, f"the key `{twice}` twice in one object", "each key once"
            )
        return mapping

    def constant(word: str) -> NoReturn:
        _refuse("not-finite", name, word, "a finite number or null")

    try:
        value = json.loads(
            text,
            object_pairs_hook=members,
            parse_int=number,
            parse_float=number,
            parse_constant=constant,
        )
    except json.JSONDecodeError as problem:
        place = f"{_place(name, problem.lineno)} column {problem.colno}"
        _refuse("syntax", place, _character(text, problem.pos), f"JSON: {problem.msg}")
    except RecursionError:
        _refuse_depth(name)
    if _is_deeper(value, LIMIT_DEPTH):
        _refuse_depth(name)
    if not _is_encodable(value):
        _refuse(
            "encoding", name, "half of a surrogate pair (\\ud800 to \\udfff)", "whole characters"
        )
    return Document(value, {}, name)


def _character(text: str, position: int) -> str:
    return f"`{text[position]}`" if position < len(text) else "the end of the file"


def _is_encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [child for node in level for child in _members(node)]
    return any(isinstance(node, dict | list) for node in level)


def _members(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        return iter(node.values())
    return iter(node if isinstance(node, list) else ())


# --- YAML ---------------------------------------------------------------------------------


def _parse_yaml(text: str, name: str) -> Document:
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        _refuse("binary", _place(name, line), "a control character", "text")
    except yaml.MarkedYAMLError as problem:
        raise UnusableCase(_syntax_fault(problem, name)) from None
    if builder.root is None and not builder.faults:
        _refuse("empty", name, "nothing but comments", "", "write the document")
    if builder.faults:
        raise UnusableCase(builder.faults[:LIMIT_FAULTS])
    return Document(builder.root, builder.lines, name)


class _Open:
    """A mapping or list that is still being filled."""

    __slots__ = ("container", "key", "path")

    def __init__(self, container: dict[str, Any] | list[Any], path: PathInDocument) -> None:
        self.container = container
        self.path = path
        self.key: str | None = None

    def next_path(self) -> PathInDocument:
        if isinstance(self.container, list):
            return (*self.path, len(self.container))
        return self.path if self.key is None else (*self.path, self.key)


class _Builder:
    """Builds plain values from YAML's events, without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.documents = 0
        self.lines: dict[PathInDocument, int] = {}
        self.faults: list[Fault] = []
        self.open: list[_Open] = []

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self.scalar(event)
            case yaml.MappingStartEvent():
                self.start(event, {})
            case yaml.SequenceStartEvent():
                self.start(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()
            case yaml.AliasEvent():
                self.fault("alias", event, f"the alias *{event.anchor}", "the value itself")
                self.add(event, None)
            case yaml.DocumentStartEvent():
                self.start_document(event)

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            place = _place(self.name, event.start_mark.line + 1)
            _refuse("several", place, "a second document", "one document per file")

    def scalar(self, event: Any) -> None:
        self.check_properties(event)
        plain = event.style in (None, "")
        if self.open and isinstance(self.open[-1].container, dict) and self.open[-1].key is None:
            self.start_member(event, plain)
        else:
            self.add(event, self.plain(event) if plain else event.value)

    def start_member(self, event: Any, plain: bool) -> None:
        mapping, key = self.open[-1], event.value
        if plain and not isinstance(self.plain(event), str):
            self.fault("key", event, f"the key `{key}`", "text keys", f"write '{key}' in quotes")
        mapping.key = key
        path = mapping.next_path()
        if key in mapping.container:
            first = self.lines[path]
            found = f"the key `{key}` again (first in line {first})"
            self.fault("duplicate-key", event, found, "each key once")
        self.lines[path] = event.start_mark.line + 1

    def start(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        self.check_properties(event)
        if self.open and isinstance(self.open[-1].container, dict) and self.open[-1].key is None:
            place = _place(self.name, event.start_mark.line + 1, self.path())
            _refuse("key", place, "a list or mapping as a key", "text keys")
        if len(self.open) >= LIMIT_DEPTH:
            _refuse_depth(_place(self.name, event.start_mark.line + 1))
        path = self.path()
        self.add(event, container)
        self.open.append(_Open(container, path))

    def add(self, event: Any, value: Any) -> None:
        if not self.open:
            self.root = value
            self.lines[()] = event.start_mark.line + 1
            return
        parent = self.open[-1]
        if isinstance(parent.container, list):
            self.lines[parent.next_path()] = event.start_mark.line + 1
            parent.container.append(value)
        elif parent.key is not None:
            parent.container[parent.key] = value
            parent.key = None

    def path(self) -> PathInDocument:
        return self.open[-1].next_path() if self.open else ()

    def check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self.fault("alias", event, f"the anchor &{event.anchor}", "values without anchors")
        if event.tag is not None:
            self.fault("tag", event, f"the tag {event.tag}", "values without tags")

    def plain(self, event: Any) -> str | float | bool | date | None:
        """The value of an unquoted scalar."""
        text = event.value
        if text in _WORDS:
            return _WORDS[text]
        if text[0] not in "0123456789+-.":
            return str(text)
        if _NOT_FINITE.fullmatch(text):
            self.fault("not-finite", event, text, "a finite number or null")
            return None
        if _DECIMAL.fullmatch(text):
            return self.number(event, text)
        if _DAY.fullmatch(text):
            return self.day(event, text)
        if _MOMENT.fullmatch(text):
            self.fault("time", event, text, "a day such as 2026-01-31, without a time")
            return None
        return str(text)

    def number(self, event: Any, text: str) -> float | None:
        digits = text.replace("_", "")
        if len(digits) > LIMIT_DIGITS or not math.isfinite(float(digits)):
            self.fault("not-finite", event, text[:40], "numbers up to 1.79e308")
            return None
        return int(digits) if _INTEGER.fullmatch(text) else float(digits)

    def day(self, event: Any, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fault("date", event, text, "a day that exists, as year-month-day")
            return None

    def fault(self, code: str, event: Any, found: str, allowed: str, next_step: str = "") -> None:
        place = _place(self.name, event.start_mark.line + 1, self.path())
        self.faults.append(Fault(f"document-{code}", place, found, allowed, next_step))


_PLAIN_WORDS = {
    "character '\\t'": ("a tab", "spaces for indentation"),
    "character that cannot start any token": (
        "a tab, or one of @ ` % at the start of a value",
        "spaces for indentation, and quotes around such a value",
    ),
    "mapping values are not allowed": (
        "a second `: ` in one line, or wrong indentation",
        "one `key: value` per line, with quotes around text that holds `: `",
    ),
    "did not find expected key": (
        "a line that is indented otherwise",
        "keys of one mapping aligned",
    ),
    "could not find expected ':'": ("a line without `: `", "`key: value`"),
    "did not find expected '-' indicator": ("a line that is no list item", "`- item`, aligned"),
    "did not find expected ',' or ']'": ("a list that is never closed", "`,` or `]`"),
    "did not find expected ',' or '}'": ("a mapping that is never closed", "`,` or `}`"),
    "unexpected end of stream": ("a quote that is never closed", "a closing quote"),
    "did not find expected node content": ("nothing where a value belongs", "a value"),
    "did not find expected <document start>": ("text after the end", "one document"),
    "block sequence entries are not allowed": ("a `-` after `key:`", "quotes around a lone -"),
    "undefined tag handle": ("a tag", "values without tags"),
    "unknown escape character": ("an unknown \\ sequence", "single quotes around the text"),
}


def _syntax_fault(problem: yaml.MarkedYAMLError, name: str) -> Fault:
    said = (problem.problem or problem.context or "something else").removeprefix("found ")
    known = (words for start, words in _PLAIN_WORDS.items() if said.startswith(start))
    found, allowed = next(known, (said, "YAML"))
    mark = problem.problem_mark or problem.context_mark
    place = f"{_place(name, mark.line + 1)} column {mark.column + 1}" if mark else name
    return Fault("document-syntax", place, found, allowed)


# --- Faults -------------------------------------------------------------------------------


def _place(name: str, line: int | None, path: PathInDocument = ()) -> str:
    at_line = "" if line is None else f" line {line}"
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"{name}{at_line}" + (f", {dotted.lstrip('.')}" if dotted else "")


def _refuse_depth(place: str) -> NoReturn:
    _refuse("too-deep", place, "values nested too deep", f"at most {LIMIT_DEPTH} levels")


def _refuse(code: str, place: str, found: str, allowed: str = "", next_step: str = "") -> NoReturn:
    raise UnusableCase(Fault(f"document-{code}", place, found, allowed, next_step))
