"""What became of last month's actions: who bought since, and whose reason is gone.

Whether an action was carried out is not known here; beside those of the list stand all others, so
that nobody takes for success what would have happened anyway.
"""

import datetime as dt

import polars as pl

from segment.schema import require
from segment.text import number, percent, phrase

OTHERS = "others"  # customers of last month without an action


def followed(
    planned: pl.DataFrame,
    before: pl.DataFrame,
    now: pl.DataFrame,
    transactions: pl.DataFrame,
    since: dt.date,
    until: dt.date,
) -> pl.DataFrame:
    """Return one row a reason of last month's actions, in their order, and one of all others.

    Columns: reason, n_customers, n_bought (with a purchase after `since`, up to `until`),
    bought_share, revenue (of those days, net of refunds), n_settled (customers who have no action
    for that reason any more; null for the others) and settled_share. `planned` are the actions of
    last month, `now` those of this one, `before` last month's customers.

    Raises:
        DataError: A frame lacks a column.
    """
    require(planned, ["customer_id", "priority", "reason"], by="playbook.followed")
    require(before, ["customer_id"], by="playbook.followed")
    require(transactions, ["customer_id", "date", "amount"], by="playbook.followed")
    reason = pl.col("reason").cast(pl.String)
    day = pl.col("date").cast(pl.Date)
    bought = (
        transactions.filter(day > since, day <= until)
        .group_by("customer_id")
        .agg(is_bought=(pl.col("amount") > 0).any(), revenue=pl.col("amount").sum())
    )
    still = now.select("customer_id", reason.alias("reason"), is_still=pl.lit(value=True))
    return (
        before.select("customer_id")
        .join(planned.select("customer_id", "priority", reason), on="customer_id", how="left")
        .with_columns(pl.col("reason").fill_null(OTHERS))
        .join(bought, on="customer_id", how="left")
        .join(still, on=["customer_id", "reason"], how="left")
        .group_by("reason")
        .agg(
            pl.col("priority").min(),
            n_customers=pl.len(),
            n_bought=pl.col("is_bought").fill_null(value=False).sum(),
            revenue=pl.col("revenue").sum(),
            n_settled=pl.col("is_still").is_null().sum(),
        )
        .sort("priority", nulls_last=True)
        .with_columns(n_settled=pl.when(pl.col("reason") != OTHERS).then("n_settled"))
        .select(
            "reason", "n_customers", "n_bought",
            (pl.col("n_bought") / pl.col("n_customers")).alias("bought_share"),
            "revenue", "n_settled",
            (pl.col("n_settled") / pl.col("n_customers")).alias("settled_share"),
        )
    )  # fmt: skip


def in_short(became: pl.DataFrame, language: str = "en") -> str:
    """Return what `followed` found in one sentence; nothing where there was no action.

    Raises:
        DataError: `became` lacks a column.
    """
    require(became, ["reason", "n_customers", "n_bought", "n_settled"], by="playbook.following")
    asked, others = (
        became.filter((pl.col("reason") == OTHERS) == is_others).sum()
        for is_others in (False, True)
    )
    n, n_others = asked["n_customers"].item(), others["n_customers"].item()
    if not n:
        return ""
    bought = percent(asked["n_bought"].item() / n, language)
    said = {
        "n": number(n, language),
        "bought": bought,
        "settled": number(asked["n_settled"].item(), language),
    }
    if not n_others:
        return phrase("playbook.became", language, **said)
    beside = percent(others["n_bought"].item() / n_others, language)
    return phrase("playbook.became_beside", language, **said, others=beside)


def in_words(became: pl.DataFrame, language: str = "en") -> pl.DataFrame:
    """Return what `followed` found with the reason in words.

    Raises:
        DataError: `became` lacks the column reason.
        ConfigError: There is no such language, or a reason has no words.
    """
    require(became, ["reason"], by="playbook.following")
    words = {
        code: phrase(
            "playbook.others" if code == OTHERS else f"playbook.reason.{code}.why", language
        )
        for code in became["reason"].to_list()
    }
    why = pl.col("reason").replace_strict(words, return_dtype=pl.String)
    return became.select(why.alias("why"), pl.all().exclude("reason"))
