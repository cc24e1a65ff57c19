"""By which name a desk is called: a foreign name that leads here is somebody's trick.

A page from elsewhere may let its own name point at this machine and then read what the desk says
(DNS rebinding); it cannot change the Host header that the browser sends.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]/@\s]+))(?::(\d{1,5}))?")


def name_in(host: str) -> str | None:
    """The name in a Host header, without its port; None when it is malformed.

    >>> name_in("LocalHost:8000"), name_in("[::1]:8000"), name_in("a b")
    ('localhost', '::1', None)
    """
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).rstrip(".").lower() if found else None


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is heard on this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def names_of(host: str, also: Iterable[str]) -> frozenset[str]:
    """The names that a desk listening on ``host`` answers to."""
    own = LOOPBACK_NAMES | {host.lower()} if is_loopback(host) else {host.lower()}
    return frozenset({*own, *(name.lower() for name in also)})
