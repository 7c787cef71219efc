import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import history
from segment.errors import DataError
from segment.text import LANGUAGES, phrases

LABELS = ("A", "B", "C")
DAY = dt.date(2026, 10, 1)

Customer = tuple[str, str | None, float | None]


def month(*rows: Customer, labels: tuple[str, ...] = LABELS) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "tier": pl.Enum(labels), "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def ways(moves: pl.DataFrame) -> dict[tuple[str | None, str | None], tuple[int, float, float]]:
    return {(one, other): (n, then, now) for one, other, n, then, now in moves.rows() if n}


def test_each_way_is_counted_with_customers_who_came_and_left():
    before = month(("a", "A", 10.0), ("b", "B", 5.0), ("c", "C", 1.0))
    now = month(("a", "B", 6.0), ("b", "B", 5.5), ("d", "A", 20.0))

    moves = history.movement(before, now, "tier", "value")

    assert ways(moves) == {
        ("A", "B"): (1, 10.0, 6.0),
        ("B", "B"): (1, 5.0, 5.5),
        ("C", "left"): (1, 1.0, 0.0),
        ("came", "A"): (1, 0.0, 20.0),
    }


def test_a_way_that_nobody_took_has_its_row():
    moves = history.movement(month(("a", "A", 1.0)), month(("a", "A", 1.0)), "tier", "value")

    assert moves.height == 3 * 3 + 3 + 3  # every pair of labels, came to each, left from each


def test_a_label_not_known_is_a_null_and_not_nowhere():
    before = month(("a", None, 1.0), ("b", "B", 2.0))
    now = month(("a", "A", 3.0), ("b", None, None))

    assert ways(history.movement(before, now, "tier", "value")) == {
        (None, "A"): (1, 1.0, 3.0),
        ("B", None): (1, 2.0, 0.0),
    }


def test_labels_that_are_gone_stay_in_the_matrix():
    before = month(("a", "old", 1.0), labels=("A", "old"))

    moves = history.movement(before, month(("a", "B", 1.0)), "tier", "value")

    assert moves.schema["from_label"].categories.to_list() == ["A", "B", "C", "old", "came", "left"]
    assert ways(moves) == {("old", "B"): (1, 1.0, 1.0)}


def test_changes_are_listed_with_their_direction():
    before = month(
        ("a", "A", 1.0), ("b", "B", 1.0), ("c", "C", 1.0), ("e", "B", 1.0), ("f", None, 1)
    )
    now = month(("a", "B", 1.0), ("b", "A", 1.0), ("d", "C", 1.0), ("e", "B", 1.0), ("f", "A", 1))

    assert history.changes(before, now, "tier").rows() == [
        ("d", "came", "C", "came"),
        ("b", "B", "A", "up"),
        ("a", "A", "B", "down"),
        ("c", "C", "left", "left"),
        ("f", None, "A", None),
    ]


def test_in_the_first_month_there_is_nothing_with_the_usual_columns():
    now, rows = month(("a", "A", 1.0)), lines(("a", 5.0))

    first = history.movement(None, now, "tier", "value")
    later = history.movement(now, now, "tier", "value")
    assert (first.height, first.schema) == (0, later.schema)
    none, some = history.changes(None, now, "tier"), history.changes(now, now, "tier")
    assert (none.height, none.schema) == (0, some.schema)
    assert history.bridge(None, rows).height == 0
    assert history.bridge(None, rows).schema == history.bridge(rows, rows).schema
    assert history.growth_rate(None, rows) is None


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (month(("a", "A", 1.0), ("a", "B", 1.0)), "2 rows share their customer_id, such as 'a'"),
        (month(("a", "A", 1.0)).cast({"tier": pl.String}), "tier holds String"),
        (month(("a", "left", 1.0), labels=("A", "left")), "has a label 'left'"),
        (month(("a", "A", 1.0)).drop("tier"), "history needs the column tier"),
        (month(("a", "A", 1.0)).cast({"value": pl.String}), "numbers in the column value"),
    ],
)
def test_a_month_that_cannot_be_compared_is_named(frame, said):
    with pytest.raises(DataError, match=said):
        history.movement(frame, month(("a", "A", 1.0)), "tier", "value")


some_month = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.sampled_from([*LABELS, None]), st.integers(-500, 500).map(lambda n: n / 100)),
)


@settings(max_examples=50, deadline=None)
@given(before=some_month, now=some_month)
def test_movement_adds_up_to_both_months(before, now):
    then, today = (
        month(*((name, label, value) for name, (label, value) in one.items()))
        for one in (before, now)
    )

    moves = history.movement(then, today, "tier", "value")

    came = pl.col("from_label").eq_missing(pl.lit("came"))
    left = pl.col("to_label").eq_missing(pl.lit("left"))
    assert moves.filter(~came)["n_customers"].sum() == len(before)
    assert moves.filter(~left)["n_customers"].sum() == len(now)
    assert moves["value_before"].sum() == pytest.approx(then["value"].sum(), abs=1e-9)
    assert moves["value_now"].sum() == pytest.approx(today["value"].sum(), abs=1e-9)


Line = tuple[str, float]


def lines(*rows: Line) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"customer_id": pl.String, "amount": pl.Float64}, orient="row"
    ).with_columns(date=pl.lit(DAY))


def test_the_bridge_tells_where_revenue_came_from():
    before = lines(("up", 10.0), ("kept", 0.3), ("down", 8.0), ("lost", 4.0))
    now = lines(("up", 15.0), ("kept", 0.1), ("kept", 0.2), ("down", 6.0), ("new", 7.0))

    assert history.bridge(before, now).rows() == [
        ("new", 1, 0.0, 7.0, 7.0),
        ("up", 1, 10.0, 15.0, 5.0),
        ("kept", 1, 0.3, 0.3, 0.0),  # 0.1 + 0.2 is 0.30000000000000004 in floating point
        ("down", 1, 8.0, 6.0, -2.0),
        ("lost", 1, 4.0, 0.0, -4.0),
    ]


some_lines = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(-99999, 99999).map(lambda n: n / 100)),
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(before=some_lines, now=some_lines)
def test_the_bridge_reconciles_to_the_penny(before, now):
    steps = history.bridge(lines(*before), lines(*now))

    def pennies(amounts: list[float]) -> int:
        return sum(round(amount * 100) for amount in amounts)

    assert pennies(steps["amount_before"].to_list()) == pennies([amount for _, amount in before])
    assert pennies(steps["amount_now"].to_list()) == pennies([amount for _, amount in now])
    assert pennies(steps["change"].to_list()) == pennies([amount for _, amount in now]) - pennies(
        [amount for _, amount in before]
    )
    assert steps["n_customers"].sum() == len({name for name, _ in [*before, *now]})


def test_growth_is_of_the_net_money_and_unknown_from_nothing():
    assert history.growth_rate(lines(("a", 100.0)), lines(("a", 130.0), ("a", -20.0))) == (
        pytest.approx(0.10)
    )
    assert history.growth_rate(lines(("a", -1.0), ("b", 1.0)), lines(("a", 5.0))) is None


def purchases(*rows: tuple[str, int, float, str | None]) -> pl.DataFrame:
    found = pl.DataFrame(
        rows,
        schema={"customer_id": pl.String, "day": pl.Int64, "amount": pl.Float64, "order_id": str},
        orient="row",
    )
    return found.with_columns(date=pl.lit(DAY) + pl.duration(days="day"))


def test_repeat_is_buying_on_two_days():
    rows = purchases(
        ("a", 1, 5.0, "1"), ("a", 2, 5.0, "2"),
        ("b", 1, 5.0, "3"), ("b", 1, 5.0, "4"),  # twice on one day
        ("c", 1, 5.0, "5"), ("c", 2, -5.0, "6"),  # brought it back
        ("d", 1, -5.0, "7"),  # no buyer of this period
    )  # fmt: skip

    assert history.repeat_rate(rows) == pytest.approx(1 / 3)
    assert history.repeat_rate(rows.clear()) is None


def test_an_order_is_its_id_or_else_the_customers_day():
    rows = purchases(
        ("a", 1, 10.0, "1"), ("a", 2, 10.0, "1"),  # delivered in two parts
        ("a", 2, 40.0, None), ("a", 2, 20.0, None),  # one day without an id
        ("b", 2, 100.0, "2"), ("b", 2, -30.0, "2"),  # a discount line
        ("b", 3, -70.0, "3"),  # a refund is no order
    )  # fmt: skip

    assert history.average_order_value(rows) == pytest.approx((20 + 60 + 70) / 3)
    assert history.average_order_value(rows.drop("order_id")) == pytest.approx((10 + 70 + 70) / 3)
    assert history.average_order_value(rows.clear()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_direction_step_and_cause_has_its_word(language):
    every = {
        "direction": history.DIRECTIONS,
        "step": history.BRIDGE_STEPS,
        "cause": ("stayed", *history.CAUSES),
    }
    for key, codes in every.items():
        assert all(f"scheme.{key}.{code}" in phrases(language) for code in codes)
