"""The secret of this home, by which it knows again what it has signed."""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from rules.errors import FailedWorld, Fault

LENGTH = 32  # [bytes]


def home_key(folder: Path) -> bytes:
    """The key in a folder, made when there is none; readable to its owner only.

    Raises:
        FailedWorld: ``web-unwritable``.
    """
    file = folder / "key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(file)
        key = file.read_bytes()
    except OSError as problem:
        step = "make the folder writable"
        fault = Fault("web-unwritable", str(file), problem.strerror or str(problem), "", step)
        raise FailedWorld(fault) from problem
    if len(key) != LENGTH:
        fault = Fault("web-key-damaged", str(file), f"{len(key)} bytes", f"{LENGTH}", "delete it")
        raise FailedWorld(fault)
    return key


def _make(file: Path) -> None:
    """Made aside and linked, so that of two servers that start at once both read the same."""
    if file.exists():
        return
    aside = file.with_name(f".key-{secrets.token_hex(8)}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(secrets.token_bytes(LENGTH))
    try:
        os.link(aside, file)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def signed(key: bytes, *parts: str | bytes) -> str:
    """A signature of some parts, each with its length before it.

    >>> signed(b"key", "ab", "c") == signed(b"key", "a", "bc")
    False
    """
    digest = hmac.new(key, digestmod=sha256)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()
