"""The states of the United States by name, as SQL."""

from __future__ import annotations

from functools import cache

import pycountry

from warehouse.sql_text import literal


@cache
def state_codes() -> dict[str, str]:
    """Two letters by name in lower case: states, the District of Columbia and the territories.

    >>> state_codes()["guam"], state_codes()["west virginia"], len(state_codes())
    ('GU', 'WV', 58)
    """
    found = {
        one.name.casefold(): one.code.removeprefix("US-")
        for one in pycountry.subdivisions
        if one.country_code == "US"
    }
    return found | {"virgin islands": "VI"}


def state_code_sql(name: str) -> str:
    """The two letters of a state by an SQL text expression; NULL for any other text."""
    names = ", ".join(f"{literal(name)}: {literal(code)}" for name, code in state_codes().items())
    return f"(MAP {{{names}}}[lower(trim({name}, ' *'))])"
