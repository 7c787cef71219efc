"""How good grades are: by grade, by tenths, at the top, and month by month."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from funnels import AS_OF, funnel, leads
from segment import prospects
from segment.prospects import GradeRules, ProspectRules, goodness, sentences


@pytest.fixture(scope="module")
def model():
    return prospects.fit(funnel(3000)[0], AS_OF, ProspectRules())


def judged(*rows: tuple[float, float], period: int = 1) -> pl.DataFrame:
    """One judged lead a row: its chance, and 1 where it was won."""
    return pl.DataFrame(rows, schema=["chance", "is_hit"], orient="row").with_columns(
        period=pl.date(2026, 1, period)
    )


def test_by_the_chance_the_rates_are_those_of_the_model(model):
    found = goodness.realised(funnel(3000)[0], model)

    assert found.drop("low", "high").equals(model.quality.by_grade.drop("low", "high"))


def test_by_the_expected_value_a_grade_is_told_by_money(model):
    rules = GradeRules(
        grade_by="expected_value", a_value_floor=40, b_value_floor=30, c_value_floor=15
    )
    by_value = replace(model, rules=ProspectRules(grades=rules))
    leads_now = funnel(3000)[0]
    hundred = leads_now.with_columns(value_if_won=pl.lit(100.0))
    found = goodness.realised(hundred, by_value)
    by_chance = goodness.realised(
        leads_now, replace(model, rules=ProspectRules(grades=GradeRules(a_floor=0.4)))
    )

    assert found.equals(by_chance)  # a chance of .4 of 100 is 40
    assert found["realised_rate"].is_sorted(descending=True)
    nothing = goodness.realised(leads_now.with_columns(value_if_won=pl.lit(None)), by_value)
    assert nothing["n_leads"].to_list() == [0] * 4


def test_by_capacity_and_without_a_rehearsal_nothing_is_told(model):
    by_hours = replace(model, rules=ProspectRules(grades=GradeRules(grade_by="capacity")))
    unjudged = replace(model, quality=replace(model.quality, judged=None))

    assert goodness.realised(funnel(3000)[0], by_hours) is None
    assert goodness.realised(funnel(3000)[0], unjudged) is None


def test_tenths_hold_equally_many_and_the_likeliest_come_last(model):
    tenths = goodness.reliability(model.quality.judged, 0.9)

    assert tenths["tenth"].to_list() == list(range(1, 11))
    assert tenths["n_leads"].max() - tenths["n_leads"].min() <= 1
    assert tenths["predicted_rate"].is_sorted()
    assert (tenths["low"] <= tenths["realised_rate"]).all()
    assert (tenths["realised_rate"] <= tenths["high"]).all()


def test_the_top_tenth_is_told_against_all():
    # of 20 leads five are won, two of them among the best two
    rows = judged(*((0.95 - 0.04 * n, float(n in (0, 1, 7, 12, 19))) for n in range(20)))
    tops = goodness.lift(rows, 0.9)

    assert tops["top_leads_share"].to_list() == pytest.approx([n / 10 for n in range(1, 11)])
    first = tops.row(0, named=True)
    assert (first["n_leads"], first["won_share"], first["realised_rate"]) == (2, 0.4, 1.0)
    assert first["lift"] == pytest.approx(4.0)
    assert first["lift_low"] <= 4.0
    assert tops.row(-1, named=True)["won_share"] == pytest.approx(1.0)
    assert tops.row(-1, named=True)["lift"] == pytest.approx(1.0)


def test_the_best_are_those_of_each_period_so_that_a_base_rate_that_moves_is_no_lift():
    early = judged(*(((0.2 + 0.001 * n), 0.0) for n in range(10)), period=1)
    late = judged(*(((0.6 + 0.001 * n), 1.0) for n in range(10)), period=2)
    top = goodness.lift(pl.concat([early, late]), 0.9).row(0, named=True)

    assert (top["n_leads"], top["lift"]) == (2, pytest.approx(1.0))


def test_where_nothing_was_won_there_is_no_lift():
    assert goodness.lift(judged((0.3, 0.0), (0.2, 0.0)), 0.9).is_empty()
    assert sentences.lift(goodness.lift(judged((0.3, 0.0)), 0.9)) == ()


def test_a_month_is_known_once_its_last_lead_was_followed_for_a_horizon():
    # AS_OF is 30 June: leads of 31 May have been followed for exactly 30 days
    rows = leads((60, "won", 10), (55, "open", None), (30, "won", 30), (3, "won", 1))
    known = goodness.by_month(rows, AS_OF, 30, 0.9)
    later = goodness.by_month(rows, AS_OF, 31, 0.9)

    assert known["month"].to_list() == [dt.date(2026, 5, 1), dt.date(2026, 6, 1)]
    assert known["n_leads"].to_list() == [3, 1]
    assert known["realised_rate"].to_list() == [pytest.approx(2 / 3), None]
    assert later["realised_rate"].to_list() == [None, None]


def test_a_win_after_the_horizon_is_none():
    rows = leads((90, "won", 31), (90, "won", 30))
    assert goodness.by_month(rows, AS_OF, 30, 0.9)["n_won"].to_list() == [1]


def test_leads_of_a_later_day_do_not_count():
    rows = leads((60, "won", 10), (-5, "open", None))
    assert goodness.by_month(rows, AS_OF, 30, 0.9)["n_leads"].to_list() == [1]


def months(*rates: float, n: int = 200) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "n_leads": [n] * len(rates),
            "n_won": [round(n * rate) for rate in rates],
            "realised_rate": rates,
        }
    )


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ((0.2, 0.2, 0.2, 0.3, 0.3, 0.3), "has risen: from 20.0%"),
        ((0.3, 0.3, 0.3, 0.2, 0.2, 0.2), "has fallen: from 30.0%"),
        ((0.2, 0.2, 0.2, 0.21, 0.2, 0.2), "no change beyond chance"),
        ((0.2, 0.2, 0.2, 0.3, 0.3), "Too few months"),
    ],
)
def test_a_drift_is_told_where_it_is_more_than_chance(rates, said):
    assert said in sentences.drift(goodness.drift(months(*rates), 0.9))


def test_the_interval_of_a_change_is_newcombe_s():
    # Newcombe 1998, Statistics in Medicine 17, table II, method 10: 56/70 against 48/80, 95%
    table = pl.DataFrame({"n_leads": [80, 0, 0, 70, 0, 0], "n_won": [48, 0, 0, 56, 0, 0],
                          "realised_rate": [0.6, 0.6, 0.6, 0.8, 0.8, 0.8]})  # fmt: skip
    found = goodness.drift(table, 0.95)

    assert (found["low"], found["high"]) == pytest.approx((0.0524, 0.3339), abs=1e-4)
