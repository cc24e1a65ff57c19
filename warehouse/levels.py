"""What an employer's level says: on its own scale, and on the ladder employers are compared on.

The ladder is 3 entry, 4 mid, 5 senior, 6 staff, 7 principal, as on Google's.  An employer's own
levels are placed on it by a table; a level that the table lacks, or a number at an employer that
has none, says nothing.  Words such as "Senior" say a level at any employer that does not use them
otherwise.  The prevailing wage levels I to IV of US visa offices are no levels of a job.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from warehouse.aliases import plain, rows_of

_RANGE = re.compile(r"(?i)\s*(?:[\u2012-\u2015-]|to|/)\s*")

_CODE = re.compile(r"(?<![a-z\d])(sde|swe|[a-z]{1,3})?(\d{1,2}[ab]?)(?![a-z\d])")
_SPACED = re.compile(r"\b(sde|swe|ict|itc|ic|mts|l|e|t|p|g|m)[ -]+(\d{1,2}[ab]?)\b")
_LEVEL = re.compile(r"\blevel ?(?=\d)")
_ROMAN = re.compile(r"\b(sde|swe) (iii|ii|i)\b")
_NUMERAL = {"i": "1", "ii": "2", "iii": "3"}
_ABBREVIATED = {"sr": "senior", "jr": "junior", "eng": "engineer", "dev": "developer"}
_WORK = re.compile(
    r"\b(software|hardware|data|machine|learning|ml|ai|backend|frontend|full stack|fullstack"
    r"|mobile|android|ios|product|program|technical|security|systems?|development|site"
    r"|reliability|engineer(ing)?|developer|scientist|designer|architect|sde|swe|analyst|level)\b"
)
_BESIDE = re.compile(
    r"\b(engineering manager|director|vp|vice president|president|head|chief|partner|executive"
    r"|associate|consultant|intern|internship|lead|distinguished|fellow|manager)\b"
)
_MANAGES_A_PRODUCT = re.compile(r"\b(product|program) manager\b")
# Of AI-jobs: entry, middle and senior; executives stand beside the ladder.
EXPERIENCE_LEVELS = {"EN": 3, "MI": 4, "SE": 5, "EX": None}

Span = tuple[str, int, int]


def spans(text: str) -> list[Span]:
    """Ranges of numbered levels as written: scale, lowest, highest.

    >>> spans("L4-L6"), spans("IC2-3"), spans("Level 61-63"), spans("Staff+")
    ([('L', 4, 6)], [('IC', 2, 3)], [('LEVEL', 61, 63)], [])
    """
    upper = re.sub(r"(?i)\blevel\b", "LEVEL", text.upper())
    found: list[Span] = []
    end = -1
    for match in re.finditer(r"(?<![A-Z\d])([A-Z]{0,5}?)\s?(\d{1,2})(?!\d)(\+?)", upper):
        scale, number = match[1], int(match[2])
        joined = end >= 0 and _RANGE.fullmatch(upper[end : match.start()])
        if joined and found and scale in ("", found[-1][0]) and number >= found[-1][1]:
            found[-1] = (found[-1][0], found[-1][1], 99 if match[3] else number)
        else:
            found.append((scale, number, 99 if match[3] else number))
        end = match.end()
    return found


@lru_cache(maxsize=4096)
def own_scale_match(label: str, text: str) -> bool | None:
    """Whether a level label lies in the employer's own range; None when they cannot be compared.

    >>> own_scale_match("L5", "L4-L6"), own_scale_match("L3", "L4-L6"), own_scale_match("L5", "T5")
    (True, False, None)
    >>> own_scale_match("Senior", "Senior (L5)")
    True
    """
    ranges = spans(text)
    wanted = spans(label)
    comparable = [
        low <= number <= high
        for scale, number, _ in wanted
        for other, low, high in ranges
        if scale == other
    ]
    if comparable:
        return any(comparable)
    words = plain(label)
    if words and not wanted and f" {words} " in f" {plain(text)} ":
        return True
    return None


@lru_cache(maxsize=4096)
def pivot_match(level_std: int, peer_level: str) -> bool | None:
    """Whether a standard level lies in a range written on the Google ladder; None without one.

    >>> pivot_match(5, "ML Engineer L4-L6"), pivot_match(5, "L3-L4 Payments"), pivot_match(5, "SWE")
    (True, False, None)
    """
    ladder = [(low, high) for scale, low, high in spans(peer_level) if scale in ("L", "")]
    if not ladder:
        return None
    return any(low <= level_std <= high for low, high in ladder)


def _spelt(text: str) -> str:
    """A level's text in one spelling: "IC-3" and "SDE II" as ic3 and sde2, "Level 5" as l5."""
    words = " ".join(_ABBREVIATED.get(word, word) for word in plain(text).split())
    if "sde" in words or "swe" in words:
        words = _ROMAN.sub(lambda match: match[1] + _NUMERAL[match[2]], words)
    if "level" in words:
        words = _LEVEL.sub("l", words)
    return _SPACED.sub(r"\1\2", words)


@cache
def _maps() -> dict[str, dict[str, int]]:
    """The levels of every employer that has a map, by their text in one spelling."""
    found: dict[str, dict[str, int]] = {}
    for row in rows_of("levels"):
        own = found.setdefault(row["company_id"], {})
        own |= {_spelt(name): int(row["level_std"]) for name in row["names"].split("|")}
    return found


@cache
def _words() -> dict[str, int]:
    return {
        _spelt(name): int(row["level_std"])
        for row in rows_of("level_words")
        for name in row["names"].split("|")
    }


def _codes(text: str) -> list[str]:
    return [(match[1] or "") + match[2] for match in _CODE.finditer(text)]


def _grade(text: str) -> str:
    """The words of a text that are not about the work itself: "senior" of a senior engineer.

    Empty for those who lead others, whose levels are another ladder.
    """
    words = _MANAGES_A_PRODUCT.sub(" ", text)
    if _BESIDE.search(words):
        return ""
    return " ".join(_CODE.sub(" ", _WORK.sub(" ", words)).split())


def _of_map(own: dict[str, int], text: str) -> int | None:
    """A level by an employer's map: its whole text, else the one code in it, else its words."""
    if text in own:
        return own[text]
    codes = _codes(text)
    levels = {own[code] for code in codes if code in own}
    if codes:
        return levels.pop() if len(levels) == 1 else None
    return own.get(_grade(text))


def _of_words(text: str) -> int | None:
    levels = {_words()[code] for code in _codes(text) if code in _words()}
    word = _words().get(_grade(text))
    return word if word is not None else (levels.pop() if len(levels) == 1 else None)


def level_scale(company_id: str | None) -> str | None:
    """Whose levels an employer's are read by: its own map's, else empty, the words that all share.

    Employers of one scale have the same ``level_std`` for the same texts.

    >>> level_scale("google"), level_scale("acme"), level_scale(None)
    ('google', '', None)
    """
    return company_id if company_id is None or company_id in _maps() else ""


@lru_cache(maxsize=65536)
def level_std(
    company_id: str | None, level_raw: str | None, title: str | None = None
) -> int | None:
    """The standard level of a job, 3 to 7.

    Args:
        company_id: The employer, by ``warehouse.companies``; None when the source names none.
        level_raw: The employer's level as written, or where the source names no employer its
            experience level as in ``experience_std``; None or empty when none is stated.
        title: The title, whose words are read when the level says nothing.

    Returns:
        The level; None when no map and no word tells, for levels off the ladder, and for those
        who lead others.

    >>> level_std("google", "L5"), level_std("amazon", "L5"), level_std("acme", "L5")
    (5, 4, None)
    >>> level_std("microsoft", "Principal SDE"), level_std("acme", "Principal Engineer")
    (6, 7)
    >>> level_std(None, "MI", "Data Engineer"), level_std("ebay", "SE", "Software Engineer")
    (4, None)
    >>> level_std("acme", "", "Sr. Data Engineer"), level_std("acme", "Level II", "Engineer")
    (5, None)
    """
    if company_id is None and level_raw in EXPERIENCE_LEVELS:
        return experience_std(level_raw)
    texts = [_spelt(text) for text in (level_raw, title) if text]
    own = _maps().get(company_id or "", {})
    for text in texts if own else ():
        level = _of_map(own, text)
        if level is not None:
            return level
        if _codes(text):
            return None
    return next((level for text in texts if (level := _of_words(text)) is not None), None)


def experience_std(code: str) -> int | None:
    """The standard level of an experience level of AI-jobs: EN, MI, SE or EX.

    Executives (EX) stand beside the ladder.

    >>> experience_std("EN"), experience_std("SE"), experience_std("EX")
    (3, 5, None)
    """
    return EXPERIENCE_LEVELS.get(code.strip().upper())
