"""One file of the book, read with a place for every value and every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rules.errors import Fault, MalformedBook
from rules.expression import Expression, Literal
from rules.source import Document, PathInDocument

Parse = Callable[[str], Expression]
Shape = Mapping[str, str]

_KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "flag": (bool,),
    "date": (date,),
    "list": (list,),
    "mapping": (dict,),
    "formula": (str, int, float, bool),
    "words": (list,),
    "any": (object,),
}


class Page:
    """A document of the book and the faults found in it.

    Reading never stops at a fault: the fault is kept, a harmless value takes its place, and
    the next value is read.
    """

    def __init__(self, document: Document, parse: Parse, faults: list[Fault]) -> None:
        """Open a document; its faults are added to ``faults``."""
        self.document = document
        self._parse = parse
        self._faults = faults
        self.value: dict[str, Any] = self._mapping(document.value)

    def _mapping(self, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.fault("section", (), _named(value), "a mapping of names")
        return {}

    def fault(
        self, code: str, path: PathInDocument, found: str, allowed: str = "", step: str = ""
    ) -> None:
        """Keep one fault of this page."""
        place = self.document.place(path)
        self._faults.append(Fault(f"book-{code}", place, found, allowed, step))

    def section(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a path; empty, with a fault, when there is none."""
        node: Any = self.value
        for step in path:
            node = node.get(step) if isinstance(node, dict) else None
        if isinstance(node, dict):
            return node
        self.fault("section", path, _named(node), "a mapping of names")
        return {}

    def entry(
        self, path: PathInDocument, value: Any, required: Shape, optional: Shape | None = None
    ) -> dict[str, Any]:
        """A mapping with known keys; what is missing or of the wrong kind is left out."""
        optional = optional or {}
        if not isinstance(value, dict):
            self.fault("entry", path, _named(value), f"a mapping with {', '.join(required)}")
            return {}
        for key in value:
            if key not in required and key not in optional:
                known = ", ".join([*required, *optional])
                self.fault("unknown-key", (*path, key), f"the key `{key}`", known)
        for key in required:
            if key not in value:
                self.fault("missing-key", path, f"no `{key}`", f"`{key}`: {required[key]}")
        shapes = {**required, **optional}
        return {
            key: item
            for key, item in value.items()
            if key in shapes and self._fits((*path, key), item, shapes[key])
        }

    def _fits(self, path: PathInDocument, item: Any, kind: str) -> bool:
        is_number = kind in ("number",) and isinstance(item, bool)
        if isinstance(item, _KINDS[kind]) and not is_number:
            return True
        self.fault("kind", path, _named(item), f"a {kind}")
        return False

    def expression(self, path: PathInDocument, text: Any) -> Expression:
        """A formula; NULL, with a fault, when it cannot be read."""
        try:
            return self._parse(_formula_text(text))
        except MalformedBook as problem:
            for fault in problem.faults:
                self.fault(
                    fault.code.removeprefix("book-"),
                    path,
                    f"{fault.found} ({fault.place})",
                    fault.allowed,
                    fault.next_step,
                )
            return Literal(None)


def _formula_text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value).strip()


def _named(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"`{value}`"
