"""Who looks after whom: today's pairs where that is possible, nobody loaded far above the others.

Customers alike in class, region and today's person are dealt out together, so that the problem is
as small for a million customers as for a thousand: a transportation problem, solved as a linear
programme (HiGHS, by scipy). Of customers alike the most valuable stay where they are.
"""

import numpy as np
import polars as pl

from segment.cuts import MILLION, amounts
from segment.schema import require
from segment.staffing.needs import LOAD, VALUE, at_work, weigh
from segment.staffing.rules import StaffingRules

GROUP, SEAT = "staffing_group", "staffing_seat"  # names that no frame of customers has
# A load beyond the even one costs more than moving any customer, the more the farther beyond, so
# that people who are all overloaded are so alike.
STEPS = (1.25, 1.5, 2.0, 3.0, 5.0, float("inf"))  # of the even load
OVERLOAD = 100.0


def assigned(customers: pl.DataFrame, staff: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return who should look after each customer of a personal class, most valuable first.

    Columns: customer_id, the class, region, actual_value, load (part of a person), staff_id (of
    today, null where nobody is in charge), proposed_id, is_kept. Customers who move are looked
    after in their region by somebody whose role has the class, where there is one. Where nobody
    does the work there are no rows.

    Raises:
        DataError: A frame lacks a column.
        ConfigError: A class of theirs has no ratio.
    """
    require(customers, ["staff_id", "region"], by="staffing")
    people = at_work(staff, rules)
    served = (
        weigh(customers, rules)
        .filter(pl.col(rules.label).cast(pl.String).is_in(rules.personal))
        .select("customer_id", rules.label, "region", "actual_value", VALUE, LOAD, "staff_id")
        .sort("actual_value", "customer_id", descending=[True, False], nulls_last=True)
    )
    if people.is_empty() or served.is_empty():
        none = pl.lit(None, pl.String), pl.lit(None, pl.Boolean)
        return served.clear().drop(VALUE).with_columns(proposed_id=none[0], is_kept=none[1])
    owner = pl.when(pl.col("staff_id").is_in(people["staff_id"].implode())).then("staff_id")
    alike = pl.struct(rules.label, "region", owner.alias("owner"))
    grouped = served.with_columns(alike.rank("dense").sub(1).cast(pl.UInt32).alias(GROUP))
    groups = (
        grouped.with_columns(owner=owner)
        .group_by(GROUP)
        .agg(
            pl.len().alias("n"), pl.col(LOAD, "region", "owner").first(),
            code=pl.col(rules.label).cast(pl.String).first(),
            value=pl.col(VALUE).sum() / MILLION / pl.len(),
        )
        .sort(GROUP)
    )  # fmt: skip
    dealt = _dealt(groups, people, rules)
    return (
        grouped.with_columns(pl.int_range(pl.len()).over(GROUP).alias(SEAT))
        .join(_seats(dealt, groups), on=[GROUP, SEAT], how="left", maintain_order="left")
        .with_columns(is_kept=pl.col("staff_id").eq_missing(pl.col("proposed_id")))
        .drop(GROUP, SEAT, VALUE)
    )


def _dealt(groups: pl.DataFrame, people: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return how many customers of each group each person should look after."""
    from scipy.optimize import linprog  # noqa: PLC0415 (slow to import)
    from scipy.sparse import coo_array, hstack  # noqa: PLC0415

    pairs = _pairs(groups, people, rules)
    n_pairs, n_people, n_steps = pairs.height, people.height, len(STEPS)
    at, seat = pairs["at"].to_numpy(), pairs["seat"].to_numpy()
    load, n = groups[LOAD].to_numpy(), groups["n"].to_numpy()
    capacity = people["capacity"].to_numpy()
    even = capacity * float(load @ n) / float(capacity.sum())
    widths = np.diff([1 + rules.slack_share, *np.maximum(STEPS, 1 + rules.slack_share)])
    dealt_out = coo_array((np.ones(n_pairs), (at, np.arange(n_pairs))), (groups.height, n_pairs))
    carried = coo_array((load[at], (seat, np.arange(n_pairs))), (n_people, n_pairs))
    beyond = hstack([-coo_array(np.eye(n_people))] * n_steps)
    solved = linprog(
        np.concatenate(
            [pairs["cost"], np.repeat(OVERLOAD / load.min() * np.arange(1, n_steps + 1), n_people)]
        ),
        A_ub=hstack([carried, beyond]), b_ub=even * (1 + rules.slack_share),
        A_eq=hstack([dealt_out, coo_array((groups.height, n_people * n_steps))]), b_eq=n,
        bounds=[(0, None)] * n_pairs + [(0, width * one) for width in widths for one in even],
        method="highs",
    )  # fmt: skip
    amounts = pairs.select(GROUP, "staff_id", amount=pl.Series(solved.x[:n_pairs]))
    return _whole(amounts, groups)


def _pairs(groups: pl.DataFrame, people: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return who may look after which group, and what it costs: nothing, or what moving does.

    Who looks after customers today may go on; the others must work in their region, where anybody
    does who has the class.
    """
    classes = pl.col("role").replace_strict(
        {role: list(codes) for role, codes in rules.roles.items()},
        return_dtype=pl.List(pl.String),
    )
    has_class = classes.list.contains(pl.col("code"))
    fits = has_class & pl.col("region").eq(pl.col("region_right")).fill_null(value=True)
    highest = pl.col("value").max().clip(lower_bound=1.0)
    return (
        groups.with_columns(at=pl.int_range(pl.len()))
        .join(people.with_columns(seat=pl.int_range(pl.len())), how="cross")
        .with_columns(is_owner=pl.col("owner").eq_missing(pl.col("staff_id")), fits=fits)
        .with_columns(
            is_met=(pl.col("fits") | pl.col("is_owner")).any().over(GROUP),
            has_class=has_class.any().over(GROUP),
        )
        .filter(
            pl.col("fits") | pl.col("is_owner")
            | (~pl.col("is_met") & (has_class | ~pl.col("has_class")))
        )
        .with_columns(
            cost=pl.when("is_owner").then(0.0)
            .when(pl.col("owner").is_null()).then(0.0)
            .otherwise(1.0 + (pl.col("value") / highest).fill_null(0.0).clip(lower_bound=0.0))
        )
        .sort("at", "seat")
    )  # fmt: skip


def _whole(amounts: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Round the amounts to whole customers: the largest remainders take what is left."""
    down = (pl.col("amount") + 1e-6).floor().cast(pl.Int64)
    left = pl.col("of_group") - pl.col("n").sum().over(GROUP)
    return (
        amounts.join(groups.select(GROUP, of_group="n"), on=GROUP, maintain_order="left")
        .with_columns(n=down, rest=pl.col("amount") - down)
        .with_columns(place=pl.col("rest").rank("ordinal", descending=True).over(GROUP))
        .with_columns(n=pl.col("n") + (pl.col("place") <= left).cast(pl.Int64))
        .filter(pl.col("n") > 0)
        .select(GROUP, "n", proposed_id="staff_id")
    )


def _seats(dealt: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each customer of a group by rank: the first stay with today's person."""
    today = groups.select(GROUP, "owner")
    return (
        dealt.join(today, on=GROUP, how="left")
        .sort(GROUP, pl.col("proposed_id").ne_missing(pl.col("owner")), "proposed_id")
        .select(GROUP, pl.col("proposed_id").repeat_by("n"))
        .explode("proposed_id")
        .with_columns(pl.int_range(pl.len()).over(GROUP).alias(SEAT))
    )


def loads(dealt: pl.DataFrame, staff: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return the load of each person, today and as proposed, the most loaded today first.

    Columns: staff_id, name, region, capacity (full-time people), n_customers and load_factor
    of today (1: as much as the ratios allow), n_proposed and proposed_factor, value (of the
    customers proposed, money). `dealt` is what `assigned` returns.

    Raises:
        DataError: A frame lacks a column.
    """
    require(dealt, ["staff_id", "proposed_id", LOAD, "actual_value"], by="staffing.loads")
    worth = amounts(dealt, "actual_value").clip(lower_bound=0).alias(VALUE)
    today, then = (
        dealt.with_columns(worth).drop_nulls(column)
        .group_by(pl.col(column).alias("staff_id"))
        .agg(
            pl.len().alias(f"n_{name}"), pl.col(LOAD).sum().alias(f"load_{name}"),
            (pl.col(VALUE).sum() / MILLION).alias(f"value_{name}"),
        )
        for column, name in (("staff_id", "customers"), ("proposed_id", "proposed"))
    )  # fmt: skip
    return (
        at_work(staff, rules)
        .join(today, on="staff_id", how="left", maintain_order="left")
        .join(then, on="staff_id", how="left", maintain_order="left")
        .with_columns(pl.col("^(n|load|value)_.*$").fill_null(0))
        .select(
            "staff_id", "name", "region", "capacity", "n_customers",
            (pl.col("load_customers") / pl.col("capacity")).alias("load_factor"),
            "n_proposed",
            (pl.col("load_proposed") / pl.col("capacity")).alias("proposed_factor"),
            value="value_proposed",
        )
        .sort("load_factor", "staff_id", descending=[True, False])
    )  # fmt: skip
