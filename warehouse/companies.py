"""Which employer a name means."""

from __future__ import annotations

import re

from warehouse.aliases import alias_rows, plain

_LEGAL_FORM = re.compile(r"\b(inc|incorporated|llc|ltd|limited|corp|corporation|plc|gmbh|ag|sa)$")


def company_id(name: str) -> str:
    """The id of an employer: one for all spellings that are known to mean it.

    >>> company_id("Pinterest, Inc."), company_id("Facebook"), company_id("Activision (Microsoft)")
    ('pinterest', 'meta', 'activision')
    """
    known = alias_rows("companies")
    without_gloss = re.sub(r"\([^)]*\)", " ", name)
    for text in (name, without_gloss):
        key = plain(text)
        bare = _LEGAL_FORM.sub("", key).strip() or key
        if row := known.get(key) or known.get(bare):
            return row["company_id"]
    key = plain(without_gloss) or plain(name)
    return (_LEGAL_FORM.sub("", key).strip() or key).replace(" ", "-")
