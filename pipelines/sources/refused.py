"""Files that are known and must not be taken in: refused whole, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.records import Held, LoadCount, SourceFile, canonical
from pipelines.sources.head import Head, head_of
from pipelines.sources.source import Batch
from warehouse.staging import write_staged


@dataclass(frozen=True, slots=True)
class RefusedSource:
    """A source that only refuses; see ``pipelines.sources.source.Source`` for what is not here.

    Attributes:
        recognise: Whether the beginning of a file is of this source.
        code: Stable reason.
        found: What is wrong with such a file, from its beginning.
        next_step: What can be done instead.
    """

    name: str
    title: str
    recognise: Callable[[Head], bool]
    code: str
    found: Callable[[Head], str]
    next_step: str
    address: str | None = None
    licence: str = ""
    files_together: int = 1000

    @property
    def reader(self) -> str:
        """The same bytes are always refused in the same way."""
        return f"{self.name}-1"

    def recognises(self, head: Head) -> bool:
        """Whether a file is of this source, by its content."""
        return self.recognise(head)

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """Refuse every file; see ``pipelines.sources.source.Source.take_in``."""
        refused = [self._refused(file) for file in batch.files]
        write_staged(folder, {"quarantine": [one.as_row() for one in refused]})
        return [LoadCount(file, 1, 0, 1, 0) for file in batch.files]

    def _refused(self, file: SourceFile) -> Held:
        head = head_of(file.path)
        raw = canonical({"file": file.name, "digest": file.digest, "header": head.header})
        return Held(
            file.load_id, file.name, self.code, "file", raw, self.found(head), self.next_step
        )


# What a file is that holds no table, by its kind.
NATURES = {
    "empty": "an empty file",
    "packed": "a packed file; what is in it can be read once it is unpacked",
    "markup": "a web page, perhaps in place of the file that was asked for",
    "binary": "bytes that are not text",
    "other": "a text without columns or a header that is known",
}


def _header(head: Head) -> str:
    return ", ".join(head.header[:8]) or NATURES.get(head.kind, f"a file of kind {head.kind}")


# Coached negotiations with what they gained: https://fearlesssalarynegotiation.com, 192 rows in
# November 2026.  The failed ones are not told, so no share of successes can be taken from them.
OUTCOMES = RefusedSource(
    name="outcomes",
    title="Outcomes of coached negotiations",
    recognise=lambda head: head.has("outcome_id", "result_summary", "total_delta"),
    code="outcomes-successes-only",
    found=lambda head: "gains of negotiations that succeeded; those that failed are not told",
    next_step="use it to read, not to count: an acceptance rate cannot be taken from successes",
)

UNRECOGNISED = RefusedSource(
    name="unrecognised",
    title="Files of no known source",
    recognise=lambda head: True,
    code="file-not-recognised",
    found=_header,
    next_step="`offerdesk refresh --help` names the sources; a mapping file makes a sheet your own",
)
