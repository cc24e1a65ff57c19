"""The figures as Markdown, to be read and to be quoted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TARGET_P50, TARGET_P99, TARGET_START = 3.0, 10.0, 0.7

Figures = Mapping[str, Any]


def as_markdown(found: Figures) -> str:
    """One page with a table per question.

    Args:
        found: What ``decide.json`` holds.
    """
    sections = (
        _heading(found["machine"]),
        _deciding(found["deciding"]),
        _starting(found["starting"]),
        _engines(found["engines"]),
        _log(found["log_append"], found["memory"]),
    )
    return "\n".join(line for section in sections for line in section)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A Markdown table, its columns aligned for whoever reads it as text.

    >>> print(*table(["engine", "ms"], [["ours", 1.5]]), sep="\\n")
    | engine |  ms |
    | ------ | --: |
    | ours   | 1.5 |
    """
    cells = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(3, *(len(row[i]) for row in cells)) for i in range(len(head))]
    yield _line(cells[0], widths)
    yield _line(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])], widths)
    yield from (_line(row, widths) for row in cells[1:])


def keep(results: Path, name: str, found: Figures, text: str) -> None:
    """Keep figures as JSON and as a page, and print the page.

    Args:
        results: A folder, made when there is none.
        name: Of both files, without their endings.
        found: The figures.
        text: The page.
    """
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    (results / f"{name}.md").write_text(text, "utf-8")
    print(text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return f"| {' | '.join((first, *others))} |"


def _heading(machine: Figures) -> Iterator[str]:
    yield "# How fast Offerdesk decides"
    yield ""
    yield "Made by `python -m bench` (`make bench`). Single thread, warm disk, one run."
    yield "Times are in milliseconds unless a column says otherwise. On a busy machine `least` is"
    yield "nearest to the truth, and `p99` tells of the neighbours."
    yield ""
    yield from (f"- {name.replace('_', ' ')}: {value}" for name, value in machine.items())


def _spread(one: Figures) -> list[str]:
    return [_ms(one["least"]), _ms(one["p50"]), _ms(one["p99"])]


def _ms(value: float) -> str:
    """Three significant digits.

    >>> _ms(12.3456), _ms(0.012345), _ms(1234.5)
    ('12.3', '0.0123', '1234')
    """
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _against(value: float, target: float) -> str:
    return "met" if value < target else f"missed, {value / target:.1f} x"


def _deciding(examples: Sequence[Figures]) -> Iterator[str]:
    yield from ("", "## `decide()` in process", "")
    yield "From a mapping to a decision that is in the log; every decision is of another offer."
    yield "`looked up`: for another opening each time; `remembered`: for the same job as before."
    yield "Elsewhere bases, grants and rivals differ; `other throughout`: every amount, share and"
    yield "market figure too, and flags: what facts lately seen have fired is remembered."
    yield ""
    head = ["offer", "decisions", "least", "p50", "p99"]
    head += [f"p50 < {TARGET_P50:g} ms", f"p99 < {TARGET_P99:g} ms"]
    yield from table(head, [_whole(one) for one in examples])
    for one in examples:
        yield from ("", f"Where the time goes, `{one['example']}`:", "")
        rows = [[name, *_spread(part)] for name, part in one["parts"].items() if part["p99"]]
        rows.append(
            ["(reading the file, not a mapping)", *_spread(one["reading_the_file_instead"])]
        )
        yield from table(["part", "least", "p50", "p99"], rows)
        yield ""
        outcomes = (f"{count} x {verdict}" for verdict, count in one["verdicts"].items())
        yield f"Outcomes: {', '.join(outcomes)}."


def _whole(one: Figures) -> list[object]:
    whole = one["whole"]
    met = [_against(whole["p50"], TARGET_P50), _against(whole["p99"], TARGET_P99)]
    return [one["example"], whole["runs"], *_spread(whole), *met]


def _starting(starts: Mapping[str, Figures]) -> Iterator[str]:
    yield from ("", "## `offerdesk decide OFFER`, the whole process", "")
    head = ["offer", "runs", "least s", "median s", "most s", f"median < {TARGET_START:g} s"]
    rows = [
        [name, one["runs"], one["least"], one["median"], one["most"],
         _against(one["median"], TARGET_START)]
        for name, one in starts.items()
    ]  # fmt: skip
    bare = next(iter(starts.values()))["bare"]
    yield from table(head, rows)
    yield from ("", f"Python alone takes {bare} s to start and end.")
    for name, one in starts.items():
        yield from ("", f"The ten slowest imports, {name} ({one['all_imports']} ms in all):", "")
        slowest = [[f"`{i['module']}`", i["own"], i["with_others"]] for i in one["slowest"]]
        yield from table(["module", "own ms", "with what it imports ms"], slowest)


def _engines(found: Figures) -> Iterator[str]:
    kinds = ", ".join(f"{count} {kind}s" for kind, count in found["rules"].items())
    yield from ("", "## The same rules in other engines", "")
    yield f"{kinds} over {found['inputs']} inputs of {found['offers']} different offers, unknowns"
    yield f"among them. {found['figures']} operands that are sums, lookups and the like are worked"
    yield "out beforehand for all engines, and dates are day numbers, so that rules alone are"
    yield "compared. The peers know no UNKNOWN: each comparison is guarded against null, and they"
    yield "say TRUE or not TRUE, where ours say TRUE, FALSE or UNKNOWN."
    yield ""
    head = ["engine", "least", "p50", "p99", "p50 / guard", "rules", "not expressible", "differing"]
    rows = [_engine(name, one) for name, one in found["engines"].items()]
    rows.insert(2, ["both, compared: the guard", *_spread(found["guard"]), 1.0, rows[0][5], 0, 0])
    yield from table(head, rows)
    yield ""
    yield _verdict(found)
    yield from (f"- {name}: {one['note']}" for name, one in found["engines"].items())
    yield from (f"- {name} was left out: {why}" for name, why in found["absent"].items())
    for name, one in found["engines"].items():
        yield from (f"- {name} cannot say {rule}: {why}" for rule, why in one["refused"].items())
        yield from (f"- {name} differs on {r} for {n} offers" for r, n in one["differing"].items())
    if found["never_true"]:
        yield f"- TRUE for none of these offers: {', '.join(found['never_true'])}."


def _engine(name: str, one: Figures) -> list[object]:
    counts = [one["rules"], len(one["refused"]), len(one["differing"])]
    return [name, *_spread(one), one["times_the_guard"], *counts]


def _verdict(found: Figures) -> str:
    if found["true_sets_are_equal"]:
        return "For every offer all engines found the same rules TRUE."
    return "The engines did NOT find the same rules TRUE, or could not say them all; see below."


def _log(append: Figures, memory: Figures) -> Iterator[str]:
    yield from ("", "## Log and memory", "")
    head = ["append to the log alone", "runs", "least", "p50", "p99"]
    yield from table(head, [["a decision of the example", append["runs"], *_spread(append)]])
    yield ""
    head = [
        "memory [MB]",
        "after warm-up",
        "half way",
        "at the end",
        "kB per decision, second half",
    ]
    row = [f"{memory['decisions']} decisions", memory["after_warm_up"], memory["half_way"]]
    yield from table(head, [[*row, memory["at_end"], memory["kb_per_decision"]]])
    yield ""
    yield f"On disk the log grows by {memory['log_kb_per_decision']} kB per decision."
    yield ""
