"""``python -m bench.rendering``: how fast the desk renders its pages, and how heavy they are.

Each page is asked for in this process, without a socket, of a home with the sample market and the
example offers decided; what is timed is all that the server does between request and answer.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench import machine
from bench.clock import quantile
from bench.report import keep, table
from offerdesk.samples import example_offers, examples, sample_market
from offerdesk.web.app import create_app
from offerdesk.web.pages import batch

with warnings.catch_warnings():  # it would rather have the successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

RESULTS = Path(__file__).resolve().parent / "results"
HERE = "http://127.0.0.1:8000"
HTML = {"accept": "text/html"}
PART = {**HTML, "HX-Request": "true"}
_NEEDED = re.compile(r'(?:src|href)="((?:/static/|/batches/scored)[^"]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is timed: what it is called, where it is, and how it is asked for."""

    name: str
    path: str
    headers: Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and keep it."""
    parser = argparse.ArgumentParser(prog="python -m bench.rendering", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="answers timed for each page")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the table is kept")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OFFERDESK_HOME"] = str(Path(folder) / "home")
        found = {"machine": machine.describe(), "pages": _measured(wanted.runs)}
    text = as_markdown(found)
    keep(wanted.results, "pages", found, text)


def _measured(runs: int) -> list[dict[str, Any]]:
    sample_market()
    with TestClient(create_app(), base_url=HERE) as client:
        return [_timed(client, page, runs) for page in _pages(client)]


def _pages(client: TestClient) -> Iterator[Page]:
    """Every kind of page; the decision is that of the README, with its charts and two rivals."""
    yaml = {"content-type": "application/yaml"}
    for path in example_offers():
        told = client.post("/api/decisions", content=path.read_bytes(), headers=yaml)
        decision = f"/decisions/{told.json()['id']}"
    yield Page("offer, empty", "/", HTML)
    yield Page("offer, filled, two others", "/examples/pinterest", HTML)
    yield Page("decision", decision, HTML)
    yield Page("decision, where it flips", f"{decision}/try", PART)
    yield Page("decision, smallest ask (proved)", f"{decision}/ask", PART)
    yield Page("decision, how firm (proved)", f"{decision}/fragility", PART)
    yield Page("decision, what answers lead to", f"{decision}/questions", PART)
    yield Page("why", f"{decision}/why", HTML)
    yield Page("why not", f"{decision}/why?not=accept", HTML)
    yield Page("batch, done", _batch(client), HTML)
    yield Page("market", "/market", HTML)
    yield Page("quarantine", "/market/quarantine", HTML)
    yield Page("book", "/book", HTML)
    yield Page("book, one name", "/book/competing_offer", HTML)


def _batch(client: TestClient) -> str:
    """The example sheet, scored."""
    sheet = (examples() / "sheets" / "offers.csv").read_bytes()
    told = client.post("/api/batches", files={"sheet": ("offers.csv", sheet)})
    place = f"{batch.router.prefix}/{told.json()['id']}"
    while client.get(f"/api{place}").json()["state"] not in ("done", "failed"):
        pass
    return place


def _timed(client: TestClient, page: Page, runs: int) -> dict[str, Any]:
    answer = client.get(page.path, headers=page.headers)
    assert answer.status_code == 200, (page, answer.text[:500])
    weight = len(answer.content) + sum(
        len(client.get(needed).content) for needed in set(_NEEDED.findall(answer.text))
    )
    walls, works = [], []
    for _ in range(runs):
        wall, work = perf_counter(), process_time()
        client.get(page.path, headers=page.headers)
        walls.append(perf_counter() - wall)
        works.append(process_time() - work)
    return {
        "page": page.name,
        "least": round(min(walls) * 1e3, 2),
        "p50": round(quantile(walls, 0.5), 2),
        "p95": round(quantile(walls, 0.95), 2),
        "work_p50": round(quantile(works, 0.5), 2),
        "work_p95": round(quantile(works, 0.95), 2),
        "html_bytes": len(answer.content),
        "bytes": weight,
    }


def as_markdown(found: Mapping[str, Any]) -> str:
    """One page.

    Args:
        found: What ``pages.json`` holds.
    """
    return "\n".join(_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield "# How fast the desk renders its pages, and how heavy they are"
    yield ""
    yield "Made by `python -m bench.rendering`. Wanted: 50 ms at p95, and 300 KB for a page with"
    yield "its style and scripts, uncompressed. Times are of the server [ms], on the wall and as"
    yield "work of the processor; on a busy machine the wall tells of the neighbours."
    yield ""
    told = found["machine"].items()
    yield from (f"- {name.replace('_', ' ')}: {value}" for name, value in told)
    yield ""
    head = ("page", "least", "p50", "p95", "work p50", "work p95", "HTML KB", "all KB")
    yield from table(head, [_row(one) for one in found["pages"]])
    yield ""


def _row(one: Mapping[str, Any]) -> Sequence[str]:
    times = (f"{one[name]:.1f}" for name in ("least", "p50", "p95", "work_p50", "work_p95"))
    return (one["page"], *times, *(f"{one[name] / 1000:.0f}" for name in ("html_bytes", "bytes")))


if __name__ == "__main__":
    main()
