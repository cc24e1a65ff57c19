"""Files that are of no source: refused one by one, so that none vanishes without a word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.records import Held, LoadCount, SourceFile, canonical
from pipelines.sources.head import Head, head_of
from pipelines.sources.source import Batch
from warehouse.staging import write_staged


class Unrecognised:
    """Takes what no other source recognises, and refuses it."""

    name = "unrecognised"
    reader = "unrecognised-1"
    title = "Files of no known source"
    address = None
    licence = ""
    files_together = 1000

    def recognises(self, head: Head) -> bool:
        """Everything."""
        return True

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """Refuse every file; see ``pipelines.sources.source.Source.take_in``."""
        refused = [_refused(file) for file in batch.files]
        write_staged(folder, {"quarantine": [one.as_row() for one in refused]})
        return [LoadCount(file, 1, 0, 1, 0) for file in batch.files]


def _refused(file: SourceFile) -> Held:
    head = head_of(file.path)
    shown = ", ".join(head.header[:8]) or f"a file of kind {head.kind}"
    raw = canonical({"file": file.name, "digest": file.digest, "header": head.header})
    step = "`offerdesk refresh --help` names the sources; a mapping file makes a sheet your own"
    return Held(file.load_id, file.name, "file-not-recognised", "file", raw, shown, step)
