"""The passport of a place on the watch list: its signs, and how likely they are by chance."""

import datetime as dt

import polars as pl

from segment import passports
from segment.config import Settings
from segment.schemes.watch_list import LABELS, SIGNS

AS_OF = dt.date(2026, 10, 31)
WATCH = passports.kinds(Settings())[-1]
NO_LINES = pl.DataFrame(
    schema={"label": pl.String, "code": pl.String, "column": pl.String, "at": pl.Float64}
)


def said(code: str, *signs: str, **columns: float) -> dict[str, object]:
    groups = pl.DataFrame(
        {"customer_id": ["a"], "watch": [code], "watch_signs": [list(signs)]}
        | {"revenue_last_year": [5000.0]}
        | {name: [number] for name, number in columns.items()},
        schema_overrides={"watch": pl.Enum(LABELS), "watch_signs": pl.List(pl.Enum(SIGNS))},
    )
    issued = passports.issue(groups, NO_LINES, [WATCH], AS_OF, model="pareto_nbd")
    return passports.in_words(issued, "en", "EUR").row(0, named=True)


def test_an_alarm_stands_on_the_least_likely_of_its_signs():
    row = said(
        "alarm", "silence", "contacts", silence_chance=0.0005, contacts_chance=0.005,
        silent_days=162.0, rhythm_days=20.0, contacts_lately=12.0, contacts_usual=3.1,
    )  # fmt: skip

    assert (row["line_code"], row["line_value"], row["line_at"]) == ("alarm", 0.0005, 0.001)
    assert row["why"] == [
        "Silent for 162 days; the own rhythm is 20 days.",
        "Called for service 12 times lately; usual are 3.1.",
    ]
    assert row["would_change"] == ["nothing new once none of these signs shows any more."]


def test_an_alarm_by_two_kinds_of_signs_stands_on_the_line_of_those_to_look_at():
    row = said(
        "alarm", "late", "contacts", late_chance=0.004, contacts_chance=0.005,
        days_late_lately=20.0, days_late_usual=2.0, contacts_lately=9.0, contacts_usual=3.0,
    )  # fmt: skip

    assert (row["line_code"], row["line_value"], row["line_at"]) == ("look", 0.004, 0.01)
    assert "0.40%" in str(row["rule"]) and "1.00%" in str(row["rule"])


def test_a_sign_that_does_not_show_is_no_reason_and_its_chance_does_not_count():
    row = said("look", "late", late_chance=0.004, silence_chance=0.0001, days_late_lately=20.0,
               days_late_usual=2.0, silent_days=3.0, rhythm_days=20.0)  # fmt: skip

    assert row["line_value"] == 0.004
    assert row["why"] == ["Pays 20 days after the due day; usual are 2."]


def test_dissatisfaction_has_no_chance_and_so_no_line():
    row = said("look", "dissatisfaction", dissatisfied_share=0.4)

    assert row["rule"] == ""
    assert row["why"] == ["40% of the ticks in the last survey were dissatisfied."]
