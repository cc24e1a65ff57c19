"""Where a scored sheet left things, how to ask the ledger, and what it was judged by."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from offerdesk.markup import Markup, element, together
from offerdesk.scored_sections import Section, note
from pipelines.scoring.edition import book_of
from pipelines.scoring.run import Outcome

QUERIES = (
    ("Which single condition blocks most accepts?", "SELECT * FROM blockers LIMIT 1"),
    (
        "Which rows are under the minimum, though the employer can still move?",
        "SELECT row FROM ledger WHERE below_reservation AND NOT no_further_movement",
    ),
    (
        "What are the conditions of a rule, and their columns?",
        "SELECT * FROM conditions WHERE rule = 'D9'",
    ),
)


def files(outcome: Outcome) -> Section:
    """What the run left, and the questions that can be put to it."""
    made = [
        ("Answers", outcome.answers, "a row for each offer that was judged"),
        ("Rejects", outcome.rejects, "a row for each fault of a row that was refused"),
    ]
    if outcome.ledger:
        made.append(("Ledger", outcome.ledger, "the truth of every rule and condition"))
    rows = [(name, together(_link(path), f", {told}")) for name, path, told in made]
    asking = [_asking(outcome.ledger)] if outcome.ledger else []
    return Section("Where everything is", (), (_facts(rows), *asking))


def origin(outcome: Outcome) -> Section:
    """What the verdicts rest on; the same again gives the same verdicts."""
    asked = outcome.asked
    day = asked.today
    market: Markup | str = "none: only what the sheet itself states"
    if asked.snapshot_id:
        market = together("snapshot ", element("code", asked.snapshot_id))
    rows = [
        ("Rule book", element("code", book_of(asked.book).hash)),
        ("Market", market),
        ("Day", f"{day.day} {day:%B %Y}, for rows that name none"),
    ]
    if outcome.reused:
        rows.append(("Resumed", f"{outcome.reused:,} parts were finished by an earlier run"))
    about = note("The same sheet, book, market and day give the same verdicts again.")
    return Section("What it was judged by", (about,), (_facts(rows),))


def _facts(rows: Iterable[tuple[str, Markup | str]]) -> Markup:
    told = (together(element("dt", name), element("dd", value)) for name, value in rows)
    return element("dl", *told, class_="facts")


def _link(path: Path) -> Markup:
    """A path that leads to the file while the page lies beside it."""
    return element("a", element("bdi", str(path)), href=f"./{quote(path.name)}")


def _asking(ledger: Path) -> Markup:
    command = f"offerdesk ledger {shlex.quote(str(ledger))}"
    asked = (
        together(element("dt", why), element("dd", element("code", f'{command} "{query}"')))
        for why, query in QUERIES
    )
    return together(element("h3", "Ask the ledger"), element("dl", *asked, class_="asking"))
