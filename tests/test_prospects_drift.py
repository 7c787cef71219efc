import datetime as dt

import numpy as np
import polars as pl
import pytest

from funnels import AS_OF, funnel, leads, still_there
from segment import prospects
from segment.prospects import ProspectRules, drift, entry, timing
from segment.prospects.curve import Curve


def arrived(*rows, horizon=20):
    return drift.arrive(timing.follow(leads(*rows), AS_OF), horizon)


def test_half_of_the_wins_have_come_by_the_age_at_which_half_of_old_wins_had():
    old = [(100, "won", 5)] * 10 + [(100, "won", 15)] * 10

    seen = arrived(*old, (4, "open", None), (5, "open", None), (14, "open", None), (30, "lost", 9))

    assert seen.exposure[-4:].tolist() == pytest.approx([0.0, 0.5, 0.5, 1.0], abs=0.03)
    assert seen.hits.sum() == 20


def test_how_fast_wins_come_does_not_hang_on_how_many_come_lately():
    old = [(100, "won", 5)] * 10 + [(100, "won", 15)] * 10
    many = [(10, "won", 5)] * 200  # a good month, of which only the quick wins are seen yet

    assert arrived(*old, *many).exposure[-1] == pytest.approx(0.5, abs=0.03)


def test_a_win_after_the_horizon_is_none_and_one_on_its_last_day_is():
    assert arrived((100, "won", 20), (100, "won", 21)).hits.tolist() == [1.0, 0.0]


def test_a_lead_that_came_into_view_later_tells_nothing_of_new_ones():
    followed = timing.follow(
        leads((100, "won", 90), (60, "won", 5)), AS_OF, AS_OF - dt.timedelta(days=80)
    )

    seen = drift.arrive(followed, 95)

    assert followed["entry_days"].to_list() == [20.0, 0.0]
    assert seen.hits.tolist() == [0.0, 1.0]
    assert seen.exposure.tolist() == [0.0, 1.0]


def test_the_level_is_that_of_the_wins_seen_over_those_that_could_have_been():
    half = [(400, "won", 2)] * 500 + [(400, "lost", 2)] * 500
    tenth = [(10, "won", 2)] * 100 + [(10, "lost", 2)] * 900

    levels, errors = drift.shifts(np.zeros(2000), arrived(*half, *tenth))

    chances = 1 / (1 + np.exp(-levels))
    assert chances[0] == pytest.approx(0.3, abs=0.005)  # never forgets: both alike
    assert chances[-1] == pytest.approx(0.1, abs=0.005)  # a half-life of 25 days: lately
    assert (np.diff(chances) < 0).all()
    assert errors[-1] == pytest.approx(1 / np.sqrt(1000 * 0.1 * 0.9), rel=0.05)


def test_where_a_half_life_holds_nineteen_wins_the_longer_one_stands():
    old = [(1600, "won", 2)] * 100 + [(1600, "lost", 2)] * 100

    def last(n):
        lately = [(0, "won", 0)] * n + [(0, "lost", 0)] * 100
        levels, _ = drift.shifts(np.zeros(200 + n + 100), arrived(*old, *lately))
        return levels[-2] - levels[-1]

    assert last(19) == 0.0
    assert last(25) != 0.0


def test_no_wins_at_all_give_a_finite_level():
    levels, errors = drift.shifts(np.zeros(30), arrived(*[(100, "lost", 2)] * 30))

    assert (levels < -3).all()
    assert np.isfinite([*levels, *errors]).all()


def test_a_half_life_is_believed_by_how_well_it_foretold():
    assert drift.believed(np.zeros(4)).tolist() == [0.25] * 4
    assert drift.believed(np.array([100.0, 100.0 + np.log(3)])).tolist() == (
        pytest.approx([0.75, 0.25])
    )


def test_half_lives_that_disagree_leave_the_level_less_sure():
    agreed = drift.mixed(np.array([0.5, 0.5]), np.array([0.1, 0.1]), np.array([0.5, 0.5]))
    apart = drift.mixed(np.array([0.2, 0.8]), np.array([0.1, 0.1]), np.array([0.5, 0.5]))

    assert agreed == pytest.approx((0.5, 0.1))
    assert apart == pytest.approx((0.5, np.hypot(0.1, 0.3)))


def test_a_curve_is_straight_between_its_ages_and_flat_beyond():
    shifts, errors = Curve(ages=(0.0, 10.0), shifts=(0.0, 1.0), errors=(0.1, 0.3)).at(
        np.array([0.0, 5.0, 20.0])
    )

    assert shifts.tolist() == [0.0, 0.5, 1.0]
    assert errors.tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_a_lead_that_is_remembered_half_counts_half():
    rows = leads((0, "won", 0), (100, "won", 0), (200, "lost", 0))

    table = timing.label(timing.follow(rows, AS_OF), 0, memory_days=100)

    assert table["weight"].to_list() == pytest.approx([1.0, 0.5, 0.25])


def test_an_old_lead_stands_for_the_remembered_ones_too_young_to_know():
    rows = leads((0, "open", None), (100, "lost", 90))

    table = timing.label(timing.follow(rows, AS_OF), 100, memory_days=100)

    # it counts half itself and stands for the new one, which counts 1, as well
    assert table["weight"].to_list() == pytest.approx([0.0, 1.5])


STEADY = {"days": 420, "win_days": 60, "loss_days": 60}


@pytest.mark.parametrize("drift_a_year", [-1.2, 1.2])
def test_a_moving_base_rate_is_followed_by_more_than_half(drift_a_year):
    seen, _ = funnel(6000, seed=5, drift=drift_a_year, **STEADY)
    fresh, will = funnel(20_000, seed=6, drift=drift_a_year, **STEADY | {"days": 20})
    model = prospects.fit(seen, AS_OF, ProspectRules())
    as_created = fresh.with_columns(outcome=pl.lit("lost"), closed_on=pl.col("created_on"))

    said = prospects.predict(as_created, model)["close_probability"].mean()
    truth = (will["is_won"] & (will["after"] <= model.quality.horizon_days)).mean()
    followed = timing.label(timing.follow(seen, AS_OF), model.quality.horizon_days)
    known = followed.drop_nulls("is_hit")
    unmoved = (known["is_hit"] * known["weight"]).sum() / known["weight"].sum()

    assert abs(said / truth - 1) < 0.5 * abs(unmoved / truth - 1)
    # chances of old leads are those of their time
    ages = np.array([0.0, 300.0])
    then, now = model.level.at(ages)[0][1], model.level.at(ages)[0][0]
    assert now == 0.0
    assert np.sign(then) == -np.sign(drift_a_year)


def cut_off(days_ago, seed=1, **funnels):
    seen, truth = funnel(4000, seed=seed, days=420, win_days=90, loss_days=90, **funnels)
    return still_there(seen, truth, AS_OF - dt.timedelta(days=days_ago))


def test_the_day_from_which_closings_are_in_the_data_is_found():
    seen, _ = cut_off(300)

    found = entry.start(seen, AS_OF)

    assert abs((found - (AS_OF - dt.timedelta(days=300))).days) <= 5


def test_a_few_closings_that_slipped_in_do_not_hide_it():
    seen, _ = cut_off(300)
    stray = seen.head(2).with_columns(
        prospect_id=pl.format("S{}", pl.int_range(2)),
        created_on=AS_OF - dt.timedelta(days=410),
        outcome=pl.lit("lost"),
        closed_on=AS_OF - dt.timedelta(days=407),
    )

    found = entry.start(pl.concat([seen, stray]), AS_OF)

    assert abs((found - (AS_OF - dt.timedelta(days=300))).days) <= 5


@pytest.mark.parametrize("seed", range(5))
def test_in_data_that_hold_all_leads_no_first_day_is_seen(seed):
    assert entry.start(funnel(2000, seed=seed)[0], AS_OF) is None


def test_fewer_than_ten_closings_that_should_have_been_are_chance_and_more_are_not():
    def found(n):
        old = [(200, "lost", 150)] * n  # none closed in its first hundred days
        first = [(90, "lost", 10)] * 400
        later = [(60, "lost", 10)] * 400 + [(60, "open", None)] * 400  # half close at ten days
        return entry.start(leads(*old, *first, *later), AS_OF)

    assert found(19) is None
    assert found(21) == AS_OF - dt.timedelta(days=80)


def test_without_closings_no_first_day_is_seen():
    assert entry.start(leads(), AS_OF) is None
    assert entry.start(leads((10, "open", None)), AS_OF) is None


def test_a_cut_off_history_gives_the_level_of_the_whole_one():
    seen, _ = cut_off(330, seed=3)
    model = prospects.fit(seen, AS_OF, ProspectRules())
    whole = funnel(20_000, seed=4, days=20, win_days=90, loss_days=90)
    as_created = whole[0].with_columns(outcome=pl.lit("lost"), closed_on=pl.col("created_on"))

    said = prospects.predict(as_created, model)["close_probability"].mean()
    happened = whole[1]["is_won"] & (whole[1]["after"] <= model.quality.horizon_days)

    assert model.quality.start is not None
    assert said == pytest.approx(happened.mean(), rel=0.12)
    assert "came into view" in " ".join(prospects.words.quality(model))
