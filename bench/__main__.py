"""``python -m bench``: every figure, in one run on one machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bench import deciding, machine, memory, starting
from bench.comparison import compare
from bench.deciding import Example
from bench.report import TARGET_P50, TARGET_P99, TARGET_START, as_markdown, keep
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.samples import DEMO_OFFER, examples, sample_market
from rules.case import Case, read_case
from rules.judgement import Judge

RESULTS = Path(__file__).resolve().parent / "results"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables and keep them."""
    wanted = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OFFERDESK_HOME"] = str(Path(folder) / "home")
        found = _measured(wanted, Path(folder))
    text = as_markdown(found)
    keep(wanted.results, "decide", found, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    for name, default, meaning in (
        ("decisions", 2000, "decisions timed for each example"),
        ("warm-up", 300, "decisions before that, not timed"),
        ("starts", 11, "whole processes timed for each example"),
        ("offers", 1000, "offers on which the engines are compared"),
        ("many", 20000, "decisions over which memory is watched"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=meaning)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    return parser


def _measured(wanted: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All figures, in a home of their own that holds the sample market."""
    described = machine.describe()
    sample_market()
    desk = Desk()
    offers = _offers(desk, folder)
    looked_up, _, brought = list(offers)[:3]
    _say("whole processes")
    starts = {
        name: starting.time_starting(offers[name].path, wanted.starts)
        for name in (looked_up, brought)
    }
    decided = []
    for name, example in offers.items():
        _say(name)
        decided.append(
            deciding.time_deciding(desk, name, example, wanted.decisions, wanted.warm_up)
        )
    _say("appending")
    entry = deciding.logged(desk, offers[looked_up].offer)
    alone = folder / "alone" / "decisions.sqlite"
    appended = deciding.time_append(alone, entry, wanted.decisions, wanted.warm_up)
    _say("engines")
    judge = Judge(desk.book)
    cases = [_case(judge, example.offer) for example in offers.values()]
    compared = compare(judge, cases, wanted.offers, wanted.warm_up)
    _say("memory")
    remembered = memory.measure(offers[brought].path, wanted.many)
    return {
        "machine": {**described, "load_after": machine.load(), "book": desk.book.hash[:12]},
        "targets": {"p50_ms": TARGET_P50, "p99_ms": TARGET_P99, "start_s": TARGET_START},
        "deciding": [one.as_dict() for one in decided],
        "starting": {name: one.as_dict() for name, one in starts.items()},
        "engines": compared.as_dict(),
        "log_append": appended.as_dict(),
        "memory": remembered.as_dict(),
    }


def _offers(desk: Desk, folder: Path) -> dict[str, Example]:
    """The example offers by name, that of the demonstration first and in four ways.

    It alone brings no market: one is looked up for it, or remembered, or handed in beside it, once
    with offers that differ in nearly everything.
    """
    paths = sorted((examples() / "offers").glob("*.yaml"))
    paths.sort(key=lambda path: path.name != DEMO_OFFER)
    first, *others = (Example(path, read_offer(path).value) for path in paths)
    whole = deciding.with_market(desk, first.offer)
    beside = folder / "with-market.json"
    beside.write_text(json.dumps(whole, default=str), "utf-8")
    name = first.path.stem
    return {
        f"{name}, market looked up": first,
        f"{name}, market remembered": replace(first, same_job=True),
        f"{name}, market in the offer": (brought := Example(beside, read_offer(beside).value)),
        f"{name}, other throughout": replace(brought, throughout=True),
        **{one.path.stem: one for one in others},
    }


def _case(judge: Judge, offer: Mapping[str, Any]) -> Case:
    return read_case(read_offer(offer), judge.book, today=date.today())


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
