"""Why customers moved, whose past was corrected, and that the causes add up to both months."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import history
from segment.errors import DataError
from segment.schemes import pareto
from segment.schemes.pareto import ParetoRules

LABELS = ("A", "B", "C")
MONTH_END = dt.date(2026, 9, 30)


def month(**labels: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        list(labels.items()),
        schema={"customer_id": pl.String, "tier": pl.Enum(LABELS)},
        orient="row",
    )


def ids(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": names}, schema={"customer_id": pl.String})


def why(*frames: pl.DataFrame | None) -> dict[str, str | None]:
    found = history.causes(frames[0], frames[1], "tier", *frames[2:])
    return dict(found.select("customer_id", "cause").rows())


def test_who_moves_by_the_old_lines_too_moved_himself_and_else_the_line_did():
    before, now = month(a="B", b="B", c="B", d="C"), month(a="A", b="A", c="B", d="B")
    by_old_lines = month(a="A", b="B", c="A", d="A")

    assert why(before, now, by_old_lines) == {"a": "customer", "b": "line", "d": "customer"}


def test_who_would_not_have_moved_without_a_correction_was_moved_by_the_data():
    before, now = month(a="B", b="B", c="B"), month(a="A", b="A", c="A")
    without = month(a="B", b="A")  # b would have moved anyway, c was not corrected

    assert why(before, now, now, without, ids("a", "b")) == {
        "a": "data", "b": "customer", "c": "customer",
    }  # fmt: skip


def test_who_came_or_left_by_a_correction_was_moved_by_the_data():
    before, now = month(gone="B", merged="B"), month(new="C", posted_late="C")
    without = month(merged="B")  # would still be there; posted_late would not yet

    assert why(before, now, now, without, ids("merged", "posted_late")) == {
        "gone": "customer", "merged": "data", "new": "customer", "posted_late": "data",
    }  # fmt: skip


def test_where_a_label_is_not_known_the_cause_is_not():
    before, now = month(a="B", b=None, c="B"), month(a="A", b="A", c=None)

    assert why(before, now, month(a=None, b="A", c=None)) == {"a": None, "b": None, "c": None}


def test_in_the_first_month_nobody_moved():
    first = history.causes(None, month(a="A"), "tier", month(a="A"))

    assert first.is_empty()
    assert first.columns == ["customer_id", "from_label", "to_label", "cause"]


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ((month(a="A"), month(a="B")), "needs both the labels without corrections"),
        ((ids("a"), None, None), "history needs the column tier"),
        ((pl.concat([month(a="A"), month(a="A")]),), "2 rows share their customer_id, such as 'a'"),
    ],
)
def test_frames_that_do_not_tell_why_are_named(frames, said):
    with pytest.raises(DataError, match=said):
        history.causes(month(a="A"), month(a="B"), "tier", *frames)


def test_causes_of_other_months_are_refused():
    before, now = with_value(month(a="A")), with_value(month(a="B"))
    others = history.causes(month(b="A"), month(b="B"), "tier", month(b="B"))

    with pytest.raises(DataError, match="the causes of these two months"):
        history.by_cause(before, now, "tier", "value", others)


def with_value(frame: pl.DataFrame, value: float = 1.0) -> pl.DataFrame:
    return frame.with_columns(value=pl.lit(value))


def test_money_is_told_by_way_and_cause_and_who_stayed_is_there_too():
    before, now = month(a="B", b="B", c="B", d="A"), month(a="A", b="A", c="A", d="A", e="C")
    moved = history.causes(before, now, "tier", month(a="A", b="A", c="B", d="A", e="C"))

    found = history.by_cause(with_value(before, 2.0), with_value(now, 3.0), "tier", "value", moved)

    assert found.rows() == [
        ("A", "A", "stayed", 1, 2.0, 3.0),
        ("B", "A", "customer", 2, 4.0, 6.0),
        ("B", "A", "line", 1, 2.0, 3.0),
        ("came", "C", "customer", 1, 0.0, 3.0),
    ]


money = st.integers(-500, 5000).map(lambda cents: cents / 100)
some_month = st.dictionaries(st.sampled_from("abcdefgh"), money)


def spent(values: dict[str, float]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "revenue_last_year": pl.Float64}
    return pl.DataFrame(list(values.items()), schema=schema, orient="row")


@settings(max_examples=60, deadline=None)
@given(then=some_month, now=some_month, corrected=st.sets(st.sampled_from("abcdefgh")))
def test_the_causes_add_up_to_both_months_to_the_penny(then, now, corrected):
    rules = ParetoRules()
    before = pareto.assign(spent(then), rules)
    after = pareto.assign(spent(now), rules, before)
    by_old_lines = pareto.assign(spent(now), rules, before, pareto.lines(spent(then), rules))
    undone = before.filter(pl.col("customer_id").is_in(list(corrected)))

    moved = history.causes(before, after, "abc_class", by_old_lines, undone, ids(*corrected))
    found = history.by_cause(before, after, "abc_class", "revenue_last_year", moved)

    came = pl.col("from_label").eq_missing(pl.lit("came"))
    left = pl.col("to_label").eq_missing(pl.lit("left"))
    assert found.filter(~came)["n_customers"].sum() == len(then)
    assert found.filter(~left)["n_customers"].sum() == len(now)
    for column, values in (("value_before", then), ("value_now", now)):
        cents = sum(round(value * 100) for value in found[column])
        assert cents == sum(round(value * 100) for value in values.values())
    ways = history.movement(before, after, "abc_class", "revenue_last_year")
    counted = found.group_by("from_label", "to_label", maintain_order=True).agg(
        pl.col("n_customers").sum()
    )
    assert counted.equals(ways.filter(pl.col("n_customers") > 0).select(counted.columns))


# --------------------------------------------------------------- whose past was corrected


Line = tuple[str, int, float, str | None]


def ledger(*rows: Line) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "day": pl.Int64, "amount": pl.Float64, "product_id": str}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.select(
        "customer_id",
        (pl.lit(MONTH_END) + pl.duration(days="day")).cast(pl.Date).alias("date"),
        "amount",
        "product_id",
    )


KEPT = ledger(("a", -9, 5.0, "x"), ("b", -9, 0.3, "x"), ("b", -9, 0.3, "x"), ("c", 0, 7.0, None))


def corrected(today: pl.DataFrame) -> list[str]:
    return history.corrected(KEPT, today, MONTH_END)["customer_id"].to_list()


def test_whose_earlier_rows_are_the_same_was_not_corrected():
    later = ledger(("a", 1, 99.0, "x"), ("d", 1, 1.0, "x"))  # of this month

    assert corrected(pl.concat([later, KEPT[::-1]])) == []
    assert corrected(KEPT.with_columns(pl.col("amount") + 1e-9)) == []  # less than a millionth


@pytest.mark.parametrize(
    ("today", "whose"),
    [
        (KEPT[1:], ["a"]),  # taken away
        (pl.concat([KEPT, KEPT[:1]]), ["a"]),  # there twice
        (KEPT[:3], ["c"]),  # on the last day itself
        (pl.concat([KEPT, ledger(("d", 0, 1.0, "x"))]), ["d"]),  # posted late
        (KEPT.with_columns(customer_id=pl.col("customer_id").replace("a", "c")), ["a", "c"]),
        (KEPT.with_columns(product_id=pl.col("product_id").fill_null("y")), ["c"]),
    ],
)
def test_whose_earlier_rows_differ_was_corrected(today, whose):
    assert corrected(today) == whose


def test_a_column_that_was_not_kept_tells_nothing():
    assert history.corrected(KEPT.drop("product_id"), KEPT, MONTH_END).is_empty()


def test_rows_without_corrections_are_those_kept_and_those_since():
    today = ledger(("a", -9, 6.0, "x"), ("a", 1, 99.0, "x"), ("b", 1, 1.0, "x"))

    rows = history.uncorrected(KEPT.drop("product_id"), today, MONTH_END, ids("a"))

    assert rows.columns == today.columns
    assert rows.select("customer_id", "amount", "product_id").rows() == [
        ("a", 5.0, None), ("a", 99.0, "x"),
    ]  # fmt: skip
