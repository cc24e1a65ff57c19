"""What is found while a document is read: faults, all of them at once, and notices."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from rules.errors import Fault
from rules.quoting import quoted
from rules.source import Document, PathInDocument


class Findings:
    """The faults and notices of one document.

    Attributes:
        document: It says where things stand.
        faults: Each place has one fault of a code.
        notices: What was dropped, converted or passed over.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []
        self.notices: list[str] = []

    def fault(
        self, code: str, path: PathInDocument, found: str, allowed: str = "", step: str = ""
    ) -> None:
        """Something at a place of the document is refused."""
        one = Fault(f"case-{code}", self.document.place(path), found, allowed, step)
        if all((one.code, one.place) != (known.code, known.place) for known in self.faults):
            self.faults.append(one)

    def unknown_field(self, path: PathInDocument, known: Iterable[str]) -> None:
        """A key that nothing is called by is refused, with the one that may be meant."""
        near = get_close_matches(str(path[-1]), list(known), n=1)
        step = f"did you mean `{near[0]}`?" if near else "remove it, or see rules/book/facts.yaml"
        allowed = near[0] if near else "the names of rules/book/facts.yaml"
        self.fault("unknown-field", path, f"the field `{path[-1]}`", allowed, step)

    def not_used(self, path: PathInDocument, near: str = "") -> None:
        """A key that no fact reads is told, with the one that may be meant."""
        hint = f"; did you mean `{near}`?" if near else "."
        self.notices.append(f"{self.document.place(path)} is not used{hint}")

    def passed_over(self, path: PathInDocument, text: Any) -> None:
        """A word that is not known counts as not stated."""
        where = self.document.place(path)
        self.notices.append(f"{where}: {quoted(text)} is not known here and counts as not stated.")
