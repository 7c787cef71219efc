"""How still labels are, and the margin that meets a budget."""

import datetime as dt

import polars as pl
import pytest

from segment import stability
from segment.errors import ConfigError, DataError
from segment.schemes import levels, lifecycle, pareto
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.pareto import ParetoRules
from segment.stability import StabilityRules

ENDS = [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 30)]
RULES = LevelRules(by="floors", labels=("high", "low"), floors=(100.0,), margin=0.0)


def months(**values: list[float | None]) -> dict[dt.date, pl.DataFrame]:
    """Return one frame a month from each customer's values; None is not there."""
    return {
        end: pl.DataFrame(
            [(name, each[place]) for name, each in values.items() if each[place] is not None],
            schema={"customer_id": pl.String, "actual_value": pl.Float64},
            orient="row",
        )
        for place, end in enumerate(ENDS)
    }


FLICKERS = months(
    flickers=[95.0, 105.0, 95.0, 105.0],
    rises=[50.0, 50.0, 150.0, 150.0],
    stays=[200.0, 200.0, 200.0, 200.0],
    comes=[None, None, 10.0, 10.0],
)


def test_changes_and_those_that_flip_back_are_counted_month_by_month():
    held = stability.trace(FLICKERS, levels.assign, RULES)

    assert held["as_of"].to_list() == ENDS
    assert held["n_customers"].to_list() == [None, 3, 3, 4]  # who came is compared from next month
    assert held["n_changed"].to_list() == [None, 1, 2, 1]
    assert held["n_flipped_back"].to_list() == [None, 1, 1, None]
    assert held["changed_share"].to_list() == [None, 1 / 3, 2 / 3, 1 / 4]
    assert held["flipped_back_share"].to_list() == [None, 1.0, 0.5, None]
    assert held["agreement"].to_list() == [1.0] * 4


def test_a_margin_keeps_who_flickers_and_costs_agreement():
    rules = LevelRules(by="floors", labels=("high", "low"), floors=(100.0,), margin=0.10)

    held = stability.trace(FLICKERS, levels.assign, rules)

    assert held["n_changed"].to_list() == [None, 0, 1, 0]
    assert held["flipped_back_share"].to_list() == [None, None, 0.0, None]
    assert held["agreement"].to_list() == [1.0, 2 / 3, 1.0, 3 / 4]


def test_the_smallest_margin_within_the_budget_is_chosen():
    budget = StabilityRules(most_changed_share=0.12)

    tried = stability.margin_for(FLICKERS, levels.assign, RULES, budget)

    assert tried["margin"].to_list() == list(stability.MARGINS)
    assert tried.filter("is_chosen")["margin"].to_list() == [0.10]  # 5% lets 105 in
    one = tried.row(by_predicate=pl.col("is_chosen"), named=True)
    assert one["changed_share"] == pytest.approx((0 + 1 / 3 + 0) / 3)
    assert one["worst_changed_share"] == pytest.approx(1 / 3)
    assert one["agreement"] == pytest.approx((2 / 3 + 1 + 3 / 4) / 3)
    said = stability.describe(tried, budget, ParetoRules())
    assert said.startswith(
        "ABC class: a margin of 10% (in force: 20%) is the smallest that relabels at most 12%"
    )
    assert "11.1% instead of 41.7% without a margin (33.3% in the worst month)" in said
    assert "最小的缓冲幅度为10%" in stability.describe(tried, budget, ParetoRules(), "zh")


def test_a_budget_that_no_margin_meets_chooses_none():
    budget = StabilityRules(most_changed_share=0.01)
    leaps = months(leaps=[1.0, 1000.0, 1.0, 1000.0])

    tried = stability.margin_for(leaps, levels.assign, RULES, budget)

    assert not tried["is_chosen"].any()
    said = stability.describe(tried, budget, ParetoRules())
    assert said == "No margin up to 50% keeps to 1% of the customers a month; the least is 100.0%."


def test_with_one_month_nothing_can_be_tried():
    tried = stability.margin_for(
        {ENDS[0]: FLICKERS[ENDS[0]]}, levels.assign, RULES, StabilityRules()
    )

    assert not tried["is_chosen"].any()
    assert stability.describe(tried, StabilityRules(), ParetoRules()).startswith(
        "Fewer than two months"
    )
    assert stability.trace({}, levels.assign, RULES).is_empty()


def test_past_months_are_the_ends_whose_last_year_is_whole():
    first = dt.date(2025, 1, 29)
    rows = pl.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "date": [first, dt.date(2026, 3, 1), dt.date(2026, 4, 30)],
            "amount": [10.0, 20.0, 5.0],
        }
    )

    past = stability.months(rows, dt.date(2026, 4, 30), StabilityRules())

    # the year up to 31 January 2026 begins on 1 February 2025; that up to December does not
    assert list(past) == ENDS
    assert [one["revenue_last_year"].to_list() for one in past.values()] == [
        [0.0], [0.0], [20.0], [20.0, 5.0],
    ]  # fmt: skip
    moments = rows.cast({"date": pl.Datetime("us")})
    assert list(stability.months(moments, dt.date(2026, 4, 30), StabilityRules())) == ENDS
    short = stability.months(rows, dt.date(2026, 4, 30), StabilityRules(n_months=1))
    assert list(short) == ENDS[-2:]
    assert stability.months(rows.clear(), dt.date(2026, 4, 30), StabilityRules()) == {}


def test_a_scheme_without_lines_has_no_margin_to_find():
    seen = {"frequency": 0, "recency": 0, "T": 5, "last_gap_days": 0, "p_alive": 0.9}
    frames = {ENDS[0]: pl.DataFrame({"customer_id": "a", **seen})}

    with pytest.raises(DataError, match="lifecycle_state is not cut at lines"):
        stability.trace(
            frames, lambda one, rules, _: lifecycle.assign(one, rules), LifecycleRules()
        )


def test_who_has_no_label_is_compared_with_nobody():
    frames = months(a=[200.0, float("nan"), 200.0, 50.0])

    held = stability.trace(frames, levels.assign, RULES)

    assert held["n_customers"].to_list() == [None, 0, 0, 1]
    assert held["changed_share"].to_list() == [None, None, None, 1.0]


def test_a_budget_is_a_share_and_a_number_of_months():
    with pytest.raises(ConfigError, match="most_changed_share is 5"):
        StabilityRules(most_changed_share=5)
    with pytest.raises(ConfigError, match="n_months is 0"):
        StabilityRules(n_months=0)


def test_the_shipped_margin_keeps_a_real_cohort_still(cdnow_master):
    """CDNOW by heads over its last six months, whose years are whole: one cohort, which fades."""
    frames = stability.months(cdnow_master, dt.date(1998, 6, 30), StabilityRules())
    rules = ParetoRules(by="heads", label="key_class")

    held = stability.trace(frames, pareto.assign, rules)

    assert len(frames) == 7
    assert held["changed_share"].mean() <= 0.05
    assert held["agreement"].min() >= 0.90


def test_published_months_tell_how_still_their_labels_were():
    classes = pl.Enum(["A", "B"])

    def month(*codes: str, by_line: tuple[str, ...] | None = None) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "customer_id": ["a", "b", "c", "d"],
                "abc_class_by_line": pl.Series(by_line or codes, dtype=classes),
                "abc_class": pl.Series(codes, dtype=classes),
            }
        )

    published = {
        dt.date(2026, 8, 31): month("A", "B", "B", "B"),
        dt.date(2026, 9, 30): month("B", "B", "B", "B", by_line=("A", "B", "B", "B")),
        dt.date(2026, 10, 31): month("A", "B", "B", "B"),
    }
    budget = stability.StabilityRules(most_changed_share=0.25)
    told = stability.held(published, ["abc_class", "lifecycle_state"], budget)

    # one of four changed each month, the first change was undone, one label of eight was not the
    # line's in the two months that have one before them
    assert told.rows() == [("abc_class", 2, 4, 0.25, 1.0, 0.875, True)]
    first = {dt.date(2026, 8, 31): month("A", "B", "B", "B")}
    assert stability.held(first, ["abc_class"], budget).is_empty()
