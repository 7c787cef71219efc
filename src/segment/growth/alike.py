"""What the upper ones among customers alike are worth.

Alike are customers of the same trade, region and channel, age, rhythm, silence and breadth of
products: how they buy, not how much, since who is alike in value too has nothing within reach.
The quantile given these is read off boosted trees; nobody's value is in the trees that speak of it.
Few customers are compared within circles instead: the closest one that is large enough.
Sources: Rosset, Perlich et al., KDD 2007 (a wallet is a high conditional quantile); Peppers and
Rogers (unrealised potential from the range among similar customers).
"""

import numpy as np
import numpy.typing as npt
import polars as pl
from threadpoolctl import threadpool_limits

from segment.growth.learning import MOST_LEARNERS, Floats
from segment.growth.rules import GrowthRules

CIRCLE_COLUMNS = ("industry", "region", "channel")  # what may make customers alike, where known
CIRCLES = ("alike", "industry_region", "industry", "age", "everyone")  # the closest first
AGE_BANDS_DAYS = (180, 365, 730)
FEWEST_FOR_TREES = 400  # below this trees say less than circles: their leaves hold 30 of 320
N_FOLDS = 5
MOST_WORDS = 250  # of one column that trees tell apart; the seldom ones count as unknown
TREES = {  # small steps and small trees: bolder ones missed by more on the customers held out
    "learning_rate": 0.08, "max_iter": 70, "max_leaf_nodes": 8, "min_samples_leaf": 30,
    "early_stopping": False,
}  # fmt: skip


def add_peers(customers: pl.DataFrame, rules: GrowthRules) -> pl.DataFrame:
    """Add `peer_value`, the upper quantile among customers alike, and `peers`, who these are.

    A customer of unknown value has a peer value all the same, and counts for nobody. `breadth`
    is compared where the frame holds it.
    """
    is_known = customers["actual_value"].is_not_null() & customers["frequency"].is_not_null()
    if is_known.sum() < max(FEWEST_FOR_TREES, 2 * rules.fewest_peers):
        return _by_circles(customers, rules)
    said = np.full(customers.height, np.nan)
    said[is_known.to_numpy()] = _by_trees(customers.filter(is_known), rules)
    wider = _by_circles(customers, rules)
    by_trees = pl.Series("peer_value", said).fill_nan(None)
    closest = pl.lit(CIRCLES[0], dtype=pl.Enum(CIRCLES))
    return wider.with_columns(
        peer_value=pl.coalesce(by_trees, "peer_value"),
        peers=pl.when(by_trees.is_not_null()).then(closest).otherwise("peers"),
    )


def coverage(customers: pl.DataFrame) -> float | None:
    """Return the share of customers worth no more than their peer value: near the quantile."""
    known = customers.filter(
        pl.col("actual_value").is_not_null(), pl.col("peer_value").is_not_null()
    )
    if known.is_empty():
        return None
    return float((known["actual_value"] <= known["peer_value"]).sum()) / known.height


def _by_trees(customers: pl.DataFrame, rules: GrowthRules) -> Floats:
    """Return the quantile given likeness, from the other four fifths of the customers.

    Values span powers of ten and both signs, so trees see their inverse hyperbolic sine in units of
    a usual size, which is a logarithm far out; a quantile of the one is that of the other. Trees
    cover too few whom they have not seen, so all are moved until the share held out is right
    (conformalised quantile regression, Romano, Patterson & Candès 2019).
    """
    order = customers["customer_id"].arg_sort()
    ordered = customers.select(pl.all().gather(order))
    place = ordered["customer_id"].hash(rules.seed)
    at, is_word = _likeness(ordered, rules)
    value = ordered["actual_value"].to_numpy()
    middle = float(np.median(np.abs(value))) or 1.0
    unit = 10.0 ** round(np.log10(middle))  # which one customer more or less does not move
    target, fold = np.arcsinh(value / unit), (place % N_FOLDS).to_numpy()
    first, said = place.arg_sort().to_numpy(), np.empty(len(value))
    for held in range(N_FOLDS):
        others = np.sort(first[fold[first] != held][:MOST_LEARNERS])
        said[fold == held] = _grown(at[others], target[others], is_word, at[fold == held], rules)
    missed = target - said
    for held in range(N_FOLDS):
        is_held = fold == held
        said[is_held] += np.quantile(missed[~is_held], rules.potential_quantile)
    back = np.empty(len(value))
    back[order.to_numpy()] = unit * np.sinh(said)
    return back


def _grown(
    at: Floats,
    target: Floats,
    is_word: npt.NDArray[np.bool_],
    held: Floats,
    rules: GrowthRules,
) -> Floats:
    """Return what trees grown on some customers say of those held out."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 (slow to import)

    # a column that tells nobody apart is no column to trees
    told = [len(np.unique(column[~np.isnan(column)])) > 1 for column in at.T]
    if not any(told):
        return np.full(len(held), np.quantile(target, rules.potential_quantile))
    trees = HistGradientBoostingRegressor(
        loss="quantile", quantile=rules.potential_quantile, categorical_features=is_word[told],
        random_state=rules.seed, **TREES,
    )  # fmt: skip
    with threadpool_limits(limits=1):  # small trees: threads would wait for one another
        return np.asarray(trees.fit(at[:, told], target).predict(held[:, told]))


def _likeness(customers: pl.DataFrame, rules: GrowthRules) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the columns in which customers are alike, and which of them are words."""
    numbers = [
        pl.col("frequency").log1p().cast(pl.Float64).alias("purchases"),
        (pl.col("T") + 1).log().alias("age"),
        (pl.col("T") - pl.col("recency")).log1p().cast(pl.Float64).alias("silence"),
    ]
    if "breadth" in customers.columns:
        numbers.append(pl.col("breadth").cast(pl.Float64))
    words = [
        _as_codes(customers[name], rules.fewest_peers)
        for name in CIRCLE_COLUMNS
        if name in customers.columns
    ]
    is_word = [False] * len(numbers) + [True] * len(words)
    return customers.select(*numbers, *words).to_numpy(), np.array(is_word)


def _as_codes(words: pl.Series, fewest: int) -> pl.Series:
    """Return words as numbers from 0; those of fewer than `fewest` customers are unknown."""
    texts = words.cast(pl.String)
    often = (
        texts.drop_nulls()
        .value_counts()
        .filter(pl.col("count") >= fewest)
        .sort("count", words.name, descending=[True, False])
        .head(MOST_WORDS)[words.name]
    )
    codes = pl.Series(range(len(often)), dtype=pl.Float64)
    return texts.replace_strict(often, codes, default=None, return_dtype=pl.Float64)


def _by_circles(customers: pl.DataFrame, rules: GrowthRules) -> pl.DataFrame:
    """Add the quantile among the closest circle of one age that is large enough."""
    value = pl.col("actual_value")
    age = pl.sum_horizontal(pl.col("T") >= edge for edge in AGE_BANDS_DAYS)
    known = [pl.col(name) for name in CIRCLE_COLUMNS[:2] if name in customers.columns]
    circles = dict(zip(CIRCLES[1:4], ([*known, age], [*known[:1], age], [age]), strict=True))

    def is_enough(peers: list[pl.Expr]) -> pl.Expr:
        # customers of an unknown trade are not of one trade
        is_known = pl.all_horizontal(peer.is_not_null() for peer in peers)
        return is_known & (value.count().over(peers) >= rules.fewest_peers)

    quantile = value.quantile(rules.potential_quantile, "linear")
    found = pl.coalesce(
        *(pl.when(is_enough(of)).then(quantile.over(of)) for of in circles.values()), quantile
    )
    named = pl.coalesce(
        *(pl.when(is_enough(of)).then(pl.lit(name)) for name, of in circles.items()),
        pl.lit(CIRCLES[-1]),
    )
    return customers.with_columns(peer_value=found, peers=named.cast(pl.Enum(CIRCLES)))
