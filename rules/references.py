"""What a book refers to by name outside of its expressions: questions, places and levers."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checker import nearest
from rules.draft import Draft
from rules.keys import root_of
from rules.source import PathInDocument


def check_references(draft: Draft) -> None:
    """Everything that is referred to is there."""
    _check_questions(draft)
    _check_places(draft)
    _check_contradictions(draft)


def _check_questions(draft: Draft) -> None:
    questions = {question.name for question in draft.questions}
    page = draft.pages["signals.yaml"]
    for signal in draft.signals:
        if signal.asks is not None and signal.asks not in questions:
            known = ", ".join(sorted(questions))
            page.fault("unknown-question", (signal.name, "asks"), f"`{signal.asks}`", known)


def _check_places(draft: Draft) -> None:
    """What a question asks for is a place of the file that somebody reads."""
    page, known = draft.pages["verdict.yaml"], set(_places(draft))
    for question in draft.questions:
        for place in question.asks_for:
            if place not in known:
                path: PathInDocument = ("questions", question.name, "asks_for")
                page.fault("unknown-place", path, f"`{place}`", nearest(place, known, "places"))


def _places(draft: Draft) -> Iterator[str]:
    """Every place at which, or below which, a fact or a list is read."""
    read = [(*root_of(one.group), *path) for one in draft.facts.values() for path in one.paths]
    for path in (*read, *(one.path for one in draft.lists.values())):
        yield from (".".join(map(str, path[:count])) for count in range(2, len(path) + 1))


def _check_contradictions(draft: Draft) -> None:
    """Levers that must not be used together are levers."""
    page, known = draft.pages["levers.yaml"], {lever.name for lever in draft.levers}
    for lever in draft.levers:
        for other in lever.not_with:
            if other not in known:
                path: PathInDocument = ("levers", lever.name, "not_with")
                page.fault("unknown-lever", path, f"`{other}`", nearest(other, known, "levers"))
