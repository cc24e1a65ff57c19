"""Which facts the form asks for at once, and under which heading the others are folded.

A fact is named by the key that states it.  Those of a book that no heading names are found under
the last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """Facts that are asked for together.

    Attributes:
        slug: Its place on the page.
        title: What they are about.
        keys: The keys that state them, below ``offer`` or ``candidate``, in order.
        note: What should be known before answering.
        is_private: Whether nothing of it is ever meant for the employer.
    """

    slug: str
    title: str
    keys: tuple[str, ...]
    note: str = ""
    is_private: bool = False


FIRST: tuple[Topic, ...] = (
    Topic(
        "job",
        "The job",
        (
            "offer.company",
            "offer.role_title",
            "offer.level_label",
            "offer.region",
            "offer.currency",
            "offer.role_family",
            "offer.level_std",
            "offer.country",
            "offer.state",
            "offer.company_type",
        ),
    ),
    Topic(
        "cash",
        "Cash",
        (
            "offer.base_salary",
            "offer.sign_on_y1",
            "offer.bonus_type",
            "offer.bonus_target_pct",
        ),
        "Whole amounts: 210000, not 210K. Leave out what you do not know: unknown is not zero.",
    ),
    Topic(
        "equity",
        "Equity",
        (
            "offer.equity_type",
            "offer.equity_grant_value",
            "offer.equity_grant_years",
            "offer.liquidity_program",
            "offer.vest_schedule",
            "offer.equity_shares",
            "offer.strike_price",
            "offer.preferred_price",
            "offer.fully_diluted_shares",
        ),
    ),
    Topic(
        "answer",
        "The answer they wait for",
        (
            "offer.offer_form",
            "offer.offer_date",
            "offer.response_deadline",
            "offer.employer_final",
        ),
    ),
    Topic(
        "you",
        "Your own limits",
        (
            "candidate.min_base",
            "candidate.min_tc",
            "candidate.min_cash_y1",
            "candidate.employment_status",
        ),
        "They steer the verdict, and never stand in any words to the employer.",
        is_private=True,
    ),
)

FOLDED: tuple[Topic, ...] = (
    Topic(
        "more-pay",
        "More about the pay",
        (
            "offer.sign_on_y2",
            "offer.bonus_target_amount",
            "offer.bonus_guaranteed_y1_amount",
            "offer.bonus_proration_y1",
            "offer.pay_period",
            "offer.hourly_rate",
            "offer.fte",
            "offer.posted_range",
        ),
    ),
    Topic(
        "more-equity",
        "More about the equity",
        (
            "offer.equity_stage",
            "offer.equity_annual_value",
            "offer.equity_value_basis",
            "offer.fmv_409a",
            "offer.vest_cliff_months",
            "offer.vest_frequency",
            "offer.refresher_policy",
            "offer.refresher_annual_value",
            "offer.stock_volatility_1y",
            "offer.vesting_acceleration",
            "offer.ptep_days",
            "offer.early_exercise",
            "offer.choice_of_mix",
        ),
    ),
    Topic(
        "place",
        "The job and the place",
        (
            "offer.work_location_region",
            "offer.geo_tier_applied",
            "offer.city",
            "offer.work_mode",
            "offer.track",
            "offer.employment_type",
            "offer.start_date",
            "offer.headcount",
            "offer.ai_duties",
            "offer.expected_weekly_hours",
            "offer.pto_days",
            "offer.teams_matched",
            "offer.new_grad_program",
            "offer.hard_to_fill",
            "offer.superior_qualifications",
        ),
    ),
    Topic(
        "said",
        "What the employer has said",
        (
            "offer.negotiation_round",
            "offer.no_negotiation_policy",
            "offer.components_locked",
            "offer.early_start_valued",
            "offer.critical_project",
        ),
    ),
    Topic(
        "strings",
        "Strings attached",
        (
            "offer.clawback",
            "offer.noncompete_months",
            "offer.noncompete_paid_pct",
            "offer.severance_weeks",
            "offer.relocation_required",
            "offer.relocation_amount",
            "offer.relocation_grossed_up",
            "offer.visa_sponsorship_offered",
            "offer.green_card_commitment",
        ),
    ),
    Topic(
        "warnings",
        "Warning signs",
        ("offer.risk_flags",),
        "Tick what has happened; several of them together are the marks of a scam.",
    ),
    Topic(
        "bring",
        "What you bring",
        (
            "candidate.interviewed_level_std",
            "candidate.scope_level_std",
            "candidate.years_experience",
            "candidate.skills",
            "candidate.can_start_early",
        ),
    ),
    Topic(
        "leave",
        "What leaving costs you",
        (
            "candidate.forfeiture_equity_12m",
            "candidate.forfeiture_bonus",
            "candidate.repayment_owed",
            "candidate.next_vest_date",
            "candidate.next_vest_value",
        ),
    ),
    Topic(
        "situation",
        "Your situation",
        (
            "candidate.current_base",
            "candidate.current_tc",
            "candidate.current_level_std",
            "candidate.months_runway",
            "candidate.risk_tolerance",
            "candidate.priorities",
            "candidate.priorities_favour",
            "candidate.preferences",
            "candidate.needs_sponsorship",
            "candidate.visa_status",
            "candidate.h1b_cap_subject",
            "candidate.signed_elsewhere",
            "candidate.closing_authorisation",
        ),
        is_private=True,
    ),
)
REST = Topic("rest", "Anything else", ())
UNASKED = frozenset({"candidate.protected_attributes_supplied", "candidate.prefers_another_offer"})

# Of an entry of a list, what is shown at once; the rest is folded.
ENTRY_FIRST: Mapping[str, tuple[str, ...]] = {
    "competing_offers": (
        "company",
        "status",
        "verified",
        "disclosable",
        "currency",
        "base_salary",
        "bonus_type",
        "bonus_target_pct",
        "sign_on_y1",
        "equity_type",
        "equity_grant_value",
        "equity_grant_years",
        "liquidity_program",
        "vest_schedule",
        "expires",
    ),
}
LISTS: Mapping[str, tuple[str, str]] = {  # title, and what one entry is called
    "competing_offers": ("Other offers", "another offer"),
    "processes_in_progress": ("Companies that still interview you", "a company"),
    "hard_constraints": ("What you cannot do without", "a condition"),
}
