"""The form as it is laid out: what is asked at once, what is folded, and the entries of lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from offerdesk.web.form.fields import Field, entry_fields, fields_of
from offerdesk.web.form.topics import ENTRY_FIRST, FIRST, FOLDED, LISTS, REST, UNASKED, Topic
from offerdesk.web.form.typed import Typed, numbers
from rules.book import Book

Groups = Sequence[tuple[str, Sequence[Field]]]  # one, ticks or schedule, with its fields
Errors = Mapping[str, Sequence[Mapping[str, str]]]  # name of a field -> what is wrong with it


@dataclass(frozen=True, slots=True)
class Shown:
    """A topic with its fields.

    Attributes:
        filled: How many of them say something.
        is_open: Whether it is shown although it is usually folded.
    """

    topic: Topic
    groups: Groups
    filled: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its number, and its fields at once and folded."""

    number: int
    first: Groups
    more: Groups
    filled: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the form, such as the other offers."""

    name: str
    root: str
    title: str
    called: str
    entries: Sequence[Entry]

    @property
    def next_number(self) -> int:
        """The number of an entry that is added."""
        return self.entries[-1].number + 1 if self.entries else 0


def topics(book: Book, typed: Typed, errors: Errors) -> tuple[list[Shown], list[Shown]]:
    """The topics that are shown at once, and those that are folded."""
    left = {field.name: field for field in fields_of(book) if field.name not in UNASKED}
    known = {id(field): field for field in fields_of(book)}
    first, folded = (
        [_shown(topic, _taken(topic, known.values(), left), typed, errors) for topic in several]
        for several in (FIRST, FOLDED)
    )
    rest = [field for field in known.values() if field.name in left]
    if rest:
        folded.append(_shown(REST, rest, typed, errors))
    return first, folded


def lists(book: Book, typed: Typed, errors: Errors, adding: str = "") -> list[Listed]:
    """The lists with what was typed into them.

    Args:
        book: Its vocabulary.
        typed: What was typed.
        errors: What is wrong.
        adding: A list that gets one more entry.
    """
    found = []
    for name, one in book.lists.items():
        if one.path[0] == "market":
            continue
        root = ".".join(one.path)
        places = numbers(typed, root)
        if name == adding:
            places = [*places, places[-1] + 1 if places else 0]
        entries = [_entry(book, name, f"{root}.{n}", n, typed, errors) for n in places]
        title, called = LISTS.get(name, (name.replace("_", " ").capitalize(), "an entry"))
        found.append(Listed(name, root, title, called, entries))
    return found


def _entry(book: Book, name: str, root: str, number: int, typed: Typed, errors: Errors) -> Entry:
    fields = [field.inside(root) for field in entry_fields(book, name)]
    keys = ENTRY_FIRST.get(name)
    first = [one for key in keys or () for one in fields if _is_at(one.key, key)]
    more = [one for one in fields if one not in first] if keys else []
    return Entry(
        number,
        grouped(first if keys else fields),
        grouped(more),
        _filled(more, typed),
        any(one.name in errors for one in more),
    )


def _taken(topic: Topic, fields: object, left: dict[str, Field]) -> list[Field]:
    """The fields of a topic in its order, which are then no longer left."""
    found: list[Field] = []
    for key in topic.keys:
        found += [one for one in fields if _is_at(one.name, key)]  # type: ignore[attr-defined]
    for one in found:
        left.pop(one.name, None)
    return found


def _is_at(name: str, key: str) -> bool:
    return name == key or name.startswith(f"{key}.")


def _shown(topic: Topic, fields: Sequence[Field], typed: Typed, errors: Errors) -> Shown:
    is_open = any(one.name in errors for one in fields)
    return Shown(topic, grouped(fields), _filled(fields, typed), is_open)


def _filled(fields: Sequence[Field], typed: Typed) -> int:
    return len({one.name for one in fields if any(map(str.strip, typed.get(one.name, ())))})


def grouped(fields: Sequence[Field]) -> Groups:
    """Fields that are laid out together: ticks of one list, the years of one schedule."""
    return list(_grouped(fields))


def _grouped(fields: Sequence[Field]) -> Iterator[tuple[str, Sequence[Field]]]:
    done: set[str] = set()
    for one in fields:
        parent = one.name.rpartition(".")[0]
        if one.kind == "tick":
            if one.name not in done:
                yield "ticks", [other for other in fields if other.name == one.name]
            done.add(one.name)
        elif parent.endswith("vest_schedule"):
            if parent not in done:
                yield "schedule", [o for o in fields if o.name.rpartition(".")[0] == parent]
            done.add(parent)
        else:
            yield "one", [one]
