"""Passports as numbers: the line that decided, what would change a label, until when it holds."""

import dataclasses
import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passports_data import (
    A_LINE,
    AS_OF,
    B_LINE,
    LINES,
    Rules,
    abc,
    classed,
    grouped,
    groups_kind,
    lines,
    states,
    states_kind,
)  # fmt: skip
from segment import passports
from segment.config import Settings
from segment.errors import DataError
from segment.passports import Kind, issuing, reasons, versions
from segment.schemes import levels
from segment.schemes.levels import LevelRules

MODEL = "mbg_nbd 12345678"


def issued(frame: pl.DataFrame, *kinds: Kind, by: pl.DataFrame = LINES, **more: object):
    return passports.issue(frame, by, kinds, AS_OF, model=MODEL, **more)


def only(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.to_dicts()[0]


# --------------------------------------------------------------- where a label changes


def test_a_passport_holds_the_value_and_the_line_that_it_passed():
    row = only(issued(classed(("a", 5120.0, "A")), abc()))

    assert (row["code"], row["line_code"], row["line_column"]) == ("A", "A", "revenue_last_year")
    assert (row["value"], row["line_value"], row["line_at"]) == (5120.0, 5120.0, A_LINE)
    assert row["better"] is None
    assert (row["worse"], row["worse_way"], row["worse_at"]) == ("B", "leave", A_LINE)
    assert row["worse_by"] == 5120.0 - A_LINE


def test_the_label_without_a_line_is_told_by_the_line_above_it():
    row = only(issued(classed(("c", 120.0, "C")), abc()))

    assert (row["line_code"], row["line_at"]) == ("B", B_LINE)
    assert (row["better"], row["better_way"], row["better_by"]) == ("B", "reach", 720.0)
    assert row["worse"] is None


def test_a_margin_moves_both_lines_away():  # 3,440 less a fifth is 2,752
    rows = issued(classed(("a", 5120.0, "A"), ("b", 3500.0, "B")), abc(margin=0.2)).to_dicts()

    assert rows[0]["worse_at"] == pytest.approx(2752.0)
    assert rows[1]["better_at"] == pytest.approx(4128.0)
    assert rows[1]["worse_at"] == pytest.approx(672.0)
    assert [row["line_at"] for row in rows] == [A_LINE, B_LINE]  # the rule keeps its own number


def test_a_margin_of_a_line_below_zero_is_below_it_too():
    by = lines(("abc_class", "A", "revenue_last_year", -100.0))
    row = only(issued(classed(("a", -50.0, "A")), abc(margin=0.2), by=by))

    assert row["worse_at"] == pytest.approx(-120.0)


def test_a_line_that_is_passed_but_not_taken_is_a_negative_way_off():
    row = only(issued(classed(("a", 2000.0, "A")), abc(margin=0.2, grace_months=2)))

    assert row["worse_by"] == pytest.approx(2000.0 - 2752.0)
    assert (row["margin"], row["grace_months"]) == (0.2, 2)


def test_where_nobody_passes_a_line_nothing_leads_over_it():
    by = lines(("abc_class", "A", "revenue_last_year", None))
    row = only(issued(classed(("c", 5.0, "C")), abc(), by=by))

    assert (row["line_code"], row["line_at"], row["better"]) == ("A", None, None)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(-5000, 5000), min_size=1, max_size=8),
    st.sampled_from([(80.0, 40.0, 0.0), (1000.0, 0.5, -300.0)]),
)
def test_a_value_moved_to_where_the_passport_says_has_the_label_that_it_says(values, floors):
    rules = LevelRules(by="floors", floors=floors)
    kind = Kind(label="tier", codes=rules.labels, rules=rules, describe=str)
    by = lines(
        *(
            ("tier", code, "actual_value", at)
            for code, at in zip(rules.labels, floors, strict=False)
        )
    )
    frame = pl.DataFrame(
        {"customer_id": [str(it) for it in range(len(values))], "actual_value": values}
    ).cast({"actual_value": pl.Float64})
    made = issued(levels.assign(frame, rules), kind, by=by)

    for side, beyond in (("better", 0.0), ("worse", -0.000_001)):
        moved = made.filter(pl.col(side).is_not_null())
        then = moved.select("customer_id", actual_value=pl.col(f"{side}_at") + beyond)
        assert levels.assign(then, rules)["tier"].to_list() == moved[side].to_list()


# --------------------------------------------------------------- value groups


def test_the_most_valuable_fall_to_the_growable_if_their_growth_passes_and_else_to_the_core():
    frame = grouped(("a", 1500.0, 100.0, 0.0, "MVC"), ("b", 1500.0, 99.9, 0.0, "MVC"))
    made = issued(frame, groups_kind())

    assert made["worse"].to_list() == ["MGC", "core"]
    assert made["worse_column"].to_list() == ["actual_value"] * 2


def test_the_core_rises_by_growth_and_sinks_by_the_odds_of_a_loss():
    row = only(issued(grouped(("a", 400.0, 42.0, 0.25, "core")), groups_kind()))

    assert (row["line_code"], row["line_value"], row["line_at"]) == ("MVC", 400.0, 1000.0)
    assert (row["better"], row["better_column"], row["better_by"]) == ("MGC", "expected_growth", 58)
    assert (row["worse"], row["worse_way"], row["worse_at"]) == ("BZC", "reach", 0.9)
    assert row["worse_by"] == pytest.approx(0.65)


def test_below_zero_is_left_when_the_odds_of_a_loss_fall_below_the_line():
    row = only(issued(grouped(("a", -50.0, 5.0, 0.95, "BZC")), groups_kind(margin=0.2)))

    assert (row["line_code"], row["line_column"], row["line_value"]) == (
        "BZC",
        "p_below_zero",
        0.95,
    )
    assert (row["column"], row["value"]) == ("actual_value", -50.0)
    assert (row["better"], row["better_way"]) == ("core", "leave")
    assert row["better_at"] == 0.9  # a probability has no margin
    assert row["worse"] is None


def test_the_most_growable_stand_on_their_growth():
    row = only(issued(grouped(("a", 400.0, 300.0, 0.1, "MGC")), groups_kind()))

    assert (row["line_column"], row["line_value"]) == ("expected_growth", 300.0)
    assert (row["better"], row["better_at"]) == ("MVC", 1000.0)
    assert (row["worse"], row["worse_by"]) == ("core", 200.0)


# --------------------------------------------------------------- lifecycle


def test_a_state_stands_on_the_own_rhythm():
    frame = states(
        ("a", 24, 14.0, 0.95, "active"),  # twice 14 is 28
        ("b", 29, 14.0, 0.60, "sleeping"),  # four times is 56
        ("c", 57, 14.0, 0.50, "lost"),
    )
    made = issued(frame, states_kind())

    assert made["line_code"].to_list() == ["sleeping", "sleeping", "lost"]
    assert made["line_at"].to_list() == [28.0, 28.0, 56.0]
    assert made["worse"].to_list() == ["sleeping", "lost", None]
    assert made["worse_by"].to_list() == [4.0, 27.0, None]
    assert made["better"].to_list() == [None, "active", "won_back"]
    assert made["better_way"].to_list() == [None, "buy", "buy"]


def test_who_is_lost_by_the_odds_alone_stands_on_the_odds():
    row = only(issued(states(("a", 30, 14.0, 0.05, "lost")), states_kind()))

    assert (row["line_column"], row["line_value"], row["line_at"]) == ("p_alive", 0.05, 0.10)
    assert row["better"] == "active"


def test_without_odds_the_rhythm_alone_decides():
    frame = states(("a", 57, 14.0, 0.05, "lost")).drop("p_alive")
    row = only(issued(frame, states_kind(lost_p_alive=0.0)))

    assert (row["line_column"], row["line_at"]) == ("silent_days", 56.0)


# --------------------------------------------------------------- who, when, by what


def test_no_label_no_passport_and_the_others_in_their_order():
    frame = classed(("b", 5.0, "C"), ("a", None, None), ("c", 9000.0, "A"))

    assert issued(frame, abc())["customer_id"].to_list() == ["b", "c"]


def test_a_passport_knows_the_label_of_a_month_ago_and_that_of_the_lines_alone():
    now = classed(("a", 3000.0, "A"), ("b", 900.0, "B")).with_columns(
        abc_class_by_line=pl.Series(["B", "B"], dtype=pl.Enum(["A", "B", "C"]))
    )
    made = issued(now, abc(margin=0.2), before=classed(("a", 3500.0, "A")))

    assert made["code_before"].to_list() == ["A", None]  # b is new
    assert made["by_line"].to_list() == ["B", "B"]
    assert issued(now, abc())["code_before"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("as_of", "until"),
    [
        (dt.date(2026, 10, 31), dt.date(2026, 11, 30)),
        (dt.date(2026, 12, 31), dt.date(2027, 1, 31)),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
        (dt.date(2028, 1, 31), dt.date(2028, 2, 29)),
        (dt.date(2026, 10, 1), dt.date(2026, 11, 30)),
    ],
)
def test_a_label_holds_until_the_next_report(as_of, until):
    assert issuing.valid_until(as_of) == until


def test_an_exception_or_a_grace_has_its_own_day():
    own = dt.date(2027, 3, 31)
    frame = classed(("a", 5000.0, "A"), ("b", 900.0, "B")).with_columns(
        abc_class_until=pl.Series([own, None])
    )

    assert issued(frame, abc())["valid_until"].to_list() == [own, dt.date(2026, 11, 30)]


def test_an_interval_stands_beside_the_value_that_has_one():
    frame = grouped(("a", 400.0, 42.0, 0.25, "core")).with_columns(
        value_low=pl.lit(100.0), value_high=pl.lit(900.0)
    )
    row = only(issued(frame, groups_kind()))

    assert (row["value_low"], row["value_high"]) == (100.0, 900.0)
    assert only(issued(classed(("a", 1.0, "C")), abc()))["value_low"] is None


def test_the_same_rules_have_the_same_mark_and_others_another():
    marks = [versions.of_rules(Rules(margin=it)) for it in (0.2, 0.2, 0.1)]

    assert marks[0] == marks[1] != marks[2]
    assert all(len(mark) == versions.DIGITS for mark in marks)


def test_a_model_is_marked_by_its_parameters_as_far_as_a_fit_repeats_them():
    def of(value: float) -> str:
        return passports.of_parameters(
            pl.DataFrame({"model": ["mbg_nbd"], "parameter": ["r"], "estimate": [value]})
        )

    assert of(0.5254961).startswith("mbg_nbd ")
    assert of(0.5254961) == of(0.5254961 + 1e-9) != of(0.5255)


def test_every_label_that_the_settings_give_has_a_kind_with_its_codes():
    kinds = passports.kinds(Settings())

    assert [kind.label for kind in kinds] == [
        "value_group", "tier", "abc_class", "key_class", "lifecycle_state",
    ]  # fmt: skip
    assert [len(kind.codes) for kind in kinds] == [4, 4, 3, 3, 5]
    assert all(dataclasses.is_dataclass(kind.rules) for kind in kinds)


def test_without_customers_there_are_no_passports_but_their_columns():
    none = issued(classed(), abc())

    assert none.is_empty()
    assert none.schema == issued(classed(("a", 1.0, "C")), abc()).schema


# --------------------------------------------------------------- reasons


def told(**columns: object) -> list[tuple[str, float, float | None]]:
    frame = classed(("a", 5120.0, "A")).with_columns(
        pl.lit(value, pl.Float64).alias(name) for name, value in columns.items()
    )
    found = reasons.main(frame, pl.Series(["actual_value"])).to_list()[0]
    return [tuple(one.values()) for one in found]


def test_the_main_reasons_are_three_facts_of_the_own_columns():
    found = told(
        purchases_last_year=12, expected_revenue=4000.0, cost_to_serve=300.0, clv=1000.0,
        silent_days=3, rhythm_days=30.0,
    )  # fmt: skip

    assert found == [
        ("bought", 5120.0, 12.0), ("expected", 4000.0, None), ("cost", 300.0, 0.3),
    ]  # fmt: skip


def test_costs_above_the_margin_come_first_and_on_the_line_they_are_a_share():
    assert told(cost_to_serve=1000.1, clv=1000.0) == [("cost_above", 1000.1, 1000.0)]
    assert told(cost_to_serve=1000.0, clv=1000.0) == [("cost", 1000.0, 1.0)]


@pytest.mark.parametrize("cost", [None, 0.0])
def test_a_fact_that_is_unknown_or_nothing_is_left_out(cost):
    assert told(cost_to_serve=cost, clv=1000.0) == []


def test_who_bought_nothing_hears_of_the_silence():
    assert told(purchases_last_year=0, silent_days=400) == [("bought_nothing", 400.0, None)]


def test_what_decided_says_which_reasons_come_first():
    frame = grouped(("a", 400.0, 300.0, 0.1, "MGC"), ("b", 9.0, 1.0, 0.9, "BZC")).with_columns(
        p_growth=pl.lit(0.6), cost_to_serve=pl.lit(50.0), clv=pl.lit(10.0)
    )
    found = issued(frame, groups_kind())["reasons"].to_list()

    assert [row[0]["reason"] for row in found] == ["grows", "cost_above"]


# --------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("frame", "by", "said"),
    [
        (classed(("a", 1.0, "C")), LINES.head(0), "abc_class need its lines.*have none"),
        (classed(("a", 1.0, "C")), lines(("abc_class", "D", "revenue_last_year", 1.0)), "have D"),
        (classed(("a", 1.0, "C")).drop("revenue_last_year"), LINES, "column revenue_last_year"),
        (classed(("a", 1.0, "C")).cast({"abc_class": pl.String}), LINES, "as an Enum"),
        (classed(("a", 1.0, "C")).drop("abc_class"), LINES, "column abc_class"),
    ],
)
def test_frames_without_labels_or_lines_are_refused_in_words(frame, by, said):
    with pytest.raises(DataError, match=said):
        issued(frame, abc(), by=by)


def test_a_customer_who_is_there_twice_a_month_ago_is_refused():
    twice = classed(("a", 1.0, "C"), ("a", 2.0, "C"))

    with pytest.raises(DataError, match="hold a customer twice"):
        issued(classed(("a", 1.0, "C")), abc(), before=twice)
