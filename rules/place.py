"""The place of work, as the rows of law name it."""

from __future__ import annotations

from rules.book import Book


def jurisdiction(country: str | None, state: str | None, book: Book) -> str | None:
    """The key of the rows of law: country and state, or the country alone where it has one law.

    Args:
        country: ISO 3166 code; None when nobody stated it.
        state: State or province.
        book: Its law says whether a country has rows of its own.
    """
    if country is None or not state:
        return country.upper() if country else None
    here = f"{country.upper()}-{state.upper()}"
    places = {row.place for table in book.law.values() for row in table.rows}
    return country.upper() if here not in places and country.upper() in places else here
