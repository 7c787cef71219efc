"""Levels beside the tiers, as they are where segment.toml is silent; see `schemes.levels`."""

from segment.schemes.levels import LevelRules


def potential() -> LevelRules:
    """Return the levels of the potential value."""
    return LevelRules(
        column="potential_value", label="potential_grade", labels=("high", "medium", "low"),
        shares=(0.20, 0.30, 0.50),
    )  # fmt: skip


def behaviour() -> LevelRules:
    """Return the levels of the purchase days of a year."""
    return LevelRules(
        column="purchases_last_year", label="behaviour_grade", labels=("busy", "steady", "quiet"),
        by="floors", floors=(12.0, 4.0),
    )  # fmt: skip


def retail_spend() -> LevelRules:
    """Return gold, silver and ordinary by spend."""
    return LevelRules(
        column="revenue_last_year", label="spend_grade", labels=("gold", "silver", "ordinary"),
        shares=(0.05, 0.20, 0.75),
    )  # fmt: skip


def retail_loyalty() -> LevelRules:
    """Return loyal, occasional and potential by the purchase days of a year."""
    return LevelRules(
        column="purchases_last_year", label="loyalty_band",
        labels=("loyal", "occasional", "potential"), by="floors", floors=(12.0, 3.0),
    )  # fmt: skip


def star_levels() -> LevelRules:
    """Return six star levels by the revenue of a year, as telecoms give them."""
    return LevelRules(
        column="revenue_last_year", label="star_level", labels=("6", "5", "4", "3", "2", "1"),
        by="floors", floors=(24_000.0, 12_000.0, 6_000.0, 3_000.0, 1_000.0),
    )  # fmt: skip


def shop_levels() -> LevelRules:
    """Return platinum to idle by the purchase days of a year; idle is who bought nothing."""
    return LevelRules(
        column="purchases_last_year", label="shop_level",
        labels=("platinum", "gold", "silver", "bronze", "idle"), by="floors",
        floors=(24.0, 12.0, 4.0, 1.0), margin=0.0,
    )  # fmt: skip
