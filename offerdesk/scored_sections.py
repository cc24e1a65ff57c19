"""What a scored sheet says beyond its verdicts: what stands in the way, is asked, was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from offerdesk.charts import bar, share
from offerdesk.complaints import step
from offerdesk.markup import Markup, element, together
from offerdesk.meanings import Meanings
from offerdesk.scored import unfired
from pipelines.scoring.rejected import examples
from pipelines.scoring.run import Outcome
from rules.errors import Fault

MOST = 10  # lines of a list that are shown at once
_KINDS = {"walk_away": "walk-away", "review": "needs-review", "counter": "counter"}
LONGEST = 160  # of what was found in a cell [characters]


class Section(NamedTuple):
    """A part of the page: what it is called, what has to be known about it, and what it shows."""

    title: str
    about: tuple[Markup, ...]
    content: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ranking.

    Attributes:
        label: In plain words.
        codes: What it is called in files and commands.
        kind: How its bar is drawn.
        share: Of the whole; empty where there is none.
        more: What stands below it.
    """

    label: Markup | str
    codes: tuple[str, ...]
    count: int
    kind: str
    share: str = ""
    more: Markup | None = None


def sections(outcome: Outcome, meanings: Meanings) -> Iterator[Section]:
    """The sections, in the order of the page."""
    tally = outcome.tally
    if outcome.ledger is None:
        yield _without_ledger()
    elif tally.judged:
        yield _blockers(tally.blockers, meanings)
    if tally.questions.total():
        yield _questions(outcome, meanings)
    if tally.refused:
        yield _refused(outcome)
    never = unfired(outcome)
    if never and tally.judged:
        yield _unfired(never, meanings)
    if outcome.columns.carried or outcome.dropped:
        yield _columns(outcome)


# --- The sections ---------------------------------------------------------------------------


def _blockers(blockers: Counter[str], meanings: Meanings) -> Section:
    lines = [
        Line(meanings.condition(rule, text) or text, (rule, text), count, _KINDS[decides])
        for (rule, _, text), count in ((one.partition(": "), n) for one, n in _most(blockers))
        for decides in [meanings.decides(rule)]
    ]
    about = (
        "Offers against which no rule would stand if this one condition were the other way round. "
        "Where either of two conditions would do, the offer counts in both lines."
    )
    title = "What alone keeps offers from being accepted"
    table = ranked(title, "Condition", lines) if lines else note("No condition alone does.")
    return Section(title, (note(about),), (table,))


def _without_ledger() -> Section:
    told = "No ledger was kept, so what stands in the way of a yes was not counted. "
    again = element("code", "--no-ledger")
    found = element("p", told, "Score the sheet again without ", again, " to know.")
    return Section("What alone keeps offers from being accepted", (), (found,))


def _questions(outcome: Outcome, meanings: Meanings) -> Section:
    waiting = sum(n for one, n in outcome.tally.outcomes.items() if one.endswith(" needs_review"))
    lines = [
        Line(meanings.question(name) or name, (name,), count, "needs-review", share(count, waiting))
        for name, count in _most(outcome.tally.questions)
    ]
    about = (
        f"Shares are of the {waiting:,} in need of review. One offer may raise several questions."
    )
    title = "What is asked of offers that need review"
    return Section(title, (note(about),), (ranked(title, "Question", lines, whole=waiting),))


def _refused(outcome: Outcome) -> Section:
    found = examples(outcome.rejects)
    lines = [
        Line(
            _plain(code),
            (code,),
            count,
            "refused",
            more=_example(found[code]) if code in found else None,
        )
        for code, count in _most(outcome.tally.reasons)
    ]
    about = (
        "A row that cannot be judged as it stands is never guessed at. Each is in the rejects "
        "with all that is wrong with it; mend the sheet and score it again."
    )
    table = ranked("Why rows were refused", "Reason", lines, counted="Rows")
    return Section("Why rows were refused", (note(about),), (table,))


def _plain(code: str) -> str:
    """A code as words, without the kind of thing that was read."""
    words = code.partition("-")[2].replace("-", " ") or code
    return words[:1].upper() + words[1:]


def _example(fault: Fault) -> Markup:
    return together(
        element("p", "For example ", _quoting(f"{fault.place}: found {fault.found}"), "."),
        element("p", element("b", "Allowed: "), _quoting(fault.allowed)) if fault.allowed else None,
        element("p", element("b", "Next: "), _quoting(step(fault))),
    )


def _quoting(text: str) -> Markup:
    """A part of a fault, not too long, with what stands between backquotes as code."""
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    parts = short.split("`")
    if len(parts) % 2 == 0:  # one of them is no quote
        return together(short)
    return together(*(element("code", one) if n % 2 else one for n, one in enumerate(parts)))


def _unfired(never: Sequence[str], meanings: Meanings) -> Section:
    rows = [one.removeprefix("row ") for one in never if one.startswith("row ")]
    levers = [one.removeprefix("lever ") for one in never if one.startswith("lever ")]
    signals = [one for one in never if not one.startswith(("row ", "lever "))]
    groups = (
        ("Decision rows", [(one, meanings.row(one)[-1]) for one in rows]),
        ("Signals", [(one, meanings.named(one)) for one in signals]),
        ("Levers: things to say", [(one, meanings.lever(one)) for one in levers]),
    )
    about = f"{len(never)} rules of the book were true for no offer of this sheet."
    content = (folded(f"{title} ({len(told)})", _told(told)) for title, told in groups if told)
    return Section("Rules that never held", (note(about),), tuple(content))


def _columns(outcome: Outcome) -> Section:
    groups = (
        ("Stated nothing the book knows, and decided nothing:", outcome.columns.carried),
        ("About who a person is; left behind, and never read:", outcome.dropped),
    )
    content = [together(element("p", title), _names(names)) for title, names in groups if names]
    return Section("Columns that did not count", (), tuple(content))


# --- What they are made of --------------------------------------------------------------------


def note(text: str) -> Markup:
    """A remark."""
    return element("p", text, class_="note")


def folded(title: str, content: Markup) -> Markup:
    """What is shown to those who ask."""
    return element("details", element("summary", title), content)


def ranked(
    caption: str,
    head: str,
    lines: Sequence[Line],
    *,
    whole: int | None = None,
    counted: str = "Offers",
) -> Markup:
    """A table of counts with bars; what is beyond the first lines is folded.

    Args:
        caption: What it is about.
        head: What the lines are.
        lines: Most first.
        whole: What the longest bar would be; the first line's count when not given.
        counted: What is counted.
    """
    most = whole or max((one.count for one in lines), default=0)
    heads = (head, counted)
    shown = _table(caption, heads, lines[:MOST], most)
    if len(lines) <= MOST:
        return shown
    rest = _table(f"{caption}: the rest", heads, lines[MOST:], most)
    return together(shown, folded(f"{len(lines) - MOST} more", rest))


def _table(caption: str, heads: tuple[str, str], lines: Iterable[Line], most: int) -> Markup:
    head, counted = heads
    titles = element(
        "tr", element("th", head, scope="col"), element("th", counted, scope="col", class_="count")
    )
    rows = (row for one in lines for row in _rows(one, most))
    return element(
        "table",
        element("caption", caption),
        element("thead", titles),
        element("tbody", *rows),
    )


def _rows(line: Line, most: int) -> Iterator[Markup]:
    codes = (element("code", element("bdi", one)) for one in line.codes)
    told = f"{line.count:,}" + (f", {line.share}" if line.share else "")
    yield element(
        "tr",
        element(
            "th",
            element("p", line.label),
            element("p", *codes, class_="codes"),
            bar(line.count, most, line.kind, told),
            scope="row",
        ),
        _count(line),
        class_="has-more" if line.more else None,
    )
    if line.more:
        yield element("tr", element("td", line.more, colspan="2"), class_="more")


def _count(line: Line) -> Markup:
    return element(
        "td",
        element("b", f"{line.count:,}"),
        element("span", line.share, class_="share") if line.share else None,
        class_="count",
    )


def _told(told: Iterable[tuple[str, str]]) -> Markup:
    lines = (
        together(element("dt", element("code", name)), element("dd", said)) for name, said in told
    )
    return element("dl", *lines)


def _names(names: Sequence[str]) -> Markup:
    return element(
        "ul", *(element("li", element("code", element("bdi", n))) for n in names), class_="names"
    )


def _most(counter: Counter[str]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in counter.most_common() if count]
