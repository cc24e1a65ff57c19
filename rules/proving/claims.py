"""What is claimed of a book, and what came of each claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from typing import Literal as OneOf

from rules.book import Book
from rules.errors import Fault
from rules.source import Document, PathInDocument, parse_document

Standing = OneOf["proved", "shown", "stated", "failed", "not_proved"]
CHAPTERS = {
    "rows": "Every offer gets one row",
    "reach": "Nothing in the book is dead",
    "monotone": "More pay never makes it worse, a higher minimum never better",
    "inputs": "What must not count does not count",
    "asks": "Opening >= target >= floor >= minimum, and nothing above the cap",
    "dates": "No day without a number",
}


@dataclass(frozen=True)
class Claim:
    """One claim about a book.

    Attributes:
        chapter: A key of ``CHAPTERS``.
        text: The claim as a sentence.
        standing: ``proved`` of every case; ``shown`` by an offer; ``stated`` by the book as an
            exception, with its reason; ``failed``; or ``not_proved``, which is never a pass.
        fault: For a claim that failed or is not proved, with code, place and next step.
        offers: That show it; for a failed claim ``offerdesk decide`` reproduces the failure.
        reason: For an exception, the reason that the book gives.
    """

    chapter: str
    text: str
    standing: Standing
    fault: Fault | None = None
    offers: Sequence[Mapping[str, Any]] = ()
    reason: str = ""


@dataclass(frozen=True)
class Proofs:
    """Everything that was claimed of a book.

    Attributes:
        outside: What lies outside of what can be proved, each as a sentence.
        overlaps: Pairs of rows that may hold together, the one that wins first, and the reason
            that the book gives; empty where it gives none.
    """

    claims: Sequence[Claim]
    outside: Sequence[str]
    overlaps: Sequence[tuple[str, str, str]] = field(default=())

    @property
    def failed(self) -> list[Claim]:
        """The claims that do not hold."""
        return [one for one in self.claims if one.standing == "failed"]

    @property
    def open(self) -> list[Claim]:
        """The claims of which nothing is proved."""
        return [one for one in self.claims if one.standing == "not_proved"]


class Places:
    """Where in the files of a book something stands."""

    def __init__(self, book: Book) -> None:
        self._texts = book.documents
        self._documents: dict[str, Document] = {}

    def of(self, file: str, path: PathInDocument = ()) -> str:
        """File, line and path."""
        if file not in self._documents:
            self._documents[file] = parse_document(self._texts[file], file)
        return self._documents[file].place(path)

    def value(self, file: str) -> Mapping[str, Any]:
        """What a file says; empty where it is no mapping."""
        self.of(file)
        value = self._documents[file].value
        return value if isinstance(value, Mapping) else {}

    def of_name(self, name: str) -> str:
        """Where a name of the book is defined."""
        for file, path in self._candidates(name):
            node: Any = self.value(file)
            for step in path:
                node = node.get(step) if isinstance(node, Mapping) else None
            if node is not None:
                return self.of(file, path)
        return self.of("verdict.yaml")

    def _candidates(self, name: str) -> Iterable[tuple[str, PathInDocument]]:
        yield "signals.yaml", (name,)
        for section in self.value("valuation.yaml"):
            yield "valuation.yaml", (section, name)
        for section in self.value("facts.yaml"):
            yield "facts.yaml", (section, name)
        for file, _ in self._parameters:
            yield file, (name,)
        yield "asks.yaml", ("sums", name)
        ask = name.removeprefix("ask_")
        for component in self.value("asks.yaml").get("asks", {}):
            if ask.startswith(f"{component}_"):
                yield "asks.yaml", ("asks", component)

    @cached_property
    def _parameters(self) -> list[tuple[str, str]]:
        return [item for item in self._texts.items() if item[0].startswith("parameters")]
