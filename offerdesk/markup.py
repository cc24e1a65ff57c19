"""HTML out of elements: whatever is not markup already is escaped, so nothing can be forgotten."""

from __future__ import annotations

from html import escape
from typing import Final

_VOID: Final = frozenset({"meta", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    def __html__(self) -> str:
        """What a template takes as it is."""
        return self


Content = str | None


def text(content: str) -> Markup:
    r"""Text as HTML; what cannot be seen, or turns the line around, becomes a question mark.

    >>> text("a<b> & \u202e\x00")
    'a&lt;b&gt; &amp; ??'
    """
    seen = (one if one.isprintable() or one == "\n" else "?" for one in content)
    return Markup(escape("".join(seen)))


def together(*content: Content) -> Markup:
    """Pieces in a row; None is nothing.

    >>> together("a & b", None, element("br"))
    'a &amp; b<br>'
    """
    known = (one for one in content if one is not None)
    return Markup("".join(one if isinstance(one, Markup) else text(one) for one in known))


def element(tag: str, *content: Content, **attributes: str | None) -> Markup:
    """An element; ``class_`` is called ``class``, other underscores are hyphens.

    >>> element("p", "1 < 2", class_="note", aria_hidden="true", id=None)
    '<p class="note" aria-hidden="true">1 &lt; 2</p>'
    """
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{told}>")
    return Markup(f"<{tag}{told}>{together(*content)}</{tag}>")
