import polars as pl
import pytest

from segment.schemes import pareto
from segment.schemes.pareto import ParetoRules


def classes(values: list[float | None], **rules: object) -> list[str | None]:
    frame = pl.DataFrame({"revenue_last_year": pl.Series(values, dtype=pl.Float64)})
    return pareto.assign(frame, ParetoRules(**rules))["abc_class"].to_list()


def test_by_amount_a_is_the_smallest_set_with_four_fifths():
    assert classes([80, 15, 5]) == ["A", "B", "C"]  # just 80%: the next is not needed
    assert classes([79, 16, 5]) == ["A", "A", "C"]  # 79% does not fill A; 95% fills B


def test_by_heads_a_is_the_top_twentieth():
    found = classes([float(n) for n in range(1, 101)], by="heads")

    assert [found.count(label) for label in "ABC"] == [5, 15, 80]


def test_the_two_ways_are_two_systems():
    values = [1000.0, *[1.0] * 19]

    assert classes(values).count("A") == 1
    assert classes(values, shares=(0.99, 0.005, 0.005)).count("A") == 20  # the ties all pass
    assert classes([5.0] * 20, by="heads").count("A") == 20


def test_who_brought_nothing_or_less_is_c():
    assert classes([10, 0, -5]) == ["A", "C", "C"]
    assert classes([0, -5]) == ["C", "C"]
    assert classes([10, 0, -5], by="heads", shares=(0.5, 0.5, 0)) == ["A", "C", "C"]


def test_an_unknown_amount_has_no_class():
    assert classes([10, None]) == ["A", None]


def test_the_usual_shares_go_with_the_way():
    assert ParetoRules().lines == (0.80, 0.15, 0.05)
    assert ParetoRules(by="heads").lines == (0.05, 0.15, 0.80)
    assert "A is the top 5% of the customers, B the next 15%" in pareto.describe(
        ParetoRules(by="heads")
    )
    assert "A 贡献前80%" in pareto.describe(ParetoRules(), "zh")


def test_the_curve_ends_with_everybody_and_everything():
    curve = pareto.concentration(pl.DataFrame({"revenue": [60.0, 30.0, 10.0, None]}), "revenue")

    assert curve["n_customers"].to_list() == [0, 1, 2, 3]
    assert curve["amount"].to_list() == [0, 60, 90, 100]
    assert curve["amount_share"].to_list() == [0, 0.6, 0.9, 1]
    assert curve["customer_share"].to_list() == [0, 1 / 3, 2 / 3, 1]


def test_the_curve_of_profit_rises_above_one_before_it_falls_back():
    curve = pareto.concentration(pl.DataFrame({"profit": [80.0, 40.0, -20.0]}), "profit")

    assert curve["amount_share"].to_list() == [0, 0.8, 1.2, 1]


def test_a_curve_of_a_thousand_has_a_point_for_each_hundredth():
    curve = pareto.concentration(pl.DataFrame({"x": [float(n) for n in range(1000)]}), "x")

    assert curve.height == 101
    assert curve["n_customers"].to_list() == list(range(0, 1001, 10))


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nobody_known_is_an_empty_curve(values):
    curve = pareto.concentration(pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)}), "x")

    assert curve.is_empty()
    assert curve.columns == ["customer_share", "n_customers", "amount", "amount_share"]


def test_shares_of_nothing_are_unknown():
    curve = pareto.concentration(pl.DataFrame({"x": [0.0, 0.0]}), "x")

    assert curve["amount_share"].to_list() == [None, None, None]


def month(values: dict[str, float], before: pl.DataFrame | None = None, **rules: object):
    frame = pl.DataFrame({"customer_id": list(values), "revenue_last_year": list(values.values())})
    return pareto.assign(frame, ParetoRules(**rules), before)


def test_a_class_changes_only_when_its_line_is_passed_by_the_margin():
    first = month({"a": 80.0, "b": 15.0, "c": 5.0})
    near = month({"a": 80.0, "b": 66.0, "c": 5.0}, first)  # A from 66, by the lines
    far = month({"a": 80.0, "b": 80.0, "c": 5.0}, first)  # A from 80, which is passed by nothing

    assert near["abc_class_by_line"].to_list() == ["A", "A", "C"]
    assert near["abc_class"].to_list() == ["A", "B", "C"]
    assert far["abc_class"].to_list() == ["A", "B", "C"]
    assert month({"a": 80.0, "b": 80.0, "d": 5.0, "e": 80.0}, first)["abc_class"].to_list() == [
        "A", "B", "C", "A",  # who was not there is told by the line
    ]  # fmt: skip


def test_new_values_are_scored_by_old_lines():
    then = pl.DataFrame({"customer_id": ["a", "b", "c"], "revenue_last_year": [80.0, 15.0, 5.0]})
    now = then.with_columns(pl.Series("revenue_last_year", [80.0, 15.0, 400.0]))
    old = pareto.lines(then, ParetoRules())

    assert old.rows() == [
        ("abc_class", "A", "revenue_last_year", 80.0),
        ("abc_class", "B", "revenue_last_year", 15.0),
    ]
    assert pareto.assign(now, ParetoRules())["abc_class"].to_list() == ["B", "C", "A"]
    by_old = pareto.assign(now, ParetoRules(), lines=old)
    assert by_old["abc_class"].to_list() == ["A", "B", "A"]


def test_the_rule_names_its_margin_and_its_grace():
    rules = ParetoRules(margin=0.15, grace_months=2)

    assert "its line is passed by 15% of it. Months" in pareto.describe(rules)
    assert "越过分界线达其15%时" in pareto.describe(rules, "zh")
    assert "margin" not in pareto.describe(ParetoRules(margin=0.0))
