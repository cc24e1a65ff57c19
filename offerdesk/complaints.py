"""Faults as a person reads them: one line each, on stderr, and never a traceback."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence

from rules.errors import Fault

DEBUG = "OFFERDESK_DEBUG"
SENTENCES = frozenset({"usage", "unexpected"})  # what is found is a sentence already
STEPS = {  # the first that fits
    "document-alias": "write the value itself wherever it is needed",
    "document-directory": "name a file in it",
    "document-encoding": "save the file as UTF-8",
    "document-not-finite": "write a number, or leave the field out",
    "document-tag": "remove the tag",
    "document-too-large": "hand in one offer alone",
    "document-": "mend it; the examples show how an offer is written",
    "case-": "mend it; `offerdesk book show NAME` tells what a fact means",
    "book-": "mend the book; `offerdesk book check` tells whether it is sound",
    "guide-": "mend the guide",
    "source-": "check the path",
}
MOST = 20
LONGEST = 300  # [characters] of any part; what was found may be a whole file


def lines(faults: Sequence[Fault]) -> Iterator[str]:
    r"""One line for each fault, up to twenty.

    >>> next(lines([Fault("x", "a.yaml", "two\nlines", "one", "mend it")]))
    'error[x]: a.yaml: found two lines; allowed: one; next: mend it'
    """
    for fault in faults[:MOST]:
        found = "" if fault.code in SENTENCES else "found "
        parts = [f"error[{fault.code}]: {_short(fault.place)}: {found}{_short(fault.found)}"]
        parts += [f"allowed: {_short(fault.allowed)}"] if fault.allowed else []
        parts.append(f"next: {_short(step(fault))}")
        yield "; ".join(parts)
    if len(faults) > MOST:
        yield f"error[more]: {len(faults) - MOST} more faults; next: mend these first"


def step(fault: Fault) -> str:
    """What can be done about a fault, where it does not say so itself as well."""
    known = (told for prefix, told in STEPS.items() if fault.code.startswith(prefix))
    return fault.next_step or next(known, "run `offerdesk doctor`")


def _short(text: str) -> str:
    plain = printable(text)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}..."


def printable(text: str) -> str:
    r"""Text in one line that cannot steer a terminal.

    >>> printable("a\x1b[31m\n b")
    'a?[31m b'
    """
    one_line = re.sub(r"\s+", " ", text)
    return "".join(letter if letter.isprintable() else "?" for letter in one_line).strip()


def complain(faults: Sequence[Fault]) -> None:
    """Say on stderr what is wrong."""
    for line in lines(faults):
        print(line, file=sys.stderr)


def complain_unexpected(error: Exception) -> None:
    """A defect of ours, as one line too; its traceback is for those who ask for it."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    found = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    step = f"report this; {DEBUG}=1 shows the traceback"
    complain([Fault("unexpected", "offerdesk", found, "", step)])
