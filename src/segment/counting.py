"""Numbers of customers as pages may tell them: small ones as "below 10", the others rounded.

Of few customers a number may tell who they are. Where `[privacy]` names a smallest number, smaller
ones are suppressed; the others are rounded after that, so that nobody finds a suppressed one by
subtracting the others from their sum. Suppress, then round: as OpenSAFELY does ("Updated disclosure
control guidance", 2024).

Like a locale, the rule is one of the process that makes the pages: `workspace.open` sets it once. A
parameter of every table and sentence would be forgotten in one of them.
"""

from contextvars import ContextVar

import polars as pl

from segment.privacy import PrivacyRules
from segment.text import number, percent, phrase

TOLD = PrivacyRules()  # all numbers as they are, until somebody says otherwise
RULES = ContextVar("rules of small numbers", default=TOLD)
# Columns of tables that count customers; what else stands in a row of few is theirs as well.
COUNTS = (
    "n_customers", "n_bought", "n_settled", "n_changed", "n_flipped_back", "n_respondents",
    "n_served", "n_proposed",
)  # fmt: skip
COUNT, SHARE = "n_customers", "customer_share"


def follow(rules: PrivacyRules) -> None:
    """Have every number of customers written from now on as the rules say."""
    RULES.set(rules)


def are_few(n: float) -> bool:
    """Tell whether so many customers are too few to be told of."""
    return 0 < n < RULES.get().fewest


def customers(n: float | None, language: str = "en") -> str:
    """Write a number of customers: "below 10" where it is small, else rounded; 0 is 0."""
    if n is None or not RULES.get().fewest:
        return number(n, language)
    return few(language) if are_few(n) else number(_nearest(n), language)


def share(n: float, whole: float, language: str = "en") -> str:
    """Write which share of all customers so many are, after the same rules."""
    if not RULES.get().fewest:
        return percent(n / whole, language)
    if are_few(n):
        return phrase("word.few", language, n=percent(RULES.get().fewest / whole, language))
    return percent(min(_nearest(n) / max(_nearest(whole), 1), 1.0), language)


def _nearest(n: float) -> int:
    step = RULES.get().round_to
    return round(n / step) * step


def few(language: str) -> str:
    """Return what stands for a small number."""
    return phrase("word.few", language, n=number(RULES.get().fewest, language))


def shown(frame: pl.DataFrame, *, is_matrix: bool = False) -> pl.DataFrame:
    """Return a table's frame with its small counts null and the others rounded.

    In a row of few customers the other numbers are null too, for they are theirs; the share of
    customers is that of the rounded numbers. In a matrix every whole number counts customers.
    """
    rules, counts = RULES.get(), _counts(frame, is_matrix=is_matrix)
    if not rules.fewest or not counts:
        return frame
    rounded = [_rounded(pl.col(name), rules).alias(name) for name in counts]
    told = frame
    if not is_matrix and COUNT in counts:
        theirs = [
            name
            for name, kind in frame.schema.items()
            if kind.is_float() or (kind.is_integer() and name not in counts)
        ]
        told = frame.with_columns(
            pl.when(~is_small(pl.col(COUNT))).then(pl.col(name)).alias(name) for name in theirs
        )
        if SHARE in theirs:
            whole = _rounded(pl.col(COUNT).sum(), rules)
            share = _rounded(pl.col(COUNT), rules) / pl.when(whole > 0).then(whole)
            told = told.with_columns(share.alias(SHARE))
    return told.with_columns(rounded)


def small(frame: pl.DataFrame, *, is_matrix: bool = False) -> dict[str, list[int]]:
    """Return the rows of a frame in which a count is small, by column."""
    found = {
        name: frame.select(is_small(pl.col(name)).arg_true()).to_series().to_list()
        for name in _counts(frame, is_matrix=is_matrix)
    }
    return {name: rows for name, rows in found.items() if rows}


def is_small(n: pl.Expr) -> pl.Expr:
    """Tell whether a number of customers must not be told."""
    return ((n > 0) & (n < RULES.get().fewest)).fill_null(False)


def _rounded(n: pl.Expr, rules: PrivacyRules) -> pl.Expr:
    nearest = ((n / rules.round_to).round() * rules.round_to).cast(pl.Int64)
    return pl.when(~is_small(n)).then(nearest)


def _counts(frame: pl.DataFrame, *, is_matrix: bool) -> list[str]:
    return [
        name
        for name, kind in frame.schema.items()
        if kind.is_integer() and (is_matrix or name in COUNTS)
    ]
