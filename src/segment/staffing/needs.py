"""Heads needed by class, beside those who are there, and whether effort lies upside down.

Source: the practice of key account ratios, one to one for class A, one to two for B, one to three
to five for C.
"""

import polars as pl

from segment.cuts import MILLION, amounts
from segment.errors import ConfigError, listed
from segment.schema import require
from segment.staffing.rules import StaffingRules

VALUE = "worth"  # nobody serves a customer for a loss
LOAD = "load"


def heads(staff: pl.DataFrame, rules: StaffingRules) -> float:
    """Return how many full-time people look after customers.

    Somebody whose hours are unknown counts as full-time.

    Raises:
        DataError: `staff` lacks a column.
    """
    return float(at_work(staff, rules)["capacity"].sum())


def at_work(staff: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return staff_id, name, region, role and capacity (full-time people) of who does the work."""
    require(staff, ["staff_id", "name", "region", "role", "hours_per_week"], by="staffing")
    hours = pl.col("hours_per_week").fill_null(rules.full_week_hours)
    return (
        staff.filter(pl.col("role").is_in(list(rules.roles)))
        .select("staff_id", "name", "region", "role", capacity=hours / rules.full_week_hours)
        .filter(pl.col("capacity") > 0)
        .sort("staff_id")
    )


def weigh(customers: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return the customers who have a class, with the `load` that each is for a person.

    `worth` is the actual value above 0 in whole millionths, whose sums are exact.

    Raises:
        DataError: `customers` lacks a column.
        ConfigError: A class of theirs has no ratio.
    """
    require(customers, ["customer_id", rules.label, "actual_value"], by="staffing")
    code = pl.col(rules.label).cast(pl.String)
    known = customers.filter(code.is_not_null())
    met = known[rules.label].cast(pl.String).unique().sort().to_list()
    if unknown := [one for one in met if one not in rules.customers_per_head]:
        raise ConfigError(
            f"customers_per_head has no ratio for {rules.label} '{unknown[0]}'; it has "
            f"{listed(list(rules.customers_per_head))}."
        )
    loads = {one: rules.load(one) for one in rules.customers_per_head}
    load = code.replace_strict(loads, return_dtype=pl.Float64)
    worth = amounts(known, "actual_value").clip(lower_bound=0).fill_null(0)
    return known.with_columns(load.alias(LOAD), worth.alias(VALUE))


def needs(customers: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return what each class needs and brings, best class first.

    Columns: the class, n_customers, heads_low and heads_high (full-time people by the ratios),
    heads_share of all, value (positive actual value, money), value_share of all, cost (to serve,
    of all its customers, money) and cost_share, null where no cost is known; is_upside_down: more
    people than the best class needs, for less value; is_costlier: the same of the cost.

    Raises:
        DataError: `customers` lacks a column.
        ConfigError: A class of theirs has no ratio.
    """
    few, many = (
        pl.col(rules.label)
        .cast(pl.String)
        .replace_strict(
            {code: rules.ratio(code)[place] for code in rules.customers_per_head},
            return_dtype=pl.Float64,
        )
        for place in (0, 1)
    )
    has_cost = "cost_to_serve" in customers.columns and customers["cost_to_serve"].count() > 0
    whole = amounts(customers, "cost_to_serve") if has_cost else None
    cost = pl.lit(None, pl.Float64) if whole is None else pl.col("whole_cost").sum() / MILLION
    found = (
        weigh(customers if whole is None else customers.with_columns(whole_cost=whole), rules)
        .group_by(rules.label)
        .agg(
            pl.len().alias("n_customers"),
            pl.col(LOAD).sum(),
            value=pl.col(VALUE).sum() / MILLION,
            cost=cost,
        )
        .sort(rules.label)
        .with_columns(
            heads_low=pl.col("n_customers") / many, heads_high=pl.col("n_customers") / few
        )
    )
    return found.select(
        rules.label,
        "n_customers",
        "heads_low",
        "heads_high",
        _share(LOAD).alias("heads_share"),
        "value",
        _share("value").alias("value_share"),
        "cost",
        _share("cost").alias("cost_share"),
        _is_upside_down(LOAD).alias("is_upside_down"),
        _is_upside_down("cost").alias("is_costlier"),
    )


def _is_upside_down(effort: str) -> pl.Expr:
    """Tell which class takes more than the best one and brings less."""
    is_more = pl.col(effort) > pl.col(effort).first()
    is_less = pl.col("value") < pl.col("value").first()
    return pl.when(pl.col(effort).is_not_null()).then(is_more & is_less)


def _share(column: str) -> pl.Expr:
    total = pl.col(column).sum()
    return pl.when(total > 0).then(pl.col(column) / total)
