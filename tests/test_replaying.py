"""The whole log made again, in processes side by side."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.offers import varied
from offerdesk import replaying
from offerdesk.cli import main
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.replaying import Chunk, Outcome, replay_all, replayed
from offerdesk.samples import examples
from rules.errors import FailedWorld
from warehouse import log
from warehouse.redaction import redact

COUNT = 60


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[log.LogEntry]:
    """What sixty different offers leave behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(tmp_path_factory.mktemp("replay")))
        desk = Desk()
        raw = read_offer(examples() / "offers" / "blue-kiln.yaml").value
        ids = [desk.decide(one).id for one in varied(raw, COUNT, throughout=True)]
        return [log.read(str(one)).entry for one in ids]


@pytest.fixture
def logged(entries: list[log.LogEntry], desk_book: None) -> list[str]:
    return [log.append(one) for one in entries]


@pytest.fixture
def desk_book() -> None:
    """The book that the entries were made by, kept in the home of this test."""
    from rules.loader import load_book
    from warehouse.books import keep_book

    keep_book(load_book())


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of sixty is worth two processes, here."""
    monkeypatch.setattr(replaying, "WORTH_IT", 1)
    monkeypatch.setattr(replaying, "CHUNK", 7)


def told(**how: bool | int) -> list[str]:
    lines: list[str] = []
    replay_all(lines.append, **how)  # type: ignore[arg-type]
    return lines


def test_a_chunk_holds_the_decisions_of_its_numbers(logged: list[str]) -> None:
    found = replayed(Chunk(10, 17), each=True)
    assert (found.same, found.differ, found.faults) == (7, 0, ())
    assert [line.split()[0] for line in found.lines] == logged[10:17]


@pytest.mark.usefixtures("in_processes", "logged")
@pytest.mark.parametrize("processes", [1, 2])
def test_all_are_the_same_however_many_do_it(processes: int) -> None:
    assert told(processes=processes) == [f"{COUNT} replayed, every one the same byte for byte."]


@pytest.mark.usefixtures("in_processes")
@pytest.mark.parametrize("processes", [1, 2])
def test_what_differs_is_named_wherever_it_is(
    processes: int, entries: list[log.LogEntry], logged: list[str]
) -> None:
    forged = entries[3].decision.replace(b'"base":', b'"base":1', 1)
    bad = [log.append(replace(entries[3], decision=forged)) for _ in range(2)]
    lost = log.append(replace(entries[4], book="0" * 64))
    redact([logged[5]], reason="asked to", by="a clerk")
    lines: list[str] = []
    with pytest.raises(FailedWorld) as caught:
        replay_all(lines.append, processes=processes)
    assert lines[-1].startswith(f"{COUNT + 2} replayed, 3 DIFFER or cannot be.\n1 redacted")
    found = [(fault.code, fault.place.split(",")[0]) for fault in caught.value.faults]
    assert found == [
        ("replay-differs", f"decision {bad[0]}"),
        ("replay-differs", f"decision {bad[1]}"),
        ("book-not-kept", f"decision {lost}"),
    ]


def test_a_redacted_entry_that_was_tampered_with_is_told(logged: list[str]) -> None:
    import sqlite3
    from contextlib import closing

    from warehouse.home import home
    from warehouse.log_file import close_writers

    redact([logged[5]], reason="asked to", by="a clerk")
    close_writers()
    with closing(sqlite3.connect(home().log_file, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER chain_no_update")
        connection.execute("UPDATE chain SET verdict = 'accept' WHERE seq = 6")
    with pytest.raises(FailedWorld, match="log-row-altered"):
        told()


@pytest.mark.usefixtures("logged")
def test_a_line_for_each_only_where_it_is_wanted() -> None:
    assert len(told()) == 1
    assert len(told(each=True)) == COUNT + 1


def test_few_get_a_line_each(entries: list[log.LogEntry], desk_book: None) -> None:
    log.append(entries[0])
    assert len(told()) == 2
    assert len(told(each=False)) == 1


@pytest.mark.usefixtures("logged", "in_processes")
def test_progress_ends_with_all_of_it() -> None:
    steps: list[tuple[str, int, int]] = []
    replay_all(lambda _: None, processes=2, tell=lambda *step: steps.append(step))
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert steps[-1] == ("replay", COUNT, COUNT)


def _killed(chunk: Chunk, each: bool) -> Outcome:
    if chunk.after >= 28:
        os.kill(os.getpid(), signal.SIGKILL)
    return replayed(chunk, each)


@pytest.mark.usefixtures("logged", "in_processes")
def test_a_process_that_dies_is_told_and_nothing_hangs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replaying, "replayed", _killed)
    assert main(["replay", "--all", "--processes", "2"]) == 3
    complaint = capsys.readouterr().err
    assert complaint.startswith("error[replay-worker-died]: ")
    assert "next: " in complaint


def test_nothing_logged_is_nothing_to_replay() -> None:
    assert told() == ["Nothing is logged."]
