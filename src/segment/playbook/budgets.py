"""Which share of the money for customers each code of a label may have, unless declared.

Effort follows value, but what can still be won gets more than it brings today, and what is mended
more than what runs by itself.
"""

USUAL_BUDGET: dict[str, dict[str, float]] = {
    "value_group": {"MVC": 0.40, "MGC": 0.35, "core": 0.20, "BZC": 0.05},
    "tier": {"VIP": 0.35, "large": 0.35, "medium": 0.20, "small": 0.10},
    "abc_class": {"A": 0.60, "B": 0.30, "C": 0.10},
    "key_class": {"A": 0.50, "B": 0.30, "C": 0.20},
    "lifecycle_state": {
        "active": 0.45, "won_back": 0.13, "new": 0.13, "sleeping": 0.18,
        "lost": 0.04, "never_completed": 0.04, "never_ordered": 0.03, "blocked": 0.00,
    },
    "star": {"star": 0.40, "none": 0.60},
    "watch": {"alarm": 0.60, "look": 0.30, "calm": 0.10, "unwatched": 0.00},
    "credit_grade": {"A": 0.50, "B": 0.30, "C": 0.15, "D": 0.05},
    "arrears": {"act": 0.70, "remind": 0.30, "none": 0.00},
    "potential_grade": {"high": 0.50, "medium": 0.35, "low": 0.15},
    "behaviour_grade": {"busy": 0.40, "steady": 0.40, "quiet": 0.20},
    "weighted_grade": {"high": 0.50, "medium": 0.35, "low": 0.15},
    "card_grade": {"A": 0.35, "B": 0.35, "C": 0.20, "D": 0.08, "E": 0.02},
    "attitude": {"high": 0.30, "medium": 0.40, "low": 0.30},
    "loyalty": {"high": 0.45, "medium": 0.40, "low": 0.15},
    "performance": {"high": 0.40, "medium": 0.40, "low": 0.20},
    "spend_grade": {"gold": 0.50, "silver": 0.30, "ordinary": 0.20},
    "loyalty_band": {"loyal": 0.45, "occasional": 0.35, "potential": 0.20},
    "star_level": {"6": 0.30, "5": 0.25, "4": 0.20, "3": 0.12, "2": 0.08, "1": 0.05},
    "shop_level": {"platinum": 0.35, "gold": 0.30, "silver": 0.20, "bronze": 0.10, "idle": 0.05},
    "need": {"fashion": 0.35, "quality": 0.40, "ordinary": 0.25},
    "membership_level": {
        "diamond": 0.25, "platinum": 0.25, "gold": 0.25,
        "silver": 0.15, "ordinary": 0.10,
    },
    "satisfaction_band": {
        "very_satisfied": 0.15, "satisfied": 0.20, "fair": 0.25,
        "dissatisfied": 0.25, "very_dissatisfied": 0.15,
    },
    "trigger": {"basket": 0.50, "favourite": 0.30, "views": 0.20, "none": 0.00},
    "grade": {"A": 0.50, "B": 0.30, "C": 0.15, "D": 0.05},
}  # fmt: skip
