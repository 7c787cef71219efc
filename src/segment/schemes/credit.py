"""Credit: how a customer pays, from invoices: a score, a grade, and a warning of arrears.

Days late are a mean over invoices, weighted by amount and by age: a paid one counts for half once
it fell due `half_life_days` ago. One that is open and overdue is as late as it is on the day of the
report, and does not fade: what is owed is owed. Few invoices say little, so a mean is drawn towards
everybody's. Disputed invoices stand apart: how late they come says nothing of the will to pay. They
take away only what was earned by paying the others early, and never mend a grade. Source: weights
that halve with age are exponential smoothing (Brown 1959); the mean is drawn by credibility
(Bühlmann 1967).
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.schema import require
from segment.text import as_written, phrase, word

LABEL = "credit_grade"
LABELS = ("A", "B", "C", "D")
COLUMN = "credit_score"
ARREARS = ("act", "remind", "none")
BEST_SCORE = 100.0
DECIMALS = 6  # so that a mean does not depend on the order of the sum behind it
ADDED = pl.Schema({
    "n_invoices": pl.Int64(), "days_late": pl.Float64(), "disputed_share": pl.Float64(),
    "disputed_amount": pl.Float64(), "arrears_amount": pl.Float64(), "arrears_days": pl.Int64(),
    "arrears": pl.Enum(ARREARS), COLUMN: pl.Float64(),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CreditRules:
    """How invoices are weighed, which score makes which grade, and when arrears are a matter.

    The score runs from 100, paid `early_days` before the due day or earlier, to 0, paid
    `most_days` after it or later. `floors` are the scores of A, B and C. `margin` is the share of a
    line by which it must be passed before last month's grade changes. Arrears of
    `least_arrears` or more, in money, are to be reminded of from `remind_days` and acted on from
    `act_days` after the due day.
    """

    half_life_days: int = 180
    prior_invoices: float = 1.0
    fewest_invoices: int = 3
    early_days: int = 20
    most_days: int = 80
    floors: tuple[float, ...] = (78.0, 73.0, 50.0)
    margin: float = 0.02
    grace_months: int = 0
    least_arrears: float = 0.0
    remind_days: int = 7
    act_days: int = 30

    def __post_init__(self) -> None:
        for name in ("half_life_days", "fewest_invoices", "most_days"):
            checks.whole(self, name, least=1)
        for name in ("early_days", "grace_months", "remind_days", "act_days"):
            checks.whole(self, name, least=0)
        checks.at_least(self, "prior_invoices", 0)
        checks.at_least(self, "least_arrears", 0)
        checks.falling(self, "floors", LABELS)
        checks.share(self, "margin")
        if self.act_days < self.remind_days:
            raise ConfigError(
                f"act_days is {self.act_days}; it is at least remind_days, {self.remind_days}, "
                "because one reminds before one acts."
            )


def needs(rules: CreditRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; `add` makes them."""
    return (COLUMN,)


def add(
    customers: pl.DataFrame, invoices: pl.DataFrame | None, as_of: dt.date, rules: CreditRules
) -> pl.DataFrame:
    """Add how each customer pays, by what was known at the end of `as_of`.

    Columns: n_invoices (undisputed ones that tell something: paid, or overdue), days_late (their
    weighted mean, below 0 where paid early, drawn towards everybody's), disputed_share (of the
    weighted money, 0..1), disputed_amount (open and contested), arrears_amount and arrears_days
    (open, overdue and not contested: their money, and the days since the first fell due), arrears
    (act, remind or none) and credit_score (0 to 100). A payment after `as_of` has not happened
    yet. Unknown without invoices; with fewer than `fewest_invoices` only days_late and the score
    are, since money that is owed is owed. Without a table all of it is.

    Raises:
        DataError: `customers` lacks customer_id, or `invoices` a column.
    """
    require(customers, ["customer_id"], by="credit")
    old = customers.drop(list(ADDED), strict=False)
    if invoices is None:
        return old.with_columns(
            pl.lit(None, dtype=kind).alias(name) for name, kind in ADDED.items()
        )
    found = _per_customer(_known(invoices, as_of, rules)).with_columns(_days_late(rules))
    days, contested = pl.col("days_late"), pl.col("disputed_share")
    # a contested invoice counts as paid like the others, but no earlier than on the due day
    counted = days + contested * (-days).clip(0)
    scored = found.with_columns(
        arrears=_arrears(rules).cast(pl.Enum(ARREARS)),
        credit_score=(
            BEST_SCORE * (rules.most_days - counted) / (rules.most_days + rules.early_days)
        ).round(DECIMALS),
    )
    own = scored.select("customer_id", *ADDED).cast(ADDED)
    return old.join(own, on="customer_id", how="left", maintain_order="left")


def _known(invoices: pl.DataFrame, as_of: dt.date, rules: CreditRules) -> pl.DataFrame:
    """Return the invoices of `as_of` and before, each with what it adds to its customer's sums."""
    columns = ["customer_id", "issued_on", "due_on", "settled_on", "amount", "is_disputed"]
    require(invoices, columns, by="credit")
    is_open = pl.col("settled_on").is_null() | (pl.col("settled_on") > as_of)
    late = pl.when(is_open).then(pl.lit(as_of)).otherwise("settled_on") - pl.col("due_on")
    since_due = (pl.lit(as_of) - pl.col("due_on")).dt.total_days().clip(0)
    age_days = pl.when(is_open).then(0).otherwise(since_due)
    days = late.dt.total_days()
    is_overdue = is_open & (pl.col("due_on") < as_of)
    is_own = ~pl.col("is_disputed").fill_null(value=False)
    weight = pl.col("amount") * 0.5 ** (age_days / rules.half_life_days)
    return (
        invoices.filter(pl.col("issued_on") <= as_of)
        .with_columns(
            told=pl.when(~is_open | is_overdue).then(weight).otherwise(0.0),
            counted=days.clip(-rules.early_days, rules.most_days),
        )
        .select(
            "customer_id",
            n_invoices=((~is_open | is_overdue) & is_own).cast(pl.Int64),
            weight=pl.col("told") * is_own,
            days=pl.col("told") * is_own * pl.col("counted"),
            contested=pl.col("told") * ~is_own,
            disputed_amount=pl.col("amount") * (is_open & ~is_own),
            arrears_amount=pl.col("amount") * (is_overdue & is_own),
            arrears_days=pl.when(is_overdue & is_own).then(days).otherwise(0),
        )
    )


def _per_customer(known: pl.DataFrame) -> pl.DataFrame:
    sums = ("n_invoices", "weight", "days", "contested", "disputed_amount", "arrears_amount")
    contested, weight = pl.col("contested"), pl.col("weight")
    return (
        known.with_columns(square=weight**2)
        .group_by("customer_id", maintain_order=True)
        .agg(pl.col(*sums, "square").sum(), pl.col("arrears_days").max())
        .with_columns(
            disputed_share=(contested / (contested + weight)).fill_nan(None).round(DECIMALS)
        )
    )


def _days_late(rules: CreditRules) -> pl.Expr:
    """Return the weighted mean, drawn to everybody's with the weight of `prior_invoices`."""
    weight, days = pl.col("weight"), pl.col("days")
    n = weight**2 / pl.col("square")  # invoices of one size that would say as much
    everybody = days.sum() / weight.sum()
    drawn = (n * days / weight + rules.prior_invoices * everybody) / (n + rules.prior_invoices)
    is_enough = pl.col("n_invoices") >= rules.fewest_invoices
    return pl.when(is_enough).then(drawn.round(DECIMALS)).alias("days_late")


def _arrears(rules: CreditRules) -> pl.Expr:
    is_much = (pl.col("arrears_amount") > 0) & (pl.col("arrears_amount") >= rules.least_arrears)
    days = pl.col("arrears_days")
    return (
        pl.when(is_much & (days >= rules.act_days))
        .then(pl.lit("act"))
        .when(is_much & (days >= rules.remind_days))
        .then(pl.lit("remind"))
        .otherwise(pl.lit("none"))
    )


def lines(frame: pl.DataFrame, rules: CreditRules) -> pl.DataFrame:
    """Return the lines of A, B and C: label, code, column and at; a score just `at` passes.

    Raises:
        DataError: `frame` lacks the score, or it holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="credit")
    return cuts.line_frame(*_kind(), cuts.exact(rules.floors))


def assign(
    frame: pl.DataFrame,
    rules: CreditRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add credit_grade_by_line and last `credit_grade`; an unknown score gets none.

    A score exactly on a floor earns the better grade. `before` is last month's frame with its
    grades, which stay within the margin. `lines` are other lines than the rules' own.

    Raises:
        DataError: `frame` lacks the score, or it holds no numbers; a frame lacks customer_id
            where there is a month before, or that month holds a customer twice.
    """
    cuts.require_numbers(frame, needs(rules), by="credit")
    return cuts.labelled(
        frame,
        cuts.amounts(frame, COLUMN),
        cuts.exact(rules.floors) if lines is None else cuts.read_lines(lines, *_kind()),
        cuts.last_month(frame, before, LABEL, LABELS),
        label=LABEL,
        labels=LABELS,
        margin=rules.margin,
        grace_months=rules.grace_months,
    )


def _kind() -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    codes = LABELS[:-1]
    return LABEL, codes, (COLUMN,) * len(codes)


def listed(customers: pl.DataFrame) -> pl.DataFrame:
    """Return those to act on, then those to remind, the most money in arrears first.

    Raises:
        DataError: `customers` has not been through `add`.
    """
    require(customers, ["customer_id", "arrears", "arrears_amount"], by="credit")
    return customers.filter(pl.col("arrears").cast(pl.String).is_in(ARREARS[:-1])).sort(
        "arrears", "arrears_amount", "customer_id", descending=[False, True, False]
    )


def describe(rules: CreditRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    steps = [
        phrase("scheme.levels.floor", language, label=word(f"scheme.{LABEL}", code, language),
               line=as_written(floor, language))
        for code, floor in zip(LABELS, rules.floors, strict=False)
    ]  # fmt: skip
    rule = phrase(
        "scheme.credit.rule",
        language,
        early=as_written(rules.early_days, language),
        most=as_written(rules.most_days, language),
        half=as_written(rules.half_life_days, language),
        steps=phrase("scheme.and_then", language).join(steps),
        lowest=word(f"scheme.{LABEL}", LABELS[-1], language),
        fewest=as_written(rules.fewest_invoices, language),
        remind=as_written(rules.remind_days, language),
        act=as_written(rules.act_days, language),
    )
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)
