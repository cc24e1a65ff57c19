"""Which role a title means, and which family of roles its pay is compared within.

A title that the tables know is that role.  Of any other title only the family is told, and only
where its own words name a known role: "Tidal Platform Engineer" is a platform engineer of a kind
of its own.  Where the words do not tell, the family is ``other``, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from warehouse.aliases import alias_rows, plain, rows_of

OTHER = "other"
_NUMBERED = re.compile(r"\b(?:l|e|ic|ict|t|p|g|sg|band)? ?\d{1,2}[a-z]?\b")
_GLUED = re.compile(r"\b(sde|swe|se|sse|mts|smts|sre|mle|de|ds|ui|cs)(\d{1,2})\b")
_MISREAD = re.compile(r"(?<=[a-z])1(?=[a-z])")
_BRACKET = re.compile(r"\([^)]*\)")
_SEGMENT = re.compile(r"\s*[,;:/|(\u2013\u2014]\s*|\s+-\s*|\s*-\s+")
_ONLY_WHOLE = frozenset({"management_consultant", "operations"})  # words too general elsewhere
_TRADES = frozenset({"sales", "marketing"})
_CODERS = frozenset({"developer", "programmer"})
_LONGEST = 12  # words of a title that are read
_SHORT = {"eng": "engineer", "engr": "engineer", "dev": "developer"}
_HELPS = re.compile(r"(executive |personal |administrative )?assistant\b")
_LEARNING = re.compile(r"\b(ai|ml|genai|machine learning|deep learning|artificial intelligence)\b")
_SOC = re.compile(r"(\d{2})-?(\d{4})(\.\d{2})?")


@dataclass(frozen=True, slots=True)
class Role:
    """A role, and the family it is compared within (``other`` when the words do not tell)."""

    role_id: str
    family: str


@cache
def _known() -> dict[str, Role]:
    return {
        name: Role(row["role_id"], row["role_family"]) for name, row in alias_rows("roles").items()
    }


@cache
def _words(kind: str) -> frozenset[str]:
    """The words of titles of one kind: ``grade``, ``leads``, ``alone`` or ``technical``."""
    return frozenset(
        word
        for row in rows_of("title_words")
        if row["kind"] == kind
        for word in row["words"].split()
    )


@cache
def _by_last_word() -> dict[str, tuple[int, ...]]:
    """How many words the known titles have that end in a word, the most first."""
    found: dict[str, set[int]] = {}
    for name in _known():
        words = name.split()
        found.setdefault(words[-1], set()).add(len(words))
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in found.items()}


def _spelt(title: str) -> str:
    """The plain words of a title; a 1 between letters is an i that a machine misread."""
    words = plain(title)
    if "1" in words:
        words = _MISREAD.sub("i", words)
    return " ".join([_SHORT.get(word, word) for word in words.split()])


def _ungraded(words: str) -> str:
    if not words.isalpha():
        words = _GLUED.sub(r"\1 \2", words)
    grades = _words("grade")
    return " ".join([word for word in _NUMBERED.sub(" ", words).split() if word not in grades])


def _stated(title: str) -> Role | None:
    """The role that one part of the title is by the tables."""
    parts = [_spelt(part) for part in _SEGMENT.split(title)]
    if len(parts) == 1:
        return None
    for part in parts:
        role = _known().get(part) or _known().get(_ungraded(part))
        if role:
            family = _learning(role.family, " ".join(parts))
            return role if family == role.family else Role(family, family)
    return None


def _spans(words: list[str]) -> list[tuple[int, int]]:
    """The runs of words that are known titles, the longest first and then the last."""
    sizes, known = _by_last_word(), _known()
    found = [
        (end - size, end)
        for end, word in enumerate(words, 1)
        for size in sizes.get(word, ())
        if size <= end and " ".join(words[end - size : end]) in known
    ]
    return sorted(found, key=lambda span: (span[0] - span[1], -span[1]))


def _family_within(title: str) -> str:
    """The family of the longest known role within a title, where no other word overrules it."""
    words = title.split()[:_LONGEST]
    for start, end in _spans(words):
        role = _known()[" ".join(words[start:end])]
        outside, last = words[:start] + words[end:], end == len(words)
        if role.family not in _ONLY_WHOLE and _tells(words[start:end], outside, last=last):
            overruled = _HELPS.match(title) or not (last or _words("leads").isdisjoint(outside))
            return OTHER if overruled else _learning(role.family, title)
    learns = title.endswith("engineer") and _LEARNING.search(title)
    return "ml_ai_engineer" if learns else OTHER


def _tells(span: list[str], outside: list[str], *, last: bool) -> bool:
    """Whether words within a title say a role: two words do, one only where it cannot mislead."""
    return (
        len(span) > 1
        or span[0] in _words("alone")
        or (span[0] in _CODERS and not _words("technical").isdisjoint(outside))
        or (span[0] in _TRADES and last)
    )


def _learning(family: str, words: str) -> str:
    """A software or platform engineer for machine learning is one of its engineers."""
    general = family in ("software_engineer", "platform_engineer")
    return "ml_ai_engineer" if general and _LEARNING.search(words) else family


@lru_cache(maxsize=65536)
def role_of(title: str) -> Role:
    """The role of a title; an unknown title is a role of its own in the family its words tell.

    >>> role_of("ML/AI Engineer"), role_of("Data Scientist (QuantumBlack)").role_id
    (Role(role_id='ml_ai_engineer', family='ml_ai_engineer'), 'data_scientist')
    >>> role_of("Senior SDE").role_id, role_of("Senior Data Engineer").role_id
    ('senior_software_engineer', 'data_engineer')
    >>> role_of("Tidal Platform Engineer")
    Role(role_id='tidal_platform_engineer', family='platform_engineer')
    >>> role_of("Chef").family, role_of("Email Marketing Manager").family, role_of("ML / AI").family
    ('other', 'marketing', 'other')
    """
    exact = _spelt(_BRACKET.sub(" ", title)) or _spelt(title)
    bare = _ungraded(exact)
    known = _known().get(exact) or _known().get(bare) or _stated(title)
    return known or Role(exact.replace(" ", "_") or OTHER, _family_within(bare))


@cache
def _occupations() -> dict[str, Role]:
    families = {row["role_id"]: row["role_family"] for row in rows_of("roles")}
    return {
        row["occupation"]: Role(row["role_id"], families[row["role_id"]])
        for row in rows_of("occupations")
    }


@lru_cache(maxsize=4096)
def role_of_occupation(soc_code: str) -> Role:
    """The role of an occupation of the US classification, of any edition since 2000.

    An occupation that mixes roles, or no code at all, is ``other``.

    >>> role_of_occupation("15-1132.00").family, role_of_occupation("151252").role_id
    ('software_engineer', 'software_engineer')
    >>> role_of_occupation("15-1299"), role_of_occupation("21-Nov").family
    (Role(role_id='other', family='other'), 'other')
    """
    match = _SOC.fullmatch(soc_code.strip().rstrip("*"))
    if match is None:
        return Role(OTHER, OTHER)
    code, detail = f"{match[1]}-{match[2]}", match[3] or ""
    found = _occupations().get(code + detail) or _occupations().get(code)
    return found or Role(OTHER, OTHER)
