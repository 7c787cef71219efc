"""What people think of prospects: beside the grade, never in it, and who is right more often."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from funnels import AS_OF, funnel, leads
from segment import prospects
from segment.prospects import ProspectRules, judgement, sentences
from segment.prospects.features import recognise


def judged(*rows: tuple[str, int | None, str]) -> pl.DataFrame:
    """One judgement a row: lead, days before AS_OF, grade."""
    days = [None if days is None else AS_OF - dt.timedelta(days=days) for _, days, _ in rows]
    return pl.DataFrame(
        {
            "prospect_id": [row[0] for row in rows],
            "judged_on": pl.Series(days, dtype=pl.Date),
            "judged_grade": [row[2] for row in rows],
            "judged_by": "Ada",
        }
    )


def test_the_latest_judgement_counts_and_one_of_a_later_day_does_not():
    table = judged(("P0", 5, "C"), ("P0", 9, "A"), ("P1", -1, "A"))
    found = judgement.add_judgement(leads((20, "open", None), (20, "open", None)), table, AS_OF)

    assert found["judged_grade"].to_list() == ["C", None]
    assert found["judged_by"].to_list() == ["Ada", None]


def test_who_judged_on_the_closing_day_or_later_knew_the_outcome():
    closed = leads((20, "won", 10), (20, "won", 10), (20, "won", 10))  # ten days before AS_OF
    table = judged(("P0", 10, "A"), ("P1", 11, "A"), ("P2", None, "A"))
    found = judgement.add_judgement(closed, table, AS_OF)

    assert found["judged_grade"].to_list() == [None, "A", None]


def test_an_earlier_judgement_counts_where_the_latest_came_too_late():
    closed = leads((20, "won", 10))
    found = judgement.add_judgement(closed, judged(("P0", 15, "D"), ("P0", 2, "A")), AS_OF)

    assert found["judged_grade"].to_list() == ["D"]


def test_without_a_table_columns_of_the_prospects_count():
    own = leads((20, "open", None), (20, "open", None), judged_grade=["B", "E"])

    assert judgement.add_judgement(own, None, AS_OF)["judged_grade"].to_list() == ["B", None]
    nobody = judgement.add_judgement(own.drop("judged_grade"), None, AS_OF)
    assert nobody["judged_on"].to_list() == [None, None]


def test_rows_and_their_order_stay_and_adding_again_changes_nothing():
    rows = leads((20, "open", None), (30, "open", None), size=[1, 2])
    once = judgement.add_judgement(rows, judged(("P1", 5, "A")), AS_OF)

    assert once.select(rows.columns).equals(rows)
    assert judgement.add_judgement(once, judged(("P1", 5, "A")), AS_OF).equals(once)


def test_a_judgement_is_no_feature_of_the_model():
    rows = leads((20, "open", None), judged_grade=["A"], judged_by=["Ada"], judged_on=[AS_OF],
                 size=[1])  # fmt: skip

    assert [feature.name for feature in recognise(rows)] == ["size"]


@pytest.fixture(scope="module")
def model():
    return prospects.fit(funnel(3000)[0], AS_OF, ProspectRules())


def both(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """The model's grade, the person's, and 1 where the lead was won."""
    grades = pl.Enum(prospects.GRADES)
    return pl.DataFrame(
        rows, schema={"grade": grades, "judged_grade": grades, "is_hit": pl.Float64}, orient="row"
    )


def test_who_puts_the_won_one_higher_is_right_and_equals_count_half():
    rows = both(*[("A", "B", 1)] * 5, *[("D", "B", 0)] * 4, ("D", "A", 0))
    found = judgement.pairs(rows, 0.9)

    assert found["judge"].to_list() == ["model", "person"]
    assert found["right_share"].to_list() == pytest.approx([1.0, 0.4])  # four fifths equal
    assert (found["low"] <= found["right_share"]).all()
    assert (found["high"] <= 1.0).all()


def test_too_few_of_either_end_say_nothing():
    rows = both(*[("A", "B", 1)] * 4, *[("D", "B", 0)] * 50)

    assert judgement.pairs(rows, 0.9).is_empty()
    assert "too few" in sentences.judges(judgement.pairs(rows, 0.9), 54)[0]
    assert sentences.judges(judgement.pairs(rows, 0.9), 0) == ()


def test_only_leads_that_the_model_had_not_seen_are_compared(model):
    seen = funnel(3000)[0]
    table = seen.select("prospect_id", judged_on="created_on", judged_grade=pl.lit("B"))
    judged_all = judgement.add_judgement(seen, table, AS_OF)
    rows = judgement.both_judged(judged_all, model)
    counted = judgement.compared(rows, 0.9)

    assert len(rows) <= model.quality.n_judged
    assert set(rows["is_hit"].unique()) == {0.0, 1.0}
    assert counted["n_leads"].sum() == len(rows)
    assert counted["person_n_leads"].to_list() == [0, len(rows), 0, 0]
    assert judgement.both_judged(judged_all, replace(
        model, quality=replace(model.quality, judged=None))).is_empty()  # fmt: skip
    said = sentences.judges(judgement.pairs(rows, 0.9), len(rows))[0]
    assert "the person in 50%" in said
