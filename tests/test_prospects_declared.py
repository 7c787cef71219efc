"""When a field is known, as declared: what is hidden, what is left out, and what is refused."""

import datetime as dt

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from funnels import AS_OF, funnel, leads
from segment import data, prospects
from segment.errors import DataError
from segment.prospects import ProspectRules, declared, words

# Created 100 days before AS_OF; the demo was on that day, before it, after it, and never.
ROWS = [(100, "won", 30), (100, "lost", 20), (100, "open", None), (100, "open", None)]
CREATED = AS_OF - dt.timedelta(days=100)
DEMO = [CREATED, CREATED - dt.timedelta(days=1), CREATED + dt.timedelta(days=1), None]
DATED = {"score": "demo_on"}


def hidden(demo=DEMO, known=DATED, **features):
    table = leads(*ROWS, score=[1.0, 2.0, 3.0, 4.0], demo_on=demo, **features)
    names = [name for name in table.columns if name not in declared.CONTRACT]
    return declared.hide(table, names, ProspectRules(known=known), by="test")


def test_a_value_counts_if_its_day_is_the_creation_or_lies_before_it():
    assert hidden()["score"].to_list() == [1.0, 2.0, None, None]


def test_the_day_itself_is_known_on_its_day():
    assert hidden()["demo_on"].to_list() == [*DEMO[:2], None, None]


def test_days_may_be_text_moments_or_absent():
    as_text = [None if day is None else str(day) for day in DEMO]
    moments = pl.Series(DEMO, dtype=pl.Date).cast(pl.Datetime("us", "Europe/London"))

    assert hidden(as_text)["score"].to_list() == [1.0, 2.0, None, None]
    assert hidden(moments)["score"].to_list() == [1.0, 2.0, None, None]
    assert hidden([None] * 4)["score"].to_list() == [None] * 4


def test_other_fields_and_the_columns_of_the_contract_stay():
    table = hidden(other=[5, 6, 7, 8])

    assert table["other"].to_list() == [5, 6, 7, 8]
    assert table["closed_on"].null_count() == 2


def test_two_fields_may_be_known_by_one_day_and_a_field_of_days_by_another():
    known = DATED | {"other": "demo_on", "demo_on": "creation"}
    table = hidden(other=["a", "b", "c", "d"], known=known)

    assert table["other"].to_list() == ["a", "b", None, None]
    assert table["demo_on"].to_list() == DEMO  # declared, and so not known by itself


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("creaton", r"neither \"creation\" nor .* \(did you mean 'creation'\?\)"),
        ("after_closing", r"\(did you mean 'after closing'\?\)"),
        ("demo", r"\(did you mean 'demo_on'\?\)"),
        ("score", "a column of Float64 in which no days can be read"),
    ],
)
def test_what_is_neither_a_moment_nor_a_column_of_days_is_refused(moment, sentence):
    begins = f"the field 'score' is known by '{moment}', which"
    with pytest.raises(DataError, match=f"{begins}.*{sentence}"):
        hidden(known={"score": moment})


@pytest.fixture(scope="module")
def seen():
    """A funnel with a rating that tells much, given at creation for half and later for the rest."""
    table, truth = funnel(3000, seed=4)
    is_early = pl.int_range(pl.len()) % 2 == 0
    rating = pl.Series((truth["chance"] * 10).round(0))
    return table.with_columns(
        rating=rating,
        rated_on=pl.when(is_early)
        .then("created_on")
        .otherwise(pl.col("created_on").dt.offset_by("9d")),
    )


DATED_RATING = ProspectRules(known={"rating": "rated_on"})


def test_what_comes_to_be_known_later_changes_neither_fit_nor_chances(seen):
    is_early = pl.col("rated_on") == pl.col("created_on")
    blank = seen.with_columns(rating=pl.when(is_early).then("rating"),
                              rated_on=pl.when(is_early).then("rated_on"))  # fmt: skip
    columns = ["prospect_id", "close_probability", "probability_low", "grade", "reasons"]

    with_later = prospects.predict(seen, prospects.fit(seen, AS_OF, DATED_RATING))
    without = prospects.predict(blank, prospects.fit(blank, AS_OF, DATED_RATING))

    assert_frame_equal(with_later.select(columns), without.select(columns), check_exact=True)
    assert with_later["rating"].null_count() == 0  # the table itself is as it was


def test_a_field_that_is_never_known_at_creation_is_left_out_and_why_is_said(seen):
    late = seen.with_columns(rated_on=pl.col("created_on").dt.offset_by("1d"))
    model = prospects.fit(late, AS_OF, DATED_RATING)

    by_name = {row["feature"]: row for row in model.quality.fields.to_dicts()}
    assert by_name["rating"]["why"] == by_name["rated_on"]["why"] == "known_later"
    said = "rating: is declared as known only by the day in rated_on"
    assert words.left_out(model)[0].startswith(said)
    assert words.left_out(model, "zh")[0].startswith("rating：已声明在 rated_on")


def test_a_field_known_after_closing_is_left_out_however_honest_it_looks(seen):
    model = prospects.fit(seen, AS_OF, ProspectRules(known={"size": "after closing"}))

    assert "size" not in {feature.name for feature in model.features}
    assert words.left_out(model) == ("size: is declared as known only after closing.",)


def test_a_declaration_is_no_proof_and_a_late_field_is_found_all_the_same(seen):
    late = seen.with_columns(price=pl.when(pl.col("outcome") == "won").then("size"))
    model = prospects.fit(late, AS_OF, ProspectRules(known={"price": "creation"}))

    assert model.quality.leaks["feature"].to_list() == ["price"]


def test_a_month_without_the_day_of_a_field_is_refused(seen):
    model = prospects.fit(seen, AS_OF, DATED_RATING)

    with pytest.raises(DataError, match=r"prospects.predict .*'rating' is known by 'rated_on'"):
        prospects.predict(seen.drop("rated_on"), model)


def test_fields_that_nobody_declared_are_told_the_strongest_first(seen):
    known = {"rating": "rated_on", "source": "creation"}
    model = prospects.fit(seen.with_columns(empty=pl.lit(None)), AS_OF, ProspectRules(known=known))
    table = prospects.undeclared(model)

    assert table["feature"].to_list() == ["size", "has_visited", "empty"]
    assert table["strength"].is_sorted(descending=True, nulls_last=True)
    assert (table["strength_low"] <= table["strength"]).all()
    assert "nobody has said when they become known: 3." in words.undeclared(model)
    assert "Alone, size ranks the most pairs rightly" in words.undeclared(model)


def test_with_everything_declared_there_is_nothing_left_to_say(seen):
    every = dict.fromkeys(("source", "size", "has_visited", "rated_on", "rating"), "creation")
    model = prospects.fit(seen, AS_OF, ProspectRules(known=every))

    assert prospects.undeclared(model).is_empty()
    assert words.undeclared(model) == "Of every field it is declared when it becomes known."
    assert words.undeclared(model, "zh") == "每个字段何时知道均已声明。"


def test_where_too_few_have_closed_for_a_strength_the_fields_are_asked_about_all_the_same():
    model = prospects.fit(leads(*ROWS, size=[1, 2, 3, 4]), AS_OF, ProspectRules())

    assert prospects.undeclared(model)["strength"].to_list() == [None]
    assert words.undeclared(model).startswith("Fields of which nobody has said when")


def test_leads_that_closed_later_bear_no_witness_to_what_open_ones_hold():
    seen, _ = funnel(3000, seed=6)
    stage = pl.col("outcome").replace({"open": "talking"})
    late = seen.with_columns(
        stage=pl.when(pl.col("outcome") == "open").then(stage).otherwise(stage + pl.lit("!"))
    )
    day = AS_OF - dt.timedelta(days=30)
    through_door, _ = data.as_known("prospects", late, day)

    assert through_door["closed_later"].sum() > 50
    for frame in (late, through_door):
        model = prospects.fit(frame, day, ProspectRules())
        assert model.quality.leaks["feature"].to_list() == ["stage"]
        assert "closed_later" not in model.quality.fields["feature"]
    assert "closed_later" not in prospects.predict(through_door, model).columns
