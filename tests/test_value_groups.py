import polars as pl

from segment.schemes import value_groups
from segment.schemes.value_groups import ValueGroupRules

Row = tuple[float | None, float | None]


def grouped(rows: list[Row], highs: list[float | None] | None = None, **rules: object):
    frame = pl.DataFrame(
        rows,
        schema={"actual_value": pl.Float64, "expected_growth": pl.Float64},
        orient="row",
    )
    if highs is not None:
        frame = frame.with_columns(value_high=pl.Series(highs, dtype=pl.Float64))
    return value_groups.assign(frame, ValueGroupRules(**rules))


def groups(rows: list[Row], **rules: object) -> list[str | None]:
    return grouped(rows, **rules)["value_group"].to_list()


def test_a_share_of_seven_in_a_hundred_is_seven_customers():  # 100 * 0.07 is 7.000000000000001
    rows = [(float(n), float(n)) for n in range(1, 101)]

    assert groups(rows, mvc_share=0.07).count("MVC") == 7


def test_the_first_line_that_fits_wins():
    rows = [
        (90.0, 99.0),  # leads on value; that much could be grown does not matter
        (-1.0, 50.0),  # costs money, whatever could be grown
        (20.0, 30.0),
        (30.0, 10.0),
        (10.0, 0.0),
    ]

    assert groups(rows, mvc_share=0.2, mgc_share=0.3) == ["MVC", "BZC", "MGC", "core", "core"]


def test_mgc_is_a_share_of_the_rest():
    rows = [(100.0, 0.0)] * 5 + [(1.0, float(n)) for n in range(1, 6)]

    found = groups(rows, mvc_share=0.5, mgc_share=0.4)

    assert found == ["MVC"] * 5 + ["core"] * 3 + ["MGC"] * 2


def test_by_money_mvc_is_the_smallest_set_with_half_of_what_is_positive():
    rows = [(50.0, 0.0), (30.0, 0.0), (20.0, 0.0), (-40.0, 0.0)]

    assert groups(rows, mvc_by="money") == ["MVC", "core", "core", "BZC"]
    assert groups(rows, mvc_by="money", mvc_money_share=0.51) == ["MVC", "MVC", "core", "BZC"]


def test_zero_is_not_below_zero_and_leads_nothing():
    assert groups([(0.0, 0.0), (-0.01, 0.0)], mvc_share=1, mgc_share=1) == ["core", "BZC"]


def test_ties_at_a_line_all_pass_it():
    assert groups([(5.0, 0.0), (5.0, 0.0), (1.0, 0.0)], mvc_share=0.3) == ["MVC", "MVC", "core"]


def test_with_either_value_unknown_there_is_no_group():
    found = grouped([(5.0, None), (None, 5.0), (-5.0, None), (5.0, 5.0)])

    assert found["value_group"].to_list() == [None, None, None, "MVC"]
    assert found["is_on_watch"].to_list() == [None, None, None, False]


def test_who_may_be_above_zero_is_on_watch():
    rows = [(-5.0, 0.0), (-5.0, 0.0), (-5.0, 0.0), (-5.0, 0.0), (5.0, 0.0)]

    found = grouped(rows, highs=[-0.01, 0.0, 3.0, None, 9.0])

    assert found["value_group"].to_list()[:4] == ["BZC"] * 4
    assert found["is_on_watch"].to_list() == [False, True, True, None, False]


def test_without_an_interval_it_is_unknown_who_is_on_watch():
    assert grouped([(-5.0, 0.0), (5.0, 0.0)])["is_on_watch"].to_list() == [None, False]


def test_growth_within_reach_can_stand_in_for_expected_growth():
    frame = pl.DataFrame({"actual_value": [9.0, 1.0, 1.0], "growth_potential": [0.0, 7.0, 2.0]})
    rules = ValueGroupRules(mgc_by="growth_potential", mgc_share=0.5)

    assert value_groups.assign(frame, rules)["value_group"].to_list() == ["MVC", "MGC", "core"]
    assert "the top 50% by growth potential" in value_groups.describe(rules)


def test_the_rule_names_the_way_it_uses():
    by_money = ValueGroupRules(mvc_by="money", mvc_money_share=0.55)

    assert "hold 55% of all positive actual value" in value_groups.describe(by_money)
    assert "排名前20%的客户" in value_groups.describe(ValueGroupRules(), "zh")
