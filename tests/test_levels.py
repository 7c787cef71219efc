import polars as pl
import pytest

from segment.errors import ConfigError
from segment.schemes import levels
from segment.schemes.levels import LevelRules


def tiers(values: list[float | None], **rules: object) -> list[str | None]:
    frame = pl.DataFrame({"actual_value": pl.Series(values, dtype=pl.Float64)})
    return levels.assign(frame, LevelRules(**rules))["tier"].to_list()


def test_a_row_exactly_on_a_floor_earns_the_higher_level():
    found = tiers([100, 99.99, 10, 9.99, 0, -0.01], by="floors", floors=(100, 10, 0))

    assert found == ["VIP", "large", "large", "medium", "medium", "small"]


def test_shares_count_the_customers():
    found = tiers([float(n) for n in range(1, 101)])  # 5, 15, 30 and 50 of a hundred

    assert [found.count(label) for label in levels.LABELS] == [5, 15, 30, 50]
    assert found[-5:] == ["VIP"] * 5


def test_ties_at_a_line_all_pass_it():
    assert tiers([3, 3, 1, 1], labels=("high", "low"), shares=(0.25, 0.75)) == [
        "high", "high", "low", "low",
    ]  # fmt: skip


def test_nobody_earns_a_level_by_share_with_nothing():
    assert tiers([0, 0, -1]) == ["small", "small", "small"]


def test_an_unknown_value_has_no_level():
    assert tiers([5, None]) == ["VIP", None]


def test_another_column_and_other_names_are_another_scheme():
    frame = pl.DataFrame({"revenue": [700.0, 50.0]})
    rules = LevelRules(
        column="revenue", label="stars", labels=("6", "1"), by="floors", floors=(500,)
    )

    assert levels.assign(frame, rules)["stars"].to_list() == ["6", "1"]
    assert "6 from 500, 1 below that" in levels.describe(rules)


def test_floors_without_saying_so_are_refused():
    with pytest.raises(ConfigError, match='set by = "floors"'):
        LevelRules(floors=(3.0, 2.0, 1.0))


def test_a_label_does_not_replace_what_it_is_made_from():
    with pytest.raises(ConfigError, match="label is 'tier', the column that it is made from"):
        LevelRules(column="tier", label="tier")


def test_the_rule_is_told_in_words():
    assert levels.describe(LevelRules()).startswith(
        "By actual value, share of customers: VIP 5%, large 15%, medium 30%, small the rest"
    )
    floors = LevelRules(by="floors", floors=(10000, 2500.5, 0))
    assert "VIP自10,000起、大客户自2,500.5起、中客户自0起，以下为小客户" in levels.describe(
        floors, "zh"
    )


def test_a_margin_around_floors_and_none_around_a_floor_of_zero():
    rules = LevelRules(by="floors", floors=(100, 10, 0))
    ids = pl.Series("customer_id", list("abcde"))
    first = levels.assign(
        pl.DataFrame([ids, pl.Series("actual_value", [100, 99, 5, 0, -1])]), rules
    )
    later = pl.DataFrame([ids, pl.Series("actual_value", [80.0, 119.99, 12.0, -0.01, 0.0])])

    labelled = levels.assign(later, rules, first)

    assert labelled["tier_by_line"].to_list() == ["large", "VIP", "large", "small", "medium"]
    assert labelled["tier"].to_list() == ["VIP", "large", "large", "small", "medium"]


def test_the_lines_of_floors_are_the_floors():
    rules = LevelRules(by="floors", floors=(10000, 2500.5, 0))

    lines = levels.lines(pl.DataFrame({"actual_value": [1.0]}), rules)

    assert lines.select("code", "at").rows() == [
        ("VIP", 10000.0), ("large", 2500.5), ("medium", 0.0),
    ]  # fmt: skip
