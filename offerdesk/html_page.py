"""A page for a browser: one file that asks nobody for anything, and may not."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from offerdesk.markup import Content, Markup, element


def html_page(title: str, style: str, *body: Content) -> str:
    """The page.

    Args:
        title: For the window.
        style: CSS; nothing else may style it, and nothing may run.
        body: What stands in it.
    """
    known = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(style)),
    )
    return "<!doctype html>\n" + element("html", head, element("body", *body), lang="en")
