"""Movement, causes, bridge and concentration add up with the ledger to the penny, every month."""

import datetime as dt
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import history, stability
from segment.schemes import pareto
from segment.schemes.pareto import ParetoRules
from segment.stability import StabilityRules
from segment.summary import YEAR_DAYS

RULES = ParetoRules(column="revenue_last_year")


def pennies(amounts: pl.Series) -> int:
    return sum(round(amount * 100) for amount in amounts)


def year(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    since = day - dt.timedelta(days=YEAR_DAYS)
    return rows.filter(pl.col("date") > since, pl.col("date") <= day)


def reconcile(rows: pl.DataFrame, frames: stability.Months) -> None:
    """Assert for each month that every frame about it adds up with the rows of its year."""
    days = sorted(frames)
    before = pareto.assign(frames[days[0]], RULES)
    for last, day in pairwise(days):
        ledger, ledger_before = (pennies(year(rows, one)["amount"]) for one in (day, last))
        now = pareto.assign(frames[day], RULES, before)
        lines = pareto.lines(frames[last], RULES)
        by_old_lines = pareto.assign(frames[day], RULES, before, lines)
        moved = history.causes(before, now, "abc_class", by_old_lines)
        for told in (
            history.movement(before, now, "abc_class", "revenue_last_year"),
            history.by_cause(before, now, "abc_class", "revenue_last_year", moved),
        ):
            assert pennies(told["value_before"]) == ledger_before
            assert pennies(told["value_now"]) == ledger
        bridge = history.bridge(year(rows, last), year(rows, day))
        assert pennies(bridge["amount_before"]) == ledger_before
        assert pennies(bridge["amount_now"]) == ledger
        assert pennies(bridge["change"]) == ledger - ledger_before
        curve = pareto.concentration(now, "revenue_last_year")
        assert pennies(curve["amount"][-1:]) == ledger
        before = now


def test_a_published_cohort_adds_up_month_after_month(cdnow_sample):
    frames = stability.months(cdnow_sample, dt.date(1998, 6, 30), StabilityRules())

    assert len(frames) == 7
    reconcile(cdnow_sample, frames)


FIRST = dt.date(2024, 6, 1)
some_rows = st.lists(
    st.tuples(
        st.sampled_from("abcde"),
        st.integers(0, 730).map(lambda n: FIRST + dt.timedelta(days=n)),
        st.integers(-99_999, 999_999).map(lambda cents: cents / 100),
    ),
    max_size=30,
)


@settings(max_examples=30, deadline=None)
@given(drawn=some_rows)
def test_any_ledger_with_refunds_adds_up_month_after_month(drawn):
    rows = pl.DataFrame(
        [("a", FIRST, 1.0), *drawn],
        schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64},
        orient="row",
    )

    reconcile(rows, stability.months(rows, dt.date(2026, 5, 31), StabilityRules()))


@pytest.mark.parametrize("by", ["amount", "heads"])
def test_labels_of_six_months_in_order_are_those_replayed(by, cdnow_sample):
    """What was published for a month can be made again from what was known by its end."""
    rules = ParetoRules(by=by, grace_months=1)
    frames = stability.months(cdnow_sample, dt.date(1998, 6, 30), StabilityRules(n_months=5))
    published: list[pl.DataFrame | None] = [None]
    for day in sorted(frames):
        published.append(pareto.assign(frames[day], rules, published[-1]))

    for day, before, label in zip(sorted(frames), published, published[1:], strict=False):
        known = cdnow_sample.filter(pl.col("date") <= day)
        again = stability.months(known, day, StabilityRules())[day]
        assert pareto.assign(again, rules, before).equals(label)
