"""What stands in a place of a document, as a value of the type that a fact has."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from rules.book import Fact
from rules.expression import Value
from rules.findings import Findings
from rules.quoting import as_plain_number, quoted
from rules.reading import plain_number
from rules.source import PathInDocument

_CODE = re.compile(r"[A-Z]{3}")
_WRITTEN = (str, int, float)  # what is taken for a text


def typed_value(fact: Fact, path: PathInDocument, stated: Any, findings: Findings) -> Value:
    """A value of a fact's type.

    Args:
        fact: The fact.
        path: Where it stands.
        stated: What stands there.
        findings: Takes the fault of what is refused, and the notice of a word that is passed over.

    Returns:
        None for what is refused or passed over, and for a text of nothing but space.
    """
    match fact.type.kind:
        case "number":
            return _number(path, stated, findings)
        case "flag":
            return _flag(path, stated, findings)
        case "date":
            return _date(path, stated, findings)
        case _:
            return _word(fact, path, stated, findings)


def _number(path: PathInDocument, stated: Any, findings: Findings) -> float | None:
    number = plain_number(stated)
    if number is None:
        step = as_plain_number(stated)
        findings.fault("wrong-type", path, quoted(stated), "a plain number", step)
    return number


def _flag(path: PathInDocument, stated: Any, findings: Findings) -> bool | None:
    if isinstance(stated, bool):
        return stated
    findings.fault("wrong-type", path, quoted(stated), "true or false", "write true or false")
    return None


def _date(path: PathInDocument, stated: Any, findings: Findings) -> date | None:
    try:
        return stated if isinstance(stated, date) else date.fromisoformat(stated)
    except (TypeError, ValueError):
        step = "write the day as year-month-day, without an hour"
        findings.fault("not-a-date", path, quoted(stated), "a day such as 2026-03-31", step)
        return None


def _word(fact: Fact, path: PathInDocument, stated: Any, findings: Findings) -> str | None:
    if isinstance(stated, bool) or not isinstance(stated, _WRITTEN):
        findings.fault("wrong-type", path, quoted(stated), "a text")
        return None
    text = str(stated).strip()
    if fact.name.endswith("currency"):
        return _currency(path, text, findings)
    return text if fact.type.choices is None else _known_word(fact, path, text, findings)


def _currency(path: PathInDocument, text: str, findings: Findings) -> str | None:
    code = text.upper()
    if _CODE.fullmatch(code):
        return code
    findings.fault("unknown-word", path, quoted(text), "an ISO 4217 code such as USD")
    return None


def _known_word(fact: Fact, path: PathInDocument, text: str, findings: Findings) -> str | None:
    choices = fact.type.choices or frozenset()
    word = _one_word(text)
    word = fact.also.get(word, word)
    if word in choices or not word:
        return word or None
    if fact.is_open:
        findings.passed_over(path, text)
        return None
    near = get_close_matches(word, sorted(choices), n=1)
    step = f"did you mean `{near[0]}`?" if near else ""
    findings.fault("unknown-word", path, quoted(text), ", ".join(sorted(choices)), step)
    return None


@lru_cache(maxsize=1024)
def _one_word(text: str) -> str:
    """A text as the words of the book are written.

    >>> _one_word("Late-stage  Private")
    'late_stage_private'
    """
    return re.sub(r"[\s-]+", "_", text.lower())
