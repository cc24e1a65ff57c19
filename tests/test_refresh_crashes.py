"""A refresh cut off, starved or doubled: what is published opens, and the next one heals."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from offerdesk.desk import Desk
from tests.guide_files import guide_text, write_guide
from warehouse.home import home
from warehouse.log import rows
from warehouse.snapshot import current_id, open_snapshot, snapshots
from warehouse.verification import verify

HEADER = (
    "work_year,experience_level,employment_type,job_title,salary,salary_currency,salary_in_usd,"
    "employee_residence,remote_ratio,company_location,company_size"
)

MOMENTS = 50


def write(folder: Path, last: int) -> None:
    for number in range(20):
        text = guide_text(f"Larkspur{number}", base=f"$150K\u2013$19{last}K")
        write_guide(folder, text, f"larkspur{number}/data-engineer")
    salary = "2024,SE,FT,Data Engineer,{0},USD,{0},US,0,US,M"
    lines = [salary.format(100_000 + last + 10 * number) for number in range(2000)]
    (folder / "salaries.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def refreshing(folder: Path, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "offerdesk.cli", "refresh", str(folder), "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def refreshed(folder: Path) -> Any:
    told, complaint = refreshing(folder).communicate(timeout=300)
    assert told, complaint
    return json.loads(told)


def whole() -> int:
    """Rows of the market in force; every table of it can be read."""
    with open_snapshot() as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        counts = [connection.execute(f"SELECT count(*) FROM {one}").fetchall() for one in tables]
        connection.execute("SELECT sum(base), max(company_id) FROM pay").fetchall()
    assert len(counts) > 10
    return sum(count for ((count,),) in counts)


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_a_whole_market(tmp_path: Path, root: Path) -> None:
    data = tmp_path / "data"
    write(data, 0)
    refreshed(data)
    offer = root / "examples" / "offers" / "pinterest.yaml"
    Desk().decide(offer)
    published = {current_id()}
    write(data, 1)
    begun = time.monotonic()
    published.add(refreshed(data)["snapshot"])
    duration = time.monotonic() - begun
    moments = random.Random(20260301)
    logged = 1
    killed = 0
    for number in range(MOMENTS):
        write(data, 2 + number % 7)
        process = refreshing(data)
        time.sleep(moments.uniform(0.1, 1.0) * duration)
        killed += process.poll() is None
        process.kill()
        process.communicate()
        assert current_id() is not None
        assert whole() > 0
        Desk().decide(offer)
        logged += 1
        assert verify().faults == ()
        assert sum(1 for _ in rows()) == logged
    assert killed > MOMENTS / 2
    healed = refreshed(data)
    assert healed["read"] == healed["accepted"] + healed["quarantined"] + healed["duplicates"]
    again = refreshed(data)
    assert (again["published"], again["unchanged"]) == (False, 21)
    assert not list(home().market.glob(".building-*"))
    fresh = tmp_path / "fresh"
    done = subprocess.run(
        [sys.executable, "-m", "offerdesk.cli", "refresh", str(data), "--format", "json"],
        env=os.environ | {"OFFERDESK_HOME": str(fresh)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["snapshot"] == current_id()


@pytest.mark.parametrize("room", [10_000, 200_000, 1_000_000])
def test_a_full_disk_is_one_clear_sentence(tmp_path: Path, room: int) -> None:
    data = tmp_path / "data"
    write(data, 0)
    refreshed(data)
    before = current_id()
    write(data, 1)

    def starve() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = refreshing(data, preexec_fn=starve)
    told, complaint = process.communicate(timeout=300)
    assert process.returncode == 3, told
    assert "Traceback" not in complaint
    faults = [line for line in complaint.splitlines() if line.startswith("error[")]
    assert len(faults) == 1, complaint
    assert "unwritable" in faults[0]
    assert current_id() == before
    assert whole() > 0
    assert refreshed(data)["published"]


def test_of_two_at_once_one_waits_or_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, 0)
    both = [refreshing(data) for _ in range(2)]
    outcomes = [(process.communicate(timeout=300), process.returncode) for process in both]
    codes = sorted(code for _, code in outcomes)
    assert codes in ([0, 0], [0, 3]), outcomes
    for (_, complaint), code in outcomes:
        assert code == 0 or "market-being-built" in complaint
    assert len(snapshots()) == 1
    assert whole() > 0
    assert refreshed(data)["unchanged"] == 21
