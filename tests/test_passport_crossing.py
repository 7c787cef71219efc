"""Where a label was earned and where it changes, as a passport holds it in numbers."""

import dataclasses

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passports_data import (
    A_LINE,
    B_LINE,
    LINES,
    Banded,
    abc,
    classed,
    grouped,
    groups_kind,
    issued,
    lines,
    only,
    states,
    states_kind,
)
from segment.passports import Kind
from segment.schemes import levels
from segment.schemes.levels import LevelRules

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


def test_a_line_with_its_margin_is_met_in_whole_millionths():  # 43.275307 and a fifth: 51.9303684
    by = lines(("abc_class", "A", "revenue_last_year", 43.275307))
    row = only(issued(classed(("c", 1.0, "C")), abc(margin=0.2), by=by))

    assert row["better_at"] == 51.930369


def test_a_line_above_zero_is_never_lost_at_zero_alone_however_wide_the_margin():
    row = only(issued(classed(("a", 5000.0, "A")), abc(margin=1.0)))

    assert row["worse_at"] == 0.000001


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


def test_where_no_odds_are_known_below_zero_is_a_value_below_zero():
    by = LINES.filter(code="MVC").vstack(lines(("value_group", "BZC", "actual_value", 0.0)))
    frame = grouped(("a", -50.0, 5.0, 0.5, "BZC"), ("b", 400.0, 5.0, 0.5, "core"))
    bzc, core = issued(frame, groups_kind(margin=0.2), by=by).to_dicts()

    assert (bzc["line_way"], core["line_way"]) == ("below", "from")
    assert (bzc["better"], bzc["better_way"], bzc["better_by"]) == ("core", "reach", 50.0)
    assert (core["worse"], core["worse_way"], core["worse_by"]) == ("BZC", "leave", 400.0)


def test_a_band_of_points_stands_around_a_probability():
    kind = dataclasses.replace(groups_kind(), rules=Banded())
    frame = grouped(("a", -50.0, 5.0, 0.95, "BZC"), ("b", 400.0, 5.0, 0.2, "core"))
    bzc, core = issued(frame, kind).to_dicts()

    assert bzc["better_at"] == pytest.approx(0.8)
    assert core["worse_at"] == pytest.approx(1.0)
    assert (bzc["margin"], core["margin"]) == (0.1, 0.2)


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


def test_a_block_ends_by_whom_it_was_set_and_a_first_purchase_makes_new():
    frame = states(
        ("a", 24, 14.0, 0.0, "blocked"),
        ("b", None, None, None, "never_ordered"),
    )
    made = issued(frame, states_kind())

    assert made["code"].to_list() == ["blocked", "never_ordered"]
    assert made["line_value"].to_list() == [None, None]
    assert made["better"].to_list() == [None, "new"]
    assert made["worse"].to_list() == [None, None]


def test_who_is_lost_by_the_odds_alone_stands_on_the_odds():
    row = only(issued(states(("a", 30, 14.0, 0.05, "lost")), states_kind()))

    assert (row["line_column"], row["line_value"], row["line_at"]) == ("p_alive", 0.05, 0.10)
    assert row["better"] == "active"


def test_without_odds_the_rhythm_alone_decides():
    frame = states(("a", 57, 14.0, 0.05, "lost")).drop("p_alive")
    row = only(issued(frame, states_kind(lost_p_alive=0.0)))

    assert (row["line_column"], row["line_at"]) == ("silent_days", 56.0)
