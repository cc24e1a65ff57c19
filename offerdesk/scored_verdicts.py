"""The verdicts of a scored sheet, as a chart and by the rule that gave them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from offerdesk.charts import Slice, share, stacked
from offerdesk.markup import Markup, element, together
from offerdesk.meanings import Meanings
from offerdesk.scored_sections import Line, Section, folded, note, ranked
from pipelines.scoring.run import Outcome
from pipelines.scoring.tally import Tally

PROVISIONAL = "needs-review"
FEW = 3  # sentences of a rule that are shown at once
KINDS = {
    "accept": ("Accept", "Nothing is left that has to be settled first."),
    "counter": ("Counter", "Ask for more, or for other terms, before signing."),
    "walk-away": ("Walk away", "Better no deal than this one."),
    PROVISIONAL: ("Needs review", "A person has to look; until then the verdict is provisional."),
}
_HEADLINES = {
    "accept": "accept",
    "counter": "counter",
    "walk-away": "walk away from",
    PROVISIONAL: "look again at",
}


def verdicts(outcome: Outcome, meanings: Meanings) -> Section:
    """How the verdicts fell."""
    judged, found = outcome.tally.judged, by_kind(outcome.tally)
    about = [note("Each offer gets the verdict of the first rule of the book that holds for it.")]
    if not judged:
        return Section("Verdicts", (), (note("No row of the sheet could be judged."),))
    slices = [Slice(label, kind, found[kind]) for kind, (label, _) in KINDS.items()]
    chart = element(
        "figure",
        stacked(slices, f"Verdicts on {judged:,} offers"),
        element("figcaption", element("ul", *_legend(slices, judged), class_="legend")),
    )
    tally = outcome.tally
    lines = [_line(name, count, tally, meanings) for name, count in _ordered(tally)]
    table = ranked("Verdicts by rule", "Rule", lines, whole=judged)
    return Section("Verdicts", tuple(about), (chart, table))


def headline(tally: Tally) -> str:
    """What most offers of the sheet came to; of equals, all.

    >>> outcomes = Counter({"D1 walk_away decided": 2, "D9 counter decided": 2})
    >>> headline(Tally(judged=4, outcomes=outcomes))
    'Counter 2 and walk away from 2 of 4 offers'
    """
    if not tally.judged:
        return "No offer could be judged"
    found = by_kind(tally)
    most = max(found.values())
    said = " and ".join(f"{_HEADLINES[one]} {most:,}" for one in KINDS if found[one] == most)
    return f"{said[:1].upper()}{said[1:]} of {tally.judged:,} offers"


def by_kind(tally: Tally) -> Counter[str]:
    """Verdict, or that a person has to look first -> how many offers."""
    found: Counter[str] = Counter()
    for name, count in tally.outcomes.items():
        found[_parts(name)[1]] += count
    return found


def _ordered(tally: Tally) -> list[tuple[str, int]]:
    return sorted(tally.outcomes.items(), key=lambda one: (-one[1], one[0]))


def _parts(outcome: str) -> tuple[str, str, str]:
    """Rule, kind and verdict."""
    rule, verdict, status = outcome.rsplit(" ", 2)
    plain = verdict.replace("_", "-")
    return rule, PROVISIONAL if status == "needs_review" else plain, plain


def _legend(slices: list[Slice], judged: int) -> Iterator[Markup]:
    for one in slices:
        yield element(
            "li",
            element("span", one.label, class_=f"label is-{one.kind}"),
            element("b", f"{one.count:,}"),
            element("span", f" {share(one.count, judged)}", class_="share"),
            element("p", KINDS[one.kind][1]),
        )


def _line(name: str, count: int, tally: Tally, meanings: Meanings) -> Line:
    rule, kind, verdict = _parts(name)
    label = KINDS[kind][0]
    if kind == PROVISIONAL:
        label += f"; until then {KINDS[verdict][0].lower()}"
    return Line(
        label=element("b", label, class_="verdict"),
        codes=(rule,),
        count=count,
        kind=kind,
        share=share(count, tally.judged),
        more=_reasons(rule, tally, meanings),
    )


def _reasons(rule: str, tally: Tally, meanings: Meanings) -> Markup:
    """What a rule said, and of how many offers; without reasons, what it may say."""
    sentences = meanings.row(rule)
    counts = [(tally.said[f"{rule} {place}"], one) for place, one in enumerate(sentences)]
    said = sorted((one for one in counts if one[0]), key=lambda one: -one[0])
    if not said:
        return folded("What it may say", _listed(element("li", one) for one in sentences))
    items = [element("li", element("b", f"{count:,}"), element("span", one)) for count, one in said]
    rest = items[FEW:]
    more = folded(f"{len(rest)} more", _listed(rest, class_="said")) if rest else None
    return together(_listed(items[:FEW], class_="said"), more)


def _listed(items: Iterable[Markup], class_: str | None = None) -> Markup:
    return element("ul", *items, class_=class_)
