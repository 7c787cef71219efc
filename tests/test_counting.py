"""Numbers of few customers on pages: suppressed, then rounded, in tables and in sentences."""

import datetime as dt

import polars as pl
import pytest

from segment import counting, mainpoints, page, stories, tables
from segment.privacy import PrivacyRules

GROUPS = pl.Enum(("MVC", "MGC", "core", "BZC"))
BY_GROUP = pl.DataFrame(
    {"value_group": ["MVC", "MGC", "core", "BZC"], "n_customers": [9, 10, 203, 0],
     "customer_share": [9 / 222, 10 / 222, 203 / 222, 0.0],
     "actual_value": [900.0, 80.0, 7.0, 0.0]},
    schema_overrides={"value_group": GROUPS},
)  # fmt: skip


@pytest.fixture(autouse=True)
def as_before():
    """Leave the rule of the process as it was."""
    yield
    counting.follow(PrivacyRules())


def follow(fewest: int = 10, round_to: int = 5) -> None:
    counting.follow(PrivacyRules(fewest=fewest, round_to=round_to))


def cells(table) -> list[list[str]]:
    rows = table.as_raw_html().split("<tbody")[1].split("<tr")[1:]
    return [
        [cell.split(">", 1)[1] for cell in row.split("</td>")[:-1]]
        for row in (one.replace("\n", "") for one in rows)
    ]


def shown(frame: pl.DataFrame, **options: str) -> list[list[str]]:
    made = cells(tables.table(frame, id="t", language="en", **options))
    return [[cell.split(">")[-1].strip() for cell in row] for row in made]


def test_unless_told_otherwise_every_number_is_told_as_it_is():
    assert shown(BY_GROUP)[0][1:] == ["9", "4.1%", "900"]
    assert counting.customers(3) == "3"
    assert counting.share(3, 10) == "30%"
    assert counting.shown(BY_GROUP) is BY_GROUP


def test_a_small_number_is_suppressed_with_what_is_theirs_and_the_others_are_rounded():
    follow()

    assert [row[1:] for row in shown(BY_GROUP)] == [
        ["below 10", "—", "—"],
        ["10", "4.5%", "80"],  # exactly the smallest number is told; 10 of 220
        ["205", "93.2%", "7"],
        ["0", "0.0%", "0"],  # nobody is nobody's secret
    ]


def test_what_is_suppressed_cannot_be_found_by_subtracting():
    """Of 3 and of 9 customers the page is the same, but for what the rounding hides anyway."""
    follow()
    pages = [shown(BY_GROUP.with_columns(n_customers=pl.Series([n, 50, 203, 0]))) for n in (3, 9)]

    assert pages[0][0] == pages[1][0]
    assert [row[1] for row in pages[0]] == [row[1] for row in pages[1]]


def test_in_a_matrix_every_whole_number_counts_customers():
    follow()
    moves = pl.DataFrame({"from_label": ["MVC"], "MVC": [12], "MGC": [1], "core": [0]})
    words = {"vocabulary": {"from_label": "scheme.value_group"}, "across": "scheme.value_group"}

    assert shown(moves, **words)[0][1:] == ["10", "below 10", "0"]


def test_the_money_of_few_who_moved_is_not_told():
    follow()
    labels = pl.Series(["MVC", "MVC"], dtype=GROUPS)
    moves = pl.DataFrame(
        {"from_label": labels, "to_label": ["MVC", "MGC"], "n_customers": [12, 9],
         "value_now": [5.0, 7.0]}, schema_overrides={"to_label": GROUPS},
    )  # fmt: skip

    assert tables.matrix(moves, "value_now").select("MVC", "MGC").row(0) == (5.0, None)
    assert tables.matrix(moves).select("MVC", "MGC").row(0) == (12, 9)  # a table hides it


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0"), (1, "below 10"), (9, "below 10"), (10, "10"), (12, "10"), (13, "15")]
)
def test_a_number_in_a_sentence_follows_the_same_rule(n, said):
    follow()

    assert counting.customers(n) == said
    assert counting.customers(n, "zh") == said.replace("below 10", "不足 10")


@pytest.mark.parametrize(
    ("n", "whole", "said"),
    [(9, 200, "below 5%"), (12, 200, "5%"), (0, 200, "0%"), (12, 12, "100%")],
)
def test_a_share_in_a_sentence_is_that_of_the_rounded_numbers(n, whole, said):
    follow()

    assert counting.share(n, whole) == said


def test_of_a_group_of_few_no_story_is_told():
    groups = pl.DataFrame(
        {"customer_id": [str(n) for n in range(12)], "value_group": ["MVC"] * 2 + ["core"] * 10,
         "actual_value": [100.0] * 12, "revenue_last_year": [777.0] * 12,
         "purchases_last_year": [3] * 12, "lifecycle_state": ["active"] * 12}
    )  # fmt: skip
    actions = pl.DataFrame({"customer_id": ["0"], "due_on": [dt.date(2026, 11, 7)]})
    ways = ("value_group", ("MVC", "core"), actions, None, "en", "EUR")
    follow()
    few, many = stories.of_label(groups, *ways).html.split("<section")[1:]

    assert "Customers: below 10. Of so few nothing more is told." in few
    assert "777" not in few
    assert "777" in many
    counting.follow(PrivacyRules())
    assert "777" in stories.of_label(groups, *ways).html.split("<section")[1]


def test_main_points_about_few_are_silent():
    customers = pl.DataFrame(
        {"value_group": ["BZC"] * 3 + ["core"] * 20, "actual_value": [-50.0] * 3 + [9.0] * 20,
         "is_on_watch": [False] * 23}
    )  # fmt: skip

    assert " 3, together €150" in mainpoints._below_zero(customers, 365, "en", "EUR")
    follow()
    assert mainpoints._below_zero(customers, 365, "en", "EUR") == ""


def test_a_tile_that_counts_customers_follows_the_rule():
    follow()

    assert page.written(7, "count", "en", "EUR") == "below 10"
    assert page.written(1234, "count", "en", "EUR") == "1,235"
    assert page.written(7, "money", "en", "EUR") == "€7"
