"""Grades by the chance, by the expected value and by the team's hours; who is kept for learning."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from funnels import AS_OF, funnel
from segment import prospects
from segment.errors import ConfigError, DataError
from segment.prospects import GradeRules, ProspectRules
from segment.prospects.ways import places_a_week


@pytest.fixture(scope="module")
def model():
    return prospects.fit(funnel(1500)[0], AS_OF, ProspectRules())


def ruled(model, **rules):
    return replace(model, rules=ProspectRules(grades=GradeRules(**rules)))


def leads(*rows: tuple[str, float | None, float | None], outcome: str = "open") -> pl.DataFrame:
    """One lead a row: id, chance, expected value."""
    return pl.DataFrame(
        rows,
        schema={"prospect_id": pl.String, "close_probability": pl.Float64,
                "expected_value": pl.Float64},
        orient="row",
    ).with_columns(outcome=pl.lit(outcome))  # fmt: skip


def team(*hours: float | None, role: str = "sales") -> pl.DataFrame:
    return pl.DataFrame(
        {"staff_id": [f"S{n}" for n in range(len(hours))], "hours_per_week": hours},
        schema={"staff_id": pl.String, "hours_per_week": pl.Float64},
    ).with_columns(role=pl.lit(role))


def letters(frame: pl.DataFrame) -> list[str | None]:
    return frame["grade"].to_list()


def test_a_chance_on_a_floor_earns_the_better_grade_and_an_unknown_one_none(model):
    rows = leads(("a", 0.5, 0.0), ("b", 0.4999, 0.0), ("c", 0.15, 0.0), ("d", None, 0.0))

    assert letters(prospects.add_grade(rows, model)) == ["A", "B", "C", None]


def test_by_the_expected_value_money_decides_and_not_the_chance(model):
    by_value = ruled(
        model, grade_by="expected_value", a_value_floor=100, b_value_floor=10, c_value_floor=0
    )
    rows = leads(("a", 0.01, 100.0), ("b", 0.9, 99.99), ("c", 0.9, 0.0), ("d", 0.9, -0.01),
                 ("e", 0.9, None))  # fmt: skip

    assert letters(prospects.add_grade(rows, by_value)) == ["A", "B", "C", "D", None]


def test_by_capacity_a_is_this_week_b_the_next_c_within_four_and_d_the_rest(model):
    # 4 hours a week, a quarter of them for prospects, at 60 minutes: one lead a week
    by_hours = ruled(model, grade_by="capacity", prospect_time_share=0.25)
    rows = leads(*((name, 0.9 - 0.1 * place, 0.0) for place, name in enumerate("abcdef")))
    graded = prospects.add_grade(rows, by_hours, team(4.0))

    assert letters(graded) == ["A", "B", "C", "C", "D", "D"]
    assert graded["place"].to_list() == [1, 2, 3, 4, 5, 6]
    assert graded["places_a_week"].to_list() == [1] * 6


def test_by_capacity_equals_go_by_their_id_whatever_the_order_of_the_rows(model):
    by_hours = ruled(model, grade_by="capacity", prospect_time_share=0.25)
    rows = leads(("b", 0.4, 0.0), ("a", 0.4, 0.0))

    assert letters(prospects.add_grade(rows, by_hours, team(4.0))) == ["B", "A"]
    assert letters(prospects.add_grade(rows.reverse(), by_hours, team(4.0))) == ["A", "B"]


def test_by_capacity_the_order_may_be_that_of_the_expected_value(model):
    by_hours = ruled(
        model, grade_by="capacity", prospect_time_share=0.25, order_by="expected_value"
    )
    rows = leads(("a", 0.9, 10.0), ("b", 0.1, 20.0), ("c", 0.1, None))

    assert letters(prospects.add_grade(rows, by_hours, team(4.0))) == ["B", "A", None]


def test_by_capacity_closed_leads_have_no_grade_and_take_no_place(model):
    by_hours = ruled(model, grade_by="capacity", prospect_time_share=0.25)
    rows = pl.concat([leads(("a", 0.9, 0.0), outcome="won"), leads(("b", 0.4, 0.0))])

    assert letters(prospects.add_grade(rows, by_hours, team(4.0))) == [None, "A"]


@pytest.mark.parametrize("staff", [None, team(None), team()])
def test_without_hours_nobody_is_graded_by_them(model, staff):
    graded = prospects.add_grade(leads(("a", 0.9, 0.0)), ruled(model, grade_by="capacity"), staff)

    assert letters(graded) == [None]
    said = prospects.sentences.way(
        prospects.add_value(graded, model), ruled(model, grade_by="capacity")
    )
    assert "no hours are known" in said[0]


def test_hours_count_of_the_roles_that_are_named_and_only_in_whole_leads():
    both = pl.concat([team(10.0), team(9.0, role="service")])
    rules = GradeRules(prospect_time_share=0.5, minutes_per_lead=45)

    assert places_a_week(both, rules) == 12  # 9.5 hours hold 12.67 leads
    assert places_a_week(both, replace(rules, roles=("service",))) == 6
    assert places_a_week(both, replace(rules, roles=("nobody",))) is None


def test_a_model_that_abstained_grades_nobody_in_any_way(model):
    silent = replace(model, card=None)
    rows = leads(("a", 0.9, 900.0))

    for way in ("probability", "expected_value", "capacity"):
        graded = prospects.add_grade(rows, ruled(silent, grade_by=way), team(40.0))
        assert letters(graded) == [None]
        assert graded["is_for_learning"].to_list() == [False]


def test_grading_again_changes_nothing(model):
    once = prospects.add_grade(leads(("a", 0.6, 1.0), ("b", 0.1, 1.0)), model)

    assert prospects.add_grade(once, model).equals(once)


def test_no_leads_have_no_grades_and_the_same_columns(model):
    some = prospects.add_grade(leads(("a", 0.6, 1.0)), model)

    assert prospects.add_grade(leads(), model).schema == some.schema


def test_a_way_that_lacks_its_column_says_which(model):
    with pytest.raises(DataError, match="needs the column expected_value"):
        prospects.add_grade(
            leads(("a", 0.6, 1.0)).drop("expected_value"), ruled(model, grade_by="expected_value")
        )


# --------------------------------------------------------------- learning


def many(n: int = 4000, chance: float = 0.1) -> pl.DataFrame:
    return leads(*((f"P{place:05d}", chance, 0.0) for place in range(n)))


def test_about_the_share_of_low_grades_is_for_learning_and_no_high_one(model):
    marked = prospects.add_grade(many(), ruled(model, learning_share=0.05))

    # 4000 draws at 5% spread by 14; four of those to each side
    assert 145 <= marked["is_for_learning"].sum() <= 255
    assert prospects.add_grade(many(chance=0.4), model)["is_for_learning"].sum() == 0
    assert (
        prospects.add_grade(many(), ruled(model, learning_share=0.0))["is_for_learning"].sum() == 0
    )
    assert prospects.add_grade(many(9), ruled(model, learning_share=1.0))["is_for_learning"].all()


def test_who_is_for_learning_hangs_on_neither_the_rows_nor_the_others(model):
    every = prospects.add_grade(many(), model)
    turned = prospects.add_grade(many().reverse(), model).reverse()
    half = prospects.add_grade(many().head(2000), model)

    assert turned["is_for_learning"].equals(every["is_for_learning"])
    assert half["is_for_learning"].equals(every["is_for_learning"].head(2000))


def test_another_month_draws_others_and_the_same_month_the_same(model):
    def drawn(day: dt.date) -> pl.Series:
        return prospects.add_grade(many(), replace(model, as_of=day))["is_for_learning"]

    first, again, other = (drawn(dt.date(2026, *day)) for day in ((6, 30), (6, 1), (7, 31)))
    assert first.equals(again)
    # by chance alone one in twenty of the one is in the other
    assert (first & other).sum() < 0.15 * first.sum()


def test_closed_leads_are_not_for_learning(model):
    closed = many(100).with_columns(outcome=pl.lit("lost"))
    marked = prospects.add_grade(closed, ruled(model, learning_share=1.0))

    assert not marked["is_for_learning"].any()


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"a_floor": 0.3}, "must fall from a_floor to c_floor"),
        ({"c_floor": 0.0}, "must fall from a_floor to c_floor"),
        ({"a_floor": 1.2}, "a_floor is 1.2; it is a share"),
        ({"grade_by": "quartile"}, "grade_by is 'quartile'; it is one of"),
        ({"order_by": "capacity"}, "order_by is 'capacity'"),
        ({"a_value_floor": 10.0, "b_value_floor": 10.0}, "must fall from a_value_floor"),
        ({"c_value_floor": float("nan")}, "are money and must fall"),
        ({"pursuit_cost": -1.0}, "pursuit_cost is -1.0; it is money, 0 or more"),
        ({"usual_value": float("inf")}, "usual_value is inf"),
        ({"minutes_per_lead": 0.0}, "minutes_per_lead is 0.0; it is a number above 0"),
        ({"learning_share": 1.5}, "learning_share is 1.5; it is a share"),
        ({"newcomer_days": 0}, "newcomer_days is 0"),
        ({"alike": ("region", "region")}, "alike is"),
    ],
)
def test_rules_that_cannot_mean_what_they_say_are_refused(rules, sentence):
    with pytest.raises(ConfigError, match=sentence):
        GradeRules(**rules)
