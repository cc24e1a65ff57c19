"""The phrases by which a sentence of the negotiate-up paragraph shows its subject."""

from __future__ import annotations

import re

_NEVER = r"do not|don['\u2019]t|never|will not|won['\u2019]t"
ACCEPT = (
    r"\baccept(?:-at)?\b(?=\s+(?:floor|at|if|no|above|[A-Z]{0,2}[$£€₹₪¥]|[A-Z]{3}\s?\d|anything)|-at)",
    r"\b(?:accept-at|walk-?away|my|your|absolute|hard)\s+floors?\b",
    r"(?:^|[\s\"“*])floors?\s*(?=:|\bis\b|\bfor\b|\bof\b)",
    r"\bas (?:my|your|a|the)(?: absolute)? floor",
    r"\bfloors? (?=(?:base|equity|RSUs?|TC|total|sign)\b)",
    r"\bno (?:lower|less) than\b",
    rf"\b(?:{_NEVER})\s(?:accept|go|settle|sign|take)\b[^.;$\d]{{0,20}}?"
    r"\b(?:less|lower|under|below)\b(?=(?: than)? [A-Z]{0,2}[$£€₹\d])",
    r"\b(?:minimum|lowest) acceptable\b|\bbottom[- ]line\b",
    r"(?:^|[.;:\"“]\s*)settle (?:at|for)\b",
    r"\bsign (?:today |now )?at\b",
)
LEAVE = (
    r"\bwalk(?:ing)? away\b(?!\s+floor)",
    r"\b(?:below|under|beneath) (?:that|this|which|these)\b",
    r"\bany(?:thing| package) below\b",
)
COUNTER = (
    r"\b(?:will|to|likely|may|might|expect(?: a)?)\s+(?:likely\s+)?counters?\b",
    r"(?<!initial )(?<!your )(?<!my )\bcounters? (?:at|any|firmly)\b",
)
COMPETING = (
    r"\bcompeting\b|\bcompetitors?\b|\bholding\b|\bleaving \[|\blate-stage\b|\bin process with\b",
    r"\b(?:have|hold|reference|present)\s[^.;:$]{0,50}?\boffers?\b",
    r"\boffers? (?:from|at)\b",
    r"\balternatives?\b|\broles? (?:offer|pay)\b|\boffered me\b",
)
TARGET = (
    r"\bI(?:['\u2019]m| am) (?:targeting|asking|looking|proposing|seeking)\b",
    r"\bI['\u2019]?d (?:also )?(?:like|need|want|expect|propose|value|welcome)\b",
    r"\bI (?:need|want|believe|propose)\b|\b(?:my|your) (?:\w+ ){0,3}(?:ask|target)\b",
    r"\b(?:target|targeting|open|anchor|anchoring|push|start|ask|aim|request|propose|demand)\b",
    r"\b(?:negotiate|enter|seek|secure|deploy|lead)\b",
    r"\bto (?:join|choose|align with)\b|\bcompetitive:|:\s*(?=[A-Z]{0,2}[$£€₹₪¥]\[?\d)",
)
SUBJECTS = {
    "accept": ACCEPT,
    "leave": LEAVE,
    "counter": COUNTER,
    "competing": COMPETING,
    "target": TARGET,
}
CUE = re.compile(
    "|".join(f"(?P<{name}>{'|'.join(phrases)})" for name, phrases in SUBJECTS.items()),
    re.IGNORECASE,
)
