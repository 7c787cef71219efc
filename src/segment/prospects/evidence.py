"""The marks that a late field leaves, one function each: the telling number, or None.

Each takes one row a lead: what `timing.follow` gives, what `yardsticks.weigh` adds, and the field's
`value` (Float64 or String, null where not filled; days count from the creation). Here are the
marks of filling, of days and of names; those of values that change stand in `changing`.
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
# Closed leads that waited as long have a late field as often as others; a quarter as often is
# the mark of a kind of lead that closes quickly.
AS_LONG_SHARE = 0.25


def filled_after_closing(table: pl.DataFrame) -> float | None:
    """Return how many open leads would be filled if they were as the closed ones of their month.

    Told when next to none of them is. Filled means neither null nor the one value that open leads
    hold while closed ones hold several others.
    """
    is_filled = ~_is_blank(table)
    found, expected, _ = _open_against_closed(table, is_filled)
    told = expected >= LEAST_EXPECTED and found <= TOLERATED_SHARE * expected
    return expected if told and _age_agrees(table, is_filled, TOLERATED_SHARE) else None


def completed_at_closing(table: pl.DataFrame) -> float | None:
    """Return how many open leads would be filled if they were as the closed ones of their month.

    Told when fewer than half as many are as even the outcome that has the field less often would
    give, or when closed leads are next to never empty though open ones often are: no mixture of
    leads to be won and to be lost looks like that.
    """
    is_filled = pl.col("value").is_not_null()
    found, expected, least = _open_against_closed(table, is_filled)
    is_rarer = least >= LEAST_EXPECTED and found <= COMPLETED_SHARE * least
    if is_rarer and _age_agrees(table, is_filled, COMPLETED_SHARE):
        return expected
    return expected if _open_only(table, ~is_filled) else None


def cleared_at_closing(table: pl.DataFrame) -> float | None:
    """Return how many closed leads would be filled if they were as the open ones of their month.

    Told when next to none of them is: a next step, a planned day that is taken out in the end.
    """
    return _open_only(table, pl.col("value").is_not_null())


def _open_only(table: pl.DataFrame, state: pl.Expr) -> float | None:
    """Return how many closed leads would be in a state that only open ones are in.

    Closed leads that had waited as long must be out of it too: else it goes with slow ones.
    """
    swapped = table.with_columns(is_closed=~pl.col("is_closed"))
    found, expected, _ = _open_against_closed(swapped, state)
    told = expected >= LEAST_EXPECTED and found <= TOLERATED_SHARE * expected
    weight = pl.col("by_age") * state
    by_age, n_open = table.select(
        weight.filter(pl.col("is_closed")).sum(), n_open=weight.filter(~pl.col("is_closed")).sum()
    ).row(0)
    agrees = n_open < LEAST_EXPECTED or by_age <= TOLERATED_SHARE * n_open
    return expected if told and agrees else None


def _age_agrees(table: pl.DataFrame, state: pl.Expr, most: float) -> bool:
    """Tell whether closed leads that waited as long, too, are in a state that open ones are not in.

    Where there are too few of them to say, they do not object.
    """
    is_open, month, age = ~pl.col("is_closed"), pl.col("by_month"), pl.col("by_age")
    n_month, expected_month, n_age, expected_age, found = table.select(
        month.filter(is_open).sum(),
        expected_month=(month * state).filter(~is_open).sum(),
        n_age=age.filter(is_open).sum(),
        expected_age=(age * state).filter(~is_open).sum(),
        found=(age * state).filter(is_open).sum(),
    ).row(0)
    usual = n_age * expected_month / n_month if n_month else 0.0
    is_rarer = expected_age >= AS_LONG_SHARE * usual and found <= most * expected_age
    return usual < LEAST_EXPECTED or bool(is_rarer)


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
    """Return the share of closed leads whose field is the closing day or counts days by it.

    The days count from the creation to the closing, or from the closing to some day of export.
    Told when the field fits its own lead far better than the closings of other leads.
    """
    closed = table.filter("is_closed").drop_nulls("value")
    if len(closed) < FEWEST:
        return None
    created = pl.col("created_on").to_physical()
    export = (pl.col("value") + created + pl.col("waited_days")).median()

    def fits(waited: pl.Expr) -> dict[str, pl.Expr]:
        until, since = pl.col("value") - waited, pl.col("value") + created + waited - export
        gaps = {"until": until, "since": since}
        return {name: (gap.abs() <= DAYS_APART).mean() for name, gap in gaps.items()}

    own, others = (
        closed.select(**fits(pl.col(name))).row(0) for name in ("waited_days", "others_wait")
    )
    share, more = max((one, one - other) for one, other in zip(own, others, strict=True))
    return float(share) if more >= FITS_MORE_SHARE else None


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


def _outcomes(table: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the values of the won and of the lost leads."""
    closed = table.filter("is_closed")
    return closed.filter("is_won")["value"], closed.filter(~pl.col("is_won"))["value"]
