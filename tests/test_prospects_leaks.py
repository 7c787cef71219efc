import datetime as dt

import polars as pl
import pytest

from funnels import AS_OF, leads
from segment.errors import DataError
from segment.prospects import leaks, timing
from segment.prospects.features import recognise, typed
from segment.prospects.rules import ProspectRules

# 120 leads of two months: 40 won after 10 to 49 days, 40 lost after 5 to 44, 40 open.
ROWS = [
    *((100 - n % 2, "won", 10 + n) for n in range(40)),
    *((100 - n % 2, "lost", 5 + n) for n in range(40)),
    *((100 - n % 2, "open", None) for n in range(40)),
]
WON, LOST, OPEN = slice(0, 40), slice(40, 80), slice(80, 120)


def fields(values, **rules):
    table = leads(*ROWS, x=pl.Series(values, strict=False))
    features = recognise(table)
    return leaks.judge_fields(
        typed(table, features), timing.follow(table, AS_OF), features, ProspectRules(**rules)
    )


def why(values, **rules):
    return fields(values, **rules)["why"][0]


def outcomes(won, lost, still_open):
    """Each argument is a value, or a function of the place among the 40."""
    parts = (won, lost, still_open)
    return [part(n) if callable(part) else part for part in parts for n in range(40)]


def test_a_field_filled_for_the_won_only_tells_the_outcome():
    assert why(outcomes(lambda n: 100.0 + n, None, None)) == "filled_by_outcome"


def test_a_field_filled_for_the_lost_only_tells_the_outcome():
    assert why(outcomes(None, lambda n: "ab"[n % 2], None)) == "filled_by_outcome"


def test_a_field_filled_for_two_of_the_lost_and_all_of_the_won_is_suspect_and_for_three_is_not():
    def filled_for(n_lost):
        return why(
            outcomes(lambda n: n % 7, lambda n: n % 7 if n < n_lost else None, lambda n: n % 7)
        )

    assert filled_for(2) == "filled_by_outcome"  # 5% of what the won have
    assert filled_for(3) is None


def test_a_field_that_open_leads_lack_is_filled_at_closing():
    assert why(outcomes(lambda n: n % 7, lambda n: n % 5, None)) == "filled_after_closing"


def test_two_open_leads_of_forty_that_have_it_are_tolerated_and_three_clear_the_field_of_that():
    def filled_for(n_open):
        values = outcomes(lambda n: n % 7, lambda n: n % 5, lambda n: n % 7 if n < n_open else None)
        return why(values)

    assert filled_for(2) == "filled_after_closing"
    assert filled_for(3) == "completed_at_closing"


def test_a_zero_that_stands_for_not_yet_is_as_good_as_empty():
    assert why(outcomes(lambda n: 100 + n, lambda n: 50 + n % 9, 0)) == "filled_after_closing"


def test_a_word_that_stands_for_not_yet_is_as_good_as_empty():
    reason = ("price", "timing", "rival")

    assert why(outcomes("signed", lambda n: reason[n % 3], "pending")) == "filled_after_closing"


def test_a_field_that_most_open_leads_lack_is_completed_at_closing():
    def filled_for(n_open):
        return why(
            outcomes(lambda n: n % 7, lambda n: n % 7, lambda n: n % 7 if n < n_open else None)
        )

    assert filled_for(20) == "completed_at_closing"  # half as many as either outcome
    assert filled_for(39) is None


def test_a_field_never_empty_once_closed_is_completed_at_closing():
    def empty_for(n_open, n_closed):
        values = outcomes(
            lambda n: None if n < n_closed else n % 7,
            lambda n: None if n < n_closed else n % 7,
            lambda n: None if n < n_open else n % 7,
        )
        return why(values)

    assert empty_for(12, 0) == "completed_at_closing"
    assert empty_for(12, 12) is None  # as often empty when closed: an honest gap
    assert empty_for(4, 0) is None  # too few to tell from chance


def test_a_field_that_came_into_use_last_month_is_honest():
    rows = [(400, "won", 9)] * 40 + [(400, "lost", 9)] * 40 + [(40, "open", None)] * 60
    young = [(40, "won", 9)] * 10 + [(40, "lost", 9)] * 10
    values = [None] * 80 + [n % 7 for n in range(80)]  # nobody had it a year ago
    table = leads(*rows, *young, x=values)
    features = recognise(table)
    found = leaks.judge_fields(
        typed(table, features), timing.follow(table, AS_OF), features, ProspectRules()
    )

    assert found["why"].to_list() == [None]


def test_a_value_that_all_of_an_outcome_hold_and_none_of_the_other_is_a_status():
    stage = outcomes("closed won", lambda n: "ab"[n % 2], lambda n: "abcd"[n % 4])

    assert why(stage) == "one_value_by_outcome"


def test_a_value_shared_by_both_outcomes_is_honest_however_strong():
    never_won = outcomes("no", lambda n: "yes" if n < 30 else "no", lambda n: ["no", "yes"][n % 2])

    assert why(never_won) is None
    assert fields(never_won)["strength"][0] > 0.8


def test_a_copy_of_the_outcome_spread_over_many_values_is_found():
    copy = outcomes(lambda n: f"w{n % 4}", lambda n: f"l{n % 4}", lambda n: "wl"[n % 2] + "1")

    assert why(copy) == "copies_outcome"


def test_a_strong_honest_number_stays():
    strong = outcomes(lambda n: 50.0 + n, lambda n: 20.0 + n, lambda n: 35.0 + n)

    found = fields(strong)

    assert found["why"].to_list() == [None]
    assert 0.8 < found["strength"][0] < 0.99


def closing_day(shift):
    closed = [
        AS_OF - dt.timedelta(days=age) + dt.timedelta(days=(days or 20) + shift(n))
        for n, (age, _, days) in enumerate(ROWS)
    ]
    return closed


def test_the_day_of_closing_is_found_a_day_aside_and_not_a_week_aside():
    assert why(closing_day(lambda n: n % 2)) == "closing_day"
    assert why(closing_day(lambda n: 7 + n * 13 % 29)) is None


def test_the_days_until_closing_are_found_as_a_number():
    assert why([float(days or 100) for _, _, days in ROWS]) == "closing_day"


def test_a_day_noted_after_closing_is_found():
    noted = [
        AS_OF - dt.timedelta(days=age - (days + 3 + n % 9 if days else n % 9))
        for n, (age, _, days) in enumerate(ROWS)
    ]

    assert why(noted) == "noted_after_closing"


def test_a_day_planned_ahead_is_honest_though_it_lies_after_the_closing():
    assert why([AS_OF + dt.timedelta(days=n % 60) for n in range(120)]) is None


def test_a_word_of_its_own_for_nearly_every_lead_is_an_identifier():
    assert why([f"name {n}" for n in range(120)]) == "identifier"
    assert why([f"name {n % 60}" for n in range(120)]) is None


def test_a_number_that_runs_on_with_the_days_is_an_identifier_and_an_amount_is_not():
    rows = [(200 - n, "won" if n % 2 else "lost", n % 40) for n in range(120)]
    table = leads(*rows, running=range(1000, 1120), amount=[(n * 37) % 997 for n in range(120)])
    features = recognise(table)
    found = leaks.judge_fields(
        typed(table, features), timing.follow(table, AS_OF), features, ProspectRules()
    )

    assert found["why"].to_list() == ["identifier", None]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([None] * 120, "never_filled"),
        (["same"] * 120, "one_value"),
        ([[1]] * 120, "unreadable"),
        ([float("inf")] * 120, "never_filled"),
    ],
)
def test_what_holds_nothing_is_left_out_without_suspicion(values, reason):
    found = fields(values)

    assert found["why"].to_list() == [reason]
    assert found["is_used"].to_list() == [False]
    assert reason not in leaks.SUSPECT


def test_a_declared_late_field_is_left_out_and_a_suspect_can_be_let_in_by_name():
    honest = outcomes(lambda n: n % 7, lambda n: n % 5, lambda n: n % 6)
    suspect = outcomes(lambda n: 1.0 + n % 7, None, None)

    late = fields(honest, known={"x": "after closing"})
    assert late["why"].to_list() == ["known_after_closing"]
    assert late["is_used"].to_list() == [False]
    let_in = fields(suspect, allow=("x",))
    assert let_in["why"].to_list() == ["filled_by_outcome"]  # still told
    assert let_in["is_used"].to_list() == [True]


def test_a_field_with_nothing_in_it_cannot_be_let_in():
    assert fields([None] * 120, allow=("x",))["is_used"].to_list() == [False]


def test_nineteen_wins_are_too_few_to_suspect_a_field_and_twenty_are_enough():
    def found(n):
        rows = [(100, "won", 9)] * n + [(100, "lost", 9)] * 60
        table = leads(*rows, x=[float(place % 7) for place in range(n)] + [None] * 60)
        features = recognise(table)
        followed = timing.follow(table, AS_OF)
        return leaks.judge_fields(typed(table, features), followed, features, ProspectRules())

    assert found(19)["why"].to_list() == [None]
    assert found(20)["why"].to_list() == ["filled_by_outcome"]


@pytest.mark.parametrize("rule", ["allow", "known", "actionable"])
def test_a_rule_for_a_field_that_is_not_there_offers_the_nearest(rule):
    def refused(name, sentence):
        with pytest.raises(DataError, match=f"prospects.{rule} names {sentence}"):
            fields([n % 7 for n in range(120)],
                   **{rule: {name: "creation"} if rule == "known" else (name,)})  # fmt: skip

    refused("xx", "the field 'xx'.*did you mean 'x'")
    refused("outcome", "'outcome', which every table of prospects has")
