"""The negotiate-up paragraph: what to ask for and where to accept.

Each sentence is cut where its subject changes (asking, accepting, the employer's counter, the
competing offers), and each stretch is read on its own.  Only the first region or level fills the
main fields; placeholders such as ``$[X]K`` hold no amount and stay empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.guides.cues import CUE
from pipelines.guides.document import Document, Table
from pipelines.guides.money import tidy
from pipelines.guides.prose import UNITS, Ask, asks, sentences

_BLOCK = re.compile(r"negotiate[- ]up(?:\s+strategy)?", re.IGNORECASE)
_LABEL = re.compile(
    r"^[>\s*#]*negotiate[- ]up\s+strategy\s*(?:\((?P<level>[^)]*)\))?[\s*:]*(?:with [\w ]+)?",
    re.IGNORECASE,
)
_FIELDS = {
    "base": "base",
    "stock": "equity",
    "signon": "signon",
    "bonus": "bonus",
    "total": "total",
}
_ASK_HEADER = re.compile(r"^(?:start|target|open|anchor|ask)\b", re.IGNORECASE)
_FLOOR_HEADER = re.compile(r"^accept|\bfloor\b", re.IGNORECASE)
_PERCENT = r"(\d+)(?:\s?[-\u2013]\s?\d+)?%\+?\s+"
_RELATIVE = (
    ("equity_uplift_pct", re.compile(_PERCENT + r"(?:more|share premium|above standard)\b")),
    ("bonus_pct", re.compile(_PERCENT + r"(?:[\w-]+\s+){0,3}?bonus\b")),
    ("equity_shares", re.compile(rf"(?<![$£€₹₪¥\d,.\u2013-])(?<![A-Z] ){UNITS.pattern}")),
)
_FIGURE = re.compile(
    r"[$£€₹₪¥₩₫₱₺]\s?\[?\d|\b[A-Z]{3}\s?\[?\d|\d\s?%|\bkr\s?\d|zł|Rs"
    r"|\d(?:[KkMBL]|\s?[a-z]{4,8})?\s?(?:[€£]|[A-Z]{3}\b|K\u010d)"
)
_TURN = re.compile(r"(?:\bbut\b|\s[\u2014\u2013]\s|;)[^\u2014\u2013;]*$")
_FALLBACK = re.compile(r"^[\W_]*(?:if|when|should|once)\b", re.IGNORECASE)
_TO_ACCEPT = re.compile(r"\d[^.]*\bto accept\b\W*$")
_PLACE = re.compile(
    r"^[\W_]*(?:in|for)\s+(?P<place>[A-Z][^,:;.$£€]{1,40}?)"
    r"(?:\s+roles?|\s+candidates?|-based[^,:]*)?[,:]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a sentence with one subject.

    Attributes:
        kind: ``target``, ``accept``, ``counter``, ``leave``, ``competing``, ``fallback`` (the
            answer to a refusal), ``plain`` (none of these), ``table``.
        text: The piece.
        place: The region that the sentence opens with ("In London, ..."); None otherwise.
        before: The employer's counter in the same sentence, which a bare floor answers.
    """

    kind: str
    text: str
    place: str | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Targets and floors of a region that is not the first."""

    region: str
    target: dict[str, object]
    accept: dict[str, object]


@dataclass(slots=True)
class Strategy:
    """What the negotiate-up paragraph asks for and accepts.

    Attributes:
        text: The paragraph without its label; empty when the guide has none.
        level: The level in the label's brackets.
        target: ``base``, ``equity``, ... with their ``_high`` and ``_period``.
        accept: The same for the floor.
        elsewhere: The same for the regions that later sentences name.
    """

    text: str = ""
    level: str | None = None
    target: dict[str, object] = field(default_factory=dict)
    accept: dict[str, object] = field(default_factory=dict)
    elsewhere: list[Elsewhere] = field(default_factory=list)


def read_strategies(document: Document) -> list[Strategy]:
    """Every negotiate-up paragraph, read; the first is the guide's main one."""
    read = [read_strategy(text, level) for text, level in _blocks(document)]
    for strategy in read[:1]:
        _complete(strategy, document.tables)
    return read


def _complete(strategy: Strategy, tables: list[Table]) -> None:
    """Fill what the paragraph leaves out from the first table of asks and floors."""
    for table in tables[1:]:
        ask, floor = (_column(table, pattern) for pattern in (_ASK_HEADER, _FLOOR_HEADER))
        if ask and floor:
            for found, column in ((strategy.target, ask), (strategy.accept, floor)):
                rows = [Stretch("table", f"{row[0]}: {row[column]}") for row in table.rows]
                for name, value in _collect(rows).items():
                    found.setdefault(name, value)
            return


def _column(table: Table, pattern: re.Pattern[str]) -> int | None:
    return next((i for i, header in enumerate(table.header) if pattern.search(header)), None)


def _blocks(document: Document) -> list[tuple[str, str | None]]:
    found = []
    for line in document.lines:
        match = _LABEL.match(line) if _BLOCK.search(line) else None
        if match and len(line) > match.end() + 20:
            found.append((line[match.end() :].strip(" *"), match["level"]))
    if found:
        return found
    return [(s.text, None) for s in document.sections if _BLOCK.search(s.heading) and s.text]


def read_strategy(text: str, level: str | None = None) -> Strategy:
    """Read one paragraph.

    >>> s = read_strategy('"I am targeting $240K base and $350K RSUs." Accept at $220K+ base.')
    >>> s.target["base"], s.target["equity"], s.accept["base"]
    (240000, 350000, 220000)
    """
    pieces = stretches(text)
    target = _asked(pieces, "target")
    for piece in pieces:  # a sign-on is often only the second line of attack
        if piece.kind in ("fallback", "plain") and "signon" not in target:
            target |= {k: v for k, v in _collect([piece]).items() if k.startswith("signon")}
    accept = _asked(pieces, "accept", target)
    return Strategy(text, level, target, accept, _elsewhere(pieces))


def _asked(
    pieces: Sequence[Stretch], kind: str, target: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The amounts and the relative asks of all stretches of one kind."""
    chosen = [piece for piece in pieces if piece.kind == kind]
    return _relative(chosen) | _collect(chosen, target)


def _relative(pieces: Sequence[Stretch]) -> dict[str, object]:
    """What is asked for in percent or in units and not in money; first mention wins."""
    found: dict[str, object] = {}
    for piece in pieces:
        for name, pattern in _RELATIVE:
            if match := pattern.search(piece.text):
                found.setdefault(name, tidy(float(match[1].replace(",", ""))))
    return found


def _elsewhere(pieces: Sequence[Stretch]) -> list[Elsewhere]:
    """Targets and floors of sentences that name another region than the first."""
    places = list(dict.fromkeys(piece.place for piece in pieces if piece.place))
    home = next((p.place for p in pieces if p.kind == "target"), None)
    found = []
    for place in places:
        here = [piece for piece in pieces if piece.place == place]
        asked = [_collect([p for p in here if p.kind == kind]) for kind in ("target", "accept")]
        if place != home and any(asked):
            found.append(Elsewhere(place, *asked))
    return found


@lru_cache(maxsize=256)
def stretches(text: str) -> tuple[Stretch, ...]:
    """The paragraph cut at every change of subject; sentences without a figure are left out."""
    plain = re.sub(r"\*\*", "", text)
    return tuple(
        piece for part in sentences(plain) if _FIGURE.search(part) for piece in _pieces(part)
    )


def _pieces(sentence: str) -> Iterable[Stretch]:
    place = _PLACE.match(sentence)
    if _TO_ACCEPT.search(sentence):
        return (Stretch("accept", sentence, place["place"] if place else None),)
    opening = "fallback" if _FALLBACK.match(sentence) else "plain"
    return _cut(sentence, place["place"] if place else None, opening)


def _cut(sentence: str, place: str | None, opening: str) -> Iterable[Stretch]:
    start, kind, counter = 0, opening, ""
    for match in CUE.finditer(sentence):
        following = match.lastgroup or "plain"
        if opening == "fallback" and following in ("target", "counter"):
            following = "fallback"
        if following == kind or (
            kind == "accept" and not _turns(sentence[start : match.start()], match)
        ):
            continue
        if match.start() > start and (kind, following) != ("plain", "competing"):
            yield Stretch(kind, sentence[start : match.start()], place, counter)
            counter = sentence[start : match.start()] if kind == "counter" else counter
            start = match.start()
        kind = following
    yield Stretch(kind, sentence[start:], place, counter)


def _turns(floor: str, cue: re.Match[str]) -> bool:
    """Whether a floor is followed by another thought: advice to push behind a "but" or a dash."""
    if cue.lastgroup == "target":
        pushed = re.match("push|ask|request|negotiate", cue[0], re.IGNORECASE)
        return bool(pushed and _FIGURE.search(floor) and _TURN.search(floor))
    return cue.lastgroup != "counter"


def _collect(
    pieces: Sequence[Stretch], target: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The first region's amount of each component."""
    found: dict[str, object] = {}
    home: list[str | None] = []
    for piece in pieces:
        if home and piece.place and piece.place not in home:
            continue
        for ask in asks(piece.text):
            if found and ask.money.currency != found["currency"]:
                continue
            name = _field(ask, piece, target, found)
            if name and name not in found:
                found.setdefault("currency", ask.money.currency)
                home.append(piece.place)
                _put(found, name, ask)
    return found


def _field(
    ask: Ask,
    piece: Stretch,
    target: Mapping[str, object] | None,
    found: Mapping[str, object],
) -> str | None:
    if ask.component in _FIELDS:
        return _FIELDS[ask.component]
    if ask.component or ask.aside or target is None or found:
        return None
    countered = [a.component for a in asks(piece.before) if a.component in _FIELDS]
    return _FIELDS[str(countered[0])] if countered else _guess(ask, target)


def _guess(ask: Ask, target: Mapping[str, object]) -> str | None:
    """What a bare floor is a floor of: the cash target it comes nearest to from below."""
    for names in (("base", "total"), ("equity",)):
        reach = {
            name: float(str(target.get(f"{name}_high") or target[name]))
            for name in names
            if name in target
        }
        near = {n: v for n, v in reach.items() if 0.6 * v <= ask.money.low <= 1.02 * v}
        if near:
            return min(near, key=lambda name: near[name] - ask.money.low)
    return None


def _put(found: dict[str, object], name: str, ask: Ask) -> None:
    found[name] = tidy(ask.money.low)
    found[f"{name}_high"] = tidy(ask.money.high) if ask.money.is_range else None
    if name == "equity":
        found["equity_period"] = ask.period
        found |= {"equity_shares": ask.shares} if ask.shares else {}
