"""The marks that a late field leaves, one function each: the telling number, or None.

Each takes one row a lead: what `timing.follow` gives, the field's `value` (Float64 or String, null
where not filled; days count from the creation), and two columns drawn by lot: `half`, 0 or 1, and
`others_wait`, the days waited of some other closed lead.
"""

import polars as pl

# With fewer leads of a kind than this a pattern may be chance (.5 ** 20 is one in a million).
FEWEST = 20
# Fields are mistyped and filled ahead of time now and then; a mark holds up to this share.
TOLERATED_SHARE = 0.05
# Where ten filled fields are expected, none at all comes by chance once in 22,000 times.
LEAST_EXPECTED = 10.0
# A value that stands for "nothing here yet" (0, "pending") is told from an honest common value
# by several others vanishing with it.
FEWEST_OTHER_VALUES = 3
CONSTANT_SHARE = 0.99
# Honest fields that go with quick closings are rarer among open leads, but not by so much.
COMPLETED_SHARE = 0.5
# Time zones move a day by one.
DAYS_APART = 1
# How much more often than by chance a copy of the closing day, or a day noted after it, fits.
FITS_MORE_SHARE = 0.5
NOTED_SHARE, NOTED_MORE_SHARE = 0.90, 0.20
DISTINCT_SHARE, IN_ORDER = 0.90, 0.99
# Enough levels to follow a bend, and enough leads in each to know its rate.
LEVELS = 20
# Added leads at the common rate, so that a value met once does not rank by its one outcome.
ADDED_LEADS = 5.0


def draw_lots(followed: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Add `half` and `others_wait` to the leads as they were followed."""
    return followed.with_columns(
        half=pl.int_range(pl.len()).shuffle(seed=seed) % 2,
        others_wait=pl.col("waited_days").shuffle(seed=seed).over("is_closed"),
    )


def filled_after_closing(table: pl.DataFrame) -> float | None:
    """Return how many open leads would be filled if they were as the closed ones of their month.

    Told when next to none of them is. Filled means neither null nor the one value that open leads
    hold while closed ones hold several others.
    """
    found, expected, _ = _open_against_closed(table, ~_is_blank(table))
    told = expected >= LEAST_EXPECTED and found <= TOLERATED_SHARE * expected
    return expected if told else None


def completed_at_closing(table: pl.DataFrame) -> float | None:
    """Return how many open leads would be filled if they were as the closed ones of their month.

    Told when fewer than half as many are as even the outcome that has the field less often would
    give, or when closed leads are next to never empty though open ones often are: no mixture of
    leads to be won and to be lost looks like that.
    """
    is_filled = pl.col("value").is_not_null()
    found, expected, least = _open_against_closed(table, is_filled)
    if least >= LEAST_EXPECTED and found <= COMPLETED_SHARE * least:
        return expected
    swapped = table.with_columns(is_closed=~pl.col("is_closed"))
    n_empty, n_empty_expected, _ = _open_against_closed(swapped, ~is_filled)
    told = n_empty_expected >= LEAST_EXPECTED and n_empty <= TOLERATED_SHARE * n_empty_expected
    return expected if told else None


def _is_blank(table: pl.DataFrame) -> pl.Expr:
    """Tell what means "nothing here yet": null, or what open leads hold and closed ones do not."""
    is_null = pl.col("value").is_null()
    common = table.filter(is_closed=False)["value"].drop_nulls().mode().sort()
    if common.is_empty():
        return is_null
    others = table.filter(pl.col("value") != common[0])["value"].n_unique()
    return is_null | (pl.col("value") == common[0]) if others >= FEWEST_OTHER_VALUES else is_null


def _open_against_closed(table: pl.DataFrame, state: pl.Expr) -> tuple[float, float, float]:
    """Return how many open leads are in a state, and how many would be if they were as closed ones.

    The last is the number by the outcome that is in the state less often. Months of creation are
    compared one by one, since a field may have come into use or gone out of it.
    """
    is_open, is_won = ~pl.col("is_closed"), pl.col("is_won")
    by_month = (
        table.group_by(pl.col("created_on").dt.truncate("1mo"), maintain_order=True)
        .agg(
            n_open=is_open.sum(),
            found=(is_open & state).sum(),
            closed=state.filter(~is_open).mean(),
            less=pl.min_horizontal(
                state.filter(~is_open & is_won).mean(), state.filter(~is_open & ~is_won).mean()
            ),
        )
        .drop_nulls("closed")
        .select(
            pl.col("found").sum(),
            closed=(pl.col("n_open") * pl.col("closed")).sum(),
            less=(pl.col("n_open") * pl.col("less")).sum(),
        )
    )
    found, expected, least = by_month.row(0)
    return float(found), float(expected), float(least)


def filled_by_outcome(table: pl.DataFrame) -> float | None:
    """Return the share filled of the outcome that has the field, where the other has it not."""
    won, lost = _outcomes(table)
    if min(len(won), len(lost)) < FEWEST:
        return None
    filled = [(side.count() / len(side), len(side)) for side in (won, lost)]
    (low, n_low), (high, _) = sorted(filled)
    told = low <= TOLERATED_SHARE * high and high * n_low >= LEAST_EXPECTED
    return high if told else None


def one_value_by_outcome(table: pl.DataFrame) -> float | None:
    """Return the share of an outcome that holds one value which the other hardly ever holds."""
    won, lost = _outcomes(table)
    if min(len(won), len(lost)) < FEWEST:
        return None
    by_value = (
        table.filter("is_closed")
        .drop_nulls("value")
        .group_by("value")
        .agg(
            won=pl.col("is_won").sum() / len(won),
            lost=(~pl.col("is_won")).sum() / len(lost),
        )
        .select(high=pl.max_horizontal("won", "lost"), low=pl.min_horizontal("won", "lost"))
        .filter((pl.col("high") >= CONSTANT_SHARE) & (pl.col("low") <= TOLERATED_SHARE))
    )
    return float(by_value["high"][0]) if len(by_value) else None


def closing_day(table: pl.DataFrame) -> float | None:
    """Return the share of closed leads whose field is the closing day or the days until it.

    Told when the field fits its own lead far better than the closings of other leads.
    """
    closed = table.filter("is_closed").drop_nulls("value")
    fits = (pl.col("value") - pl.col("waited_days")).abs() <= DAYS_APART
    fits_others = (pl.col("value") - pl.col("others_wait")).abs() <= DAYS_APART
    own, others = closed.select(fits.mean(), others=fits_others.mean()).row(0)
    told = len(closed) >= FEWEST and own - others >= FITS_MORE_SHARE
    return float(own) if told else None


def noted_after_closing(table: pl.DataFrame) -> float | None:
    """Return the share of closed leads whose day lies on or after the closing.

    A day planned ahead may lie there too, so it counts only where no day lies after the data,
    and where it follows its own lead's closing and not just any.
    """
    closed = table.filter("is_closed").drop_nulls("value")
    own, others = closed.select(
        (pl.col("value") >= pl.col("waited_days")).mean(),
        others=(pl.col("value") >= pl.col("others_wait")).mean(),
    ).row(0)
    is_ahead = table.select((pl.col("value") > pl.col("age_days") + DAYS_APART).any()).item()
    told = len(closed) >= FEWEST and own >= NOTED_SHARE and own - others >= NOTED_MORE_SHARE
    return float(own) if told and not is_ahead else None


def identifier(table: pl.DataFrame) -> float | None:
    """Return the share of distinct values, where nearly every lead has its own.

    Numbers may well differ from lead to lead; they are identifiers if whole and running on with
    the day of creation.
    """
    filled = table.drop_nulls("value")
    if len(filled) < FEWEST:
        return None
    share = filled["value"].n_unique() / len(filled)
    if share < DISTINCT_SHARE:
        return None
    if filled["value"].dtype == pl.String:
        return share
    order, is_whole = filled.select(
        pl.corr("value", pl.col("created_on").to_physical(), method="spearman"),
        is_whole=(pl.col("value") == pl.col("value").round()).all(),
    ).row(0)
    return share if is_whole and order is not None and abs(order) >= IN_ORDER else None


def strength(table: pl.DataFrame) -> float | None:
    """Return the AUC of the field alone among closed leads; 0.5 tells nothing, None is unknown.

    Each half of the leads is ranked by the rates of the other half, so that a field of many
    values does not look strong by knowing each lead's own outcome.
    """
    closed = table.filter("is_closed")
    n_won, n_lost = int(closed["is_won"].sum()), int((~closed["is_won"]).sum())
    if min(n_won, n_lost) < FEWEST:
        return None
    if closed["value"].dtype == pl.Float64:
        place = pl.col("value").rank("max") / pl.col("value").count()
        closed = closed.with_columns(value=(place * LEVELS).ceil())
    base = n_won / len(closed)
    rates = closed.group_by("value", half=1 - pl.col("half")).agg(
        rate=(pl.col("is_won").sum() + ADDED_LEADS * base) / (pl.len() + ADDED_LEADS)
    )
    ranks = closed.join(
        rates, on=["value", "half"], how="left", nulls_equal=True, maintain_order="left"
    ).select("is_won", rank=pl.col("rate").fill_null(base).rank())
    above = float(ranks.filter("is_won")["rank"].sum()) - n_won * (n_won + 1) / 2
    return above / (n_won * n_lost)


def _outcomes(table: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the values of the won and of the lost leads."""
    closed = table.filter("is_closed")
    return closed.filter("is_won")["value"], closed.filter(~pl.col("is_won"))["value"]
