"""What must not stand in a sentence meant for the employer, and whether every sentence obeys."""

from __future__ import annotations

from collections.abc import Mapping

from rules.checker import Type
from rules.draft import Draft
from rules.expression import names
from rules.page import Page
from rules.source import PathInDocument
from rules.wording import slots


def private_names(draft: Draft) -> frozenset[str]:
    """Every name that holds something private, or is worked out from it.

    The opening of an ask is the one exception: it is the number that is meant to be said.  Which
    entry of a list was picked does not make the entry private; what is read out of it may.
    """
    private = {name for name, fact in draft.facts.items() if fact.private}
    private |= {one.name for each in draft.lists.values() for one in each.facts if one.private}
    reads = {
        one.name: names(one.expression) for one in (*draft.package, *draft.case, *draft.closing)
    }
    reads |= {one.name: names(one.when) for one in draft.signals}
    for pick in draft.picks:
        reads |= {outer: frozenset({inner}) for outer, inner in pick.gives.items()}
    reads = {name: read for name, read in reads.items() if not _is_said_aloud(name)}
    while more := {n for n, read in reads.items() if n not in private and read & private}:
        private |= more
    return frozenset(private)


def _is_said_aloud(name: str) -> bool:
    return name.startswith("ask_") and name.endswith("_opening")


def check_words(draft: Draft, types: Mapping[str, Type], private: frozenset[str]) -> None:
    """Every slot has a name of the book, and no word to the employer has a private one."""
    verdict, page = draft.pages["verdict.yaml"], draft.pages["levers.yaml"]
    for row in draft.rows:
        for index, say in enumerate(row.because):
            _check_slots(verdict, ("rows", row.name, "because", index), say.text, types)
    for condition in draft.conditions:
        _check_slots(verdict, ("conditions", condition.name), condition.text, types)
    for lever in draft.levers:
        for index, say in enumerate(lever.says):
            path: PathInDocument = ("levers", lever.name, "says", index)
            _check_slots(page, path, say.text, types)
            for slot in sorted(set(slots(say.text)) & private):
                page.fault("private-in-words", path, f"{{{slot}}}", "facts that are not private")
        for name in lever.shows:
            path = ("levers", lever.name, "shows")
            if name not in types:
                page.fault("unknown-name", path, f"`{name}`", "a name of the book")
            elif name in private:
                page.fault("private-in-words", path, f"`{name}`", "facts that are not private")


def _check_slots(page: Page, path: PathInDocument, text: str, types: Mapping[str, Type]) -> None:
    for slot in slots(text):
        if slot not in types:
            page.fault("unknown-name", path, f"{{{slot}}}", "a name of the book")
