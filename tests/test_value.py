"""Margins of invented customers, worked out by hand."""

import dataclasses

import numpy as np
import polars as pl
import pytest

from segment import value
from segment.errors import DataError
from segment.value import ValueRules

RULES = ValueRules()


def transactions(*rows: tuple[str, str | None, float]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "product_id": pl.String, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def products(*rows: tuple[str, str | None, float | None]) -> pl.DataFrame:
    schema = {"product_id": pl.String, "family": pl.String, "margin_rate": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def people(*ids: str) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": ids}, schema={"customer_id": pl.String})


def rates(
    bought: pl.DataFrame, sold: pl.DataFrame | None, rules: ValueRules = RULES
) -> list[float]:
    ids = bought["customer_id"].unique(maintain_order=True).to_list()
    added = value.add_margin(people(*ids), bought, sold, 0.30, rules)
    return added["margin_rate"].round(12).to_list()


# --------------------------------------------------------------- margin


def test_a_margin_counts_by_the_money_that_went_into_it():
    bought = transactions(("a", "p", 300.0), ("a", "q", 100.0))

    assert rates(bought, products(("p", "tea", 0.10), ("q", "tea", 0.50))) == [0.20]


def test_a_refund_does_not_change_what_the_mix_earns():
    bought = transactions(("a", "p", 100.0), ("a", "q", 100.0), ("a", "q", -100.0))

    assert rates(bought, products(("p", None, 0.10), ("q", None, 0.50))) == [0.30]


def test_a_product_without_a_margin_has_the_mean_of_its_family():
    sold = products(("p", "tea", 0.10), ("q", "tea", 0.20), ("r", "tea", None))

    assert rates(transactions(("a", "r", 5.0)), sold) == [0.15]


def test_products_without_a_family_are_not_one_family():
    sold = products(("p", None, 0.90), ("q", None, None))

    assert rates(transactions(("a", "q", 5.0)), sold) == [0.30]


def test_what_is_unknown_counts_with_the_usual_rate():
    sold = products(("p", "tea", None), ("q", "tea", None), ("r", "mugs", 0.50))
    bought = transactions(
        ("family", "p", 5.0),  # nobody knows a margin of tea
        ("product", "x", 5.0),  # not in the list
        ("line", None, 5.0),
        ("refund", "r", -5.0),  # bought nothing
        ("gift", "r", 0.0),
        ("half", "r", 5.0), ("half", "x", 5.0),
    )  # fmt: skip

    assert rates(bought, sold) == [0.30, 0.30, 0.30, 0.30, 0.30, 0.40]


def test_without_products_everyone_has_the_usual_rate_and_lines_need_no_product():
    bought = transactions(("a", "p", 5.0)).drop("product_id")

    added = value.add_margin(people("a", "b"), bought, None, -0.1, RULES)

    assert added["margin_rate"].to_list() == [-0.1, -0.1]


def test_the_margin_of_the_line_comes_before_the_product_the_family_and_the_usual_rate():
    sold = products(("known", "tea", 0.10), ("unknown", "tea", None), ("odd", "mugs", None))
    bought = transactions(
        ("line", "known", 10.0), ("product", "known", 10.0), ("declared", "unknown", 10.0),
        ("own family", "x", 10.0), ("mean", "odd", 10.0),
    ).with_columns(
        margin=pl.Series([4.0, None, None, None, None]),
        family=pl.Series([None, None, None, "tea", None], dtype=pl.String),
    )  # fmt: skip
    rules = dataclasses.replace(RULES, family_margins={"tea": 0.25})

    assert rates(bought, sold, rules) == [0.40, 0.10, 0.25, 0.25, 0.30]


def test_families_declared_need_no_table_of_products():
    bought = transactions(("a", "p", 30.0), ("a", "q", 10.0)).with_columns(
        family=pl.Series(["tea", None], dtype=pl.String)
    )
    rules = dataclasses.replace(RULES, family_margins={"tea": 0.10})

    assert rates(bought, None, rules) == [0.15]  # the other tenner earns the usual 30%


def test_a_mix_of_few_lines_is_drawn_towards_everybodys_and_one_of_many_is_not():
    # two hundred customers buy both goods at random: they differ by chance alone, but for the last
    chance = np.random.default_rng(1)
    goods = chance.choice(["low", "high"], (200, 4))
    lines = [(f"c{n:03d}", good, 10.0) for n, own in enumerate(goods) for good in own]
    loyal = [("loyal", "low", 10.0)] * 400
    mixes = rates(transactions(*lines, *loyal), products(("low", None, 0.10), ("high", None, 0.50)))
    own = np.where(goods == "low", 0.10, 0.50).mean(axis=1)

    assert mixes[-1] == pytest.approx(0.10, abs=0.01)
    assert np.std(mixes[:-1]) < 0.75 * own.std()


def test_a_margin_is_worked_out_anew_and_not_beside_the_old_one():
    bought, sold = transactions(("a", "p", 5.0)), products(("p", "tea", 0.10))
    once = value.add_margin(people("a"), bought, sold, 0.30, RULES)

    assert value.add_margin(once, bought, sold, 0.30, RULES).equals(once)


def test_customers_keep_their_order_and_nobody_is_no_trouble():
    bought, sold = transactions(("b", "p", 5.0), ("a", "p", 1.0)), products(("p", "tea", 0.10))

    added = value.add_margin(people("b", "a"), bought, sold, 0.3, RULES)
    nobody = value.add_margin(people(), bought.clear(), sold.clear(), 0.3, RULES)

    assert added["customer_id"].to_list() == ["b", "a"]
    assert nobody.schema == {"customer_id": pl.String, "margin_rate": pl.Float64}


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match=r"value\.add_margin needs the column margin_rate"):
        value.add_margin(people("a"), transactions(), products().drop("margin_rate"), 0.3, RULES)
