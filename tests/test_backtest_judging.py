"""Which model is chosen, when a naive rule wins, and the sentences that say so."""

import datetime as dt

import polars as pl
import pytest

from segment import backtest
from segment.backtest import BacktestRules, Plan, Win, words
from segment.clv import ClvRules
from segment.text import LANGUAGES

FIRST, SECOND = dt.date(2025, 7, 31), dt.date(2025, 10, 31)
AUTO, RULES = ClvRules(), BacktestRules()
SCHEMA = {"origin": pl.Date, "method": pl.String, "n_customers": pl.Int64} | dict.fromkeys(
    (
        "predicted",
        "actual",
        "bias",
        "error",
        "gini",
        "top_share",
        "tenth_error",
        "covered_share",
        "covered_top_share",
    ),
    pl.Float64,
)


def measured(*rows: tuple[dt.date, str, float | None, float | None, float | None]) -> pl.DataFrame:
    """Measures of a method at an origin: bias, error and gini; the rest is of no matter here."""
    filled = [
        (origin, method, 500, 100.0, 100.0, bias, error, gini, 0.4, 0.1, 0.8, 0.78)
        for origin, method, bias, error, gini in rows
    ]
    return pl.DataFrame(filled, schema=SCHEMA, orient="row")


def plan(*origins: dt.date, **changes) -> Plan:
    facts = {
        "as_of": dt.date(2026, 10, 31), "horizon_days": 365, "origins": origins, "n_days": 1096,
        "n_customers": 700, "n_known": 500, "missing": None,
    }  # fmt: skip
    return Plan(**facts | changes)


def chosen(*rows, forecast: ClvRules = AUTO) -> str:
    return backtest.choose(measured(*rows), forecast, RULES).purchase_model


# --------------------------------------------------------------- the choice


def test_the_model_with_the_smallest_error_is_chosen():
    assert chosen((FIRST, "bg_nbd", 0.0, 0.6, 0.8), (FIRST, "nbd", 0.0, 0.5, 0.8)) == "nbd"


@pytest.mark.parametrize(("bias", "best"), [(-0.0625, "nbd"), (-0.07, "bg_nbd")])
def test_a_model_too_far_off_in_total_is_out_however_small_its_error(bias, best):
    """Half as much slack as 0.10: one that says too little has a small error and no use."""
    rows = ((FIRST, "bg_nbd", 0.0125, 0.6, 0.8), (FIRST, "nbd", bias, 0.3, 0.8))

    assert chosen(*rows) == best


@pytest.mark.parametrize(("error", "best"), [(0.595, "bg_nbd"), (0.593, "nbd")])
def test_a_later_candidate_must_be_better_by_a_hundredth(error, best):
    rows = ((FIRST, "bg_nbd", 0.0, 0.6, 0.8), (FIRST, "nbd", 0.0, error, 0.8))

    assert chosen(*rows) == best
    assert chosen(*rows[::-1]) == best  # in the order of the candidates, not of the rows


def test_a_total_too_high_and_one_too_low_do_not_add_up_to_none():
    rows = (
        (FIRST, "bg_nbd", 0.10, 0.6, 0.8), (SECOND, "bg_nbd", 0.10, 0.6, 0.8),
        (FIRST, "nbd", 0.4, 0.3, 0.8), (SECOND, "nbd", -0.4, 0.3, 0.8),
    )  # fmt: skip

    assert backtest.overall(measured(*rows)).select("method", "miss", "bias").rows() == [
        ("bg_nbd", pytest.approx(0.1), pytest.approx(0.1)),
        ("nbd", pytest.approx(0.4), pytest.approx(0.0)),
    ]
    assert chosen(*rows) == "bg_nbd"


def test_a_naive_rule_is_never_chosen():
    assert chosen((FIRST, "bg_nbd", 0.3, 0.9, 0.5), (FIRST, "last_year", 0.0, 0.1, 1.0)) == "bg_nbd"


def test_a_model_that_the_rules_name_stays_whatever_was_measured():
    named = ClvRules(purchase_model="mbg_nbd")
    rows = ((FIRST, "mbg_nbd", 0.9, 0.9, 0.1), (FIRST, "nbd", 0.0, 0.1, 1.0))

    assert backtest.choose(measured(*rows), named, RULES) is named


@pytest.mark.parametrize("rows", [(), ((FIRST, "bg_nbd", None, None, None),)])
def test_without_a_measure_the_rules_stay_as_they_are(rows):
    assert backtest.choose(measured(*rows), AUTO, RULES) is AUTO


def test_the_past_miss_is_the_usual_gap_as_a_share_of_the_forecast():
    rows = [(FIRST, "nbd", 0.0, 0.5, 0.8), (SECOND, "nbd", 0.0, 0.5, 0.8),
            (FIRST, "last_year", 0.0, 0.5, 0.8)]  # fmt: skip
    frame = measured(*rows).with_columns(actual=pl.Series([130.0, 60.0, 900.0]))

    assert backtest.past_miss(frame, "nbd") == pytest.approx((0.3**2 / 2 + 0.4**2 / 2) ** 0.5)
    assert backtest.past_miss(frame, "bg_nbd") == 0.0


# --------------------------------------------------------------- where a naive rule wins


def test_a_rule_that_comes_closer_is_named_with_both_numbers():
    rows = ((FIRST, "nbd", -0.2, 0.5, 0.8), (FIRST, "last_year", 0.1, 0.6, 0.7),
            (FIRST, "past_rate", 0.15, 0.4, 0.8))  # fmt: skip

    assert backtest.wins(measured(*rows), "nbd") == (
        Win(question="total", rule="last_year", own=0.2, its=0.1),
        Win(question="customer", rule="past_rate", own=0.5, its=0.4),
    )


@pytest.mark.parametrize(("gini", "n"), [(0.8046, 0), (0.8051, 1)])
def test_half_a_point_closer_is_worth_naming(gini, n):
    rows = ((FIRST, "nbd", 0.0, 0.5, 0.8), (FIRST, "recency_rule", 0.0, 0.5, gini))

    assert [win.question for win in backtest.wins(measured(*rows), "nbd")] == ["order"] * n


def test_a_rule_is_compared_on_the_origins_that_it_has_and_the_model_there():
    """The model is worse on the origin that last year does not reach: that is not its merit."""
    rows = ((FIRST, "nbd", 0.5, 0.5, 0.8), (SECOND, "nbd", 0.1, 0.5, 0.8),
            (SECOND, "last_year", 0.2, 0.6, 0.7))  # fmt: skip

    assert backtest.wins(measured(*rows), "nbd") == ()


def test_another_model_does_not_win_against_the_chosen_one():
    rows = ((FIRST, "nbd", 0.5, 0.5, 0.8), (FIRST, "bg_nbd", 0.0, 0.1, 0.9))

    assert backtest.wins(measured(*rows), "nbd") == ()


def test_the_table_holds_the_forecast_and_the_rules_and_no_other_model():
    rows = ((FIRST, "bg_nbd", 0.1, 0.5, 0.8), (FIRST, "nbd", 0.2, 0.5, 0.8),
            (FIRST, "past_rate", 0.3, 0.6, 0.7))  # fmt: skip

    found = backtest.beside(measured(*rows), "nbd")

    assert found.select("origin", "method", "bias").rows() == [
        (FIRST, "forecast", 0.2), (FIRST, "past_rate", 0.3),
    ]  # fmt: skip


# --------------------------------------------------------------- the sentences


def said(*rows, made: Plan | None = None, forecast: ClvRules = AUTO, rules=RULES, language="en"):
    made = made or plan(*sorted({row[0] for row in rows}))
    return words.verdict(measured(*rows), made, forecast, rules, language)


def test_the_verdict_tells_total_bounds_rules_and_model():
    told = said(
        (FIRST, "bg_nbd", 0.05, 0.5, 0.8), (SECOND, "bg_nbd", -0.03, 0.5, 0.8),
        (FIRST, "nbd", 0.3, 0.7, 0.7), (SECOND, "nbd", 0.3, 0.7, 0.7),
        (FIRST, "past_rate", 0.9, 0.9, 0.6), (SECOND, "past_rate", 0.9, 0.9, 0.6),
    )  # fmt: skip

    assert told == (
        "Made on 2 days from 31 July 2025 to 31 October 2025, the forecast for the next 12 months "
        "would have been off by 4.0% of the total on average, too high on 1 of them.",
        "80% of the customers spent within their bounds, as they were meant to: 80% was said. "
        "Of the tenth of whom most was expected, 78% did.",
        "No simple rule would have come closer, neither in total nor for each customer nor in "
        "their order.",
        "BG/NBD came closest of the models that were tried (MBG/NBD, Pareto/NBD, BG/NBD, NBD), so "
        "it makes the forecast of this page.",
    )


@pytest.mark.parametrize(
    ("biases", "way"),
    [
        ((0.1, 0.2), "too high in total each time, by 15.0%"),
        ((-0.1, -0.2), "too low in total each time, by 15.0%"),
        ((0.1, -0.2), "off by 15.0% of the total on average, too high on 1 of them"),
        ((0.1,), "10.0% too high in total"),
        ((-0.1,), "10.0% too low in total"),
    ],
)
def test_it_is_said_which_way_the_forecast_was_off(biases, way):
    days = (FIRST, SECOND)[: len(biases)]
    rows = [(day, "bg_nbd", bias, 0.5, 0.8) for day, bias in zip(days, biases, strict=True)]

    assert way in said(*rows)[0]


@pytest.mark.parametrize(
    ("share", "way"), [(0.74, "too narrow"), (0.76, "as they were meant"),
                       (0.84, "as they were meant"), (0.86, "wider than they say")],
)  # fmt: skip
def test_bounds_that_hold_less_or_more_than_they_say_are_called_so(share, way):
    frame = measured((FIRST, "bg_nbd", 0.0, 0.5, 0.8)).with_columns(covered_share=pl.lit(share))

    assert way in words.verdict(frame, plan(FIRST), AUTO, RULES)[1]


def test_where_a_naive_rule_wins_the_report_says_so():
    told = said((FIRST, "bg_nbd", -0.25, 0.5, 0.8), (FIRST, "last_year", 0.05, 0.6, 0.7))

    assert "“last\u00a0year” was off by 5.0% on average, the forecast by 25.0%" in told[2]
    assert not any("No simple rule" in one for one in told)


def test_a_named_model_is_not_called_the_closest():
    told = said((FIRST, "nbd", 0.1, 0.5, 0.8), forecast=ClvRules(purchase_model="nbd"))

    assert not any("closest" in one for one in told)


@pytest.mark.parametrize(("most", "n"), [(700, 0), (699, 1)])
def test_a_sample_is_called_one(most, n):
    told = said((FIRST, "bg_nbd", 0.1, 0.5, 0.8), rules=BacktestRules(most_customers=most))

    assert [one for one in told if "sample" in one] == [
        "Tried on a sample of 500 of 500 customers."
    ] * n


def test_a_history_too_short_says_how_much_is_needed():
    told = said(made=plan(n_days=545, missing="days"))

    assert len(told) == 1
    assert "12 months" in told[0]
    assert "730 days" in told[0]
    assert "545" in told[0]


def test_too_few_customers_are_said_to_be_too_few():
    told = said(made=plan(n_known=7, missing="customers"))

    assert len(told) == 1
    assert "once 100 customers" in told[0]
    assert "7 had" in told[0]


def test_where_nobody_bought_there_is_nothing_to_compare():
    assert said((FIRST, "bg_nbd", None, None, None)) == (
        "Nobody bought anything in the time that was forecast, so there is nothing to compare.",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_its_sentence_and_every_rule_its_name(language):
    rules = ("past_rate", "last_year", "recency_rule")
    for rule in rules:
        told = said(
            (FIRST, "bg_nbd", 0.5, 0.9, 0.2), (FIRST, rule, 0.1, 0.1, 0.9), language=language
        )
        assert len(told) == 6  # total, bounds, three questions, model
        assert rule not in "".join(told)
