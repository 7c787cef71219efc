"""Whatever a table of prospects holds: a grading, a row set aside, or a sentence; no traceback."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_door import loaded, reasons, refusal
from funnels import AS_OF, funnel, leads
from segment import prospects
from segment.errors import DataError, SegmentError
from segment.prospects import ProspectRules, words

N = 900


@pytest.fixture(scope="module")
def seen():
    return funnel(N, seed=3)[0]


@pytest.fixture(scope="module")
def model(seen):
    return prospects.fit(seen, AS_OF, ProspectRules())


def graded(frame, later=None, **rules):
    """Fit, predict and say all that there is to say, in both languages."""
    model = prospects.fit(frame, AS_OF, ProspectRules(**rules))
    table = prospects.predict(frame if later is None else later, model)
    for language in ("en", "zh"):
        words.abstention(model, language)
        words.left_out(model, language)
        words.quality(model, language)
        words.undeclared(model, language)
        prospects.worklist(table, 5, language)
    prospects.undeclared(model)
    return model, table


def again(*cells):
    return pl.Series([cells[place % len(cells)] for place in range(N)], strict=False)


ODD_COLUMNS = {
    "a list": (again([1, 2], None), "unreadable"),
    "a record": (again({"a": 1}), "unreadable"),
    "an array": (again([1.0, 2.0]).cast(pl.Array(pl.Float64, 2)), "unreadable"),
    "bytes": (again(b"x", b"y"), "unreadable"),
    "objects of several types": (
        pl.Series([(1, "a", None)[n % 3] for n in range(N)], dtype=pl.Object), "unreadable"),
    "nothing": (pl.Series([None] * N), "never_filled"),
    "no numbers": (again(float("nan"), float("inf"), float("-inf")), "never_filled"),
    "one word": (again("same"), "one_value"),
    "its own word for each": (pl.Series([f"name {n}" for n in range(N)]), "identifier"),
    "huge numbers": (again(1e308, -1e308, 5e-324, None), None),
    "whole numbers past 64 bits": (again(2**64 - 1, 2**63).cast(pl.UInt64), None),
    "decimals": (again(Decimal("1.5"), Decimal("2.25")), None),
    "times": (again(dt.time(1), dt.time(23)), None),
    "spans": (again(dt.timedelta(days=1), dt.timedelta(hours=-3)), None),
    "moments of a zone": (again(*(dt.datetime(2026, 1, n, tzinfo=dt.UTC) for n in (1, 7))), None),
    "days at the ends of the calendar": (again(dt.date(1, 1, 1), dt.date(9999, 12, 31)), None),
    "days that are none": (again("2026-13-45", "31.02.2026", "2026-01-01"), None),
    "yes and no as text": (again("true", "FALSE", "True", "no"), None),
    "categories": (again("a", "b").cast(pl.Categorical), None),
    "long text": (again("x" * 50_000, "y" * 50_000), None),
    "Unicode": (again("鹿鸣", "é", "😀", "{value}", "<b>"), None),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD_COLUMNS)
def test_a_column_of(what, seen):
    column, why = ODD_COLUMNS[what]
    model, table = graded(seen.with_columns(column.alias("odd")))

    assert model.quality.fields["why"].to_list() == [None, None, None, why]
    assert table["close_probability"].is_between(0, 1, closed="none").all()


def test_columns_named_like_those_in_use_are_columns_like_any_other(seen):
    inner = ("value", "is_won", "is_closed", "half", "age_days", "weight", "lead", "by_age",
             "others_wait", "period", "score", "(days open)", "", "名前")  # fmt: skip
    named = seen.with_columns(pl.col("size").alias(name) for name in inner)
    model, table = graded(named)

    assert model.quality.fields["why"].null_count() == len(inner) + 3
    assert table.height == N


def test_columns_named_like_results_are_replaced_and_not_learned_from(seen, model):
    named = seen.with_columns(grade=pl.lit("x"), reasons=pl.lit(1), probability_low=pl.lit(True))
    model_named, table = graded(named)

    assert model_named.features == model.features
    assert table["grade"].dtype == pl.Enum(("A", "B", "C", "D"))


def test_one_day_of_creation_and_moments_with_zones_are_no_obstacle(seen):
    day = pl.lit(AS_OF - dt.timedelta(days=400))
    closed = pl.when(pl.col("closed_on").is_not_null()).then(pl.lit(AS_OF))
    on_one_day, _ = graded(seen.with_columns(created_on=day, closed_on=closed))
    zoned = (
        pl.col("created_on", "closed_on")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Shanghai")
    )

    assert on_one_day.abstained.code == "not_judged"
    assert graded(seen.with_columns(zoned))[0].abstained is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (lambda seen: seen.head(10), "too_few_won"),
        (lambda seen: seen.clear(), "no_prospects"),
        (lambda seen: seen.filter(pl.col("outcome") != "won"), "too_few_won"),
        (lambda seen: seen.filter(pl.col("outcome") == "open"), "nothing_closed"),
        (lambda seen: seen.select(seen.columns[:4]), "no_fields"),
        (lambda seen: seen.with_columns(created_on=dt.date(2999, 1, 1)).filter(
            pl.col("outcome") == "open"), "no_prospects"),
        (lambda seen: seen.with_columns(
            closed_on=pl.when(pl.col("closed_on").is_not_null()).then(dt.date(2999, 1, 1))),
         "nothing_closed"),
    ],
)  # fmt: skip
def test_a_table_that_teaches_nothing_gives_a_sentence(rows, code, seen):
    model, table = graded(rows(seen))

    assert model.abstained.code == code
    assert table["grade"].null_count() == table.height


def test_a_day_before_all_prospects_gives_a_sentence(seen):
    model = prospects.fit(seen, dt.date(1990, 1, 1), ProspectRules())

    assert words.abstention(model).startswith("There are no prospects created by 1 January 1990")
    assert prospects.predict(seen, model)["close_probability"].null_count() == N


@pytest.mark.parametrize(
    "change",
    [
        {"size": pl.col("size").cast(pl.String)},
        {"size": pl.lit(True)},
        {"size": pl.lit(None)},
        {"source": pl.lit("mars")},
        {"source": pl.lit(5)},
        {"source": pl.col("source").cast(pl.Categorical)},
        {"has_visited": pl.col("has_visited").cast(pl.Int8)},
    ],
)
def test_a_later_month_may_hold_another_type_or_levels_never_met(change, seen, model):
    table = prospects.predict(seen.with_columns(**change), model)

    assert table["close_probability"].is_between(0, 1, closed="none").all()


def test_numbers_and_truths_written_as_text_are_read_as_before(seen, model):
    upper = pl.col("has_visited").cast(pl.String).str.to_uppercase()
    as_text = seen.with_columns(upper, pl.col("size").cast(pl.String))

    assert prospects.predict(as_text, model)["close_probability"].equals(
        prospects.predict(seen, model)["close_probability"]
    )


@pytest.mark.parametrize("change", [pl.lit("big"), pl.lit(AS_OF)])
def test_a_column_of_which_nothing_can_be_read_any_more_is_refused(change, seen, model):
    with pytest.raises(DataError, match=r"reads the column 'size' as a number.*none of its 900"):
        prospects.predict(seen.with_columns(size=change), model)
    prospects.predict(seen.head(19).with_columns(size=change), model)  # may be slips of the pen


# --------------------------------------------------------------- through the door

HEADER = "prospect_id,created_on,outcome,closed_on,size\n"


def test_rows_that_contradict_themselves_are_set_aside_each_with_its_reason(tmp_path):
    lines = (
        "P1,2026-01-05,won,2026-02-01,5\n"
        "P1,2026-01-06,open,,6\n"  # the identifier again
        "P2,2026-01-05,won,2026-01-04,5\n"
        "P3,2026-01-05,open,2026-02-01,5\n"
        "P4,2026-01-05,lost,,5\n"
        "P5,2026-01-05,maybe,,5\n"
        "P6,2026-02-30,open,,5\n"
        ",2026-01-05,open,,5\n"
        "P7,2026-01-05,open,,鹿\n"
    )
    found = loaded(tmp_path, HEADER + lines, "prospects")

    assert found.rows["prospect_id"].to_list() == ["P1", "P7"]
    assert [row[2] for row in reasons(found)] == [
        "duplicate", "closed_before_created", "open_with_closing_day", "closed_without_day",
        "not_one_of", "not_a_day", "empty",
    ]  # fmt: skip


def test_a_table_without_a_line_or_without_a_usable_one_is_refused(tmp_path):
    assert "has a header and no line below it" in refusal(tmp_path, HEADER, "prospects")
    nothing = refusal(tmp_path, HEADER + "P1,2026-01-05,maybe,,5\n", "prospects")
    assert "None of the 1 rows of prospects can be used" in nothing


def test_what_the_door_lets_in_can_be_graded(tmp_path, seen):
    wild = seen.with_columns(
        items=pl.lit([1]),
        picture=pl.lit(b"x"),
        infinite=again(float("inf"), 1.0, 2.0),
        moment=pl.col("created_on").cast(pl.Datetime("us", "Europe/London")),
    )
    found = loaded(tmp_path, wild, "prospects")

    model, table = graded(found.rows)
    assert table.height == N
    assert model.abstained is None


# --------------------------------------------------------------- anything at all

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(), st.text(max_size=8),
    st.dates(), st.binary(max_size=3), st.sampled_from(["won", "2026-01-01", "007", "true", "1,5"]),
)  # fmt: skip
TYPES = [pl.Object, None]


@st.composite
def frames(draw):
    n = draw(st.integers(0, 70))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    ends = draw(st.lists(st.sampled_from(["won", "lost", "open"]), min_size=1, unique=True))
    outcome = rng.choice(ends, n)
    age = rng.integers(-3, draw(st.sampled_from([1, 60, 900])), n)
    rows = [(int(a), word, None if word == "open" else int(rng.integers(0, 90)))
            for a, word in zip(age, outcome, strict=True)]  # fmt: skip
    columns = {}
    for name in draw(st.lists(st.text(max_size=3), max_size=3, unique=True)):
        cells = draw(st.lists(CELLS, min_size=1, max_size=6))
        values = [cells[place] for place in rng.integers(0, len(cells), n)]
        columns[name] = pl.Series(values, dtype=draw(st.sampled_from(TYPES)), strict=False)
    return leads(*rows, hint=pl.Series(rng.normal(size=n) + 2.0 * (outcome == "won")), **columns)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(frame=frames(), later=frames(), data=st.data())
def test_any_frame_gives_a_frame_or_a_sentence(frame, later, data):
    names = st.sampled_from([*frame.columns, "nowhere"])
    known = data.draw(
        st.dictionaries(
            names, st.sampled_from(["creation", "after closing", *frame.columns]), max_size=2
        )
    )
    try:
        model, _ = graded(frame, min_won=2, min_lost=2, known=known)
        table = prospects.predict(later, model)
    except SegmentError as refused:
        assert str(refused).endswith((".", "?"))
    else:
        assert table.height == later.height
        assert table["close_probability"].drop_nulls().is_between(0, 1).all()
