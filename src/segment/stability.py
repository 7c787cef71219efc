"""How still labels are from month to month, and the margin that keeps them within a budget.

A wider margin around the lines relabels fewer customers and says of more of them what the lines
alone would not say. The analyst sets the most that may be relabelled; past months are labelled
anew with one margin after another, and the smallest that meets the budget is found, beside what it
costs.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from segment import checks
from segment.errors import DataError
from segment.schema import require
from segment.summary import YEAR_DAYS, summarise
from segment.text import percent, phrase, share_as_written

MARGINS = tuple(step / 20 for step in range(11))  # none to half of a line, by twentieths
BY_LINE = "_by_line"

Months = Mapping[dt.date, pl.DataFrame]
Assign = Callable[[pl.DataFrame, Any, pl.DataFrame | None], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class StabilityRules:
    """The most customers that may be relabelled in a usual month, and the months it is tried on."""

    most_changed_share: float = 0.05
    n_months: int = 12

    def __post_init__(self) -> None:
        checks.share(self, "most_changed_share")
        checks.whole(self, "n_months", least=1)


def months(
    transactions: pl.DataFrame, as_of: dt.date, rules: StabilityRules
) -> dict[dt.date, pl.DataFrame]:
    """Return the summary of the customers at `as_of` and at the ends of the months before.

    There are as many months as the rules ask for and one before them to compare with, but none
    whose last year the data do not hold whole: its figures would grow by themselves. Value and
    growth at earlier days are not in a summary; those come from the months as they were published.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    require(transactions, ["customer_id", "date", "amount"], by="stability")
    first_on = transactions["date"].min()
    if not isinstance(first_on, dt.date):
        return {}
    if isinstance(first_on, dt.datetime):
        first_on = first_on.date()
    whole_from = first_on + dt.timedelta(days=YEAR_DAYS - 1)
    days = [day for day in _month_ends(as_of, rules.n_months + 1) if day >= whole_from]
    return {day: summarise(transactions, day) for day in days}


def trace(frames: Months, assign: Assign, rules: Any) -> pl.DataFrame:
    """Return how still the labels were, one row a month, the earliest first.

    Columns: as_of; n_customers, who had a label in this month and the one before; n_changed and
    changed_share of them; n_flipped_back of the changes that the next month undid, and
    flipped_back_share; agreement, the share of this month's labels that are what the lines alone
    say. What needs a month that is not there is null. Each month is labelled with the one before.

    Raises:
        DataError: A frame lacks a column, or the scheme of `assign` knows no lines.
    """
    labels = _labels(frames, assign, rules)
    befores, afters = [None, *labels][: len(labels)], [*labels, None][1:]
    counted = [_count(*beside) for beside in zip(labels, befores, afters, strict=True)]
    changed, flipped = pl.col("n_changed"), pl.col("n_flipped_back")
    kinds = ("n_customers", "n_changed", "n_flipped_back")
    held = pl.DataFrame(
        counted, schema=dict.fromkeys(kinds, pl.Int64) | {"agreement": pl.Float64}, orient="row"
    )
    return held.select(
        pl.Series("as_of", sorted(frames), dtype=pl.Date),
        "n_customers",
        "n_changed",
        pl.when(pl.col("n_customers") > 0)
        .then(changed / pl.col("n_customers"))
        .alias("changed_share"),
        "n_flipped_back",
        pl.when(changed > 0).then(flipped / changed).alias("flipped_back_share"),
        "agreement",
    )


def margin_for(frames: Months, assign: Assign, rules: Any, budget: StabilityRules) -> pl.DataFrame:
    """Try one margin after another on past months, and choose the smallest that meets the budget.

    Columns: margin, changed_share, worst_changed_share, flipped_back_share, agreement, is_chosen.
    All but the worst are means over the months, and the mean is what the budget is about: a month
    in which the business itself moves may lie above it. Nothing is chosen where no margin meets it
    or there are less than two months.

    Raises:
        DataError: As `trace`.
    """
    tried = [
        trace(frames, assign, dataclasses.replace(rules, margin=margin)).select(
            pl.lit(margin).alias("margin"),
            pl.col("changed_share").mean(),
            pl.col("changed_share").max().alias("worst_changed_share"),
            pl.col("flipped_back_share").mean(),
            pl.col("agreement").filter(pl.col("n_customers").is_not_null()).mean(),
        )
        for margin in MARGINS
    ]
    meets = (pl.col("changed_share") <= budget.most_changed_share).fill_null(False)
    return pl.concat(tried).with_columns(is_chosen=meets & (meets.cum_sum() == 1))


def held(groups: Months, labels: Sequence[str], budget: StabilityRules) -> pl.DataFrame:
    """Return how still the labels of months were as they were published, one row a label.

    Columns: label, n_months (compared with the one before), n_customers (in the last of them),
    changed_share, flipped_back_share, agreement (means over the months) and is_within, whether the
    budget was kept. A label that is not cut at lines has no row, nor any before two months.

    Raises:
        DataError: A month holds a customer twice.
    """
    found = pl.concat(_held(groups, label) for label in labels)
    return found.with_columns(is_within=pl.col("changed_share") <= budget.most_changed_share)


def _held(groups: Months, label: str) -> pl.DataFrame:
    columns = ["customer_id", f"{label}{BY_LINE}", label]
    frames = {
        day: frame.select(columns)
        for day, frame in groups.items()
        if set(columns) <= set(frame.columns)
    }
    return (
        trace(frames, lambda frame, *_: frame, None)
        .filter(pl.col("n_customers").is_not_null())
        .select(
            pl.lit(label).alias("label"),
            pl.len().cast(pl.Int64).alias("n_months"),
            pl.col("n_customers").last(),
            pl.col("changed_share", "flipped_back_share", "agreement").mean(),
        )
        .filter(pl.col("n_months") > 0)
    )


def describe(tried: pl.DataFrame, budget: StabilityRules, rules: Any, language: str = "en") -> str:
    """Say which margin of a label meets the budget and what it costs, from what `margin_for` made.

    Raises:
        ConfigError: There is no such language.
    """
    most = share_as_written(budget.most_changed_share, language)
    if tried["changed_share"].null_count() == tried.height:
        return phrase("scheme.stability.unknown", language)
    none, chosen = tried.row(0, named=True), tried.filter("is_chosen")
    if chosen.is_empty():
        widest = share_as_written(MARGINS[-1], language)
        least = percent(tried.select(pl.col("changed_share").min()).item(), language, 1)
        return phrase("scheme.stability.none", language, most=most, widest=widest, least=least)
    one = chosen.row(0, named=True)
    flipped = one["flipped_back_share"]
    return phrase(
        "scheme.stability.chosen",
        language,
        margin=share_as_written(one["margin"], language),
        most=most,
        changed=percent(one["changed_share"], language, 1),
        unsmoothed=percent(none["changed_share"], language, 1),
        worst=percent(one["worst_changed_share"], language, 1),
        flipped=percent(0.0 if flipped is None else flipped, language, 1),
        agreement=percent(one["agreement"], language, 1),
        label=phrase(f"column.{rules.label}", language),
        in_force=share_as_written(rules.margin, language),
    )


def _month_ends(as_of: dt.date, n_days: int) -> list[dt.date]:
    """Return `as_of` and the last days of the months before it, the earliest first."""
    days = [as_of]
    while len(days) < n_days:
        days.append(days[-1].replace(day=1) - dt.timedelta(days=1))
    return days[::-1]


def _labels(frames: Months, assign: Assign, rules: Any) -> list[pl.DataFrame]:
    """Return customer_id, label and by_line of each month, labelled in order."""
    before, labels = None, []
    for day in sorted(frames):
        before = assign(frames[day], rules, before)
        label = before.columns[-1]
        if f"{label}{BY_LINE}" not in before.columns:
            raise DataError(f"{label} is not cut at lines; there is no margin to find for it.")
        codes = {"label": label, "by_line": f"{label}{BY_LINE}"}
        labels.append(
            before.select("customer_id", **{k: pl.col(v).cast(pl.String) for k, v in codes.items()})
        )
    return labels


def _count(
    now: pl.DataFrame, before: pl.DataFrame | None, after: pl.DataFrame | None
) -> tuple[int | None, int | None, int | None, float | None]:
    """Return how many were compared, changed and changed back, and the share that agrees."""
    agreement = now.select((pl.col("label") == pl.col("by_line")).mean()).item()
    if before is None:
        return None, None, None, agreement
    was = before.select("customer_id", was="label")
    both = now.join(was, on="customer_id").drop_nulls(["label", "was"])
    changed = both.filter(pl.col("label") != pl.col("was"))
    if after is None:
        return both.height, changed.height, None, agreement
    later = changed.join(after.select("customer_id", later="label"), on="customer_id")
    return (
        both.height,
        changed.height,
        later.filter(pl.col("later") == pl.col("was")).height,
        agreement,
    )
