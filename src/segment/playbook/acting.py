"""One action for each customer worth one: of several plays that fit, the first is played."""

import datetime as dt

import polars as pl

from segment.cuts import require_numbers
from segment.errors import ConfigError, listed, nearest
from segment.playbook.plays import Play, PlaybookRules
from segment.schema import require
from segment.text import phrase

WORDS = ("why", "what", "who")


def actions(customers: pl.DataFrame, rules: PlaybookRules, as_of: dt.date) -> pl.DataFrame:
    """Return one action a customer worth acting on, the most urgent first, then by money.

    Columns: customer_id, priority (1 is the first play), reason (the play's code),
    money_at_stake (0 or more; for a below-zero customer the loss), due_on, staff_id
    (null where nobody is in charge). A customer whom no play fits has no row; an unknown label
    fits none.

    Raises:
        DataError: `customers` lacks a column that a play names, or its money is no number.
        ConfigError: A play names a code that the label does not have.
    """
    stakes = list(dict.fromkeys(play.stake for play in rules.plays))
    require_numbers(customers, stakes, by="the playbook")
    fits = [_fits(customers, play) for play in rules.plays]
    priority = pl.coalesce(
        pl.when(fit).then(pl.lit(place, pl.Int64)) for place, fit in enumerate(fits, start=1)
    )
    staff_id = pl.col("staff_id") if "staff_id" in customers.columns else pl.lit(None, pl.String)
    reasons = [play.reason for play in rules.plays]
    places = list(range(1, len(reasons) + 1))
    days = [play.due_days for play in rules.plays]
    return (
        customers.with_columns(priority=priority, staff_id=staff_id)
        .filter(pl.col("priority").is_not_null())
        .select(
            "customer_id",
            "priority",
            reason=pl.col("priority").replace_strict(
                places, reasons, return_dtype=pl.Enum(reasons)
            ),
            money_at_stake=_stake(rules),
            due_on=as_of
            + pl.duration(
                days=pl.col("priority").replace_strict(places, days, return_dtype=pl.Int64)
            ),
            staff_id="staff_id",
        )
        .sort(
            "priority", "money_at_stake", "customer_id",
            descending=[False, True, False], nulls_last=True,
        )
    )  # fmt: skip


def _fits(customers: pl.DataFrame, play: Play) -> pl.Expr:
    require(customers, ["customer_id", *play.when], by=f"the play '{play.reason}'")
    for label, codes in play.when.items():
        kind = customers.schema[label]
        known = list(kind.categories) if isinstance(kind, pl.Enum) else list(codes)
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise ConfigError(
                f"The play '{play.reason}' waits for {label} '{unknown[0]}', which is never given"
                f"{nearest(unknown[0], known)}. {label} is one of {listed(known, 12)}."
            )
    return pl.all_horizontal(
        pl.col(label).cast(pl.String).is_in(codes) for label, codes in play.when.items()
    )


def _stake(rules: PlaybookRules) -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("priority") == place).then(pl.col(play.stake).cast(pl.Float64).abs())
        for place, play in enumerate(rules.plays, start=1)
    )


def summed(planned: pl.DataFrame) -> pl.DataFrame:
    """Return one row a play of `actions`: reason, n_customers, money_at_stake, due_on.

    The most urgent play comes first; a play that nobody needs has no row.

    Raises:
        DataError: `planned` is not what `actions` returns.
    """
    require(planned, ["priority", "reason", "money_at_stake", "due_on"], by="the playbook")
    return (
        planned.group_by("priority", "reason")
        .agg(pl.len().alias("n_customers"), pl.col("money_at_stake").sum(), pl.col("due_on").min())
        .sort("priority")
        .drop("priority")
    )


def in_words(frame: pl.DataFrame, language: str = "en") -> pl.DataFrame:
    """Add why, what and who in words to a frame with the column `reason`.

    Raises:
        DataError: `frame` lacks the column reason.
        ConfigError: There is no such language, or a reason has no words.
    """
    require(frame, ["reason"], by="the playbook")
    reasons = frame["reason"].cast(pl.String).unique().drop_nulls().sort().to_list()
    return frame.with_columns(
        pl.col("reason")
        .cast(pl.String)
        .replace_strict(
            reasons,
            [phrase(f"playbook.reason.{reason}.{name}", language) for reason in reasons],
            return_dtype=pl.String,
        )
        .alias(name)
        for name in WORDS
    )
