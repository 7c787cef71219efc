"""Share of wallet by quantity: which cell, on both sides of each line, and from month to month."""

import polars as pl
import pytest

from segment.errors import ConfigError
from segment.schemes import matrix
from segment.schemes.matrix import MatrixRules

FLOORS = MatrixRules(quantity_by="floors", quantity_floors=(1000.0,))
NINE = MatrixRules(share_floors=(0.6, 0.3), quantity_by="floors", quantity_floors=(1000.0, 200.0))
Row = tuple[float | None, float | None]  # share of the wallet, expected revenue


def frame(*rows: Row) -> pl.DataFrame:
    schema = {"share_of_wallet": pl.Float64, "expected_revenue": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        customer_id=pl.int_range(pl.len()).cast(pl.String)
    )


def cells(*rows: Row, rules: MatrixRules = FLOORS) -> list[str | None]:
    return matrix.assign(frame(*rows), rules)["matrix_cell"].to_list()


def test_four_cells_and_a_value_on_a_line_is_the_higher_one():
    assert cells((0.5, 1000.0), (0.49, 1000.0), (0.5, 999.99), (0.49, 999.99)) == [
        "high_large", "low_large", "high_small", "low_small",
    ]  # fmt: skip


def test_nine_cells_have_a_middle_on_both_sides():
    assert cells((0.6, 1000.0), (0.3, 200.0), (0.29, 199.0), (0.59, 199.0), rules=NINE) == [
        "high_large", "middle_medium", "low_small", "middle_small",
    ]  # fmt: skip
    assert len(NINE.labels) == 9
    assert len(MatrixRules().labels) == 4


def test_with_either_side_unknown_the_cell_is_unknown_and_the_other_side_is_not():
    made = matrix.assign(frame((None, 5000.0), (0.9, None), (0.9, float("nan"))), FLOORS)

    assert made["matrix_cell"].to_list() == [None, None, None]
    assert made["quantity_level"].to_list() == ["large", None, None]
    assert made["share_level"].to_list() == [None, "high", "high"]


def test_the_quantity_by_shares_is_told_among_all_customers_also_without_a_wallet():
    rows: list[Row] = [(None, 900.0), (0.2, 800.0), (0.2, 10.0), (0.2, 0.0), (0.2, -5.0)]
    rules = MatrixRules(quantity_shares=(0.2, 0.8))

    assert cells(*rows, rules=rules) == [None, *["low_small"] * 4]
    assert matrix.quantity_lines(frame(*rows), rules)["at"].item() == 900.0


def test_zero_is_never_large():
    assert cells((0.9, 0.0), (0.9, 0.0), rules=MatrixRules()) == ["high_small"] * 2


def test_last_months_levels_stay_within_their_margins():
    rules = MatrixRules(
        quantity_by="floors", quantity_floors=(1000.0,), margin=0.2, share_band=0.05
    )
    before = matrix.assign(frame((0.5, 1000.0), (0.5, 1000.0), (0.4, 900.0)), rules)
    now = frame((0.45, 800.0), (0.449, 799.0), (0.549, 1199.0))

    made = matrix.assign(now, rules, before)

    assert made["matrix_cell"].to_list() == ["high_large", "low_small", "low_small"]
    assert made["matrix_cell_by_line"].to_list() == ["low_small", "low_small", "high_large"]
    rise = matrix.assign(frame((0.45, 1.0), (0.9, 1.0), (0.55, 1200.0)), rules, before)
    assert rise["matrix_cell"].to_list()[2] == "high_large"


def test_a_cell_of_another_shape_a_month_ago_is_no_cell():
    before = matrix.assign(frame((0.31, 999.0)), NINE)  # middle and medium

    assert matrix.assign(frame((0.49, 999.0)), FLOORS, before)["matrix_cell"].to_list() == [
        "low_small"
    ]


def test_each_side_has_its_lines():
    assert matrix.share_lines(frame((0.5, 1.0)), NINE).rows() == [
        ("share_level", "high", "share_of_wallet", 0.6),
        ("share_level", "middle", "share_of_wallet", 0.3),
    ]
    assert matrix.quantity_lines(frame((0.5, 1.0)), NINE)["code"].to_list() == ["large", "medium"]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"share_floors": (0.9, 0.6, 0.3)}, "share_floors is .* makes 4 levels"),
        ({"share_floors": ()}, "share_floors is .* makes 1 level,"),
        ({"share_floors": (1.5,)}, "share_floors is .* above 0 and up to 1"),
        ({"share_floors": (0.3, 0.6)}, "share_floors is .* the highest first"),
        ({"quantity_shares": (0.2, 0.9)}, "quantity_shares is .* adds to 1.1"),
        ({"quantity_by": "floors"}, "quantity_floors is .* makes 1 level,"),
        ({"quantity_floors": (3.0,)}, 'quantity_floors are given, but quantity_by is "shares"'),
    ],
)
def test_sides_that_are_no_sides_are_refused(rules, said):
    with pytest.raises(ConfigError, match=said):
        MatrixRules(**rules)
