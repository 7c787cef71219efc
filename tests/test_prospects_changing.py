"""Values that change while a lead is open or when it closes; and honest ones that look alike."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from funnels import AS_OF, leads
from segment.prospects import leaks, measures, strength, timing, yardsticks
from segment.prospects.features import recognise, typed
from segment.prospects.rules import ProspectRules

N = 2000


def company(*, slow=False, never_share=0.1, seed=5):
    """Two years of leads whose kind may decide how long they take, with what is known of each."""
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 720, N)
    trait = rng.normal(size=N)
    kind = rng.choice(["shop", "usual", "tender"], N, p=[0.3, 0.5, 0.2])
    pace = np.select([kind == "shop", kind == "tender"], [0.05, 4.0], 1.0) if slow else 1.0
    big = rng.normal(size=N)
    pace = pace * np.exp(big) if slow else pace
    is_won = rng.random(N) < 1 / (1 + np.exp(1 - trait))
    is_forgotten = ~is_won & (rng.random(N) < never_share)
    after = np.ceil(pace * np.where(is_won, rng.gamma(2, 30, N), rng.exponential(90, N)))
    is_closed = (after <= age) & ~is_forgotten
    waited = np.where(is_closed, after, age)
    rows = [
        (int(a), ("won" if won else "lost") if closed else "open", int(w) if closed else None)
        for a, won, closed, w in zip(age, is_won, is_closed, waited, strict=True)
    ]
    facts = {"age": age, "trait": trait, "kind": kind, "big": big, "waited": waited}
    ends = {"won": is_closed & is_won, "lost": is_closed & ~is_won, "open": ~is_closed}
    return rows, facts | ends


def judged(rows, **columns):
    table = leads(
        *rows, **{name: pl.Series(values, strict=False) for name, values in columns.items()}
    )
    features = recognise(table)
    return leaks.judge_fields(
        typed(table, features), timing.follow(table, AS_OF), features, ProspectRules()
    )


def why(rows, values):
    return judged(rows, x=values)["why"][0]


@pytest.fixture(scope="module")
def usual():
    return company()


@pytest.fixture(scope="module")
def slow():
    return company(slow=True)


@pytest.fixture(scope="module")
def forgotten():
    """Seven in ten of the leads that are lost are never closed."""
    return company(never_share=0.7)


def test_a_stage_with_many_ends_is_written_at_closing(usual):
    rows, at = usual
    rng = np.random.default_rng(1)
    ends = np.where(at["won"], rng.choice(["new", "renewal"], N), rng.choice(["price", "rival"], N))

    assert why(rows, np.where(at["open"], rng.choice(["asked", "offered"], N), ends)) == (
        "changed_at_closing"
    )


def test_a_status_that_tells_only_closed_from_open_is_found_though_it_ranks_nothing(usual):
    rows, at = usual
    found = judged(rows, x=np.where(at["open"], "active", "inactive"))

    assert found["why"].to_list() == ["changed_at_closing"]
    assert abs(found["strength"][0] - 0.5) < 0.03


def test_an_owner_who_takes_over_what_is_lost_is_found(usual):
    rows, at = usual
    rng = np.random.default_rng(2)
    archived = at["lost"] & (rng.random(N) < 0.6)

    assert why(rows, np.where(archived, "archive", rng.choice(["ann", "bob", "cy"], N))) == (
        "changed_at_closing"
    )


def test_an_owner_who_left_is_no_leak_for_he_had_few_of_the_leads(usual):
    rows, at = usual
    rng = np.random.default_rng(3)
    left = ~at["open"] & (rng.random(N) < 0.05)

    assert why(rows, np.where(left, "dan", rng.choice(["ann", "bob", "cy"], N))) is None


def test_a_copy_of_the_outcome_with_slips_is_told_by_what_open_leads_lack(usual):
    rows, at = usual
    is_slip = np.random.default_rng(4).random(N) < 0.02
    found = judged(rows, x=at["won"] ^ is_slip)

    assert found["why"].to_list() == ["changed_at_closing"]
    assert 0.95 < found["strength"][0] < leaks.COPY_STRENGTH


def test_a_strong_honest_yes_stays_where_most_of_the_lost_are_never_closed(forgotten):
    rows, at = forgotten
    rng = np.random.default_rng(5)

    assert why(rows, at["trait"] + 0.3 * rng.normal(size=N) > 0.8) is None


def test_what_goes_with_quick_or_slow_leads_is_honest(slow):
    rows, at = slow
    value = 100 + at["age"] % 37.0
    found = judged(
        rows,
        kind=at["kind"],
        basket=pl.Series(value).set(pl.Series(at["kind"] != "shop"), None),
        lots=pl.Series(value).set(pl.Series(at["kind"] != "tender"), None),
        size=np.exp(at["big"]),
    )

    assert found["why"].to_list() == [None] * 4


def test_a_field_filled_in_at_closing_is_found_among_quick_and_slow_leads_too(slow):
    rows, at = slow
    assert why(rows, pl.Series(at["trait"]).set(pl.Series(at["open"]), None)) == (
        "filled_after_closing"
    )


def test_a_next_step_that_closing_takes_out_is_found(usual):
    rows, at = usual
    steps = pl.Series(np.where(at["trait"] > 0, "call", "visit"))

    assert why(rows, steps.set(pl.Series(~at["open"]), None)) == "cleared_at_closing"
    assert why(rows, steps.set(pl.Series(at["age"] % 3 > 0), None)) is None


@pytest.mark.parametrize("place", ["usual", "slow"])
def test_counts_that_go_on_while_a_lead_is_open_are_found(place, request):
    rows, at = request.getfixturevalue(place)
    rng = np.random.default_rng(6)
    called = at["age"] - np.maximum(at["waited"] - rng.integers(0, 15, N), 0)
    found = judged(
        rows,
        n_calls=rng.poisson(0.1 * at["waited"] + 0.5),
        days_in_stage=np.floor(at["waited"] * rng.random(N)),
        last_call_on=[AS_OF - dt.timedelta(days=int(ago)) for ago in called],
    )

    assert found["why"].to_list() == ["grows_while_open"] * 3


def test_what_came_or_moves_with_the_calendar_is_honest(usual):
    rows, at = usual
    rng = np.random.default_rng(7)
    created = [AS_OF - dt.timedelta(days=int(age)) for age in at["age"]]
    found = judged(
        rows,
        came_last_year=pl.Series(at["trait"]).set(pl.Series(at["age"] > 300), None),
        went_last_year=pl.Series(at["trait"]).set(pl.Series(at["age"] < 300), None),
        drifting=rng.lognormal(3 - at["age"] / 360, 0.5, N),
        month=[day.month for day in created],
        campaign=[f"{day.year}-{(day.month - 1) // 3}" for day in created],
    )

    assert found["why"].to_list() == [None] * 5


def test_days_since_closing_are_found_and_days_since_creation_are_not(usual):
    rows, at = usual
    rng = np.random.default_rng(8)
    since = np.where(at["open"], rng.integers(0, 30, N), at["age"] - at["waited"]) + 12

    assert why(rows, since) == "closing_day"
    assert why(rows, at["age"] + 0.5) is None


def test_with_wins_only_a_status_is_found_all_the_same(usual):
    rows, _ = usual
    rows = [row for row in rows if row[1] != "lost"]
    status = ["ab"[n % 2] if word == "open" else "cd"[n % 2] for n, (_, word, _) in enumerate(rows)]

    assert why(rows, status) == "changed_at_closing"


def test_closed_leads_stand_for_the_open_ones_of_their_month_and_age():
    rows = [(90, "won", 60)] * 30 + [(90, "lost", 10)] * 10 + [(90, "open", None)] * 8
    rows += [(40, "open", None)] * 6
    leads_weighed = yardsticks.weigh(timing.follow(leads(*rows), AS_OF), 1)

    closed = leads_weighed.filter("is_closed")
    assert closed["by_month"].to_list() == pytest.approx([0.2] * 40)  # 8 open ones on 40
    # 6 open ones of 40 days on the 30 that waited longer; nobody waited 90 days
    assert closed["by_age"].to_list() == pytest.approx([0.2] * 30 + [0.0] * 10)
    assert leads_weighed.filter(~pl.col("is_closed"))["by_age"].to_list() == [0.0] * 8 + [1.0] * 6


def test_a_field_that_only_tells_the_time_is_not_strong():
    rng = np.random.default_rng(9)
    rows = [(age, "won" if rng.random() < age / 700 else "lost", 1) for age in range(700)] * 5
    table = yardsticks.weigh(timing.follow(leads(*rows), AS_OF), 1)
    told = table.with_columns(value=pl.col("age_days"))

    over_all, _ = measures.auc(told["value"].to_numpy(), told["is_won"].to_numpy())
    alone, low, high = strength.alone(told, 0.9)
    assert over_all > 0.8  # the rate rises from none to all
    assert low < alone < high < 0.6
