"""Parquet files put one after the other, without working through what they hold.

The row groups are copied byte by byte; only what the footers say of their places is written anew.
A footer is a struct of Thrift's compact protocol, whose fields are told by number; see
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

MAGIC = b"PAR1"
AT_ONCE = 1 << 20  # bytes

_I16, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 4, 6, 7, 8, 9, 10, 11, 12
_FLAGS = (1, 2)

# Fields of the footer, of a row group, of a column in it, and of what is said of that column.
_SCHEMA, _ROWS, _GROUPS, _SAID = 2, 3, 4, 5
_COLUMNS, _GROUP_PLACE, _ORDINAL = 1, 5, 7
_COLUMN_PLACE, _META, _PAGE_INDEX = 2, 3, (4, 5, 6, 7)
_PLACES = (9, 10, 11, 14)

Struct = dict[int, tuple[int, Any]]  # number of a field -> its type and value


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    footer: Struct
    end: int  # of the row groups

    @property
    def says(self) -> tuple[Any, ...]:
        """What has to be the same in all files."""
        return tuple(self.footer.get(field) for field in (_SCHEMA, _SAID))


def put_in_a_row(files: Sequence[Path], target: Path) -> bool:
    """Write one Parquet file with the row groups of several.

    Returns:
        Whether it could be done; not where their columns differ.

    Raises:
        OSError: A file cannot be read or written.
    """
    found = [_read(path) for path in files]
    if not found or any(one.says != found[0].says for one in found):
        return False
    groups: list[Struct] = []
    numbers = count()
    with target.open("wb") as out:
        out.write(MAGIC)
        for one in found:
            shift = out.tell() - len(MAGIC)
            groups += (_moved(group, shift, next(numbers)) for group in one.footer[_GROUPS][1][1])
            _copy(one, out)
        rows = sum(one.footer[_ROWS][1] for one in found)
        footer = found[0].footer | {_ROWS: (_I64, rows), _GROUPS: (_LIST, (_STRUCT, groups))}
        written = bytes(_struct(footer))
        out.write(written + struct.pack("<I", len(written)) + MAGIC)
    return True


def _read(path: Path) -> _File:
    with path.open("rb") as file:
        end = file.seek(-8, 2)
        length = struct.unpack("<I", file.read(4))[0]
        start = file.seek(end - length)
        return _File(path, _Reader(file.read(length)).struct(), start)


def _copy(one: _File, out: IO[bytes]) -> None:
    with one.path.open("rb") as file:
        left = one.end - file.seek(len(MAGIC))
        while left:
            left -= out.write(file.read(min(left, AT_ONCE)))


def _moved(group: Struct, shift: int, number: int) -> Struct:
    """A row group that stands further on; where its pages stand is not told again."""
    kind, columns = group[_COLUMNS][1]
    moved = {
        **_shifted(group, (_GROUP_PLACE,), shift),
        _COLUMNS: (_LIST, (kind, [_moved_column(one, shift) for one in columns])),
    }
    return moved | ({_ORDINAL: (_I16, number)} if _ORDINAL in group else {})


def _moved_column(column: Struct, shift: int) -> Struct:
    kept = {field: value for field, value in column.items() if field not in _PAGE_INDEX}
    kept = _shifted(kept, (_COLUMN_PLACE,), shift)
    return kept | {_META: (_STRUCT, _shifted(column[_META][1], _PLACES, shift))}


def _shifted(fields: Struct, places: Sequence[int], shift: int) -> Struct:
    """Places in the file; a place that is 0 is none."""
    moved = {
        field: (kind, value + shift)
        for field, (kind, value) in fields.items()
        if field in places and value
    }
    return {**fields, **moved}


class _Reader:
    """Reads values of the compact protocol, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        """The fields up to the end of a struct."""
        fields: Struct = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._integer()
            kind = head & 15
            fields[number] = (kind, kind == 1 if kind in _FLAGS else self._value(kind))
        return fields

    def _value(self, kind: int) -> Any:
        match kind:
            case 1 | 2 | 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._integer()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._varint())
            case 9 | 10:
                head = self._byte()
                length = self._varint() if head >> 4 == 15 else head >> 4
                return head & 15, [self._value(head & 15) for _ in range(length)]
            case 12:
                return self.struct()
        raise ValueError(f"a footer with a value of kind {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 128:
            value |= (byte & 127) << shift
            shift += 7
        return value | byte << shift

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


def _struct(fields: Struct) -> Iterator[int]:
    """A struct in the compact protocol."""
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        head = (1 if value else 2) if kind in _FLAGS else kind
        if number - before < 16:
            yield (number - before) << 4 | head
        else:
            yield head
            yield from _integer(number)
        before = number
        if kind not in _FLAGS:
            yield from _value(kind, value)
    yield 0


def _value(kind: int, value: Any) -> Iterator[int]:
    match kind:
        case 1 | 2 | 3:
            yield value
        case 4 | 5 | 6:
            yield from _integer(value)
        case 7:
            yield from value
        case 8:
            yield from (*_varint(len(value)), *value)
        case 12:
            yield from _struct(value)
        case _:
            inner, values = value
            yield min(len(values), 15) << 4 | inner
            if len(values) >= 15:
                yield from _varint(len(values))
            for one in values:
                yield from _value(inner, one)


def _integer(value: int) -> Iterator[int]:
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> Iterator[int]:
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value
