"""A page as text for a terminal or a pipe."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from offerdesk.bars import MARKS, Bar, drawn, short
from offerdesk.page import WORDS, Bars, Block, Bullets, Grid, Page, Paragraph, Part
from rules.wording import money

_STYLES = {
    "offer": "bold",
    "sign at": "red",
    "settle at": "green",
    "say": "cyan",
    "outside": "dim",
}
LABEL, END, LONGEST_BAR = 13, 6, 44
MARGIN = 2


def as_text(page: Page, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
    """Lay a page out in lines of at most ``width`` characters."""
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        legacy_windows=False,
        color_system="standard" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
    )
    _Writer(console, unicode).page(page)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


class _Writer:
    """Writes a page, block by block."""

    def __init__(self, console: Console, unicode: bool) -> None:
        self.console = console
        self.unicode = unicode

    def page(self, page: Page) -> None:
        self.console.print(Text(page.verdict, style=f"bold {page.colour}"))
        self.console.print(Text(page.subject, style="dim"))
        self.console.print()
        self.console.print(Text(page.reason, style="bold"))
        for part in page.parts:
            self.part(part)

    def part(self, part: Part) -> None:
        self.console.print()
        line = ("═" if part.title == WORDS else "─") if self.unicode else "-"
        title = Text(part.title.upper(), style="bold")
        self.console.print(Rule(title, characters=line, align="left", style="dim"))
        if part.note:
            self.console.print(Text(part.note, style="italic dim"))
        for section in part.sections:
            self.console.print()
            if section.title:
                self.console.print(Text(section.title, style="bold"))
            for block in section.blocks:
                self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(text, strong):
                self.indented(Text(text, style="bold" if strong else ""))
            case Bullets(items, numbered, first):
                self.bullets(items, first if numbered else None)
            case Grid():
                self.grid(block)
            case Bars(bars):
                self.bars(bars)

    def indented(self, what: Text | Table) -> None:
        self.console.print(Padding(what, (0, 0, 0, MARGIN)))

    def bullets(self, items: tuple[str, ...], first: int | None) -> None:
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for number, item in enumerate(items, first or 1):
            point = f"{number}." if first else ("•" if self.unicode else "-")
            table.add_row(Text(point), Text(item))
        self.indented(table)

    def grid(self, grid: Grid) -> None:
        table = Table(
            box=None,
            padding=(0, 2, 0, 0),
            pad_edge=False,
            header_style="dim",
            show_header=any(grid.head),
        )
        for number, title in enumerate(grid.head):
            is_right = number in grid.right
            table.add_column(
                Text(title),
                justify="right" if is_right else "left",
                no_wrap=is_right,
                overflow="fold",
            )
        for row in grid.rows:
            table.add_row(*(Text(cell) for cell in row))
        self.indented(table)

    def bars(self, bars: tuple[Bar, ...]) -> None:
        amount = max(len(money(bar.offer, bar.currency)) for bar in bars)
        taken = MARGIN + LABEL + amount + 2 * END + 4
        length = max(8, min(LONGEST_BAR, self.console.width - taken))
        for bar in bars:
            self.console.print(self.line(bar, amount, length), no_wrap=True, overflow="crop")
        self.indented(self.legend(bars))

    def line(self, bar: Bar, amount: int, length: int) -> Text:
        low, high = bar.ends
        text = Text(" " * MARGIN + f"{bar.label:<{LABEL}}")
        text.append(f"{money(bar.offer, bar.currency):>{amount}}", style="bold")
        text.append(f" {short(low):>{END}} ", style="dim")
        for name, character in drawn(bar, length, unicode=self.unicode):
            text.append(character, style=_STYLES.get(name, ""))
        return text.append(f" {short(high)}", style="dim")

    def legend(self, bars: tuple[Bar, ...]) -> Text:
        used = [name for name in MARKS if any(name in bar.marks for bar in bars)]
        signs = {name: MARKS[name][0 if self.unicode else 1] for name in used}
        text = Text()
        for name, sign in signs.items():
            text.append(sign, style=_STYLES.get(name, "")).append(f" {name}   ", style="dim")
        band = "━━ band" if self.unicode else "== band"
        return text.append(band, style="dim")
