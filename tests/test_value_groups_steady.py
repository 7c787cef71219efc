"""Value groups from month to month, and who is below zero by its probability."""

import polars as pl
import pytest

from segment.errors import ConfigError, DataError
from segment.schemes import value_groups
from segment.schemes.value_groups import ValueGroupRules

Row = tuple[str, float, float, float | None]  # customer, value, growth, probability below zero


def frame(*rows: Row) -> pl.DataFrame:
    schema = {
        "customer_id": pl.String, "actual_value": pl.Float64,
        "expected_growth": pl.Float64, "p_below_zero": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def by_p(*chances: float | None, before: pl.DataFrame | None = None, value: float = 1.0):
    rows = [(str(place), value, 0.0, p) for place, p in enumerate(chances)]
    return value_groups.assign(frame(*rows), ValueGroupRules(mvc_share=0.0), before)


def test_below_zero_is_who_probably_is():
    found = by_p(0.50, 0.4999, 1.0, 0.0)

    assert found["value_group"].to_list() == ["BZC", "core", "BZC", "core"]


def test_the_probability_has_a_band_of_points():
    before = by_p(0.9, 0.9, 0.1, 0.1)

    found = by_p(0.40, 0.3999, 0.5999, 0.60, before=before)

    assert found["value_group"].to_list() == ["BZC", "core", "core", "BZC"]
    assert found["value_group_by_line"].to_list() == ["core", "core", "BZC", "BZC"]


def test_on_watch_is_who_may_be_below_zero_and_is_not_surely_so():
    found = by_p(0.90, 0.8999, 0.50, 0.215, 0.2149)

    assert found["value_group"].to_list() == ["BZC", "BZC", "BZC", "core", "core"]
    assert found["is_on_watch"].to_list() == [False, True, True, True, False]


def test_without_a_probability_the_value_tells_and_has_no_band():
    before = by_p(None, value=-1.0)

    found = by_p(None, value=0.0, before=before)

    assert before["value_group"].to_list() == ["BZC"]
    assert before["is_on_watch"].to_list() == [None]  # there is no upper bound either
    assert found["value_group"].to_list() == ["core"]


def test_a_most_valuable_customer_within_the_margin_is_no_candidate_for_growth():
    rules = ValueGroupRules(mvc_share=0.25, mgc_share=0.25)
    first = value_groups.assign(
        frame(("a", 100, 5, 0), ("b", 90, 5, 0), ("c", 50, 1, 0), ("d", 40, 0, 0)), rules
    )
    then = frame(("a", 90, 5, 0), ("b", 100, 5, 0), ("c", 50, 1, 0), ("d", 40, 0, 0))

    second = value_groups.assign(then, rules, first)

    assert first["value_group"].to_list() == ["MVC", "MGC", "core", "core"]
    assert second["value_group_by_line"].to_list() == ["MGC", "MVC", "core", "core"]
    assert second["value_group"].to_list() == ["MVC", "MGC", "core", "core"]


def test_who_falls_from_most_valuable_is_told_by_the_growth_line_itself():
    rules = ValueGroupRules(mvc_share=0.25, mgc_share=0.25)
    first = value_groups.assign(
        frame(("a", 100, 5, 0), ("b", 90, 4, 0), ("c", 50, 1, 0), ("d", 40, 0, 0)), rules
    )
    then = frame(("a", 10, 5, 0), ("b", 100, 4, 0), ("c", 50, 1, 0), ("d", 40, 0, 0))

    assert value_groups.assign(then, rules, first)["value_group"].to_list()[0] == "MGC"


def test_a_grace_lets_a_fall_to_below_zero_wait():
    rules = ValueGroupRules(mvc_share=0.0, grace_months=1)
    months = [value_groups.assign(frame(("a", 1.0, 0.0, 0.1)), rules)]
    for _ in range(2):
        months.append(value_groups.assign(frame(("a", 1.0, 0.0, 0.95)), rules, months[-1]))

    assert [one["value_group"].item() for one in months] == ["core", "core", "BZC"]
    assert [one["is_on_watch"].item() for one in months] == [False, True, False]


def test_the_lines_name_what_they_compare():
    rows = [("a", 90.0, 5.0, 0.1), ("b", 10.0, 3.0, 0.2)]
    rules = ValueGroupRules(mvc_share=0.5, mgc_share=1.0)

    assert value_groups.lines(frame(*rows), rules).rows() == [
        ("value_group", "MVC", "actual_value", 90.0),
        ("value_group", "MGC", "expected_growth", 3.0),
        ("value_group", "BZC", "p_below_zero", 0.5),
    ]
    without = value_groups.lines(frame(*rows).drop("p_below_zero"), rules)
    assert without.rows()[-1] == ("value_group", "BZC", "actual_value", 0.0)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            {"bzc_probability": 0.95},
            "between watch_probability, 0.215, and certain_probability, 0.9",
        ),
        ({"watch_probability": 0.6}, "between watch_probability, 0.6"),
        ({"bzc_band": 0.5}, "must stay above 0"),
        ({"bzc_probability": 0.9, "bzc_band": 0.2}, "not pass 1"),
    ],
)
def test_probabilities_that_leave_no_way_in_or_out_are_refused(rules, said):
    with pytest.raises(ConfigError, match=said):
        ValueGroupRules(**rules)


def test_a_probability_that_is_no_number_is_named():
    rows = frame(("a", 1.0, 0.0, 0.1)).cast({"p_below_zero": pl.String})

    with pytest.raises(DataError, match="numbers in the column p_below_zero"):
        value_groups.assign(rows, ValueGroupRules())


def test_the_rule_names_the_probabilities_and_the_band():
    said = value_groups.describe(ValueGroupRules())

    assert "below zero is 50% or more" in said
    assert "less than 90%, and any other customer from 21.5%" in said
    assert "leaves 10 points below" in said
    assert "points" not in value_groups.describe(ValueGroupRules(bzc_band=0.0))
    assert "低于该值10个百分点" in value_groups.describe(ValueGroupRules(), "zh")
