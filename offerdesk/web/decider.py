"""The process that decides for a served desk, and the only one of it that appends to the log."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path

from offerdesk.complaints import complain
from offerdesk.desk import Desk
from offerdesk.web.defects import as_defect
from offerdesk.web.keeping import Keeping
from offerdesk.web.making import Asked, Made, Making, practise
from rules.errors import OfferdeskError
from rules.orphans import end_with_parent
from warehouse.home import home
from warehouse.log_file import journal_emptied_aside


def decide_for(desk: Connection, texts: Mapping[str, str], keeping: Path) -> None:
    """Decide what a desk asks until it closes its end: the whole work of the process.

    Args:
        desk: Over which it asks ``Asked`` and is answered ``Made`` or an error; None says that
            the process is ready.
        texts: The files of the rule book by name.
        keeping: The file in which it is kept whose is what.
    """
    end_with_parent()
    try:
        kept = Keeping(keeping, emptied_aside=True)
        with desk, closing(kept), suppress(ConnectionError):
            _decide(desk, Making(_practised(texts), kept))
    except OfferdeskError as problem:
        complain(problem.faults)
    except Exception as problem:
        as_defect(problem)


def _practised(texts: Mapping[str, str]) -> Desk:
    made = Desk(texts)
    with suppress(OfferdeskError):  # whoever asks is told
        practise(made)
    return made


def _decide(desk: Connection, making: Making) -> None:
    gc.freeze()  # what stays need not be looked through again and again
    with journal_emptied_aside(home().log_file):
        desk.send(None)
        while (asked := _next(desk)) is not None:
            desk.send(_answered(making, asked))


def _next(desk: Connection) -> Asked | None:
    """What is asked next; None when nothing will be."""
    try:
        asked: Asked = desk.recv()
    except EOFError:
        return None
    return asked


def _answered(making: Making, asked: Asked) -> Made | OfferdeskError:
    try:
        return making.make(asked)
    except OfferdeskError as problem:
        return problem
    except Exception as problem:
        return as_defect(problem)
