"""The verdict at another exchange rate: what a whole judgement of that case would come to."""

from __future__ import annotations

import pytest

from rules.rates import at_other_rates
from tests.offers import book, case, judge, rival, varied

FOREIGN = {"currency": "GBP", "base_salary": 175_000, "equity_grant_value": 150_000}


@pytest.mark.parametrize("base", [150_000, 175_000, 200_000, 205_000, 240_000, 320_000])
def test_a_trial_decides_as_a_whole_judgement_does(base: int) -> None:
    offer = case(
        varied(
            {
                "offer.base_salary": base,
                "candidate.competing_offers": [rival(**FOREIGN)],
                "market.fx": {"GBP_USD": 1.25},
            }
        )
    )
    others = list(at_other_rates(offer, book()))
    assert len(others) == 2
    decides = judge().judge(offer).row.decides
    of_others = [judge().judge(other).row.decides for other in others]
    assert [judge().row(other).decides for other in others] == of_others
    hangs = judge().judge(offer).values["verdict_hangs_on_rate"]
    assert hangs is any(other != decides for other in of_others)
