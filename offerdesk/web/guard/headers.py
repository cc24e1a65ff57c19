"""What every answer tells a browser it may do with it: nothing that our pages do not need."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: with it a browser would hide from us where our own forms come from.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PRIVATE = "private, no-store"  # unless an answer says otherwise itself


def add_safe_headers(headers: MutableHeaders) -> None:
    """Add what an answer does not say itself."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", PRIVATE)
