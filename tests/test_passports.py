"""Passports as a frame: who has one, until when it holds, what it was made by, and reasons."""

import dataclasses
import datetime as dt

import polars as pl
import pytest

from passports_data import (
    AS_OF,
    LINES,
    MODEL,
    Rules,
    abc,
    classed,
    grouped,
    groups_kind,
    issued,
    lines,
    only,
)
from segment import passports
from segment.config import Settings
from segment.errors import DataError
from segment.passports import issuing, reasons, versions
from segment.value import ValueRules

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


@pytest.mark.parametrize(
    ("due", "until"),
    [
        (0, dt.date(2026, 11, 30)),  # nothing waits
        (1, dt.date(2026, 12, 31)),  # waits in November too, and is taken in December
        (2, dt.date(2026, 11, 30)),  # the grace is over: taken with the next report
    ],
)
def test_a_fall_that_waits_holds_until_its_grace_is_over(due, until):
    frame = classed(("a", 2000.0, "A")).with_columns(abc_class_due_months=pl.lit(due))
    row = only(issued(frame, abc(margin=0.2, grace_months=2)))

    assert (row["valid_until"], row["due_months"]) == (until, due)


def test_who_is_kept_on_purpose_has_that_in_the_value_group_alone():
    frame = grouped(("a", -50.0, 5.0, 0.95, "BZC"), ("b", -60.0, 5.0, 0.95, "BZC")).with_columns(
        is_kept=pl.Series([True, False]), kept_reason=pl.lit("footfall"), kept_owner=pl.lit("Ann"),
        kept_until=pl.lit(dt.date(2027, 3, 31)), revenue_last_year=pl.lit(5.0),
        abc_class=pl.lit("C", pl.Enum(["A", "B", "C"])),
    )  # fmt: skip
    made = issued(frame, groups_kind(), abc())

    assert made["kept_until"].to_list() == [dt.date(2027, 3, 31), None, None, None]
    assert made["kept_reason"].to_list() == ["footfall", None, None, None]


def test_codes_without_a_passport_are_passed_over():
    alone = dataclasses.replace(abc(), codes=("A",))

    assert issued(classed(("a", 5000.0, "A"), ("c", 1.0, "C")), alone).height == 1


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
        "value_group", "tier", "abc_class", "key_class", "star",
        "credit_grade", "share_level", "quantity_level", "potential_grade", "behaviour_grade",
        "spend_grade", "loyalty_band", "star_level", "shop_level",
        "weighted_grade", "card_grade", "attitude", "loyalty", "performance",
        "need", "membership_level", "satisfaction_band", "lifecycle_state", "watch",
    ]  # fmt: skip
    assert [len(kind.codes) for kind in kinds] == [
        4, 4, 3, 3, 1, 4, 2, 2, 3, 3, 3, 3, 6, 5, 3, 5, 3, 3, 3, 3, 5, 5, 8, 2,
    ]  # fmt: skip
    assert all(dataclasses.is_dataclass(kind.rules) for kind in kinds)


def test_labels_that_not_every_company_has_get_a_kind_where_they_are():
    kinds = passports.kinds(Settings())
    shown = {kind.label for kind in passports.there(classed(), kinds)}
    more = classed().with_columns(membership_level=pl.lit("gold"), satisfaction_band=pl.lit("x"))

    assert {kind.label for kind in passports.there(more, kinds)} - shown == {
        "membership_level", "satisfaction_band",
    }  # fmt: skip


def test_an_optional_label_has_passports_where_the_frame_has_it():
    kinds = [kind for kind in passports.kinds(Settings()) if kind.label in ("abc_class", "loyalty")]
    frame = classed(("a", 2000.0, "A"))
    scored = frame.with_columns(
        loyalty_score=pl.lit(82.0), loyalty=pl.lit("high", pl.Enum(["high", "medium", "low"]))
    )

    for groups, labels in ((frame, ["abc_class"]), (scored, ["abc_class", "loyalty"])):
        found = passports.lines(groups, kinds)
        made = passports.issue(groups, found, kinds, AS_OF, model=MODEL)
        assert made["label"].to_list() == labels


def test_a_share_of_wallet_changes_its_level_by_points():
    kinds = [kind for kind in passports.kinds(Settings()) if kind.label == "share_level"]
    frame = pl.DataFrame({"customer_id": ["a"], "share_of_wallet": [0.62]}).with_columns(
        share_level=pl.lit("high", pl.Enum(["high", "low"]))
    )

    made = passports.issue(frame, passports.lines(frame, kinds), kinds, AS_OF, model=MODEL)

    row = only(made)
    assert (row["worse"], row["worse_at"]) == ("low", 0.45)  # five points below one half
    assert (row["margin"], row["is_margin_points"]) == (0.05, True)


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


def test_the_main_reasons_are_four_facts_of_the_own_columns():
    found = told(
        purchases_last_year=12, expected_revenue=4000.0, cost_to_serve=300.0, clv=1000.0,
        margin_rate=0.26, silent_days=3, rhythm_days=30.0,
    )  # fmt: skip

    assert found == [
        ("bought", 5120.0, 12.0), ("expected", 4000.0, None), ("margin", 1000.0, 0.26),
        ("cost", 300.0, 0.3),
    ]  # fmt: skip


def test_costs_above_the_margin_come_first_and_on_the_line_they_are_a_share():
    assert told(cost_to_serve=1000.1, clv=1000.0) == [("cost_above", 1000.1, 1000.0)]
    assert told(cost_to_serve=1000.0, clv=1000.0) == [("cost", 1000.0, 1.0)]


@pytest.mark.parametrize("cost", [None, 0.0])
def test_a_fact_that_is_unknown_or_nothing_is_left_out(cost):
    assert told(cost_to_serve=cost, clv=1000.0) == []


def test_who_bought_nothing_hears_of_the_silence():
    assert told(purchases_last_year=0, silent_days=400) == [("bought_nothing", 400.0, None)]


@pytest.mark.parametrize(("blocked", "said"), [(10, True), (9, False), (None, False)])
def test_a_block_is_the_first_reason_unless_bought_since(blocked, said):  # day 10 of 30 is the last
    first = dt.date(2026, 10, 1)
    frame = classed(("a", 5120.0, "A")).with_columns(
        first_on=first, last_on=first + dt.timedelta(days=10), T=30,
        blocked_on=pl.lit(blocked and first + dt.timedelta(days=blocked), pl.Date),
        purchases_last_year=3,
    )  # fmt: skip
    found = reasons.main(frame, pl.Series(["actual_value"])).to_list()[0]

    assert found[0]["reason"] == ("blocked" if said else "bought")
    assert found[0]["number"] == (20.0 if said else 5120.0)


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


def test_rules_that_are_others_than_a_month_ago_are_told():
    wider = dataclasses.replace(Settings(), value=ValueRules(usual_cost_share=0.1))

    def month(settings: Settings) -> pl.DataFrame:
        kinds = passports.kinds(settings)
        marks = [versions.of_rules(kind.rules, *kind.rests_on) for kind in kinds]
        return pl.DataFrame({"label": [kind.label for kind in kinds], "rule_version": marks})

    assert passports.changed(month(Settings()), None) == []
    assert passports.changed(month(Settings()), month(Settings())) == []
    assert passports.changed(month(wider), month(Settings())) == [
        "The rules behind these labels are others than a month ago: Potential, "
        "Tomorrow's star, Tier, Value group. Moves may come from that."
    ]


def test_labels_that_no_line_of_a_customers_own_tells_open_their_rule():
    kinds = passports.by_rule(Settings())
    cards = passports.rule_cards(kinds, None, dt.date(2026, 10, 31))

    assert set(cards["label"]) == {"matrix_cell", "lookalike_group", "trigger", "arrears"}
    assert cards["card"].str.contains("Rule").all()
    assert cards.height == sum(len(kind.codes) for kind in kinds)
