import datetime as dt

import numpy as np
import polars as pl
import pytest

from funnels import AS_OF, funnel, leads
from segment.prospects import timing, waiting

OLD = [(400, "open", None)] * 5  # followed for long, so that ages bound no horizon below


def labelled(*rows, horizon=20):
    return timing.label(timing.follow(leads(*rows), AS_OF), horizon)


def test_what_closed_after_the_day_was_open_at_its_end():
    rows = leads((10, "won", 4), (10, "won", 5), (10, "lost", 6))

    followed = timing.follow(rows, AS_OF - dt.timedelta(days=5))

    assert followed["is_closed"].to_list() == [True, True, False]
    assert followed["waited_days"].to_list() == [4.0, 5.0, 5.0]


def test_an_open_lead_is_unknown_until_its_horizon_is_over():
    assert labelled((19, "open", None), (20, "open", None))["is_hit"].to_list() == [None, False]


def test_a_win_on_the_last_day_of_the_horizon_counts_and_a_later_one_does_not():
    assert labelled((50, "won", 20), (50, "won", 21))["is_hit"].to_list() == [True, False]


def test_a_known_lead_stands_for_those_too_young_to_know():
    table = labelled((10, "open", None), (20, "won", 5), (30, "lost", 15), (40, "open", None))

    # followed for 5 days: all four; for 15 or 20: three of four
    assert table["weight"].to_list() == pytest.approx([0.0, 1.0, 4 / 3, 4 / 3])


@pytest.mark.parametrize(
    ("days", "horizon"),
    [(0, 7), (7, 7), (8, 14), (56, 56), (57, 60), (60, 60), (61, 90)],
)
def test_the_horizon_is_told_in_weeks_up_to_two_months_and_in_months_from_there(days, horizon):
    followed = timing.follow(leads(*OLD, (400, "won", days)), AS_OF)

    assert timing.horizon(followed, 0.95) == horizon


def test_the_horizon_covers_the_share_of_the_wins_that_is_asked_for():
    rows = [(400, "won", day) for day in range(1, 11)]  # nine of ten come within nine days
    followed = timing.follow(leads(*rows), AS_OF)

    assert timing.horizon(followed, 0.7) == 7
    assert timing.horizon(followed, 0.71) == 14


def test_a_slow_win_counts_for_the_leads_too_young_to_have_had_it():
    slow = [(300, "won", 200), *[(300, "open", None)] * 8]  # one win in ten is slow
    young, old = [(10, "won", 5)] * 9, [(300, "won", 5)] * 9

    # half of the leads were followed for 200 days, so the slow win counts twice
    assert timing.horizon(timing.follow(leads(*slow, *young), AS_OF), 0.9) == 210
    assert timing.horizon(timing.follow(leads(*slow, *old), AS_OF), 0.9) == 7


def test_the_horizon_is_no_longer_than_the_leads_were_followed():
    rows = [(30, "open", None)] * 9 + [(100, "won", 95)]

    assert timing.horizon(timing.follow(leads(*rows), AS_OF), 0.95) == 30


def test_without_wins_the_losses_tell_the_horizon_and_without_closings_there_is_none():
    assert timing.horizon(timing.follow(leads(*OLD, (400, "lost", 20)), AS_OF), 0.95) == 21
    assert timing.horizon(timing.follow(leads(*OLD), AS_OF), 0.95) is None


def test_a_lead_that_outlived_the_wins_is_hardly_won_any_more():
    rows = [(400, "won", 10)] * 60 + [(400, "lost", 90)] * 60  # after day 10 losses only
    followed = timing.follow(leads(*rows), AS_OF)

    found = waiting.wait(followed, np.zeros(120), 40)
    shifts, _ = found.at(np.array([0.0, 5.0, 15.0]))

    assert shifts[0] == pytest.approx(0.0, abs=0.02)  # half of the new ones are won
    assert shifts[1] == pytest.approx(0.0, abs=0.1)
    assert shifts[2] < -4


def test_a_lead_that_outlived_the_losses_is_hopeful():
    rows = [(400, "lost", 2)] * 120 + [(400, "won", 30)] * 60 + [(400, "lost", 30)] * 60
    followed = timing.follow(leads(*rows), AS_OF)

    shifts, _ = waiting.wait(followed, np.full(240, -1.1), 40).at(np.array([10.0]))

    assert shifts[0] == pytest.approx(1.1, abs=0.05)  # from a quarter to a half


def test_forty_nine_leads_of_an_age_say_nothing_about_waiting_and_fifty_do():
    def ages(n):
        rows = [(400, "won", 10), (400, "lost", 10)] * (n // 2) + [(400, "lost", 10)] * (n % 2)
        return waiting.wait(timing.follow(leads(*rows), AS_OF), np.zeros(n), 40).ages

    assert ages(49) == ()
    assert ages(50) != ()


def test_without_ages_waiting_moves_nothing():
    shifts, errors = waiting.Waiting().at(np.array([0.0, 100.0]))

    assert shifts.tolist() == errors.tolist() == [0.0, 0.0]


def test_chances_of_open_leads_meet_what_becomes_of_them():
    seen, truth = funnel(8000, seed=3, days=400, win_days=90, loss_days=150, never_share=0.2)
    followed = timing.follow(seen, AS_OF)
    horizon = timing.horizon(followed, 0.95)
    log_odds = np.log(truth["chance"] / (1 - truth["chance"])).to_numpy()

    shifts, _ = waiting.wait(followed, log_odds, horizon).at(
        truth["age"].cast(pl.Float64).to_numpy()
    )

    open_now = truth.with_columns(now=1 / (1 + np.exp(-(log_odds + shifts)))).filter(
        pl.col("after") > pl.col("age")
    )
    soon = open_now["is_won"] & (open_now["after"] <= open_now["age"] + horizon)
    assert len(open_now) / len(seen) > 0.4
    assert open_now["now"].mean() == pytest.approx(soon.mean(), rel=0.1)
    assert open_now["chance"].mean() > soon.mean() * 1.2  # as if none of them had waited
