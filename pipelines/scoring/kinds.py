"""The columns of a sheet that is kept in several files, which may differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines.scoring.columns import ROW_IN_SHEET, plain_name
from rules.case import SECTIONS
from rules.errors import FailedWorld, Fault, UnusableCase

Kinds = Mapping[str, frozenset[pl.DataType]]


def kinds_of(files: Sequence[Path]) -> Kinds:
    """Every column that any of the files has, and of what kinds it is; Null where it is absent.

    Raises:
        FailedWorld: ``sheet-unreadable``.
    """
    schemas = [_schema(file) for file in files]
    names = dict.fromkeys(name for schema in schemas for name in schema if name != ROW_IN_SHEET)
    return {name: frozenset(schema.get(name, pl.Null()) for schema in schemas) for name in names}


def _schema(file: Path) -> Mapping[str, pl.DataType]:
    try:
        return pl.scan_parquet(file, glob=False).collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as problem:
        fault = Fault(
            "sheet-unreadable",
            str(file),
            str(problem).splitlines()[0],
            "Parquet with columns of the usual kinds",
            "write the file anew, without columns of other kinds",
        )
        raise FailedWorld(fault) from problem


def check_sections(sheet: Path, columns: Kinds) -> None:
    """Refuse whole sections of offer files in a column, which nobody would read.

    Raises:
        UnusableCase: ``sheet-column-unknown``.
    """
    for name, kinds in columns.items():
        if plain_name(name) in SECTIONS and any(kind.is_nested() for kind in kinds):
            section = plain_name(name)
            example = {"offer": "base_salary", "candidate": "min_base"}.get(section, "guide")
            found = f"the column `{name}`, which holds a whole section"
            allowed = f"a column for each of its facts, such as {section}.{example}"
            step = "write its facts as columns, or the sheet as JSON Lines"
            raise UnusableCase(Fault("sheet-column-unknown", sheet.name, found, allowed, step))


def common_kinds(sheet: Path, columns: Kinds) -> dict[str, pl.DataType]:
    """What columns become that one file keeps otherwise than another: all numbers, or texts.

    Raises:
        UnusableCase: ``sheet-kinds-differ``, where one of them is a list or a mapping.
    """
    return {
        name: _common(sheet, name, kinds - {pl.Null()})
        for name, kinds in columns.items()
        if len(kinds) > 1
    }


def _common(sheet: Path, name: str, kinds: frozenset[pl.DataType]) -> pl.DataType:
    if len(kinds) == 1:
        return next(iter(kinds))
    if all(kind.is_numeric() for kind in kinds):
        return pl.Int64() if all(kind.is_integer() for kind in kinds) else pl.Float64()
    if any(kind.is_nested() for kind in kinds):
        raise UnusableCase(
            Fault(
                "sheet-kinds-differ",
                sheet.name,
                f"the column `{name}` as {' and '.join(sorted(map(str, kinds)))}",
                "the same kind in every file, where there are lists or mappings",
                "write the files alike, or leave the column out of those that are passed on",
            )
        )
    return pl.String()
