"""Who grows and by how much, learned from earlier years and said of the customers of today.

Growth has two parts, each learned where it shows: whether a year brings more than the last one,
from all, by a logistic regression on splines; and how much more it brings if it does, from those
who grew, by a ridge regression of its logarithm. Their product is the growth to be expected.
Source: the two-part model (Duan, Manning, Morris & Newhouse 1983), whose logarithm is turned back
so that all who grew together are expected to grow as much as they did.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from segment.growth import years
from segment.growth.rules import GrowthRules
from segment.threads import one_thread

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Floats = npt.NDArray[np.float64]
WhyNot = Literal["short", "few", "one_sided"]

MOST_LEARNERS = 20_000  # more customers teach nothing new and take their time
FEWEST_SHARE = 10  # one in so many learners, at the least, grew, and as many did not
RIDGE = 5.0  # for standardised features; five customers' worth of caution
TRUST = (1.0, 0.3, 0.1)  # how far the splines may bend: the inverse of their penalty …
N_TRIES = 3  # … chosen in so many folds; odds that are told too boldly are not calibrated


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """Both parts of growth: its odds, and its size where it happens, with the factor to money."""

    chance: "Pipeline"
    size: "Pipeline"
    features: tuple[str, ...]
    least: float
    most: float
    to_money: float


@dataclass(frozen=True, kw_only=True)
class GrowthModel:
    """Who grew in earlier years, what it says of today, or `why_not`.

    `customers` holds, of those who brought something in the last year, p_growth and growth_size
    (revenue of a year), which are null where nothing could be learned; and the `breadth` of all.
    """

    customers: pl.DataFrame
    why_not: WhyNot | None = None
    learned_on: dt.date | None = None  # the end of the latest year that was learned from
    n_years: int = 0
    n_customers: int = 0  # in all years: one who was there in two counts twice
    growth_share: float | None = None
    features: tuple[str, ...] = ()


def fit(transactions: pl.DataFrame, as_of: dt.date, rules: GrowthRules) -> GrowthModel:
    """Learn who grows, and by how much, from whole years against the years before them.

    Two whole years are needed. Where the history is shorter (`short`), customers are few (`few`),
    or nearly all or none grew (`one_sided`), `why_not` says so and nothing is learned.

    Raises:
        DataError: `transactions` lacks customer_id, date or amount.
    """
    found = years.find(transactions, as_of)
    known_now = transactions.filter(pl.col("date") <= as_of)
    breadth = years.breadth(known_now)
    nothing: dict[str, pl.Expr] = {
        name: pl.lit(None, dtype=pl.Float64) for name in ("p_growth", "growth_size")
    }
    unknown = breadth.with_columns(**nothing)
    if not found.ends:
        return GrowthModel(customers=unknown, why_not="short")
    then = years.outcomes(transactions, found)
    why_not = unlearnable(then, rules)
    if why_not is not None:
        return GrowthModel(customers=unknown, why_not=why_not)
    features = years.names(found, then)
    lesson = learn(then, features, rules)
    today = years.known(known_now, as_of, found.lookback_days)
    chance, size = say(lesson, today)
    said = today.select("customer_id").with_columns(p_growth=chance, growth_size=size)
    return GrowthModel(
        customers=breadth.join(said, on="customer_id", how="left").sort("customer_id"),
        learned_on=found.ends[0],
        n_years=len(found.ends),
        n_customers=then.height,
        growth_share=float((then["grew_by"] > 0).mean()),  # type: ignore[arg-type]
        features=features,
    )


def unlearnable(then: pl.DataFrame, rules: GrowthRules) -> WhyNot | None:
    """Return why these years teach nothing, or None."""
    if then.height < rules.fewest_learners:
        return "few"
    n_grew = int((then["grew_by"] > 0).sum())
    fewest = max(1, rules.fewest_learners // FEWEST_SHARE)
    return "one_sided" if min(n_grew, then.height - n_grew) < fewest else None


@one_thread
def learn(then: pl.DataFrame, features: tuple[str, ...], rules: GrowthRules) -> Lesson:
    """Learn both parts from rows of `years.outcomes`; of very many, from an even sample."""
    if then.height > MOST_LEARNERS:
        place = pl.col("customer_id").hash(rules.seed)
        then = then.sort(place, "customer_id", "known_to").head(MOST_LEARNERS)
    then = then.sort("customer_id", "known_to")
    at, by = _matrix(then, features), then["grew_by"].to_numpy()
    grew = by > 0
    fold = (then["customer_id"].hash(rules.seed + 1) % N_TRIES).to_numpy()
    chance = _chance(min(TRUST, key=lambda trust: _surprise(at, grew, fold, trust)))
    chance, size = chance.fit(at, grew), _size().fit(at[grew], np.log(by[grew]))
    logs = np.log(by[grew])
    least, most = float(logs.min()), float(logs.max())
    said = np.exp(np.clip(size.predict(at[grew]), least, most))
    return Lesson(
        chance=chance, size=size, features=features, least=least, most=most,
        to_money=float(by[grew].sum() / said.sum()),
    )  # fmt: skip


@one_thread
def say(lesson: Lesson, customers: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return p_growth and growth_size of rows of `years.known`."""
    if customers.is_empty():
        return pl.Series([], dtype=pl.Float64), pl.Series([], dtype=pl.Float64)
    at = _matrix(customers, lesson.features)
    size = np.exp(np.clip(lesson.size.predict(at), lesson.least, lesson.most)) * lesson.to_money
    return pl.Series(lesson.chance.predict_proba(at)[:, 1]), pl.Series(size)


def _matrix(customers: pl.DataFrame, features: tuple[str, ...]) -> Floats:
    # who bought nothing that names a product counts as having bought one
    return customers.select(pl.col(features).fill_null(np.log1p(1))).to_numpy()


def _surprise(at: Floats, grew: npt.NDArray[np.bool_], fold: Floats, trust: float) -> float:
    """Return minus the log-likelihood of customers whom the fit had not seen."""
    lost = 0.0
    for held in range(N_TRIES):
        is_held = fold == held
        if len(np.unique(grew[~is_held])) < 2 or not is_held.any():  # noqa: PLR2004 (both or none)
            return 0.0
        odds = _chance(trust).fit(at[~is_held], grew[~is_held]).decision_function(at[is_held])
        lost += float(np.logaddexp(0.0, np.where(grew[is_held], -odds, odds)).sum())
    return lost


def _chance(trust: float) -> "Pipeline":
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 (slow; needed here only)
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import SplineTransformer, StandardScaler  # noqa: PLC0415

    return make_pipeline(
        StandardScaler(),
        SplineTransformer(n_knots=4, degree=2, knots="quantile", extrapolation="constant"),
        LogisticRegression(C=trust, max_iter=1000),
    )


def _size() -> "Pipeline":
    from sklearn.linear_model import Ridge  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    return make_pipeline(StandardScaler(), Ridge(RIDGE))
