"""The whole log made again, in processes side by side."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.offers import varied
from offerdesk import causes, log_parts, replaying
from offerdesk.backtest import backtest
from offerdesk.cli import main
from offerdesk.desk import Desk
from offerdesk.log_parts import Part
from offerdesk.offers import read_offer
from offerdesk.other_inputs import OtherBook
from offerdesk.replaying import Outcome, replay_all, replayed
from offerdesk.samples import examples
from rules.book import Book
from rules.errors import FailedWorld
from rules.loader import book_from_texts, load_book
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
    from warehouse.books import keep_book

    keep_book(load_book())


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of sixty is worth two processes, here."""
    monkeypatch.setattr(log_parts, "WORTH_IT", 1)
    monkeypatch.setattr(log_parts, "LENGTH", 7)


def told(**how: bool | int) -> list[str]:
    lines: list[str] = []
    replay_all(lines.append, **how)  # type: ignore[arg-type]
    return lines


def test_a_part_holds_the_decisions_of_its_numbers(logged: list[str]) -> None:
    found = replayed(Part(10, 17), each=True)
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


def _killed(each: bool) -> Callable[[Part], Outcome]:
    def of(part: Part) -> Outcome:
        if part.after >= 28:
            os.kill(os.getpid(), signal.SIGKILL)
        return replayed(part, each)

    return of


@pytest.mark.usefixtures("logged", "in_processes")
def test_a_process_that_dies_is_told_and_nothing_hangs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replaying, "_replayer", _killed)
    assert main(["replay", "--all", "--processes", "2"]) == 3
    complaint = capsys.readouterr().err
    assert complaint.startswith("error[replay-worker-died]: ")
    assert "next: " in complaint


# --- By another book ------------------------------------------------------------------------------


@pytest.fixture
def lenient() -> Book:
    """The book without a last word under the minimum, and with a number that is idle here."""
    texts = {**load_book().documents}
    for file, old, new in (
        (
            "verdict.yaml",
            "when: below_reservation AND no_further_movement",
            "when: base < base_grid",
        ),
        ("parameters/thresholds.yaml", "value: 0.97,", "value: 0.96,"),
    ):
        assert texts[file].count(old) == 1
        texts[file] = texts[file].replace(old, new)
    return book_from_texts(texts)


@pytest.mark.usefixtures("in_processes", "logged")
def test_a_backtest_says_the_same_however_many_do_it(lenient: Book) -> None:
    steps: list[tuple[str, int, int]] = []
    alone = backtest(partial(OtherBook, lenient), processes=1)
    together = backtest(
        partial(OtherBook, lenient), processes=2, tell=lambda *step: steps.append(step)
    )
    assert alone == together
    assert [one.id for one in together] == [row.id for row in log.rows()]
    assert {one.kind for one in together} > {"verdict"}
    assert steps[-1] == ("backtest", COUNT, COUNT)


@pytest.mark.usefixtures("logged")
def test_flips_beyond_the_first_are_not_said_to_have_no_cause(
    lenient: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_FLIPS", 2)
    tried = list(causes.Causes(lenient).traced(backtest(partial(OtherBook, lenient))))
    flips = [one for one in tried if one.kind == "verdict"]
    assert [one.brought_about_by for one in flips[:2]] == [("row D4",)] * 2
    told = {one.brought_about_by for one in flips[2:]}
    assert told == {("not known: only the first 2 are traced",)}


@pytest.mark.usefixtures("logged")
def test_more_changes_than_are_tried_alone_are_not_said_to_need_one_another(
    lenient: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_CHANGES", 1)
    tried = list(causes.Causes(lenient).traced(backtest(partial(OtherBook, lenient))))
    told = {one.brought_about_by for one in tried if one.kind == "verdict"}
    assert told == {("not known: 2 changes decide; of more than 1 none is tried alone",)}


def test_nothing_logged_is_nothing_to_replay() -> None:
    assert told() == ["Nothing is logged."]
