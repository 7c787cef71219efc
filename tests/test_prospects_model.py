import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from funnels import AS_OF, funnel, leads
from segment import prospects
from segment.errors import DataError
from segment.prospects import ProspectRules, grading
from segment.prospects.reasons import CREATED, DAYS_OPEN


@pytest.fixture(scope="module")
def known():
    """A funnel of which four in ten are still open, with what will become of them."""
    return funnel(6000, seed=7, days=420, win_days=120, loss_days=150, never_share=0.1)


@pytest.fixture(scope="module")
def model(known):
    return prospects.fit(known[0], AS_OF, ProspectRules())


@pytest.fixture(scope="module")
def graded(known, model):
    return prospects.predict(known[0], model)


def as_created(seen):
    """The same leads asked about on the day of their creation."""
    return seen.with_columns(outcome=pl.lit("lost"), closed_on=pl.col("created_on"))


def test_open_is_not_lost(known, model):
    seen, truth = known
    days = model.quality.horizon_days
    in_time = (truth["is_won"] & (truth["after"] <= days)).mean()

    said = prospects.predict(as_created(seen), model)["close_probability"].mean()
    open_as_lost = (truth["is_won"] & (truth["after"] <= truth["age"])).mean()

    assert (seen["outcome"] == "open").mean() == pytest.approx(0.4, abs=0.05)
    assert said == pytest.approx(in_time, rel=0.05)
    assert open_as_lost < 0.75 * in_time


def test_chances_of_the_open_leads_meet_what_becomes_of_them(known, model, graded):
    truth = known[1].with_columns(said=graded["close_probability"], outcome=graded["outcome"])
    still_open = truth.filter(pl.col("outcome") == "open")
    until = still_open["age"] + model.quality.horizon_days

    soon = (still_open["is_won"] & (still_open["after"] <= until)).mean()
    assert still_open["said"].mean() == pytest.approx(soon, rel=0.1)


def test_better_grades_close_more_often_and_near_what_was_said(known, model):
    seen, truth = known
    graded = prospects.predict(as_created(seen), model)
    happened = graded.with_columns(
        is_hit=truth["is_won"] & (truth["after"] <= model.quality.horizon_days)
    )
    rates = (
        happened.group_by("grade")
        .agg(pl.col("is_hit", "probability_low", "probability_high").mean())
        .sort("grade")
    )

    assert rates["grade"].to_list() == ["A", "B", "C", "D"]
    assert rates["is_hit"].is_sorted(descending=True)
    assert (rates["is_hit"] >= rates["probability_low"]).all()
    assert (rates["is_hit"] <= rates["probability_high"]).all()


def test_nine_in_ten_intervals_hold_the_true_chance():
    seen, truth = funnel(3000, seed=11, loss_days=30, win_days=30, never_share=0)
    model = prospects.fit(seen, AS_OF, ProspectRules())
    said = prospects.predict(as_created(seen), model)
    chance = truth["chance"]  # all that is won is won well within the horizon

    held = (chance >= said["probability_low"]) & (chance <= said["probability_high"])

    assert held.mean() == pytest.approx(0.9, abs=0.08)


def test_base_and_parts_add_up_to_the_chance(graded, model, known):
    effects, _ = grading.score(prospects.fitting.checked(known[0], by="test"), model)

    log_odds = model.card.base + effects.sum(axis=1)
    said = graded["close_probability"].to_numpy()

    assert np.abs(log_odds - np.log(said / (1 - said))).max() < 1e-9


def test_reasons_start_from_the_base_rate(model, known):
    effects, _ = grading.score(prospects.fitting.checked(known[0], by="test"), model)
    rate = model.quality.base_rate

    assert model.card.base == pytest.approx(np.log(rate / (1 - rate)), abs=1e-12)
    # a lead without reasons has the base rate; all leads have it on average, as if created now
    new = 1 / (1 + np.exp(-(model.card.base + effects[:, :-2].sum(axis=1))))
    assert new.mean() == pytest.approx(rate, rel=0.05)
    # what one field adds is near nothing on average, less what curved chances ask for
    assert abs(effects[:, :-2].mean(axis=0)).max() < 0.1


def test_reasons_are_the_three_largest_parts_with_their_sign(graded, model, known):
    effects, _ = grading.score(prospects.fitting.checked(known[0], by="test"), model)
    names = [*(feature.name for feature in model.features), CREATED, DAYS_OPEN]
    first = graded["reasons"][0].to_list()

    expected = sorted(zip(effects[0], names, strict=True), key=lambda part: -abs(part[0]))[:3]
    assert [(one["effect"], one["feature"]) for one in first] == expected
    visited = graded.explode("reasons").unnest("reasons").filter(
        (pl.col("feature") == "has_visited") & (pl.col("value") == "true")
    )  # fmt: skip
    assert (visited["effect"] > 0).all()


def test_an_actionable_field_is_marked_in_the_reasons(known):
    rules = ProspectRules(actionable=("has_visited",))
    model = prospects.fit(known[0], AS_OF, rules)

    told = prospects.predict(known[0], model).explode("reasons").unnest("reasons")

    marked = told.filter("is_actionable")["feature"].unique().to_list()
    assert marked == ["has_visited"]


def test_grading_only_adds_and_grading_twice_is_grading_once(known, model, graded):
    seen = known[0]

    assert graded.columns[: len(seen.columns)] == seen.columns
    assert_frame_equal(graded.select(seen.columns), seen)
    assert_frame_equal(prospects.predict(graded, model), graded)
    assert_frame_equal(
        prospects.predict(
            prospects.predict(seen, prospects.fit(graded, AS_OF, model.rules)), model
        ),
        graded,
    )


def test_the_same_data_give_the_same_grades(known, graded):
    again = prospects.predict(known[0], prospects.fit(known[0], AS_OF, ProspectRules()))

    assert_frame_equal(again, graded, check_exact=True)


def test_nobody_in_nobody_out(known, model, graded):
    assert prospects.predict(known[0].clear(), model).schema == graded.schema


def test_what_happened_later_is_not_known(known):
    seen, _ = known
    day = AS_OF - dt.timedelta(days=60)
    then = seen.filter(pl.col("created_on") <= day).with_columns(
        outcome=pl.when(pl.col("closed_on") <= day).then("outcome").otherwise(pl.lit("open")),
        closed_on=pl.when(pl.col("closed_on") <= day).then("closed_on"),
    )

    with_future = prospects.fit(seen, day, ProspectRules())
    without = prospects.fit(then, day, ProspectRules())

    assert (seen["created_on"] > day).any()
    assert_frame_equal(
        prospects.predict(then, with_future), prospects.predict(then, without), check_exact=True
    )


def test_features_without_a_signal_grade_nobody():
    seen, _ = funnel(2000, seed=2, strength=0.0)

    model = prospects.fit(seen, AS_OF, ProspectRules())
    graded = prospects.predict(seen, model)

    assert model.abstained.code == "no_signal"
    assert model.quality.auc_low < 0.5 < model.quality.auc_high
    assert graded["grade"].is_null().all()
    assert graded["close_probability"].unique().to_list() == [model.quality.base_rate]
    assert graded["reasons"].list.len().sum() == 0
    assert model.quality.base_low < model.quality.base_rate < model.quality.base_high


def test_an_abstention_has_the_columns_of_a_grading(known, graded):
    few = known[0].head(20)

    table = prospects.predict(few, prospects.fit(few, AS_OF, ProspectRules()))

    assert table.schema == graded.schema


def history(n_won, n_lost, **features):
    """Leads that close within a day, spread over two years, the lost between the won."""
    rng = np.random.default_rng(0)
    n = n_won + n_lost
    is_won = rng.permutation(n) < n_won
    rows = [(700 - 700 * n_th // n, "won" if won else "lost", 1) for n_th, won in enumerate(is_won)]
    return leads(*rows, **(features or {"signal": list(is_won + rng.normal(size=n))}))


def code(frame, **rules):
    abstained = prospects.fit(frame, AS_OF, ProspectRules(**rules)).abstained
    return abstained.code if abstained else None


def test_forty_wins_and_forty_losses_are_enough_and_thirty_nine_are_not():
    assert code(history(40, 60)) is None
    assert code(history(39, 60)) == "too_few_won"
    assert code(history(60, 40)) is None
    assert code(history(60, 39)) == "too_few_lost"


OF_ONE_DAY = leads(
    *[(50, ("won", "lost")[n % 2], 1) for n in range(120)], x=[n % 7 for n in range(120)]
)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (leads(), "no_prospects"),
        (leads((-5, "open", None)), "no_prospects"),  # created after the day
        (leads(*[(100, "open", None)] * 10), "nothing_closed"),
        (history(5, 5), "too_few_won"),
        (history(0, 500), "too_few_won"),
        (history(500, 0), "too_few_lost"),
        (history(60, 60).drop("signal"), "no_fields"),
        (history(60, 60, x=[1] * 120), "no_fields"),
        (history(60, 60, x=[None] * 120), "no_fields"),
        (history(60, 60, x=[[1]] * 120), "no_fields"),
        (history(60, 60, x=[f"name {n}" for n in range(120)]), "no_fields"),
        (OF_ONE_DAY, "not_judged"),
    ],
)  # fmt: skip
def test_too_little_to_learn_from_is_said_and_not_guessed(frame, expected):
    assert code(frame) == expected


def test_a_horizon_beyond_the_history_is_said():
    assert code(history(60, 60), horizon_days=690) == "horizon_beyond_data"
    assert code(history(60, 60), horizon_days=600) is None


def test_all_lost_is_a_base_rate_of_zero_with_its_interval():
    quality = prospects.fit(history(0, 500), AS_OF, ProspectRules()).quality

    assert quality.base_rate == quality.base_low == 0.0
    assert 0 < quality.base_high < 0.02


def test_ten_thousand_categories_are_no_obstacle(known):
    seen = known[0].with_columns(city=pl.Series([f"city {n % 2500}" for n in range(6000)]))

    model = prospects.fit(seen, AS_OF, ProspectRules())

    assert model.abstained is None
    assert model.quality.auc > 0.6


def test_a_late_field_is_left_out_until_it_is_let_in(known):
    seen = known[0].with_columns(
        contract_value=pl.when(pl.col("outcome") == "won").then(pl.col("size") * 10)
    )

    careful = prospects.fit(seen, AS_OF, ProspectRules())
    careless = prospects.fit(seen, AS_OF, ProspectRules(allow=("contract_value",)))

    assert careful.quality.leaks["feature"].to_list() == ["contract_value"]
    assert "contract_value" not in {feature.name for feature in careful.features}
    assert "contract_value" in {feature.name for feature in careless.features}
    assert careless.quality.auc > careful.quality.auc + 0.1


def test_odd_numbers_are_missing_and_no_obstacle(known):
    odd = [float("inf"), float("-inf"), float("nan"), 1e308, 5e-324, None]
    seen = known[0].with_columns(odd=pl.Series([odd[n % 6] for n in range(6000)]))

    graded = prospects.predict(seen, prospects.fit(seen, AS_OF, ProspectRules()))

    assert graded["close_probability"].is_between(0, 1, closed="none").all()


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"created_on": pl.lit("2026-01-01")}, "needs days in created_on"),
        ({"outcome": pl.lit("maybe")}, "outcome: nullability"),
        ({"prospect_id": pl.lit("same")}, "primary_key"),
        ({"prospect_id": pl.lit([1])}, "needs text in prospect_id"),
        ({"closed_on": pl.lit(dt.date(2000, 1, 1))}, "closed_before_created"),
        ({"closed_on": None}, "closed_without_day"),
    ],
)
def test_rows_that_the_door_would_set_aside_are_refused_in_words(broken, sentence):
    with pytest.raises(DataError, match=sentence):
        prospects.fit(history(5, 5).with_columns(**broken), AS_OF, ProspectRules())


def test_a_column_of_the_contract_that_is_not_there_is_named():
    with pytest.raises(DataError, match=r"prospects\.fit needs the column closed_on"):
        prospects.fit(history(5, 5).drop("closed_on"), AS_OF, ProspectRules())


def test_a_column_that_the_model_reads_and_the_month_lacks_is_named(known, model):
    with pytest.raises(DataError, match=r"prospects\.predict needs the column size"):
        prospects.predict(known[0].drop("size"), model)
    with pytest.raises(DataError, match="reads the column 'size' as a number; it holds List"):
        prospects.predict(known[0].with_columns(size=pl.lit([1])), model)


ODD = {
    "numbers": st.floats() | st.none(),
    "whole": st.integers(-5, 5) | st.none(),
    "words": st.sampled_from(["a", "b", "", " ", "12", "007", "{value}", "2026-01-01", "☃", None]),
    "yes": st.booleans() | st.none(),
    "days": st.dates() | st.none(),
}


@st.composite
def odd_funnels(draw):
    n = draw(st.integers(0, 90))
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    ages = rng.integers(-5, draw(st.sampled_from([1, 30, 700])), n)
    words = draw(st.lists(st.sampled_from(["won", "lost", "open"]), min_size=1, unique=True))
    rows = [(int(age), word, None if word == "open" else int(rng.integers(0, 60)))
            for age, word in zip(ages, rng.choice(words, n), strict=True)]  # fmt: skip
    names = draw(st.lists(st.sampled_from(sorted(ODD)), unique=True))
    few = {name: draw(st.lists(ODD[name], min_size=1, max_size=8)) for name in names}
    features = {name: [few[name][i] for i in rng.integers(0, len(few[name]), n)] for name in names}
    hint = [float(rng.normal() + 2 * (word == "won")) for _, word, _ in rows]
    return leads(*rows, **features, hint=pl.Series(hint, dtype=pl.Float64))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(frame=odd_funnels())
def test_no_prospects_that_a_test_can_think_of_give_a_traceback(frame):
    model = prospects.fit(frame, AS_OF, ProspectRules(min_won=2, min_lost=2))
    graded = prospects.predict(frame, model)

    assert graded.height == frame.height
    chances = graded["close_probability"].drop_nulls()
    assert chances.is_between(0, 1).all()
    assert graded["grade"].is_null().all() == (model.abstained is not None or frame.is_empty())
