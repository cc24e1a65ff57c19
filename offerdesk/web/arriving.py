"""Sheets as they arrive, by a form or from a program: written to files, and not yet looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import FormData, UploadFile

from offerdesk.web.guard.refused import Refused
from rules.errors import Fault

SHEET, COMPETING = "sheet", "competing"  # fields of a form


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has arrived.

    Attributes:
        name: What its sender calls it; no path of ours.
        place: Where it lies.
    """

    name: str
    place: Path
    digest: bytes

    @property
    def suffix(self) -> str:
        """What kind of file it says it is."""
        return Path(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Handed:
    """A sheet of offers, with a sheet of the offers that compete with them where there is one."""

    sheet: Arrived
    competing: Arrived | None = None

    @property
    def files(self) -> dict[str, Arrived]:
        """All that has arrived, by its field."""
        found = {SHEET: self.sheet}
        return found | ({COMPETING: self.competing} if self.competing else {})


async def from_form(form: FormData, folder: Path) -> Handed:
    """The files of a form.

    Args:
        form: With a file in ``SHEET``, and perhaps another one in ``COMPETING``.
        folder: Where they are written.

    Raises:
        Refused: ``batch-without-sheet``.
    """
    sheet = form.get(SHEET)
    if not _is_file(sheet):
        fault = Fault("batch-without-sheet", "the sheet", "no file", "a file", "choose one")
        raise Refused(422, fault)
    competing = form.get(COMPETING)
    if competing and not isinstance(competing, UploadFile):
        fault = Fault("batch-without-sheet", COMPETING, "a text", "a file", "send it as a file")
        raise Refused(422, fault)
    return Handed(
        await _uploaded(sheet, folder / SHEET),
        await _uploaded(competing, folder / COMPETING) if _is_file(competing) else None,
    )


async def from_stream(stream: AsyncIterator[bytes], name: str, folder: Path) -> Handed:
    """A sheet that is the whole of a request."""
    return Handed(await _written(stream, name, folder / SHEET))


def _is_file(field: object) -> bool:
    """Whether somebody chose a file; a browser sends an empty one otherwise."""
    return isinstance(field, UploadFile) and bool(field.filename)


async def _uploaded(file: object, place: Path) -> Arrived:
    assert isinstance(file, UploadFile)
    return await _written(_chunks(file), file.filename or "", place)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(1 << 20):
        yield chunk


async def _written(chunks: AsyncIterator[bytes], name: str, place: Path) -> Arrived:
    digest = sha256()
    with place.open("wb") as out:
        async for chunk in chunks:
            digest.update(chunk)
            out.write(chunk)
    return Arrived(name, place, digest.digest())
