"""Does the credit grade order who pays late next, beside the last delay and the mean delay?

A folder of tables such as the sample company, or a CSV file of invoices with the headers of the
accounts-receivable sample (customerID, invoiceNumber, InvoiceDate, DueDate, SettledDate,
InvoiceAmount, Disputed; days as month/day/year). Each customer is graded on the day of the last
invoice of the first half of its invoices, by what was known on that day, and asked about the second
half. Baselines know the same: an open invoice is as late as it is on that day. AUC: the chance that
of two invoices of the second half, one late and one not, the late one is the worse customer's;
lift: the late share of the worst fifth of the customers over that of all. The score's lead is given
as 90% of 1,000 draws of customers with replacement.

    python benchmarks/credit.py accounts_receivable.csv
    python benchmarks/credit.py data/sample
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import rankdata

from segment import config, inputs
from segment.schemes import credit
from segment.schemes.credit import CreditRules

DAYS = "%m/%d/%Y"
N_DRAWS, SEED = 1000, 2026
WORST_SHARE = 0.2
RULES = CreditRules()
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def invoices(path: str) -> pl.DataFrame:
    """Return the invoices under the names of the contract, in the order of issue."""
    if Path(path).is_dir():
        table = inputs.read(config.Settings(), Path(path), None).tables["invoices"]
        return table.sort("customer_id", "issued_on", "invoice_id")
    return (
        pl.read_csv(path, infer_schema_length=None)
        .select(
            customer_id=pl.col("customerID").cast(pl.String),
            invoice_id=pl.col("invoiceNumber").cast(pl.String),
            issued_on=pl.col("InvoiceDate").str.to_date(DAYS),
            due_on=pl.col("DueDate").str.to_date(DAYS),
            settled_on=pl.col("SettledDate").str.to_date(DAYS),
            amount=pl.col("InvoiceAmount").cast(pl.Float64),
            is_disputed=pl.col("Disputed") == "Yes",
        )
        .sort("customer_id", "issued_on", "invoice_id")
    )


def halves(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return each customer's day between the halves, and the invoices of the second one."""
    place = pl.int_range(pl.len()).over("customer_id")
    half = pl.len().over("customer_id") // 2
    between = rows.filter(place < half).group_by("customer_id").agg(as_of=pl.col("issued_on").max())
    later = rows.filter(place >= half).join(between, on="customer_id")
    # what is open at the end of the data and not overdue yet may still be paid in time
    end = pl.col("issued_on").max()
    is_told = pl.col("settled_on").is_not_null() | (pl.col("due_on") < end)
    is_late = (pl.col("settled_on") > pl.col("due_on")).fill_null(value=True)
    told = later.filter(is_told, pl.col("issued_on") > pl.col("as_of"))
    return between, told.with_columns(
        late=is_late, is_disputed=pl.col("is_disputed").fill_null(False)
    )


def graded(rows: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    """Return what each customer is told by on its day: how bad, the higher the worse."""
    found = []
    for (day,), group in between.group_by("as_of", maintain_order=True):
        who = group.select("customer_id")
        known = rows.filter(pl.col("issued_on") <= day)
        scored = credit.add(who, known, day, RULES).pipe(credit.assign, RULES)
        is_open = (pl.col("settled_on") > day).fill_null(value=True)
        days = (pl.when(is_open).then(pl.lit(day)).otherwise("settled_on") - pl.col("due_on")).dt
        told = known.with_columns(days=days.total_days()).filter(~is_open | (pl.col("days") > 0))
        plain = told.group_by("customer_id").agg(
            last=pl.col("days").last(), mean=pl.col("days").mean()
        )
        found.append(scored.join(plain, on="customer_id", how="left"))
    return pl.concat(found).with_columns(
        score=-pl.col("credit_score"), grade=pl.col("credit_grade").to_physical()
    )


def auc(worse: Floats, late: Floats) -> float:
    """Return the chance that a late one is worse than one that is not; ties count for half."""
    rank = rankdata(worse)
    n_late = late.sum()
    above = rank[late > 0].sum() - n_late * (n_late + 1) / 2
    return float(above / (n_late * (len(late) - n_late)))


def lift(worse: Floats, late: Floats, n: Floats) -> float:
    """Return the late share of the worst fifth of the customers over that of all."""
    worst = np.argsort(-worse, kind="stable")[: round(WORST_SHARE * len(worse))]
    return float(late[worst].sum() / n[worst].sum() / (late.sum() / n.sum()))


def print_outcome(name: str, told: pl.DataFrame, later: pl.DataFrame) -> None:
    """Print AUC and lift of each way, and the score's lead over the others."""
    after = later.group_by("customer_id").agg(n=pl.len(), n_late=pl.col("late").sum())
    both = told.join(after, on="customer_id").drop_nulls(["score", "last", "mean"])
    both = both.sort("customer_id")
    n, n_late = (both[column].to_numpy().astype(float) for column in ("n", "n_late"))
    share = n_late.sum() / n.sum()
    print(f"{name}: {both.height} customers, {n.sum():.0f} invoices, {share:.1%} late")

    def rated(way: str, who: Floats) -> float:
        worse = both[way].to_numpy().astype(float)[who]
        counts = np.concatenate([n_late[who], n[who] - n_late[who]]).astype(int)
        late = np.repeat(np.repeat([1.0, 0.0], len(who)), counts)
        return auc(np.repeat(np.tile(worse, 2), counts), late)

    every = np.arange(both.height)
    rng = np.random.default_rng(SEED)
    draws = [rng.integers(0, both.height, both.height) for _ in range(N_DRAWS)]
    own = np.array([rated("score", who) for who in draws])
    for way in ("score", "grade", "last", "mean"):
        other = np.array([rated(way, who) for who in draws])
        low, high = np.quantile(own - other, [0.05, 0.95])
        lead = "" if way == "score" else f", the score leads by {low:+.3f} to {high:+.3f}"
        worse = both[way].to_numpy().astype(float)
        print(f"  {way:5}: AUC {rated(way, every):.3f}, lift {lift(worse, n_late, n):.2f}{lead}")
    for (grade,), group in both.sort("credit_grade").group_by("credit_grade", maintain_order=True):
        share = group["n_late"].sum() / group["n"].sum()
        print(f"  grade {grade}: {group.height} customers, {share:.1%} of their invoices late")


if __name__ == "__main__":
    rows = invoices(sys.argv[1])
    between, later = halves(rows)
    told = graded(rows, between)
    print(f"{told['credit_grade'].null_count()} of {told.height} customers have too few invoices")
    print_outcome(
        "undisputed invoices of the second half", told, later.filter(~pl.col("is_disputed"))
    )
    print_outcome("all invoices of the second half", told, later)
