"""Markdown as its readers see it: HTML, entities and other ways to write a table, made plain."""

from __future__ import annotations

import html
import re

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NOTE_MARK = re.compile(r"<sup>.*?</sup>|\[\^[^\]]+\](?!:)")
_BOLD_TAG = re.compile(r"</?(?:b|strong)(?:\s[^>]*)?>", re.IGNORECASE)
_CELL_TAG = re.compile(r"<t[dh](?:\s[^>]*)?>\s*", re.IGNORECASE)
_ROW = re.compile(r"\s*<tr(?:\s[^>]*)?>(.*?)</tr>\s*", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:table|thead|tbody|tr|t[dh]|p|div|span|em|i|u|small|sub|font|center|details|summary)"
    r"(?:\s[^>]*)?>",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\([$~+.-])")
_UNDERLINED = re.compile(
    r"^(?!\s*[|>#-])(?P<text>[^\n]{2,90}[^\s.:!?|])\n(?:=+|-{4,})[ \t]*$", re.MULTILINE
)
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$")


def plain_markdown(text: str) -> str:
    r"""The text without HTML, with every table as lines that begin with a pipe.

    >>> plain_markdown("Pay &amp; more\n====\n<b>$1K-$2K</b><br>a&nbsp;year")
    '# Pay & more\n**$1K-$2K** a year'
    >>> plain_markdown("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>")
    '| A | B |\n| 1 | 2 |\n'
    >>> plain_markdown("A | B\n--|--\n1 | 2\n\ntext | more").splitlines()
    ['| A | B', '| --|--', '| 1 | 2', '', 'text | more']
    """
    text = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text or "&" in text:
        text = _without_tags(text)
    text = _ESCAPE.sub(r"\1", _NOTE_MARK.sub("", text))
    return _piped(_UNDERLINED.sub(r"# \g<text>", text))


def _without_tags(text: str) -> str:
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    text = _NOTE_MARK.sub("", text)
    text = _BREAK.sub(" ", _BOLD_TAG.sub("**", text))
    text = _ROW.sub(_table_row, text)
    return html.unescape(_TAG.sub("", text)).replace("\u00a0", " ")


def _table_row(match: re.Match[str]) -> str:
    _, *cells = _CELL_TAG.split(match[1])
    return f"| {' | '.join(' '.join(_TAG.sub('', cell).split()) for cell in cells)} |\n"


def _piped(text: str) -> str:
    """Tables that leave out the outer pipes, with the first of them."""
    lines = text.split("\n")
    for rule in [n for n, line in enumerate(lines) if n and _RULE.match(line)]:
        for number in range(rule - 1, len(lines)):
            if "|" not in lines[number]:
                break
            if not lines[number].lstrip().startswith("|"):
                lines[number] = "| " + lines[number].lstrip()
    return "\n".join(lines)
