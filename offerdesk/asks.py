"""``offerdesk ask``: the smallest asks that flip a verdict, and how much worse an offer may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from offerdesk.answer import Answer
from offerdesk.desk import Desk
from offerdesk.offers import Offer
from offerdesk.subject import Subject, decided, headed, subject_of
from rules.judgement import Judge
from rules.what_if.blocking import Blocked
from rules.what_if.flipping import Asker, Flips, Sought
from rules.what_if.movable import Movable, Wishes

if TYPE_CHECKING:
    from offerdesk.page import Page

Record = dict[str, Any]


class Ask(Answer):
    """What would flip the verdict on an offer."""

    @property
    def amounts(self) -> Mapping[str, float] | None:
        """Component -> amount of the cheapest ask [the offer's currency]; None where none flips."""
        found = self.record["cheapest"]
        return found and {name: one["to"] for name, one in found["amounts"].items()}

    def page(self) -> Page:
        """The answer as a page, for the candidate's eyes."""
        from offerdesk.ask_page import page_of

        return page_of(self.record)


def ask(
    offer: Offer,
    *,
    desk: Desk | None = None,
    market: str | None = None,
    as_of: date | None = None,
    wishes: Wishes | None = None,
) -> Ask:
    """The smallest changes of an offer that make the verdict ``accept``, proved minimal.

    Args:
        offer: As for ``offerdesk.decide``.
        desk: The desk to use; one with the standard book when not given.
        market: Id of the market snapshot to use, when the offer brings no market of its own.
        as_of: The day for which the question is asked.
        wishes: Components to leave alone, other caps, other weights than the employer's cost.

    Raises:
        OfferdeskError: As ``offerdesk.decide``.
    """
    return ask_about(subject_of(desk or Desk(), offer, market=market, as_of=as_of), wishes)


def ask_about(subject: Subject, wishes: Wishes | None = None) -> Ask:
    """The same about an offer or a logged decision."""
    wishes = wishes or Wishes()
    flips = _asker(subject.judge).flips(subject.case, wishes)
    return Ask(headed(subject.record, {**_answer(flips, wishes), "wishes": _wishes(wishes)}))


@lru_cache(maxsize=4)
def _asker(judge: Judge) -> Asker:
    return Asker(judge)


def _answer(flips: Flips, wishes: Wishes) -> Record:
    return {
        "components": [_component(one) for one in flips.movable],
        "closed": [
            {"component": one.name, "label": one.label, "offered": one.offered}
            | {"why": one.why, "is_closed": one.is_closed}
            for one in flips.fixed
        ],
        "cost_basis": "weights" if wishes.weights else "employer over four years",
        "cheapest": _flip(flips.cheapest, flips),
        "proof": _proof(flips.cheapest),
        "alone": _by_component(flips.alone, flips),
        "impossible": _impossible(flips.blocked, flips),
        "worse": _by_component(flips.worse, flips),
        "nearest_worse": _flip(flips.nearest, flips),
        "nearest_worse_proof": _proof(flips.nearest),
        "walk_away": _by_component(flips.walk_away, flips),
    }


def _component(one: Movable) -> Record:
    return {
        "component": one.name,
        "label": one.label,
        "offered": one.offered,
        "step": one.step,
        "cap": one.cap,
        "looked_up_to": one.most,
        "cost_per_unit": one.cost,
    }


def _by_component(found: Sequence[tuple[Movable, Sought]], flips: Flips) -> list[Record]:
    return [
        {
            "component": one.name,
            "label": one.label,
            "offered": one.offered,
            "flip": _flip(sought, flips),
            "last_before": sought.flip.last if sought.flip else None,
            "proof": sought.proof,
        }
        for one, sought in found
    ]


def _flip(sought: Sought | None, flips: Flips) -> Record | None:
    if sought is None or sought.flip is None:
        return None
    flip = sought.flip
    values = flips.judgement.values
    offered = {name: values[f"ask_{name}_offered"] for name in flip.amounts}
    return {
        "amounts": {
            name: {"from": offered[name], "to": amount, "change": amount - offered[name]}
            for name, amount in flip.amounts.items()
        },
        "cost": flip.cost,
        **decided(flip.row),
    }


def _proof(sought: Sought | None) -> Record | None:
    """How it is known that nothing is cheaper, or that nothing flips."""
    if sought is None:
        return None
    return {"by": sought.proof, "points": sought.points, "rejected": sought.rejected}


def _impossible(blocked: Blocked | None, flips: Flips) -> Record | None:
    if blocked is None:
        return None
    return {
        "at_the_caps": decided(blocked.judgement.row),
        "conditions": [
            {
                "condition": one.text,
                "meaning": one.meaning,
                "truth": one.truth,
                "hangs_on_pay": one.hangs_on_pay,
            }
            for one in blocked.conditions
        ],
        "beyond_the_caps": _flip(flips.beyond, flips),
        "beyond_the_caps_proof": _proof(flips.beyond),
    }


def _wishes(wishes: Wishes) -> Record:
    return {
        "locked": sorted(wishes.locked),
        "caps": dict(wishes.caps),
        "weights": dict(wishes.weights),
    }
