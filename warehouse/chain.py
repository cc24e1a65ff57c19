"""How the entries of the log are chained, and how what they hold is sealed.

An entry's hash covers the hash before it, what stays open, and a commitment to each part that may
be removed later.  A commitment is SHA-256 over a salt and the part: it tells nothing to those who
do not have both, and whoever has them can show that they are what was logged.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import NewType

GENESIS = "0" * 64
SEED = 32  # [bytes] of chance for each decision
PARTS = ("decision", "facts", "market", "facts_hash", "company", "role")
OPEN = (
    "logged_at",
    "kind",
    "book",
    "snapshot",
    "verdict",
    "status",
    "rule",
    "redacts",
    "reason",
    "redacted_by",
)
FIRST_LAYOUT = ("logged_at", *PARTS[:3], "book", "snapshot", "facts_hash", *OPEN[4:7], *PARTS[4:])

Part = bytes | str | None
Seed = NewType("Seed", bytes)


def new_seed() -> Seed:
    """Chance for the salts of one decision; it is kept beside the content and goes with it."""
    return Seed(secrets.token_bytes(SEED))


def salt_of(seed: Seed, part: str) -> bytes:
    """The salt of one part, so that one may be shown without the others."""
    return hashlib.sha256(seed + part.encode()).digest()


def commitment(salt: bytes, content: Part) -> str:
    """What is kept of a part for good.

    >>> commitment(b"salt", "Acme") == commitment(b"salt", b"Acme")
    True
    >>> commitment(b"salt", "Acme") == commitment(b"other", "Acme")
    False
    """
    digest = hashlib.sha256(salt)
    _add(digest, content)
    return digest.hexdigest()


def commitments(seed: Seed, content: Mapping[str, Part]) -> dict[str, str]:
    """A commitment to each part."""
    return {part: commitment(salt_of(seed, part), content[part]) for part in PARTS}


def sealed(found: Mapping[str, str]) -> str:
    """Commitments as one text, in one form only."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"))


def entry_hash(previous: str, open_parts: Mapping[str, Part], seals: str | None) -> str:
    """The hash of an entry that has commitments, or of a redaction."""
    return _chained(previous, ["2", *(open_parts[name] for name in OPEN), seals])


def first_layout_hash(previous: str, parts: Mapping[str, Part]) -> str:
    """The hash of an entry of the first layout, which covers the content itself."""
    return _chained(previous, [parts[name] for name in FIRST_LAYOUT])


def open_digest(open_parts: Mapping[str, Part]) -> str:
    """What stays open of an entry of the first layout, for the redaction that removes the rest."""
    return _chained("", [open_parts[name] for name in OPEN])


def _chained(previous: str, parts: Iterable[Part]) -> str:
    """Each part with its length before it, so that parts cannot run together."""
    digest = hashlib.sha256(previous.encode("utf-8", "surrogateescape"))
    for part in parts:
        _add(digest, part)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, part: Part) -> None:
    if part is None:
        digest.update(b"-;")
        return
    # A damaged text is no UTF-8 any more, and still has a hash: another one.
    data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
    digest.update(b"%d:" % len(data))
    digest.update(data)
