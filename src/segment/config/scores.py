"""The weighted scores beside the main one: the B2B card, attitude, loyalty and sales performance.

They are sections of `segment.toml` on the mechanism of `schemes.scorecard`; what stands here is
what they are where the file is silent.
"""

from segment.criteria import CRITERIA
from segment.schema import CARD_GRADES
from segment.schemes.scorecard import Criterion, ScorecardRules


def card() -> ScorecardRules:
    """Return the card's overall grade: the one nearest to the mean of eight criteria alike.

    One criterion at E bars A, since the score is at most 85 above it.
    """
    return ScorecardRules(
        label="card_grade",
        labels=CARD_GRADES,
        floors=(87.5, 62.5, 37.5, 12.5),
        criteria=tuple(
            Criterion(name=name, column=f"card_{name}", weight=0.125, by="codes")
            for name in CRITERIA
        ),
        most_lead=85.0,
    )


def attitude() -> ScorecardRules:
    """Return how a customer stands to us, by answers, disputes and returns."""
    return ScorecardRules(
        label="attitude",
        criteria=(
            Criterion(name="satisfaction", column="dissatisfied_share", weight=0.4,
                      none_at=0.5, full_at=0.0),
            Criterion(name="disputes", column="disputed_share", weight=0.3,
                      none_at=0.2, full_at=0.0),
            Criterion(name="returns", column="refund_share_lately", weight=0.3,
                      none_at=0.2, full_at=0.0),
        ),
        floors=(70.0, 40.0),
        most_lead=100.0,
        margin=0.10,
    )  # fmt: skip


def loyalty() -> ScorecardRules:
    """Return how far a customer keeps to us, by share of wallet, purchases, and being there."""
    return ScorecardRules(
        label="loyalty",
        criteria=(
            Criterion(name="wallet", column="share_of_wallet", weight=0.4, full_at=0.8),
            Criterion(name="purchases", column="purchases_last_year", weight=0.3, full_at=12.0),
            Criterion(name="presence", column="p_alive", weight=0.3),
        ),
        floors=(70.0, 40.0),
        most_lead=100.0,
        margin=0.10,
    )


def performance() -> ScorecardRules:
    """Return how sales to a customer went in the last year: how much, what for, which way."""
    return ScorecardRules(
        label="performance",
        criteria=(
            Criterion(name="amount", column="revenue_last_year", weight=0.4, by="rank"),
            Criterion(name="change", column="sales_change", weight=0.3, none_at=0.5, full_at=1.5),
            Criterion(name="profit", column="margin_last_year", weight=0.3, by="rank"),
        ),
        floors=(70.0, 40.0),
        most_lead=100.0,
        margin=0.10,
    )
