"""Whether a file holds data, or the login page that was sent in its place."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path

from pipelines.web.trouble import BY_HAND, trouble

DATA = {".csv", ".gz", ".json", ".jsonl", ".parquet", ".tsv", ".xlsx", ".zip"}
_ZIPPED = {".xlsx", ".zip"}
_LOOK = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (
        codecs.BOM_UTF16_BE,
        "utf-16",
    ),
)
# The tags by which browsers tell a page, after what may stand before them.
_PAGE = re.compile(
    r"(?:\s|<\?xml[^>]*>|<!--.*?-->)*"
    r"<(?:!doctype\s+html|html|head|body|title|meta|script|style|iframe|table|div|h1|p|br|a|b)"
    r"[\s/>]",
    re.IGNORECASE | re.DOTALL,
)


def _text(beginning: bytes) -> str:
    found = next((name for mark, name in _MARKS if beginning.startswith(mark)), "latin-1")
    return beginning.decode(found, errors="replace")


def is_page(beginning: bytes) -> bool:
    r"""Whether a file that begins so is a web page.

    >>> is_page(b"\n<!-- sign in --><!DOCTYPE html>"), is_page(b"work_year,salary\n")
    (True, False)
    """
    return _PAGE.match(_text(beginning)) is not None


def _instead(path: Path, suffix: str) -> str | None:
    """What the file is in place of data; None when it may be data."""
    with path.open("rb") as file:
        beginning = file.read(_LOOK)
    if not beginning:
        return "an empty file"
    if is_page(beginning):
        return "a web page, perhaps a login"
    if suffix in _ZIPPED and not zipfile.is_zipfile(path):
        return f"a file that begins with {beginning[:16]!r}"
    return None


def refuse_what_is_not_data(path: Path, suffix: str, url: str) -> None:
    """Refuse a page, an empty file or a broken archive where the address promises data.

    Args:
        path: The file.
        suffix: Ending of its address; one that promises nothing is not looked into.
        url: Where it comes from.

    Raises:
        FailedWorld: ``fetch-not-data``.
    """
    kind = "." + suffix.rpartition(".")[2]
    if kind in DATA and (found := _instead(path, kind)) is not None:
        raise trouble("fetch-not-data", url, found, BY_HAND, f"a {kind} file")
