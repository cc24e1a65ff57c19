"""The phrases by which a sentence of the negotiate-up paragraph shows its subject."""

from __future__ import annotations

import re

ACCEPT = (
    r"\baccept(?:-at)?\b(?=\s+(?:floor|at|if|no|above|[A-Z]{0,2}[$£€₹₪¥]|[A-Z]{3}\s?\d|anything)|-at)",
    r"\b(?:accept-at|walk-?away|my|your|absolute|hard)\s+floors?\b",
    r"(?:^|[\s\"“*])floors?\s*(?=:|\bis\b|\bfor\b|\bof\b)",
    r"\bas (?:my|your|a|the)(?: absolute)? floor",
    r"\bno lower than\b",
)
LEAVE = (
    r"\bwalk(?:ing)? away\b(?!\s+floor)",
    r"\b(?:below|under|beneath) (?:that|this|which|these)\b",
    r"\bany(?:thing| package) below\b",
)
COUNTER = (
    r"\b(?:will|to|likely|may|might|expect(?: a)?)\s+(?:likely\s+)?counters?\b",
    r"(?<!initial)(?:^|\W)counters? (?:at|any|firmly)\b",
)
COMPETING = (
    r"\bcompeting\b|\bcompetitors?\b|\bholding\b|\bleaving \[|\blate-stage\b|\bin process with\b",
    r"\b(?:have|hold|reference|present)\s[^.;:$]{0,50}?\boffers?\b",
    r"\boffers? (?:from|at)\b",
    r"\balternatives?\b|\broles? (?:offer|pay)\b",
)
TARGET = (
    r"\bI(?:['\u2019]m| am) (?:targeting|asking|looking|proposing|seeking)\b",
    r"\bI['\u2019]?d (?:like|need|want|expect|propose|value|welcome)\b",
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
