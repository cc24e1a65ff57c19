"""One part of a sheet scored: read, judged and written, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from pipelines.scoring.edition import book_as_sent
from pipelines.scoring.job import Job, Part, as_text, given, raw_part
from pipelines.scoring.keeping import keep
from pipelines.scoring.ledger import Ledger
from pipelines.scoring.levers import Levers
from pipelines.scoring.market import Cells
from pipelines.scoring.part import Read, Reader
from pipelines.scoring.reasons import Reasons, Told
from pipelines.scoring.swing import Swing
from pipelines.scoring.tally import DONE, Tally
from rules.decision import ASKED_PARTS
from rules.errors import Fault
from rules.expression import Expression
from rules.frame import HANGS, Frame
from rules.frame_joins import beside, of_offers
from rules.parity import parity_run
from rules.sql_lists import OFFER
from warehouse.whole_file import write_whole

ROW = "row"
WORD = 60  # flags in a number
MARKET = ("guide_source", "guide_as_of", "guide_region")
QUESTION, CONDITION = "question ", "condition to sign "


class Scorer:
    """Scores the parts of a job; made once in each process."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._book = book_as_sent(job)
        self._ledger = Ledger(self._book)
        self._blockers = [
            (one.condition, pl.sql_expr(one.holds).sum().alias(str(number)))
            for number, one in enumerate(self._ledger.blockers() if job.has_ledger else ())
        ]
        self._reasons = Reasons(self._book)
        self._swing = Swing(self._book)
        names = self._swing.trial.names
        self._levers = Levers(self._book, names)
        self._ledger_columns = self._ledger.columns(names) if job.has_ledger else {}
        self._frame = Frame(self._book, self._wanted(), self._also())
        first = date.fromisoformat(self._frame.first_day)
        self._reader = Reader(self._book, job.columns, job.sheet, job.today, first)
        self._read = {*job.columns.read, *job.carried}
        self._cells: Cells | None = None

    def _wanted(self) -> list[str]:
        asks = [f"ask_{one.name}_{part}" for one in self._book.asks for part in ASKED_PARTS]
        asks += [f"ask_{one.name}_open" for one in self._book.asks]
        found = ["verdict", "status", "rule", *asks, *self._job.also]
        found += self._reasons.values if self._job.has_reasons else ()
        found += [one for one in self._ledger_columns.values() if one not in self._ledger.also]
        return list(dict.fromkeys((*found, *self._levers.columns())))

    def _also(self) -> dict[str, Expression]:
        found: dict[str, Expression] = {}
        found |= {QUESTION + one.name: one.when for one in self._book.questions}
        found |= {CONDITION + one.name: one.when for one in self._book.conditions}
        found |= self._reasons.also if self._job.has_reasons else {}
        return found | (self._ledger.also if self._job.has_ledger else {})

    # --- A part -------------------------------------------------------------------------------

    def asked(self, part: Part) -> pl.DataFrame:
        """To which cells of the market the offers of a part belong."""
        kinds = pl.scan_parquet(part.file, glob=False).collect_schema()
        return self._reader.asked(raw_part(part, self._reader.asked_columns(kinds)))

    def score(self, part: Part) -> Tally:
        """Score a part and leave its files; the tally comes last, and tells that the rest is there.

        Raises:
            OfferdeskError: The book cannot be used, or a file cannot be read or written.
        """
        raw = raw_part(part, self._read)
        read = self._reader.read(raw, self._rivals(raw[OFFER]), self._market())
        raw = raw.select(OFFER, *self._passed_on())  # the rest takes room and is not read again
        judged = self._judged(read)
        rejects = self._rejects(read, raw)
        told = self._reasons.told(judged) if self._job.has_reasons else None
        answers = self._answers(judged, raw, told)
        tally = self._tally(judged, read, part)
        tally.said.update(told.counts if told else ())
        folder = self._job.folder
        keep(rejects, folder / f"{part.name}.rejects.parquet")
        keep(answers, folder / f"{part.name}.answers.parquet")
        if self._job.has_ledger:
            keep(self._kept(judged), folder / f"{part.name}.ledger.parquet")
        write_whole(folder / f"{part.name}.{DONE}", json.dumps(vars(tally)).encode())
        return tally

    def _passed_on(self) -> list[str]:
        """The columns of the sheet that are still needed once its facts are read."""
        identifier = self._job.columns.identifier
        names = [*self._job.carried, *([identifier] if identifier else [])]
        return [*dict.fromkeys(map(given, names))]

    def _market(self) -> Cells:
        if self._cells is None:
            self._cells = Cells.read(self._job.folder)
        return self._cells

    def _rivals(self, here: pl.Series) -> pl.DataFrame | None:
        if not self._job.has_rivals:
            return None
        rows = pl.scan_parquet(self._job.folder / "rivals.parquet", glob=False)
        return rows.filter(pl.col(OFFER).is_between(here.min(), here.max())).collect()

    # --- Judging ------------------------------------------------------------------------------

    def _judged(self, read: Read) -> pl.DataFrame:
        """Grain: one row for each offer, in the order of the sheet."""
        names = [name for name in (*MARKET, "currency") if name not in self._frame.columns]
        judged = self._at(read.tables, hangs=False)
        hangs = self._swing.hanging(read.tables, judged)
        judged = judged.hstack(read.tables["offers"].select(names))
        if hangs.is_empty():
            return judged
        some = {name: of_offers(frame, hangs) for name, frame in read.tables.items()}
        again = self._at(some, hangs=True).hstack(some["offers"].select(names))
        others = judged.filter(~pl.col(OFFER).is_in(hangs.implode()))
        return pl.concat([others, again]).sort(OFFER)

    def _at(self, tables: Mapping[str, pl.DataFrame], *, hangs: bool) -> pl.DataFrame:
        """What is concluded where the verdict hangs on the rate, or does not."""
        offers = tables["offers"].with_columns(pl.lit(hangs).alias(HANGS))
        judged = self._frame.judge(self._frame.of({**tables, "offers": offers}))
        return judged.with_columns(pl.lit(hangs).alias(HANGS))

    # --- What is written ------------------------------------------------------------------------

    def _answers(self, judged: pl.DataFrame, raw: pl.DataFrame, told: Told | None) -> pl.DataFrame:
        """Grain: one row for each offer that was judged, in the order of the sheet."""
        reasons = [told.sentences] if told else []
        said = [self._listed(judged, QUESTION, "questions")]
        said += [self._listed(judged, CONDITION, "conditions")]
        ours = [
            judged.select("verdict", "status", "rule", *reasons),
            self._asks(judged),
            self._levers.chosen(judged),
            judged.select(*said, HANGS, *MARKET),
            self._origin(judged.height),
        ]
        standing = {name for frame in ours for name in frame.columns}
        also = [name for name in dict.fromkeys(self._job.also) if name not in standing]
        ours.insert(-1, judged.select(also))
        row = judged.select(pl.col(OFFER).alias(ROW))
        carried = self._carried(judged[OFFER], raw, {ROW, *standing, *also})
        return pl.concat([row, carried, *ours], how="horizontal")

    def _carried(self, rows: pl.Series, raw: pl.DataFrame, taken: Collection[str]) -> pl.DataFrame:
        """The columns of the sheet that are passed on, without rows that were refused."""
        kinds = self._job.kinds
        cells = raw.select(OFFER, *map(given, self._job.carried)).with_columns(
            pl.col(given(name)).cast(kind) for name, kind in kinds.items()
        )
        return (
            of_offers(cells, rows)
            .drop(OFFER)
            .rename({given(name): told for name, told in apart(self._job.carried, taken).items()})
        )

    def _origin(self, height: int) -> pl.DataFrame:
        """What the answers come from: the same word in every row, kept once."""
        found = {
            "book": self._book.hash,
            "parity": parity_run(self._book),
            "snapshot": self._job.snapshot,
        }
        words = {name: [] if word is None else [word] for name, word in found.items()}
        return pl.DataFrame(
            pl.Series(name, word or [None], pl.Enum(word)).new_from_index(0, height)
            for name, word in words.items()
        )

    def _asks(self, judged: pl.DataFrame) -> pl.DataFrame:
        """What to ask for; NULL for a part of the pay that is not open."""
        return judged.select(
            pl.when(pl.col(f"ask_{one.name}_open")).then(pl.col(f"ask_{one.name}_{part}"))
            for one in self._book.asks
            for part in ASKED_PARTS
        )

    def _listed(self, judged: pl.DataFrame, prefix: str, name: str) -> pl.Series:
        """The names of what holds, in the order of the book, with ``;`` between them."""
        flags = [column for column in judged.columns if column.startswith(prefix)]
        columns = [column for column in flags if judged[column].any()]
        if not columns:
            return pl.Series(name, [""], pl.Categorical).new_from_index(0, judged.height)
        masks = judged.select(_mask(columns[n : n + WORD]) for n in range(0, len(columns), WORD))
        different = masks.unique()
        said = [
            ";".join(
                column.removeprefix(prefix)
                for number, column in enumerate(columns)
                if row[number // WORD] >> number % WORD & 1
            )
            for row in different.iter_rows()
        ]
        table = different.with_columns(pl.Series(name, said, pl.Categorical))
        return beside(masks, table, masks.columns)[name]

    def _rejects(self, read: Read, raw: pl.DataFrame) -> pl.DataFrame:
        """Grain: one row for each fault of a row that was refused."""
        identifier = self._job.columns.identifier
        named = raw.filter(pl.col(OFFER).is_in(list(read.refused)))
        key = as_text(named[given(identifier)]) if identifier else pl.lit(None)
        names = dict(named.select(OFFER, key.alias("id")).iter_rows())
        rows = [
            {ROW: number, "id": names.get(number), **_fault(fault)}
            for number, faults in sorted(read.refused.items())
            for fault in faults
        ]
        kept = dict.fromkeys(("id", "code", "place", "found", "allowed", "next"), pl.String)
        return pl.DataFrame(rows, {ROW: pl.Int64, **kept})

    def _kept(self, judged: pl.DataFrame) -> pl.DataFrame:
        named = (pl.col(own).alias(name) for name, own in self._ledger_columns.items())
        return judged.select(pl.col(OFFER).alias(ROW), *named)

    # --- Counting -------------------------------------------------------------------------------

    def _tally(self, judged: pl.DataFrame, read: Read, part: Part) -> Tally:
        tally = Tally(part.rows, judged.height, len(read.refused))
        for rule, verdict, status, count in (
            judged.group_by("rule", "verdict", "status").len().iter_rows()
        ):
            tally.outcomes[f"{rule} {verdict} {status}"] = count
        for faults in read.refused.values():
            tally.reasons.update({fault.code for fault in faults})
        self._count_questions(judged, tally)
        if self._job.has_ledger:
            self._count_rules(judged, tally)
        return tally

    def _count_questions(self, judged: pl.DataFrame, tally: Tally) -> None:
        names = [column for column in judged.columns if column.startswith(QUESTION)]
        waiting = judged.select(names).filter(judged["status"] == "needs_review")
        for name, count in _sums(waiting, names):
            tally.questions[name.removeprefix(QUESTION)] = count

    def _count_rules(self, judged: pl.DataFrame, tally: Tally) -> None:
        columns = self._ledger_columns
        named = judged.select(pl.col(own).alias(name) for name, own in columns.items())
        for name, count in _sums(named, [n for n in columns if n not in self._ledger.also]):
            tally.fired[name] = count
        held = named.select(one for _, one in self._blockers)
        counts = held.row(0) if self._blockers else ()
        for (condition, _), count in zip(self._blockers, counts, strict=True):
            tally.blockers[f"{condition.rule}: {condition.text}"] += count or 0


def apart(names: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    """What columns of a sheet are called beside columns of ours; capitals tell none apart.

    >>> apart(["id", "Rule", "rule (as given)"], {"row", "rule"})
    {'id': 'id', 'Rule': 'Rule (as given) (as given)', 'rule (as given)': 'rule (as given)'}
    """
    given_names = {name.casefold() for name in names}
    seen = {name.casefold() for name in taken}
    found: dict[str, str] = {}
    for name in names:
        told = name
        while told.casefold() in seen or (told != name and told.casefold() in given_names):
            told += " (as given)"
        seen.add(told.casefold())
        found[name] = told
    return found


def _mask(columns: Sequence[str]) -> pl.Expr:
    """Which of some flags are TRUE, as the bits of a number."""
    bits = (
        pl.col(name).fill_null(value=False).cast(pl.Int64) * 2**place
        for place, name in enumerate(columns)
    )
    return pl.sum_horizontal(*bits).alias(columns[0])


def _sums(frame: pl.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    if names:
        for name, count in frame.select(pl.col(names).sum()).row(0, named=True).items():
            yield name, int(count or 0)


def _fault(fault: Fault) -> dict[str, str]:
    return {
        "code": fault.code,
        "place": fault.place,
        "found": fault.found,
        "allowed": fault.allowed,
        "next": fault.next_step,
    }
