"""Which employer a name means, and how that was told.

Spellings are one employer when only case, punctuation, a legal form or a name in the tables parts
them.  A typing error is forgiven only in a long word, only against names of the tables, and only
when one employer is meant.  A division is never its parent: "Brex AI" is not Brex.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from warehouse.aliases import alias_rows, plain, rows_of

How = Literal["exact", "alias", "legal-form", "fuzzy", "none"]
Shape = tuple[str, int, tuple[str, ...]]  # first letter, which word is left out, all others

SHORTEST_FUZZY = 7  # letters; shorter names are a letter apart too often (Ramp, Camp)
LONGEST_FORM = 5  # words, as in "S.A. de C.V."
LONGEST_INITIALS = 3  # letters
LETTERS_PER_ERROR = 7  # a second error is forgiven from 14 letters on
_BRACKET = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_TRADING_AS = re.compile(
    r"(?i)\b(?:d\s*[/.]?\s*b\s*[/.]?\s*a\b\.?|doing business as|trading as)\s*"
)
_FORMER = re.compile(r"(?i)[,;\s]+(?:f\s*/?\s*k\s*/?\s*a\b|formerly|previously)\b.*")
_DECORATED = re.compile(
    r"(?i)[(\[$:]|\bd\s?[/.]?\s?b\s?[/.]?\s?a\b|\b(?:doing|trading|formerly|previously|f/?k/?a)\b"
)
_TICKER = re.compile(r"(?i)^\$|\b(?:nasdaq|nyse|lse|tsx|asx)\s*:\s*")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """An employer, and how its name was understood.

    Attributes:
        company_id: One id for all spellings; empty for words that name no employer.
        how: ``exact``, the name is its own; ``alias``, by another name, in the tables or in the
            text itself; ``legal-form``, after a legal form was taken off; ``fuzzy``, a typing
            error was forgiven; ``none``, it names no employer.
        parent: The employer that owns it and whose shares it grants; None when not known to have
            one.  Pay bands are never shared with it.
    """

    company_id: str
    how: How
    parent: str | None = None


@cache
def _legal_forms() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(name.split()) for name in alias_rows("legal_forms"))


@cache
def _last_words_of_forms() -> frozenset[str]:
    return frozenset(form[-1] for form in _legal_forms())


@cache
def _generic() -> frozenset[str]:
    return frozenset(alias_rows("generic_employers"))


@cache
def _ids() -> dict[str, tuple[str, How]]:
    """Every plain name of the tables, to its employer; its first name is its own."""
    found: dict[str, tuple[str, How]] = {}
    for row in rows_of("companies"):
        for place, name in enumerate(row["names"].split("|")):
            found.setdefault(plain(name), (row["company_id"], "alias" if place else "exact"))
    return found


@cache
def _parents() -> dict[str, str]:
    return {row["company_id"]: row["parent_id"] for row in rows_of("parents")}


def parent_of(company: str) -> str | None:
    """The id of the employer that owns another; None when not known to have one.

    >>> parent_of("linode"), parent_of("plaid-identity"), parent_of("google")
    ('akamai', 'plaid', None)
    """
    return _parents().get(company)


def _without_legal_form(words: list[str]) -> list[str]:
    """The words before the legal forms at the end; all of them when nothing would be left."""
    forms = _legal_forms()
    while len(words) > 1 and words[-1] in _last_words_of_forms():
        sizes = range(min(LONGEST_FORM, len(words) - 1), 0, -1)
        size = next((n for n in sizes if tuple(words[-n:]) in forms), None)
        if size is None:
            break
        words = words[:-size]
    return words[:-1] if len(words) > 1 and words[-1] == "and" else words


def _bare(key: str) -> str:
    words = _without_legal_form(key.split())
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


@cache
def _joined() -> dict[str, str]:
    """The names without spaces, of employers that differ in more than a space."""
    return {name.replace(" ", ""): company for name, (company, _) in _ids().items()}


@cache
def _beside() -> dict[Shape, tuple[tuple[str, str], ...]]:
    """The names with one word left out, to that word and whose name it is."""
    found: dict[Shape, list[tuple[str, str]]] = {}
    for name, (company, _) in _ids().items():
        words = tuple(name.split())
        if words and len(max(words, key=len)) >= SHORTEST_FUZZY - 1:
            for place, word in enumerate(words):
                found.setdefault(_shape(words, place), []).append((word, company))
    return {shape: tuple(names) for shape, names in found.items()}


def _shape(words: tuple[str, ...], place: int) -> Shape:
    return words[0][0], place, words[:place] + words[place + 1 :]


def _errors(one: str, other: str) -> int | None:
    """The typing errors that part two words; None when they are too many to be only errors.

    A letter more or less at the end makes another word: Discover, Discovery.
    """
    allowed = min(len(one), len(other) + 1) // LETTERS_PER_ERROR
    too_many = abs(len(one) - len(other)) > allowed
    if not allowed or too_many or one.startswith(other) or other.startswith(one):
        return None
    from rapidfuzz.distance import OSA

    errors = OSA.distance(one, other, score_cutoff=allowed)
    return errors if errors <= allowed else None


def _fuzzy(key: str) -> str | None:
    """The one employer whose name is a space or an error in one word away; None for several."""
    spaced = _joined().get(key.replace(" ", ""))
    if spaced and len(key) >= SHORTEST_FUZZY:
        return spaced
    words = tuple(key.split())
    near = [
        (errors, company)
        for place, word in enumerate(words)
        for known, company in _beside().get(_shape(words, place), ())
        if known != word and (errors := _errors(word, known))
    ]
    best = min(near, default=(0, ""))[0]
    found = {company for errors, company in near if errors == best}
    return found.pop() if len(found) == 1 else None


def _parts(name: str) -> tuple[str, ...]:
    """The name, and the names within it: the one traded under, without what a bracket explains."""
    if not _DECORATED.search(name):
        return (name,)
    traded = _TRADING_AS.split(_TICKER.sub("", _FORMER.sub("", name)))
    return (name, traded[-1], _BRACKET.sub(" ", traded[-1]))


def _readings(name: str) -> list[tuple[str, bool]]:
    """The plain names that a text may hold, and whether a legal form was taken off."""
    keys = [key for part in _parts(name) if (key := plain(part))]
    pairs = [((key, False), (bare, bare != key)) for key in keys if (bare := _bare(key))]
    return [reading for pair in pairs for reading in pair]


@lru_cache(maxsize=131072)
def company_named(name: str) -> CompanyName:
    """The employer that a name means, and how that was told.

    >>> company_named("Pinterest, Inc."), company_named("Facebook").how
    (CompanyName(company_id='pinterest', how='legal-form', parent=None), 'alias')
    >>> company_named("Micorsoft"), company_named("Ubeer").company_id
    (CompanyName(company_id='microsoft', how='fuzzy', parent=None), 'ubeer')
    >>> company_named("FAANG")
    CompanyName(company_id='', how='none', parent=None)
    """
    readings, known = _readings(name), _ids()
    for key, stripped in readings:
        if key in known:
            company, how = known[key]
            if stripped and how == "alias" and len(key) <= LONGEST_INITIALS:
                continue  # "EA Inc" may be anybody's initials
            return _named(company, "legal-form" if stripped and how == "exact" else how)
    if not readings or any(key in _generic() for key, _ in readings):
        return CompanyName("", "none")
    bare, stripped = readings[-1]
    if intended := _fuzzy(bare):
        return _named(intended, "fuzzy")
    own: How = "exact" if bare == plain(name) else "alias"
    return _named(bare.replace(" ", "-"), "legal-form" if stripped else own)


def _named(company: str, how: How) -> CompanyName:
    return CompanyName(company, how, parent_of(company))


def company_id(name: str) -> str:
    """The id of an employer: one for all spellings that are known to mean it.

    Returns:
        The id; empty for words that name no employer, such as "FAANG".

    >>> company_id("Pinterest, Inc."), company_id("Facebook"), company_id("Activision (Microsoft)")
    ('pinterest', 'meta', 'activision')
    """
    return company_named(name).company_id
