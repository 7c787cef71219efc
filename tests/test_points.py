"""The points ledger: what is left on any past day, and how it came about."""

import datetime as dt
import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ledgers
from segment import points
from segment.errors import ConfigError, DataError
from segment.points import PointRules
from segment.sample import SampleRules, company

DAY = dt.date(2025, 3, 10)
N_DAYS = 1_000


def posted(*rows: tuple[str, dt.date, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows),
        schema={"customer_id": pl.String, "date": pl.Date, "kind": pl.String, "points": pl.Float64},
        orient="row",
    )


def left(ledger: pl.DataFrame, day: dt.date, **rules: object) -> float:
    return points.balances(ledger, day, PointRules(**rules))["points_balance"].item()


def test_points_last_until_the_day_before_the_same_day_a_year_later():
    ledger = posted(("a", DAY, "earned", 100))

    assert left(ledger, dt.date(2026, 3, 9)) == 100
    assert left(ledger, dt.date(2026, 3, 10)) == 0
    assert left(ledger, dt.date(2030, 1, 1), expiry_months=0) == 100


def test_points_of_a_leap_day_expire_on_the_last_of_february():
    ledger = posted(("a", dt.date(2024, 2, 29), "earned", 100))

    assert left(ledger, dt.date(2025, 2, 27)) == 100
    assert left(ledger, dt.date(2025, 2, 28)) == 0


def test_the_oldest_points_are_used_first():
    ledger = posted(
        ("a", dt.date(2025, 1, 1), "earned", 100),
        ("a", dt.date(2025, 6, 1), "referral", 100),
        ("a", dt.date(2025, 7, 1), "redeemed", -150),
    )

    told = points.statement(ledger, "a", dt.date(2026, 1, 1), PointRules())

    assert told.rows() == [
        (dt.date(2025, 1, 1), "earned", 100, 100, 0, 0, dt.date(2026, 1, 1)),
        (dt.date(2025, 6, 1), "referral", 100, 50, 0, 50, dt.date(2026, 6, 1)),
    ]


def test_points_that_expire_on_a_day_cannot_be_used_on_it_and_those_earned_on_it_can():
    taken = posted(("a", DAY, "earned", 100), ("a", dt.date(2026, 3, 10), "redeemed", -30))
    earned = posted(("a", DAY, "redeemed", -30), ("a", DAY, "earned", 100))

    assert left(taken, dt.date(2026, 3, 10)) == -30
    assert left(earned, DAY) == 70


def test_who_takes_more_than_is_there_is_overdrawn_until_the_next_points_come():
    ledger = posted(
        ("a", DAY, "earned", 100),
        ("a", dt.date(2025, 4, 1), "redeemed", -130),
        ("a", dt.date(2025, 5, 1), "earned", 50),
    )

    assert left(ledger, dt.date(2025, 4, 30)) == -30
    assert left(ledger, dt.date(2025, 5, 1)) == 20
    owed = points.statement(ledger, "a", dt.date(2025, 4, 30), PointRules()).rows()[-1]
    assert owed == (None, None, 0, 30, 0, -30, None)


def test_what_will_expire_soon_is_told_unless_it_was_used():
    ledger = posted(("a", DAY, "earned", 100), ("a", dt.date(2025, 4, 1), "redeemed", -40))
    rules = PointRules(soon_days=9)

    soon = [
        points.balances(ledger, day, rules)["points_expiring"].item()
        for day in (dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 3, 10))
    ]

    assert soon == [0, 60, 0]


def test_later_postings_are_not_known_yet():
    ledger = posted(("a", DAY, "earned", 100), ("b", dt.date(2025, 3, 11), "earned", 1))

    assert points.balances(ledger, DAY, PointRules())["customer_id"].to_list() == ["a"]
    with pytest.raises(DataError, match="The member b has no posting"):
        points.statement(ledger, "b", DAY, PointRules())


def test_a_posting_without_points_is_refused():
    with pytest.raises(DataError, match="1 of 2 postings of the points ledger have no member"):
        points.balances(
            posted(("a", DAY, "earned", 1), ("a", DAY, "earned", float("nan"))), DAY, PointRules()
        )
    with pytest.raises(DataError, match="points needs the column kind"):
        points.balances(posted().drop("kind"), DAY, PointRules())


def test_an_empty_ledger_has_no_members():
    assert points.balances(posted(), DAY, PointRules()).is_empty()


# --------------------------------------------------------------- against the slow, obvious model


def replayed(rows: list[list[ledgers.ROWS]], months: int) -> pl.DataFrame:
    """What the model says of every member on every day."""
    found = []
    for member in rows:
        account, by_day = ledgers.Account(months), {}
        for row in member:
            by_day.setdefault(row[1], []).append(row)
        for place in range(N_DAYS + 400):
            day = ledgers.FIRST + dt.timedelta(days=place)
            gone = account.pass_day(day, by_day.get(day, []))
            if day in by_day or gone:
                found.append((member[0][0], day, gone, account.balance))
    return pl.DataFrame(
        found, schema=["customer_id", "date", "expired", "balance"], orient="row"
    ).sort("customer_id", "date")


def agree(rows: list[list[ledgers.ROWS]], months: int) -> None:
    """Whether the sweep says the same of every day: nothing happens between its days."""
    ledger = posted(*(row for member in rows for row in member))
    last = ledgers.FIRST + dt.timedelta(days=N_DAYS + 399)

    swept = points.sweep(ledger, last, PointRules(expiry_months=months))

    # a lot that was used up before its day leaves a row on which nothing expired
    is_day = (pl.col("earned") > 0) | (pl.col("used") > 0) | (pl.col("expired") > 0)
    told = swept.filter(is_day).select(
        "customer_id", "date", pl.col("expired", "balance") / points.THOUSANDTHS
    )
    assert told.rows() == replayed(rows, months).rows()


def check(n: int, seed: int, months: int = 12) -> None:
    chance = random.Random(seed)
    agree([ledgers.ledger(f"M{i:05d}", chance, N_DAYS) for i in range(n)], months)


@pytest.mark.parametrize("months", [12, 1])
def test_random_ledgers_give_what_the_slow_model_gives_on_every_day(months):
    check(300, seed=20261031, months=months)


@pytest.mark.drill
def test_ten_thousand_ledgers_give_what_the_slow_model_gives_on_every_day():
    check(10_000, seed=7)


one = st.tuples(
    st.just("M"),
    st.integers(0, N_DAYS - 1).map(lambda n: ledgers.FIRST + dt.timedelta(days=n)),
    st.sampled_from(("earned", "redeemed", "adjusted")),
    st.integers(-900, 900).filter(bool).map(float),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(one, min_size=1, max_size=12))
def test_any_ledger_gives_what_the_slow_model_gives(rows):
    agree([rows], 12)


@settings(max_examples=40, deadline=None)
@given(st.lists(one, min_size=1, max_size=10), st.integers(0, N_DAYS + 400))
def test_a_statement_is_the_lots_of_the_model_and_adds_up_to_the_balance(rows, place):
    day = max(min(row[1] for row in rows), ledgers.FIRST + dt.timedelta(days=place))
    account = ledgers.Account(12)
    for n in range((day - ledgers.FIRST).days + 1):
        today = ledgers.FIRST + dt.timedelta(days=n)
        account.pass_day(today, [row for row in rows if row[1] == today])

    told = points.statement(posted(*rows), "M", day, PointRules())

    lots = told.filter(pl.col("earned_on").is_not_null())
    assert sorted(lots.rows()) == sorted(
        (lot.earned_on, lot.kind, lot.points, lot.used, lot.expired, lot.left, lot.expires_on)
        for lot in account.lots
    )
    sums = points.balances(posted(*rows), day, PointRules()).select(
        "points_earned", "points_used", "points_expired", "points_balance"
    )
    assert sums.row(0) == told.select("earned", "used", "expired", "left").sum().row(0)


# --------------------------------------------------------------- earning


def bought(*rows: tuple[str, dt.date, float, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows),
        schema={
            "customer_id": pl.String, "date": pl.Date, "amount": pl.Float64, "order_id": pl.String,
        },
        orient="row",
    )  # fmt: skip


def test_a_unit_of_money_earns_a_point_and_the_rest_of_one_none():
    rows = bought(("a", DAY, 60.6, "1"), ("a", DAY, 39.6, "1"), ("a", DAY, 0.99, "2"))

    assert points.earn(rows, PointRules()).rows() == [("a", DAY, "earned", 100)]  # 100.2
    assert points.earn(rows, PointRules(per_unit=2))["points"].to_list() == [1, 200]


def test_what_is_sent_back_takes_its_points_with_it():
    rows = bought(("a", DAY, 60.0, "1"), ("a", DAY, -19.5, "1"))

    assert points.earn(rows, PointRules())["points"].to_list() == [-19, 60]


def test_a_referral_earns_its_points_and_other_activities_those_of_their_rule():
    done = pl.DataFrame(
        {"customer_id": "a", "date": [DAY, DAY], "activity": ["referral", "workshop"]}
    )
    rules = PointRules(activity_points={"referral": 100, "workshop": 40})

    found = points.earn(bought(), rules, done)

    assert found.select("kind", "points").rows() == [("activity", 40), ("referral", 100)]
    with pytest.raises(DataError, match="The activity 'workshop' has no points"):
        points.earn(bought(), PointRules(), done)


def test_the_rules_earn_what_the_sample_company_posted():
    made = company.make(SampleRules(n_customers=200, n_prospects=50, n_responses=20)).tables
    members = made["points"].filter(kind="earned")
    sold = made["transactions"].filter(
        pl.col("amount") >= 0,
        pl.col("customer_id").is_in(members["customer_id"].unique().implode()),
    )

    earned = points.earn(sold, PointRules())

    assert earned["points"].sum() == members["points"].sum()


@pytest.mark.parametrize("wrong", [{"referral": 0}, {"": 5}, {"referral": "5"}, 3])
def test_points_of_activities_are_above_zero(wrong):
    with pytest.raises(ConfigError, match=r"activity_points is .*; it gives the points of each"):
        PointRules(activity_points=wrong)
