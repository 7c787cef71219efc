"""The watch list: which changes show at whom, and when they alarm."""

import polars as pl
import pytest

from segment.errors import ConfigError, DataError
from segment.schemes import watch_list
from segment.schemes.watch_list import KINDS, SIGNS, WatchRules
from segment.signals import SignalRules, words
from segment.text import LANGUAGES, phrases

USUAL = {
    "customer_id": "a",
    "abc_class": "A",
    "value_group": "core",
    "revenue_last_year": 100.0,
    "silence_chance": 1.0,
    "silence_chance_before": 1.0,
    "revenue_lately": 10.0,
    "drop_chance": 1.0,
    "refund_share_lately": 0.0,
    "refund_share_usual": 0.0,
    "returns_chance": 1.0,
    "disputes_chance": 1.0,
    "contacts_chance": 1.0,
    "dissatisfied_share": None,
    "days_late_lately": 3.0,
    "days_late_usual": 3.0,
    "late_chance": 1.0,
}


def watched(*rows: dict[str, object], **rules: object) -> pl.DataFrame:
    frame = pl.DataFrame([USUAL | row for row in rows], infer_schema_length=None)
    kinds = {"dissatisfied_share": pl.Float64}
    return watch_list.assign(frame.cast(kinds), WatchRules(**rules))  # type: ignore[arg-type]


def seen(row: dict[str, object], **rules: object) -> tuple[str | None, list[str] | None]:
    found = watched(row, **rules)
    return found["watch"].item(), found["watch_signs"].to_list()[0]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, ("calm", [])),
        ({"silence_chance": 0.0099}, ("look", ["silence"])),
        ({"silence_chance": 0.01}, ("calm", [])),  # exactly on a chance is not below it
        ({"silence_chance": 0.0009}, ("alarm", ["silence"])),
        # a silence that was as unlikely a window ago is no news …
        ({"silence_chance": 1e-9, "silence_chance_before": 0.0009}, ("calm", [])),
        # … unless it has become an alarm since
        ({"silence_chance": 1e-9, "silence_chance_before": 0.005}, ("alarm", ["silence"])),
        ({"drop_chance": 0.009}, ("look", ["drop"])),
        ({"drop_chance": 1e-9, "revenue_lately": 0.0}, ("calm", [])),  # that is silence
        ({"returns_chance": 1e-9, "refund_share_lately": 0.05}, ("alarm", ["returns"])),
        ({"returns_chance": 1e-9, "refund_share_lately": 0.0499}, ("calm", [])),
        (
            {"returns_chance": 0.005, "refund_share_lately": 0.3, "refund_share_usual": None},
            ("look", ["returns"]),
        ),
        ({"disputes_chance": 0.005}, ("look", ["disputes"])),
        ({"contacts_chance": 0.0001}, ("alarm", ["contacts"])),
        ({"dissatisfied_share": 0.30}, ("look", ["dissatisfaction"])),
        ({"dissatisfied_share": 0.29}, ("calm", [])),
        ({"dissatisfied_share": 1.0}, ("look", ["dissatisfaction"])),  # ticks alone do not alarm
        ({"late_chance": 0.005, "days_late_lately": 10.0}, ("look", ["late"])),
        ({"late_chance": 0.0, "days_late_lately": 9.9}, ("calm", [])),
    ],
)
def test_a_change_shows_where_it_is_unlikely_and_large(row, expected):
    assert seen(row) == expected


def test_signs_of_two_kinds_alarm_and_two_of_one_kind_do_not():
    two = {"silence_chance": 0.005, "disputes_chance": 0.005}
    one = {"contacts_chance": 0.005, "disputes_chance": 0.005}

    assert seen(two) == ("alarm", ["silence", "disputes"])
    assert seen(one) == ("look", ["disputes", "contacts"])


def test_every_sign_is_of_one_kind():
    assert sorted(sign for signs in KINDS.values() for sign in signs) == sorted(SIGNS)


def test_key_is_who_has_one_of_the_codes_and_the_others_are_not_watched():
    found = watched(
        {"abc_class": "C", "silence_chance": 0.0},
        {"abc_class": "C", "value_group": "MVC", "silence_chance": 0.0},
        {"value_group": "BZC"},
    )

    assert found["watch"].to_list() == ["unwatched", "alarm", "calm"]
    assert found["watch_signs"].to_list() == [[], ["silence"], []]
    assert seen({"abc_class": "B"}, key={"abc_class": ("A", "B")}) == ("calm", [])


def test_what_is_unknown_is_not_called_calm():
    assert seen({"abc_class": None}) == (None, None)
    assert seen({"silence_chance": None}) == (None, None)
    assert seen({"late_chance": None}) == ("calm", [])  # no table of invoices, say


def test_signs_whose_table_is_not_there_are_left_out():
    few = pl.DataFrame([USUAL | {"silence_chance": 0.0}]).select(
        "customer_id", "abc_class", "value_group", *watch_list.ALWAYS
    )

    assert watch_list.assign(few, WatchRules())["watch"].item() == "alarm"
    with pytest.raises(DataError, match="watch_list needs the column drop_chance"):
        watch_list.assign(few.drop("drop_chance"), WatchRules())


def test_alarms_are_listed_first_and_then_the_most_revenue():
    found = watched(
        {"customer_id": "a", "drop_chance": 0.005, "revenue_last_year": 900.0},
        {"customer_id": "b"},
        {"customer_id": "c", "drop_chance": 0.0, "revenue_last_year": 50.0},
        {"customer_id": "d", "drop_chance": 0.0, "revenue_last_year": 70.0},
    )

    assert watch_list.listed(found)["customer_id"].to_list() == ["d", "c", "a"]


def test_rules_refuse_what_cannot_be():
    with pytest.raises(ConfigError, match=r"key is \{\}"):
        WatchRules(key={})
    with pytest.raises(ConfigError, match=r"alarm_chance is 0\.02; it is at most look_chance"):
        WatchRules(alarm_chance=0.02)
    assert WatchRules(alarm_chance=0.01).look_chance == 0.01


def test_the_rule_names_who_is_key():
    assert "Watched: A, most valuable." in watch_list.describe(WatchRules())
    assert "观察对象：A 类、最有价值。" in watch_list.describe(WatchRules(), "zh")


def test_all_signs_are_told_in_their_order():
    frame = pl.DataFrame(
        {
            "watch_signs": [list(SIGNS), []],
            "silent_days": [41, 1], "rhythm_days": [8.6, 3.0],
            "revenue_lately": [21.0, 1.0], "revenue_usual": [100.0, 0.0],
            "refund_share_lately": [0.125, None], "refund_share_usual": [None, None],
            "disputes_lately": [2.0, 0.0], "disputes_usual": [0.12, 0.0],
            "contacts_lately": [9.0, 0.0], "contacts_usual": [2.06, 0.0],
            "dissatisfied_share": [0.5, None],
            "days_late_lately": [20.4, None], "days_late_usual": [-4.5, None],
        },
        schema_overrides={
            "watch_signs": pl.List(pl.Enum(SIGNS)), "refund_share_usual": pl.Float64,
        },
    )  # fmt: skip

    said = words.reasons(frame, SignalRules())["reasons"].to_list()

    assert said[0].split("; ") == [
        "silent for 41 days, usually 9 between purchases",
        "bought 21% of what was to be expected over 182 days",
        "sent back 12% of what was bought in 91 days, usually unknown",  # 12.5 to the even one
        "disputed 2 invoices in 91 days, usually 0.1",
        "called for service 9 times in 91 days, usually 2.1",
        "ticked 50% of the survey's answers of the last 91 days as dissatisfied",
        "pays 25 days later than usual, 20 days past the due day",
    ]
    assert said[1] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_has_its_words(language):
    assert all(f"signal.{sign}" in phrases(language) for sign in SIGNS)
