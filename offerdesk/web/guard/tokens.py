"""Tokens: who somebody is, told by a secret that stands in a file or in the environment."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from rules.errors import FailedWorld, Fault

VARIABLE = "OFFERDESK_TOKENS"
OWNER = "owner"  # whoever can connect, where there are no tokens
LEAST_LENGTH = 24
FORM = "a line NAME:TOKEN for each user but `owner`, the token of 24 characters or more"
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9_.-]{0,63}):([!-~]+)")


class Tokens:
    """Users by the hashes of their tokens; the tokens themselves are forgotten.

    Args:
        of_users: The token of each user.
    """

    def __init__(self, of_users: Mapping[str, str] | None = None) -> None:
        self._hashes = {name: _hash(token) for name, token in (of_users or {}).items()}

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def user_of(self, token: str) -> str | None:
        """Whose token this is; it takes the same time whoever it is, and if it is nobody's.

        >>> Tokens({"ann": "a" * 24}).user_of("a" * 24)
        'ann'
        """
        given, found = _hash(token), None
        for name, known in self._hashes.items():
            if hmac.compare_digest(known, given):
                found = name
        return found

    def hash_of(self, user: str) -> bytes | None:
        """What a session of the user is bound to; None when there is no such user any more."""
        return self._hashes.get(user)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def read_tokens(file: Path | None, text: str | None) -> Tokens:
    """The tokens of a file, or of the environment where no file is named.

    Args:
        file: With a line for each user.
        text: The same out of the environment; commas part users as well as line ends.

    Raises:
        FailedWorld: ``tokens-unreadable``, ``tokens-open-to-others`` or ``tokens-malformed``.
    """
    if file is not None:
        return _tokens(_read(file).splitlines(), str(file))
    if text:
        return _tokens(re.split(r"[,\n]", text), VARIABLE)
    return Tokens()


def _read(file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            found = "a file that others of this machine can read"
            step = f"chmod 600 {file}"
            raise FailedWorld(Fault("tokens-open-to-others", str(file), found, "", step))
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        found = getattr(problem, "strerror", None) or "bytes that are not UTF-8"
        raise FailedWorld(Fault("tokens-unreadable", str(file), found, FORM)) from problem


def _tokens(lines: list[str], place: str) -> Tokens:
    stated: dict[str, str] = {}
    faults = list(_sort(lines, place, stated))
    if not stated and not faults:
        faults = [_malformed(place, "no user")]
    if faults:
        raise FailedWorld(faults)
    return Tokens(stated)


def _sort(lines: list[str], place: str, stated: dict[str, str]) -> Iterator[Fault]:
    """Fill in who has which token; a fault never shows what stands in a line."""
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        where = f"{place} line {number}"
        parts = _LINE.fullmatch(line)
        if parts is None or parts[1] == OWNER:
            yield _malformed(where, "a line of another form")
        elif len(parts[2]) < LEAST_LENGTH:
            yield _malformed(where, f"a token of {len(parts[2])} characters")
        elif parts[1] in stated or parts[2] in stated.values():
            yield _malformed(where, "a user or a token for the second time")
        else:
            stated[parts[1]] = parts[2]


def _malformed(place: str, found: str) -> Fault:
    step = "`openssl rand -hex 32` makes a token"
    return Fault("tokens-malformed", place, found, FORM, step)
