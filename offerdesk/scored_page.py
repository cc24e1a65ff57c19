"""The summary of a scored sheet as a page with charts: one file that asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from offerdesk.charts import hatching
from offerdesk.html_page import html_page
from offerdesk.markup import Markup, element, together
from offerdesk.meanings import Meanings
from offerdesk.scored_origin import files, origin
from offerdesk.scored_sections import Section, sections
from offerdesk.scored_verdicts import PROVISIONAL, headline, verdicts
from pipelines.scoring.edition import book_of
from pipelines.scoring.run import Outcome

STYLE = Path(__file__).with_suffix(".css")


def as_html(outcome: Outcome) -> str:
    """The page; it needs nothing from anywhere, and may ask for nothing."""
    meanings = Meanings(book_of(outcome.asked.book))
    body = element(
        "main",
        _masthead(outcome),
        *_laid_out([verdicts(outcome, meanings), *sections(outcome, meanings)]),
        *_laid_out([files(outcome), origin(outcome)]),
        element("footer", element("p", "Offerdesk recommends; a person decides.")),
    )
    style = STYLE.read_text("utf-8")
    return html_page(f"{outcome.asked.sheet.name}, scored", style, hatching(PROVISIONAL), body)


def _masthead(outcome: Outcome) -> Markup:
    tally, day = outcome.tally, outcome.asked.today
    sheet = element("bdi", outcome.asked.sheet.name)
    told = together(element("b", sheet), f", scored on {day.day} {day:%B %Y}")
    parts = [(tally.read, "rows read"), (tally.judged, "judged"), (tally.refused, "refused")]
    return element(
        "header",
        element("p", "Offerdesk", class_="brand"),
        element("h1", headline(tally)),
        element("p", told, class_="lead"),
        element("p", *_equation(parts), class_="rows"),
    )


def _equation(parts: Iterable[tuple[int, str]]) -> Iterator[Markup]:
    for sign, (count, label) in zip(("", "=", "+"), parts, strict=True):
        before = element("span", f"{sign} ", class_="sign") if sign else None
        yield element("span", before, element("b", f"{count:,}"), f" {label}", class_="part")
        yield together(" ")


def _laid_out(found: Iterable[Section]) -> Iterator[Markup]:
    for one in found:
        about = element("div", element("h2", one.title), *one.about, class_="about")
        yield element("section", about, element("div", *one.content, class_="content"))
