"""Membership levels: earned at once, held for a period, falling by one."""

import datetime as dt
import random

import polars as pl
import pytest

import ledgers
from segment.errors import ConfigError, DataError
from segment.points import PointRules
from segment.schemes import membership
from segment.schemes.membership import MembershipRules

END = dt.date(2026, 10, 31)
SHORT = MembershipRules(
    labels=("gold", "silver", "ordinary"), floors=(300.0, 100.0), period_months=3
)


def ledger(*rows: tuple[str, dt.date, str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows),
        schema={"customer_id": pl.String, "date": pl.Date, "kind": pl.String, "points": pl.Float64},
        orient="row",
    )


def level(points: float | None) -> str | None:
    frame = pl.DataFrame({"points_in_period": [points]}, schema={"points_in_period": pl.Float64})
    return membership.assign(frame, MembershipRules())[membership.LABEL].item()


def assessed(points: list[float], rules: MembershipRules = SHORT) -> list[str]:
    """One member's levels at the ends of months from January on, by the points of the period."""
    ends = [dt.date(2026, month, 1) for month in range(2, len(points) + 2)]
    before, found = None, []
    for one, end in zip(points, ends, strict=True):
        frame = pl.DataFrame(
            {
                "customer_id": ["a"],
                "assessed_on": [end - dt.timedelta(days=1)],
                "points_in_period": [float(one)],
            }
        )
        before = membership.assign(frame, rules, before)
        found.append(before[membership.LABEL].item())
    return found


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (999.999, "ordinary"),
        (1000, "silver"),
        (9999, "platinum"),
        (10_000, "diamond"),
        (None, None),
    ],
)
def test_exactly_on_a_floor_earns_the_higher_level(points, expected):
    assert level(points) == expected


def test_a_rise_is_taken_at_once_by_as_many_levels_as_were_earned():
    assert assessed([0, 300]) == ["ordinary", "gold"]


def test_a_level_holds_for_its_period_and_its_grace_and_then_falls_by_one():
    # gold at the end of January until that of April, a month of grace, then silver from May on
    assert assessed([300, 0, 0, 0, 0, 0, 0, 0, 0]) == [
        "gold", "gold", "gold", "gold", "silver", "silver", "silver", "silver", "ordinary",
    ]  # fmt: skip


def test_what_is_earned_again_at_the_end_of_the_period_or_in_the_grace_renews_the_level():
    at_the_end = assessed([300, 0, 0, 300, 0, 0, 0, 0])
    in_the_grace = assessed([300, 0, 0, 0, 300, 0, 0, 0])

    assert at_the_end[-2:] == ["gold", "silver"]  # until July, and the grace
    assert in_the_grace[-1] == "gold"  # until August


def test_without_a_grace_a_level_falls_with_its_period():
    rules = MembershipRules(
        labels=SHORT.labels, floors=SHORT.floors, period_months=3, grace_months=0
    )

    assert assessed([300, 0, 0, 0], rules) == ["gold", "gold", "gold", "silver"]


def test_a_level_around_its_floor_does_not_flicker():
    assert set(assessed([100, 99, 100, 99, 101, 98, 100, 99])) == {"silver"}


def test_the_same_assessment_again_changes_nothing():
    frame = pl.DataFrame({"customer_id": ["a"], "assessed_on": [END], "points_in_period": [300.0]})
    once = membership.assign(frame, SHORT)

    assert membership.assign(frame, SHORT, once).equals(once)
    assert once["level_until"].item() == dt.date(2027, 1, 31)


def test_points_that_were_used_count_and_points_taken_back_do_not():
    rows = ledger(
        ("a", dt.date(2025, 10, 31), "earned", 1000),  # a year ago: of the period before
        ("a", dt.date(2025, 11, 1), "earned", 500),
        ("a", END, "redeemed", -400),
        ("a", END, "adjusted", -50),
    )
    who = pl.DataFrame({"customer_id": ["a", "b"]})

    told = membership.add(who, rows, END, MembershipRules(), PointRules())

    assert told["points_in_period"].to_list() == [450, None]
    assert told["points_balance"].to_list() == [50, None]
    assert told["assessed_on"].to_list() == [END, None]


def test_levels_go_by_money_or_purchase_days_too():
    rows = ledger(("a", END, "earned", 1), ("b", END, "earned", 1))
    who = pl.DataFrame({"customer_id": ["a", "b"]})
    sold = pl.DataFrame(
        {"customer_id": "a", "date": [END, END, dt.date(2025, 10, 31)], "amount": [70, -20, 900]}
    )

    def told(by: str) -> pl.DataFrame:
        rules = MembershipRules(by=by)
        return membership.add(who, rows, END, rules, PointRules(), sold)

    assert told("amount")["amount_in_period"].to_list() == [50, 0]
    assert told("count")["purchases_in_period"].to_list() == [1, 0]
    with pytest.raises(DataError, match="membership needs the columns customer_id, date"):
        membership.add(who, rows, END, MembershipRules(by="count"), PointRules())


@pytest.mark.parametrize(
    ("first", "is_known"), [(dt.date(2025, 11, 1), True), (dt.date(2025, 11, 2), False)]
)
def test_a_ledger_that_begins_later_than_the_club_tells_no_level_before_a_whole_period(
    first, is_known
):
    rows = ledger(("a", first, "earned", 5), ("b", END, "earned", 20_000))
    who = pl.DataFrame({"customer_id": ["a", "b"]})
    later = MembershipRules(from_the_start=False)

    told = membership.assign(membership.add(who, rows, END, later, PointRules()), later)
    young = membership.assign(
        membership.add(who, rows, END, MembershipRules(), PointRules()), MembershipRules()
    )

    expected = ["ordinary", "diamond"]
    assert young[membership.LABEL].to_list() == expected
    assert told[membership.LABEL].to_list() == (expected if is_known else [None, None])
    assert told["points_balance"].to_list() == [5, 20_000]
    assert "begins later than the club" in membership.describe(later)
    assert "begins later" not in membership.describe(MembershipRules())


def test_without_a_ledger_nobody_is_a_member():
    who = pl.DataFrame({"customer_id": ["a"]})

    told = membership.add(who, None, END, MembershipRules(), PointRules())

    assert membership.assign(told, MembershipRules())[membership.LABEL].to_list() == [None]


def test_prices_by_the_points_of_a_year():
    # below 1000, from 1000, from 3000, from 5000: .95, .90, .88, .80 of the price
    rules = MembershipRules(
        labels=("platinum", "gold", "silver", "ordinary"),
        floors=(5000.0, 3000.0, 1000.0),
        price_factors=(0.80, 0.88, 0.90, 0.95),
    )
    frame = pl.DataFrame({"points_in_period": [999.0, 1000.0, 2999.0, 3000.0, 5000.0, None]})

    priced = membership.assign(frame, rules)

    assert priced["price_factor"].to_list() == [0.95, 0.90, 0.90, 0.88, 0.80, None]
    assert "platinum 0.8, gold 0.88" in membership.describe(rules)
    with pytest.raises(ConfigError, match=r"price_factors is \[0.8\]; give one above 0"):
        MembershipRules(price_factors=(0.8,))


def test_the_levels_before_the_first_report_are_replayed_from_the_ledger():
    rows = ledger(
        ("a", dt.date(2026, 1, 5), "earned", 300), ("b", dt.date(2026, 3, 5), "earned", 1)
    )
    days = [dt.date(2026, month, 28) for month in range(1, 7)]

    told = membership.replay(rows, days, SHORT, PointRules())

    assert told.filter(customer_id="a")[membership.LABEL].to_list() == ["gold"] * 4 + ["silver"] * 2
    assert told.filter(customer_id="b").height == 4  # a member since March
    assert membership.replay(rows, [], SHORT, PointRules()).is_empty()


def test_the_first_report_knows_the_last_assessment_and_a_later_one_reads_it():
    rows = ledger(("a", dt.date(2026, 1, 5), "earned", 300))
    may = dt.date(2026, 5, 31)

    first = membership.held(None, rows, may, SHORT, PointRules())

    assert first.select("assessed_on", membership.LABEL, "level_until").rows() == [
        (dt.date(2026, 4, 30), "gold", dt.date(2026, 4, 30))
    ]
    assert membership.held(first, rows, may, SHORT, PointRules()) is first
    assert membership.held(None, rows, dt.date(2026, 1, 5), SHORT, PointRules()) is None
    assert membership.held(None, None, may, SHORT, PointRules()) is None


# --------------------------------------------------------------- against the slow, obvious model


def held_by_the_model(rows: list[ledgers.ROWS], days: list[dt.date], rules: MembershipRules):
    """One member's level on each day, told one day after the other."""
    gained = [
        (day, ledgers.later(day, rules.period_months), points)
        for _, day, kind, points in rows
        if kind != "redeemed"
    ]
    start = min(row[1] for row in rows)
    level, until, found = None, dt.date.max, []
    for day in days:
        if day < start:
            continue
        earned = sum(points for date, end, points in gained if date <= day < end)
        reached = next(
            (place for place, floor in enumerate(rules.floors) if earned >= floor),
            len(rules.floors),
        )
        if level is None or reached < level:
            level, until = reached, ledgers.later(day, rules.period_months)
        elif day >= until:
            if reached == level:
                until = ledgers.later(day, rules.period_months)
            elif day >= ledgers.later(until, rules.grace_months):
                level, until = level + 1, ledgers.later(day, rules.period_months)
        found.append((rows[0][0], day, rules.labels[level], until))
    return found


def check(n: int, seed: int, days: list[dt.date], rules: MembershipRules) -> None:
    chance = random.Random(seed)
    rows = [ledgers.ledger(f"M{i:05d}", chance, 900) for i in range(n)]

    told = membership.replay(
        ledger(*(row for member in rows for row in member)), days, rules, PointRules()
    )

    wanted = [one for member in rows for one in held_by_the_model(member, days, rules)]
    columns = ("customer_id", "assessed_on", membership.LABEL, "level_until")
    assert told.select(columns).sort("customer_id", "assessed_on").rows() == wanted


def every_day(n_days: int, step: int = 1) -> list[dt.date]:
    return [ledgers.FIRST + dt.timedelta(days=n) for n in range(0, n_days, step)]


@pytest.mark.parametrize(
    "rules",
    [
        MembershipRules(),
        MembershipRules(period_months=3, grace_months=0, floors=(2e3, 900, 500, 9)),
    ],
)
def test_random_ledgers_give_the_levels_of_the_slow_model(rules):
    check(150, 11, every_day(1_300, step=13), rules)


def test_random_ledgers_give_the_levels_of_the_slow_model_on_every_day():
    check(60, 12, every_day(150), MembershipRules(period_months=2, floors=(1e3, 600, 300, 50)))


@pytest.mark.drill
def test_ten_thousand_ledgers_give_the_levels_of_the_slow_model_on_every_day():
    for seed in range(10):
        check(1_000, seed, every_day(1_300), MembershipRules())
