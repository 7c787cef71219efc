"""On the sample company, whose truth is known: the late fields, the level, the ranking."""

import polars as pl
import pytest

from segment import prospects, sample
from segment.prospects import ProspectRules
from segment.sample import SampleRules

RULES = SampleRules(n_customers=50, n_responses=20)  # prospects as many as in the whole sample


@pytest.fixture(scope="module")
def truth():
    return sample.make(RULES).truth


@pytest.fixture(scope="module")
def model():
    known = sample.make(RULES).tables["prospects"]
    return prospects.fit(known, RULES.last_on, ProspectRules())


@pytest.fixture(scope="module")
def graded(model, truth):
    known = sample.make(RULES).tables["prospects"]
    return prospects.predict(known, model).join(
        truth["prospects"].drop("created_on"), on="prospect_id"
    )


def test_the_planted_late_fields_are_caught_and_no_honest_one_is_dropped(model, truth):
    late = truth["fields"].filter("is_late")["field"]
    left_out = model.quality.fields.filter(~pl.col("is_used"))["feature"]

    assert model.quality.fields["feature"].to_list() == truth["fields"]["field"].to_list()
    assert sorted(left_out) == sorted(late)


def test_on_average_as_many_are_won_as_was_said(graded):
    is_won = graded["eventual_outcome"] == "won"

    assert graded["close_probability"].mean() == pytest.approx(is_won.mean(), rel=0.1)


def test_the_chances_follow_the_true_ones(graded):
    assert graded.select(pl.corr("close_probability", "p_won", method="spearman")).item() > 0.9


def test_better_grades_are_won_more_often(graded):
    rates = graded.group_by("grade").agg((pl.col("eventual_outcome") == "won").mean()).sort("grade")

    assert rates["grade"].to_list() == ["A", "B", "C", "D"]
    assert rates["eventual_outcome"].is_sorted(descending=True)
