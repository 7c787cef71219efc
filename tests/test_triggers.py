"""Behaviour triggers: what is open, since when, and what a payment ends."""

import datetime as dt

import polars as pl
import pytest

from segment.errors import DataError
from segment.schemes import triggers
from segment.schemes.triggers import TriggerRules

END = dt.date(2026, 10, 31)
KINDS = {"at": pl.Datetime("us"), "kind": pl.String, "product_id": pl.String}


def moment(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour))


def ago(days: int, hour: int = 12) -> dt.datetime:
    return moment(END - dt.timedelta(days=days), hour)


def events(*rows: tuple[dt.datetime, str, str | None]) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=KINDS, orient="row")
    return frame.with_columns(customer_id=pl.lit("a"))


def found(*rows: tuple[dt.datetime, str, str | None], **rules: object) -> list[tuple[object, ...]]:
    told = triggers.find(events(*rows), END, TriggerRules(**rules))
    return told.select("trigger", "product_id", "since_at", "n_events").rows()


def test_a_basket_counts_once_it_has_been_unpaid_for_a_day():
    midnight = moment(END, 0)

    assert found((midnight, "basket", "P")) == [("basket", "P", midnight, 1)]
    assert found((midnight + dt.timedelta(seconds=1), "basket", "P")) == []


def test_a_payment_ends_the_basket_before_it_and_none_after_it():
    rows = [(ago(5), "basket", "P"), (ago(4), "paid", "P"), (ago(3), "basket", "P")]

    assert found(*rows[:2]) == []
    assert found((ago(4), "basket", "P"), (ago(4), "paid", "P")) == []  # at the same moment
    assert found(*rows) == [("basket", "P", ago(3), 1)]
    assert found((ago(5), "basket", "P"), (ago(4), "paid", "Q")) == [("basket", "P", ago(5), 1)]


def test_a_payment_without_a_product_pays_every_basket_and_no_favourite():
    rows = [(ago(70), "basket", "P"), (ago(70), "favourite", "P"), (ago(1), "paid", None)]

    assert found(*rows) == [("favourite", "P", ago(70), 1)]


def test_a_basket_without_a_product_is_paid_by_any_payment():
    assert found((ago(5), "basket", None)) == [("basket", None, ago(5), 1)]
    assert found((ago(5), "basket", None), (ago(4), "paid", "P")) == []


@pytest.mark.parametrize(("days", "n"), [(59, 0), (60, 1)])
def test_a_favourite_counts_from_sixty_days_on(days, n):
    assert len(found((ago(days, 23), "favourite", "P"))) == n


def test_a_favourite_that_was_bought_is_ended():
    assert found((ago(70), "favourite", "P"), (ago(60), "paid", "P")) == []


def test_three_views_in_the_last_seven_days():
    three = [(ago(6, 0), "view", "P"), (ago(3), "view", "P"), (ago(0, 23), "view", "P")]
    early = (ago(7, 23), "view", "P")

    assert found(*three) == [("views", "P", ago(6, 0), 3)]
    assert found(early, *three[1:]) == []
    assert found(*three[:2]) == []
    assert found(*three[:2], (ago(1), "view", "Q")) == []
    assert found(*three, (ago(0, 23), "paid", "P")) == []
    assert found(*[(at, kind, None) for at, kind, _ in three]) == []  # of no product


def test_what_happens_after_the_last_day_is_not_known():
    tomorrow = moment(END + dt.timedelta(days=1), 0)

    assert found((ago(5), "basket", "P"), (tomorrow, "paid", "P")) == [("basket", "P", ago(5), 1)]


def test_the_one_nearest_to_a_purchase_gives_the_label():
    seen = events(
        (ago(70), "favourite", "P"), (ago(69), "favourite", "Q"), (ago(5), "basket", "R"),
    )  # fmt: skip
    who = pl.DataFrame({"customer_id": ["a", "b"]})
    rules = TriggerRules()

    told = triggers.add(who, seen, END, rules).pipe(triggers.assign, rules)

    assert told.select(triggers.COUNTS).rows() == [(1, 2, 0), (0, 0, 0)]
    assert told["trigger"].to_list() == ["basket", "none"]
    unknown = triggers.add(who, None, END, rules).pipe(triggers.assign, rules)
    assert unknown["trigger"].to_list() == [None, None]


def test_the_latest_basket_comes_first():
    told = found(
        (ago(70), "favourite", "P"), (ago(5), "basket", "Q"), (ago(2), "basket", "P"),
    )  # fmt: skip

    assert [row[:2] for row in told] == [("basket", "P"), ("basket", "Q"), ("favourite", "P")]
    every = triggers.find(
        events((ago(5), "basket", "Q"), (ago(2), "basket", "P"), (ago(70), "favourite", "P")),
        END,
        TriggerRules(),
    )
    assert triggers.few(every, 1)["trigger"].to_list() == ["basket", "favourite"]
    with pytest.raises(DataError, match="triggers needs the column at"):
        triggers.find(events().drop("at"), END, TriggerRules())
