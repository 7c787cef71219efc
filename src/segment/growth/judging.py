"""The yardstick of growth: how much of all later growth the flagged customers went on to bring.

Earlier years are replayed like for like: each fold of customers is judged by a lesson that never
saw them, and the flagged share of them is laid beside what truly grew. Beside it stand the naive
rule (the customers with the most past revenue), chance, and an oracle who knew the year.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from segment.growth import years
from segment.growth.learning import MOST_LEARNERS, Floats, learn, say, unlearnable
from segment.growth.rules import GrowthRules

N_FOLDS = 5
FLAGGED_SHARE = 0.20  # the most growable fifth
N_RESAMPLES = 200  # a 90% range of a share is then known to about a point
N_TENTHS = 10
RULES = ("expected_growth", "past_revenue", "random", "oracle")


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What the flagged captured of all growth in the year after `known_to`, in held-out folds.

    `captured` has a row a rule: rule and captured_share. `lead` is that of expected growth over
    past revenue, with the 90% range over customers drawn again. `reliability` has a row a tenth
    of p_growth: n_customers, said and happened (shares that grew).
    """

    known_to: dt.date
    n_customers: int
    growth_share: float
    flagged_share: float
    captured: pl.DataFrame
    lead: float
    lead_low: float
    lead_high: float
    reliability: pl.DataFrame


def yardstick(
    transactions: pl.DataFrame,
    as_of: dt.date,
    rules: GrowthRules,
    flagged_share: float = FLAGGED_SHARE,
) -> Yardstick | None:
    """Measure on the last year what flagging a share of the customers a year ago would have caught.

    None where `fit` learns nothing, or all who grew are held out together. Equal scores are taken
    by customer_id.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    found = years.find(transactions, as_of)
    if not found.ends:
        return None
    then = years.outcomes(transactions, found)
    if unlearnable(then, rules) is not None:
        return None
    judged = _held_out(then, years.names(found, then), rules)
    if judged is None:
        return None
    judged = judged.filter(pl.col("known_to") == found.ends[0]).sort("customer_id")
    grown = judged["grew_by"].clip(0).to_numpy()
    past = judged["last_year"].to_numpy()
    own = (judged["p_growth"] * judged["growth_size"]).to_numpy()
    once = np.ones((1, judged.height))
    shares = [float(_captured(by, grown, once, flagged_share)[0]) for by in (own, past, grown)]
    rng = np.random.default_rng(rules.seed)
    drawn = rng.multinomial(judged.height, once[0] / judged.height, size=N_RESAMPLES).astype(float)
    leads = _captured(own, grown, drawn, flagged_share)
    leads -= _captured(past, grown, drawn, flagged_share)
    low, high = np.quantile(leads, (0.05, 0.95))
    by_lot = _n_flagged(judged.height, flagged_share) / judged.height
    return Yardstick(
        known_to=found.ends[0],
        n_customers=judged.height,
        growth_share=float((grown > 0).mean()),
        flagged_share=flagged_share,
        captured=pl.DataFrame(
            {"rule": RULES, "captured_share": [*shares[:2], by_lot, shares[2]]},
            schema={"rule": pl.Enum(RULES), "captured_share": pl.Float64},
        ),
        lead=shares[0] - shares[1],
        lead_low=float(low),
        lead_high=float(high),
        reliability=_reliability(judged),
    )


def _held_out(
    then: pl.DataFrame, features: tuple[str, ...], rules: GrowthRules
) -> pl.DataFrame | None:
    """Add p_growth and growth_size, said of each customer without having seen it in any year."""
    place = pl.col("customer_id").hash(rules.seed)
    if then["customer_id"].n_unique() > MOST_LEARNERS:
        chosen = then.select("customer_id").unique().sort(place, "customer_id").head(MOST_LEARNERS)
        then = then.join(chosen, on="customer_id", how="semi")
    then = then.with_columns(fold=place % N_FOLDS)
    parts, at_fold = [], pl.col("fold")
    for fold in range(N_FOLDS):
        held, others = (then.filter(is_held) for is_held in (at_fold == fold, at_fold != fold))
        if (others["grew_by"] > 0).n_unique() == 1:
            return None
        chance, size = say(learn(others, features, rules), held)
        parts.append(held.with_columns(p_growth=chance, growth_size=size))
    return pl.concat(parts)


def _n_flagged(n: int, share: float) -> int:
    return int(np.ceil(round(n * share, 9)))


def _captured(scores: Floats, grown: Floats, drawn: Floats, share: float) -> Floats:
    """Return the share of growth held by the first of the customers, in each draw of them."""
    first = np.argsort(-scores, kind="stable")
    heads = np.cumsum(drawn[:, first], axis=1)
    gains = drawn[:, first] * grown[first]
    flagged = heads <= _n_flagged(len(scores), share)
    total = gains.sum(axis=1)
    return np.asarray((gains * flagged).sum(axis=1) / np.where(total > 0, total, 1.0))


def _reliability(judged: pl.DataFrame) -> pl.DataFrame:
    place = pl.col("p_growth").rank("ordinal") - 1
    return (
        judged.with_columns(tenth=place * N_TENTHS // pl.len() + 1)
        .group_by("tenth")
        .agg(
            n_customers=pl.len(),
            said=pl.col("p_growth").mean(),
            happened=(pl.col("grew_by") > 0).mean(),
        )
        .sort("tenth")
    )
