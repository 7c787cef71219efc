"""What stands first in the list that people work."""

import datetime as dt

import polars as pl

from segment import prospects
from segment.prospects.reasons import FIELDS

GRADES = pl.Enum(prospects.GRADES)


def graded(*rows: tuple[str, str, str | None, float]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows,
        schema={
            "prospect_id": pl.String, "outcome": pl.String, "grade": GRADES,
            "close_probability": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    return frame.with_columns(
        probability_low=pl.lit(0.1), probability_high=pl.lit(0.9), created_on=pl.date(2026, 10, 1),
        reasons=pl.lit([], dtype=pl.List(pl.Struct(FIELDS))),
    )  # fmt: skip


def test_open_prospects_come_likeliest_first_and_what_decides_stands_first():
    found = prospects.worklist(
        graded(("a", "open", "C", 0.2), ("b", "won", "A", 0.9), ("c", "open", "B", 0.4)), 5
    )

    assert found["prospect_id"].to_list() == ["c", "a"]
    assert found.columns[:4] == ["prospect_id", "grade", "close_probability", "reasons"]


def test_the_list_is_cut_and_ties_go_by_name():
    tied = graded(("b", "open", "B", 0.4), ("a", "open", "B", 0.4), ("c", "open", "C", 0.2))

    assert prospects.worklist(tied, 2)["prospect_id"].to_list() == ["a", "b"]


def test_where_nobody_is_graded_nobody_is_listed():
    assert prospects.worklist(graded(("a", "open", None, 0.3)), 5).is_empty()


def lead(name: str, grade: str | None, chance: float, **more: object) -> pl.DataFrame:
    return graded((name, "open", grade, chance)).with_columns(
        pl.lit(value).alias(column) for column, value in more.items()
    )


def part(feature: str, value: str | None, effect: float) -> dict[str, object]:
    return {"feature": feature, "value": value, "effect": effect, "is_actionable": True}


def levered(*parts: dict[str, object]) -> pl.DataFrame:
    told = pl.Series("levers", [list(parts)], dtype=pl.List(pl.Struct(FIELDS)))
    return lead("a", "A", 0.6).with_columns(told)


def test_learning_leads_stand_below_the_best_and_are_marked():
    rows = pl.concat([
        lead("a", "B", 0.4, is_for_learning=False),
        lead("b", "C", 0.25, is_for_learning=True),
        lead("c", "C", 0.2, is_for_learning=False),
        lead("d", "D", 0.01, is_for_learning=True),
    ])  # fmt: skip
    found = prospects.worklist(rows, 1)
    plain = prospects.worklist(rows, 2, most_learning=0)

    assert found["prospect_id"].to_list() == ["a", "b", "d"]
    assert found["is_for_learning"].to_list() == [False, True, True]
    assert plain["prospect_id"].to_list() == ["a", "b"]


def test_of_many_for_learning_some_of_all_chances_are_listed():
    rows = pl.concat(
        lead(f"{n:02d}", "D", 0.14 - 0.001 * n, is_for_learning=True) for n in range(50)
    )
    found = prospects.worklist(rows, 10, most_learning=20)["prospect_id"].to_list()

    assert found == [f"{n:02d}" for n in range(0, 50, 3)]
    assert len(prospects.worklist(rows, 10, most_learning=50)) == 50


def test_money_orders_the_list_where_grades_go_by_it():
    rows = pl.concat([
        lead("a", "C", 0.9, expected_value=30.0), lead("b", "A", 0.1, expected_value=300.0),
        lead("c", "C", 0.2, expected_value=30.0),
    ])  # fmt: skip
    rules = prospects.GradeRules(grade_by="expected_value")

    assert prospects.worklist(rows, 9, rules=rules)["prospect_id"].to_list() == ["b", "a", "c"]


def test_each_grade_is_due_in_its_weeks_and_d_when_there_is_time():
    rows = pl.concat([
        *(lead(grade, grade, 0.9 - 0.1 * n, is_for_learning=False)
          for n, grade in enumerate("ABCD")),
        lead("e", "D", 0.01, is_for_learning=True),
    ])  # fmt: skip
    found = prospects.worklist(rows, 9, as_of=dt.date(2026, 10, 31))

    days = [dt.date(2026, 11, day) for day in (7, 14, 28)]
    assert found["due_on"].to_list() == [*days, None, days[-1]]
    assert found["when_due"][0] == "A: this week, by 7 November 2026"
    assert found["when_due"][4].startswith("For learning")


def test_what_to_do_names_what_lowers_the_chance_and_what_is_not_known():
    found = prospects.worklist(
        levered(part("discount", "0.1", -0.4), part("visited", "true", 0.9),
                part("n_calls", None, -0.1)), 5,
    )  # fmt: skip

    assert found["what_to_do"].to_list() == ["Change: discount: 0.1. Find out: calls."]


def test_where_nothing_is_to_be_changed_it_is_to_be_kept():
    found = prospects.worklist(levered(part("visited", "true", 0.9)), 5)
    chinese = prospects.worklist(levered(part("visited", "true", 0.9)), 5, "zh")

    assert found["what_to_do"].to_list() == ["Keep: visited: yes."]
    assert chinese["what_to_do"].to_list() == ["保持：visited：是。"]


def test_reasons_are_told_for_and_against_and_the_range_beside_them():
    told = pl.Series(
        "reasons",
        [[part("source", "web {value}", -0.4), part("visited", "true", 0.9),
          part("(days open)", "60", -0.1)]],
        dtype=pl.List(pl.Struct(FIELDS)),
    )  # fmt: skip
    found = prospects.worklist(lead("a", "A", 0.6).with_columns(told), 5)

    assert found["reasons"].item() == (
        "For it: visited: yes. Against it: source: web {value}, open for 60 days."
    )
    assert found["probability_range"].item() == "10–90%"


def test_a_column_that_says_nothing_of_anybody_is_not_shown():
    rows = lead("a", "A", 0.6, owner=None, expected_value=None, judged_grade="B")
    found = prospects.worklist(rows, 5)

    assert "owner" not in found.columns
    assert "expected_value" not in found.columns
    assert found["judged_grade"].to_list() == ["B"]
