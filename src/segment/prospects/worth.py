"""What a prospect would be worth as a customer, and what pursuing it can be expected to bring.

Expected value = chance of closing × value if won − cost of the pursuit. The value is the company's
own estimate where it declares one; else what new customers alike are worth, their mean drawn
towards everybody's (Bühlmann & Straub 1970, see `credibility`); else a declared figure. Which of
them it was stands beside each value.
"""

import polars as pl

from segment import credibility
from segment.errors import DataError, nearest
from segment.prospects.features import Feature, typed
from segment.prospects.grades import GradeRules
from segment.prospects.leaks import SUSPECT
from segment.prospects.model import Model
from segment.schema import require

BASES = ("estimate", "alike", "everybody", "usual")
# What a customer is worth: after the cost to serve, or before it where that is unknown.
WORTH = ("actual_value", "clv")
# Two groups alone cannot tell how groups differ.
FEWEST_GROUPS = 3
GROUP = "alike_key"  # a name that no table of customers has


def add_value(
    graded: pl.DataFrame, model: Model, customers: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add value_if_won, value_basis (one of BASES) and expected_value, in money.

    `customers` is one row a customer with T, actual_value or clv, and the columns in which they
    are alike. The value is null where nothing is known of it, the expected value also without a
    chance. A declared column that is suspected to know the outcome is not used.

    Raises:
        DataError: `graded` has no chances, or lacks the declared column.
    """
    require(graded, ["close_probability"], by="prospects.add_value")
    rules = model.rules.grades
    known = {"estimate": _estimates(graded, model)} | _of_customers(graded, customers, rules)
    known["usual"] = pl.repeat(rules.usual_value, len(graded), dtype=pl.Float64, eager=True)
    columns = [values.alias(basis) for basis, values in known.items()]
    found = pl.DataFrame(columns).select(
        value_if_won=pl.coalesce(*known),
        value_basis=pl.coalesce(
            pl.when(pl.col(basis).is_not_null()).then(pl.lit(basis)) for basis in known
        ).cast(pl.Enum(BASES)),
    )
    return graded.with_columns(found).with_columns(
        expected_value=pl.col("close_probability") * pl.col("value_if_won") - rules.pursuit_cost
    )


def doubt(model: Model) -> str | None:
    """Return why the declared column is not used, a code of SUSPECT; None where it may be."""
    of_column = pl.col("feature") == model.rules.grades.value_column
    found = model.quality.fields.filter(of_column, ~pl.col("is_used"))["why"].cast(pl.String)
    return next((why for why in found if why in SUSPECT), None)


def _estimates(graded: pl.DataFrame, model: Model) -> pl.Series:
    """Return what the declared column says is earned; null where it says nothing usable."""
    rules = model.rules.grades
    if not rules.value_column or doubt(model):
        return pl.repeat(None, len(graded), dtype=pl.Float64, eager=True)
    if rules.value_column not in graded.columns:
        raise DataError(
            f"prospects.grades.value_column names the field '{rules.value_column}', which the "
            f"prospects do not have{nearest(rules.value_column, graded.columns)}. Correct the name "
            "in segment.toml or take it out."
        )
    amount = Feature(name=rules.value_column, kind="number")
    values = typed(graded, (amount,)).to_series() * rules.value_share
    return values.set(values < 0, None)


def _of_customers(
    graded: pl.DataFrame, customers: pl.DataFrame | None, rules: GradeRules
) -> dict[str, pl.Series]:
    """Return the mean value of new customers alike, and of all new ones, for each prospect."""
    if customers is None or not set(WORTH) & set(customers.columns):
        return {}
    column = next(name for name in WORTH if name in customers.columns)
    pool = _newcomers(customers.drop_nulls(column), rules)
    everybody = pool[column].cast(pl.Float64).mean()
    shared = [name for name in rules.alike if name in graded.columns and name in pool.columns]
    values = {"everybody": pl.repeat(everybody, len(graded), dtype=pl.Float64, eager=True)}
    if not shared or pool.is_empty():
        return values
    known = _drawn(pool.select(_key(shared), worth=pl.col(column).cast(pl.Float64)))
    keyed = graded.select(_key(shared)).join(known, on=GROUP, how="left", maintain_order="left")
    return {"alike": keyed["drawn"]} | values


def _newcomers(customers: pl.DataFrame, rules: GradeRules) -> pl.DataFrame:
    """Return those who came lately, as a prospect would; everybody where they are too few."""
    if "T" not in customers.columns:
        return customers
    lately = customers.filter(pl.col("T") <= rules.newcomer_days)
    return lately if len(lately) >= credibility.FEWEST else customers


def _key(shared: list[str]) -> pl.Expr:
    """Return the group of a row as one text; null where a part is unknown."""
    parts = [pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase() for name in shared]
    return pl.concat_str(parts, separator="\n").alias(GROUP)


def _drawn(pool: pl.DataFrame) -> pl.DataFrame:
    """Return the mean worth of each group, drawn towards everybody's by credibility."""
    groups = (
        pool.drop_nulls(GROUP)
        .group_by(GROUP, maintain_order=True)
        .agg(
            n=pl.len().cast(pl.Float64),
            own=pl.col("worth").mean(),
            within=pl.col("worth").var().fill_null(0.0),
        )
    )
    own, n, within = (groups[name].to_numpy() for name in ("own", "n", "within"))
    means = credibility.drawn(own, n, within, fewest=FEWEST_GROUPS)
    return groups.select(GROUP, drawn=pl.Series(means))
