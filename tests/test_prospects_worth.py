"""What a prospect is worth if it is won, and what the value rests on."""

from dataclasses import replace

import polars as pl
import pytest

from funnels import AS_OF, funnel
from segment import prospects
from segment.errors import DataError
from segment.prospects import GradeRules, ProspectRules
from segment.prospects.worth import doubt


@pytest.fixture(scope="module")
def model():
    return prospects.fit(funnel(1500)[0], AS_OF, ProspectRules())


def ruled(model, **rules):
    return replace(model, rules=ProspectRules(grades=GradeRules(**rules)))


def leads(**columns: list) -> pl.DataFrame:
    chances = columns.pop("chances", [0.5, 0.5])
    return pl.DataFrame({"close_probability": chances, **columns}, strict=False)


def customers(n: int, **more: object) -> pl.DataFrame:
    """Half the customers of the north are worth 90 or 110, half of the south 290 or 310."""
    places = ["North", "South"] * (n // 2)
    values = [(100 if place == "North" else 300) + (10 if i % 4 < 2 else -10)
              for i, place in enumerate(places)]  # fmt: skip
    return pl.DataFrame({"region": places, "actual_value": values, "T": 100}).with_columns(
        pl.lit(value).alias(name) for name, value in more.items()
    )


def test_the_expected_value_is_chance_times_value_less_the_cost_of_the_pursuit(model):
    rules = ruled(model, usual_value=400.0, pursuit_cost=30.0)
    found = prospects.add_value(leads(chances=[0.5, 0.05, None]), rules)

    assert found["expected_value"].to_list() == [170.0, -10.0, None]
    assert found["value_basis"].to_list() == ["usual"] * 3


def test_the_company_s_own_estimate_comes_first_where_it_says_something(model):
    rules = ruled(model, value_column="size", value_share=0.3, usual_value=5.0)
    found = prospects.add_value(leads(chances=[1.0] * 4, size=["100", "", "-7", "0"]), rules)

    assert found["value_if_won"].to_list() == pytest.approx([30.0, 5.0, 5.0, 0.0])
    assert found["value_basis"].to_list() == ["estimate", "usual", "usual", "estimate"]


def test_an_estimate_that_knows_the_outcome_is_not_used_and_it_is_said(model):
    fields = model.quality.fields.with_columns(
        why=pl.when(pl.col("feature") == "size")
        .then(pl.lit("filled_by_outcome"))
        .cast(model.quality.fields.schema["why"]),
        is_used=pl.col("feature") != "size",
    )
    knows = replace(model, quality=replace(model.quality, fields=fields))
    rules = ruled(knows, value_column="size", usual_value=5.0)
    found = prospects.add_value(leads(size=[100.0, None]), rules)

    assert doubt(rules) == "filled_by_outcome"
    assert doubt(ruled(model, value_column="size")) is None
    assert found["value_if_won"].to_list() == [5.0, 5.0]


def test_an_estimate_that_is_not_there_is_named_with_the_nearest(model):
    with pytest.raises(DataError, match=r"value_column names the field 'sizes'.*'size'"):
        prospects.add_value(leads(size=[1.0, 2.0]), ruled(model, value_column="sizes"))


def test_customers_alike_say_what_a_prospect_is_worth_however_the_word_is_written(model):
    found = prospects.add_value(leads(region=[" north", "SOUTH"]), model, customers(400))

    # two groups cannot tell how groups differ, so that their own means stand
    assert found["value_if_won"].to_list() == pytest.approx([100.0, 300.0])
    assert found["value_basis"].to_list() == ["alike", "alike"]


def test_a_group_of_few_is_drawn_towards_everybody(model):
    odd = pl.DataFrame({"region": ["East", "East"], "actual_value": [890, 910], "T": [100, 100]})
    wide = customers(400).with_columns(
        actual_value=pl.col("actual_value") + pl.Series([0, 0, 0, 0, 600, 600, -600, -600] * 50)
    )
    pool = pl.concat([wide, odd], how="vertical_relaxed")
    everybody = pool["actual_value"].mean()
    found = prospects.add_value(leads(region=["East", "North"]), model, pool)

    few, many = found["value_if_won"].to_list()
    assert everybody < few < 900
    assert abs(many - 100) < abs(few - 900)


def test_where_nobody_is_alike_everybody_counts(model):
    found = prospects.add_value(leads(region=["West", None]), model, customers(400))

    assert found["value_if_won"].to_list() == pytest.approx([200.0, 200.0])
    assert found["value_basis"].to_list() == ["everybody", "everybody"]


def test_what_a_prospect_becomes_is_told_by_who_came_lately_if_they_are_enough(model):
    old = customers(400, T=2000).with_columns(actual_value=pl.lit(5000, dtype=pl.Int64))
    lately = prospects.add_value(
        leads(), model, pl.concat([customers(40), old], how="vertical_relaxed")
    )
    too_few = prospects.add_value(
        leads(), model, pl.concat([customers(20), old], how="vertical_relaxed")
    )

    assert lately["value_if_won"].to_list() == pytest.approx([200.0, 200.0])
    assert too_few["value_if_won"][0] > 4000


def test_without_costs_the_lifetime_value_counts(model):
    table = customers(40).rename({"actual_value": "clv"})

    assert prospects.add_value(leads(), model, table)["value_if_won"][0] == pytest.approx(200.0)


def test_where_nothing_is_known_the_value_is_unknown_and_a_sentence_says_so(model):
    found = prospects.add_value(leads(outcome=["open", "open"], prospect_id=["a", "b"]), model)
    graded = prospects.add_grade(found, model)

    assert found["expected_value"].to_list() == [None, None]
    assert "no expected value" in prospects.sentences.way(graded, model)[1]
    rules = ruled(model, grade_by="expected_value")
    nobody = prospects.sentences.way(prospects.add_grade(found, rules), rules)
    assert "nothing tells what a prospect would be worth" in nobody[0]


@pytest.mark.parametrize("table", [None, customers(0), customers(40).drop("actual_value")])
def test_customers_who_say_nothing_do_no_harm(model, table):
    found = prospects.add_value(leads(region=["North", "South"]), model, table)

    assert found["value_if_won"].null_count() == 2
