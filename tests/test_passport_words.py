"""Passports in words: the rule with both numbers, what would change it."""

from html.parser import HTMLParser

import polars as pl
import pytest

from passports_data import (
    AS_OF,
    LINES,
    abc,
    classed,
    grouped,
    groups_kind,
    issued,
    lines,
    said,
    states,
    states_kind,
)
from segment import passports
from segment.errors import DataError
from segment.passports import issuing
from segment.passports.reasons import FACTS
from segment.prospects import GradeRules, ProspectRules
from segment.text import LANGUAGES, phrases

SCRIPT = "<script>alert('1')</script>"


class Marks(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# --------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("language", "rule", "changes"),
    [
        (
            "en",
            "Revenue of the last year: €5,120; A begins at €3,440.",
            ["B below €2,752 (Revenue of the last year): €2,368 (46%) less."],
        ),
        (
            "zh",
            "近一年销售额：€5,120；A 类自 €3,440 起。",
            ["B 类：近一年销售额低于 €2,752，现高出 €2,368（46%）。"],
        ),
    ],
)
def test_the_rule_and_what_would_change_it_name_both_numbers(language, rule, changes):
    found = said(issued(classed(("a", 5120.0, "A")), abc(margin=0.2)), language)

    assert found["rule"] == rule
    assert found["would_change"] == changes


def test_a_passport_says_until_when_it_holds_and_what_it_was_made_from():
    found = said(issued(classed(("a", 5120.0, "A")), abc()))

    assert found["holds"] == "Until 30 November 2026, when the next report is due."
    assert found["made_by"].startswith("As of 31 October 2026. Model: MBG/NBD 12345678; rules: ")


def test_a_grace_ends_on_a_day_of_its_own():
    frame = classed(("a", 2000.0, "A")).with_columns(abc_class_due_months=pl.lit(1))

    assert said(issued(frame, abc(grace_months=2)))["holds"] == "Until 31 December 2026."


def test_an_exception_is_told_with_reason_owner_and_last_day():
    frame = grouped(("a", -50.0, 5.0, 0.95, "BZC")).with_columns(
        is_kept=pl.lit(True), kept_reason=pl.lit("footfall"), kept_owner=pl.lit("Ann"),
        kept_until=pl.date(2027, 3, 31),
    )  # fmt: skip

    assert said(issued(frame, groups_kind()))["kept"] == (
        "Kept on purpose: footfall (Ann), until 31 March 2027."
    )


def test_a_value_of_nothing_has_no_percentage():
    found = said(issued(classed(("c", 0.0, "C")), abc()))

    assert found["would_change"] == ["B from €840 (Revenue of the last year): €840 more."]


def test_probabilities_are_told_in_points():
    found = said(issued(grouped(("a", -50.0, 5.0, 0.95, "BZC")), groups_kind()))

    assert found["called"] == "below zero (BZC)"
    assert found["rule"] == "Probability below zero: 95.0%; below zero (BZC) begins at 90.0%."
    assert found["would_change"] == ["core below 90.0% (Probability below zero): 5.0 points less."]


def test_a_range_stands_behind_the_value():
    frame = grouped(("a", 1400.0, 42.0, 0.25, "MVC")).with_columns(
        value_low=pl.lit(100.0), value_high=pl.lit(2900.0)
    )

    assert said(issued(frame, groups_kind()))["worth"] == (
        "Actual value: €1,400 (range: €100 to €2,900)"
    )


def test_where_nobody_passes_a_line_the_rule_says_so():
    by = lines(("abc_class", "A", "revenue_last_year", None))

    assert said(issued(classed(("c", 5.0, "C")), abc(), by=by))["rule"].endswith(
        "; at present nobody reaches A."
    )


@pytest.mark.parametrize(
    ("silent", "rhythm", "at", "days"),
    [(24, 14.0, "28", "5"), (28, 14.0, "28", "1"), (24, 13.8, "27", "4")],  # 27.6 days
)
def test_silence_is_counted_in_whole_days_and_the_day_on_the_line_is_not_beyond_it(
    silent, rhythm, at, days
):
    found = said(issued(states(("a", silent, rhythm, 0.9, "active")), states_kind()))

    assert found["rule"].endswith(f"sleeping begins after {at}.")
    assert found["would_change"] == [
        f"sleeping after more than {at} days of silence: {days} more days without a purchase."
    ]


def test_what_begins_below_a_line_says_so():
    by = LINES.filter(code="MVC").vstack(lines(("value_group", "BZC", "actual_value", 0.0)))
    loss = issued(grouped(("a", -50.0, 5.0, 0.5, "BZC")), groups_kind(), by=by)
    lost = issued(states(("a", 30, 14.0, 0.05, "lost")), states_kind())

    assert said(loss)["rule"] == "Actual value: −\u2060€50; below zero (BZC) begins below €0."
    assert said(lost)["rule"] == "Still a customer: 5.0%; lost begins below 10.0%."


def test_a_purchase_ends_a_silence():
    found = said(issued(states(("a", 60, 14.0, 0.5, "lost")), states_kind()))

    assert found["would_change"] == ["won back with the next purchase."]


@pytest.mark.parametrize(
    ("due", "waits"),
    [
        (0, "the label waits until the line is passed by 20%."),
        (1, "the fall waits, month 1 of 2."),
    ],
)
def test_a_label_that_waits_says_for_what(due, waits):
    frame = classed(("a", 2000.0 if due else 3000.0, "A")).with_columns(
        abc_class_by_line=pl.lit("B", pl.Enum(["A", "B", "C"])), abc_class_due_months=pl.lit(due)
    )
    made = issued(frame, abc(margin=0.2, grace_months=2), before=classed(("a", 4000.0, "A")))

    assert said(made)["past"] == [
        "A month ago too.",
        f"By the line alone it would be B; {waits}",
    ]


def test_a_fall_that_is_not_taken_yet_is_told():
    found = said(issued(classed(("a", 2000.0, "A")), abc(margin=0.2, grace_months=2)))

    assert found["would_change"] == [
        "B below €2,752 (Revenue of the last year): already below, but not taken yet."
    ]


def test_who_moved_hears_from_where():
    made = issued(classed(("a", 5000.0, "A")), abc(), before=classed(("a", 900.0, "B")))

    assert said(made)["past"] == ["Since this month; a month ago: B."]
    assert said(issued(classed(("a", 5000.0, "A")), abc()))["past"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_sentence(language):
    assert {f"passport.reason.{name}" for name in FACTS} <= phrases(language).keys()


def test_reasons_are_short_sentences_with_their_numbers():
    frame = classed(("a", 5120.0, "A")).with_columns(
        purchases_last_year=pl.lit(12), expected_revenue=pl.lit(4000.4)
    )

    assert said(issued(frame, abc()))["why"] == [
        "Bought for €5,120 in the last 12 months (purchase days: 12).",
        "Is expected to bring €4,000 of revenue by the forecast.",
    ]


def test_a_frame_that_holds_no_passports_is_refused():
    with pytest.raises(DataError, match="needs the column"):
        passports.in_words(classed(("a", 1.0, "C")))


# --------------------------------------------------------------- prospects


REASON = {"feature": "source", "value": "Referral", "effect": 0.9, "is_actionable": False}


def graded() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "prospect_id": ["p", "won", "none"],
            "outcome": ["open", "won", "open"],
            "grade": pl.Series(["B", "A", None], dtype=pl.Enum("ABCD")),
            "close_probability": [0.34, 0.9, 0.2],
            "probability_low": [0.23, 0.8, 0.1],
            "probability_high": [0.46, 1.0, 0.3],
            "reasons": [[REASON], [REASON], []],
        }
    )


def grades() -> pl.DataFrame:
    kind = passports.grade(ProspectRules())
    return passports.issue_grades(graded(), kind, AS_OF, model="scorecard 12345678")


def test_an_open_prospect_has_a_passport_of_its_grade():
    assert grades()["prospect_id"].to_list() == ["p"]
    found = said(grades())

    assert found["worth"] == "Closing probability: 34.0% (range: 23.0% to 46.0%)"
    assert found["rule"] == "Closing probability: 34.0%; B begins at 30.0%."
    assert found["why"] == ["source: Referral (raises the chance)"]
    assert found["would_change"] == [
        "A from 50.0% (Closing probability): 16.0 points more.",
        "C below 30.0% (Closing probability): 4.0 points less.",
    ]


def by(**rules: object) -> passports.Kind:
    return passports.grade(ProspectRules(grades=GradeRules(**rules)))


@pytest.mark.parametrize(
    ("language", "rule", "changes"),
    [
        (
            "en",
            "Expected value: €120; B begins at €100.",
            [
                "A from €200 (Expected value): €80 (67%) more.",
                "C below €100 (Expected value): €20 (17%) less.",
            ],
        ),
        (
            "zh",
            "预期价值：€120；B自 €100 起。",
            [
                "A：预期价值达到 €200，还差 €80（67%）。",
                "C：预期价值低于 €100，现高出 €20（17%）。",
            ],
        ),
    ],
)
def test_a_grade_by_money_is_told_by_money(language, rule, changes):
    worth = graded().with_columns(expected_value=pl.lit(120.0))
    found = said(
        passports.issue_grades(worth, by(grade_by="expected_value"), AS_OF, model="scorecard 1"),
        language,
    )

    assert found["rule"] == rule
    assert found["would_change"] == changes


@pytest.mark.parametrize(
    ("grade", "place", "rule", "changes"),
    [
        ("A", 10, "Place 10 in the order; A ends at place 10.",
         ["B beyond place 10: 1 places down."]),
        ("B", 11, "Place 11 in the order; B ends at place 20.",
         ["A up to place 10: 1 places up.", "C beyond place 20: 10 places down."]),
        ("C", 40, "Place 40 in the order; C ends at place 40.",
         ["B up to place 20: 20 places up.", "D beyond place 40: 1 places down."]),
        ("D", 41, "Place 41 in the order; C ends at place 40.", ["C up to place 40: 1 places up."]),
    ],
)  # fmt: skip
def test_a_grade_by_hours_is_told_by_places(grade, place, rule, changes):
    placed = graded().with_columns(
        grade=pl.lit(grade).cast(pl.Enum("ABCD")), place=place, places_a_week=10
    )
    made = passports.issue_grades(placed, by(grade_by="capacity"), AS_OF, model="scorecard 1")
    found = said(made.head(1))

    assert found["worth"] == "Closing probability: 34.0% (range: 23.0% to 46.0%)"
    assert found["rule"] == rule
    assert found["would_change"] == changes


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({}, "By the chance of closing: A from 50%, B from 30%, C from 15%, D below that"),
        ({"grade_by": "expected_value"}, "By the expected value, in money: A from 200, B from 100"),
        ({"grade_by": "capacity"}, "in the order of the chance of closing: A fits into this week"),
    ],
)
def test_the_rule_of_the_grades_is_that_by_which_they_go(rules, sentence):
    assert sentence in by(**rules).describe("en")
    assert by(**rules).describe("zh")


def test_grades_of_another_way_than_the_rules_are_refused():
    with pytest.raises(DataError, match="needs the column expected_value"):
        passports.issue_grades(graded(), by(grade_by="expected_value"), AS_OF, model="s 1")
    with pytest.raises(DataError, match="needs the columns place, places_a_week"):
        passports.issue_grades(graded(), by(grade_by="capacity"), AS_OF, model="s 1")


def test_the_columns_of_both_are_the_same():
    made = issued(classed(("a", 1.0, "C")), abc())

    assert made.columns == issuing.issue_columns(made)
    assert grades().columns[1:] == made.columns[1:]
