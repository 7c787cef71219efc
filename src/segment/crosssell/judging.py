"""Whether offers help: how many customers bought one of them, beside the most popular products.

The list is made as it would have been made, at the start of some days that are known today, for
each customer who came in them; a hit is a customer who bought a product of the list that they had
never bought before. The days before the last ones choose the way, the last ones judge it, so that
the way is not judged by what chose it. The range is a bootstrap over customers.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from segment import behaviour
from segment.behaviour import BehaviourRules
from segment.crosssell import baskets, scoring
from segment.crosssell.baskets import Baskets, Index
from segment.crosssell.rules import CrossSellRules
from segment.schemes import lookalike
from segment.schemes.lookalike import LookalikeRules

MOST_JUDGED = 20_000  # customers; a rate is then known to a third of a percent
N_DRAWS = 2_000
TRIED = {"way": pl.String, "after": pl.Date, "n_customers": pl.Int64, "hit_rate": pl.Float64}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Which way of recommending was chosen, and by how much it beat the most popular products.

    `why_not` names why nothing could be judged: "no_products" or "few". `tried` has a row for each
    way and each of the two stretches of days: way, after, n_customers, hit_rate.
    """

    way: str
    lead: float
    lead_low: float
    lead_high: float
    tried: pl.DataFrame
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    why_not: str | None = None

    @property
    def helps(self) -> bool:
        """Whether the list beat the most popular products by more than chance would."""
        return self.why_not is None and self.lead_low > 0


def judge(
    transactions: pl.DataFrame,
    as_of: dt.date,
    centres: pl.DataFrame,
    rules: CrossSellRules,
    lookalike_rules: LookalikeRules,
    behaviour_rules: BehaviourRules,
    products: pl.DataFrame | None = None,
) -> Verdict:
    """Return how the ways of recommending fared in the last days, and which is to be used.

    `centres` are those of today's look-alike groups; customers are put to them by what was known
    of each at the day. Without groups, the neighbours of products are tried alone.

    Raises:
        DataError: `transactions` lacks a column.
    """
    if "product_id" not in transactions.columns or not transactions["product_id"].count():
        return _nothing("no_products")
    n_groups = centres["code"].n_unique()
    step = dt.timedelta(days=rules.holdout_days)
    ways = [way for way in scoring.WAYS if n_groups > 1 or way != scoring.GROUP]
    rates, hits = [], {}
    for after in (as_of - 2 * step, as_of - step):
        held = baskets.fill(transactions, after, rules)
        if not len(held.products):
            return _nothing("few")
        group = groups_at(
            transactions, after, held, centres, lookalike_rules, behaviour_rules, products
        )
        bought = baskets.between(transactions, held, after, after + step)
        rows = _judged(held, bought, rules)
        if len(rows) < rules.fewest_customers:
            return _nothing("few")
        hits = {
            way: _hits(scoring.learn(way, held, group, n_groups), rows, bought, rules.n_offers)
            for way in (scoring.POPULAR, *ways)
        }
        rates += [(way, after, len(rows), float(hit.mean())) for way, hit in hits.items()]
    tried = pl.DataFrame(rates, schema=TRIED, orient="row")
    earlier = dict(tried.filter(pl.col("after") < as_of - step).select("way", "hit_rate").rows())
    way = max(ways, key=lambda one: earlier[one])
    lead, low, high = _lead(hits[way], hits[scoring.POPULAR], rules)
    return Verdict(
        way=way, lead=lead, lead_low=low, lead_high=high, tried=tried,
        first_on=as_of - step + dt.timedelta(days=1), last_on=as_of,
    )  # fmt: skip


def groups_at(
    transactions: pl.DataFrame,
    day: dt.date,
    held: Baskets,
    centres: pl.DataFrame,
    lookalike_rules: LookalikeRules,
    behaviour_rules: BehaviourRules,
    products: pl.DataFrame | None,
) -> Index:
    """Return the place of each customer's group among the centres, as known then; -1 for none."""
    codes = centres["code"].unique(maintain_order=True)
    if codes.len() < 2:  # noqa: PLR2004 (one group tells nobody apart)
        return np.full(len(held.customers), -1)
    then = behaviour.add(
        pl.DataFrame({"customer_id": held.customers}), transactions, day, behaviour_rules,
        products=products,
    )  # fmt: skip
    grouped = lookalike.assign(then, lookalike_rules, None, centres)
    return places(grouped[lookalike.LABEL], codes)


def places(labels: pl.Series, codes: Sequence[str] | pl.Series) -> Index:
    """Return where each label stands among the codes; -1 for none."""
    numbers = pl.Series(range(len(codes)), dtype=pl.Int64)
    found = labels.cast(pl.String).replace_strict(
        pl.Series(codes, dtype=pl.String), numbers, default=None, return_dtype=pl.Int64
    )
    return np.asarray(found.fill_null(-1).to_numpy(), np.intp)


def _judged(held: Baskets, bought: sparse.csr_matrix, rules: CrossSellRules) -> Index:
    """Return who came in the days and had bought in the year before; of very many, evenly some."""
    came = np.diff(bought.indptr) > 0
    rows = np.flatnonzero(came & (np.diff(held.year.indptr) > 0))
    return rows[:: -(-len(rows) // MOST_JUDGED) or 1]


def _hits(
    alike: scoring.Alike, rows: Index, bought: sparse.csr_matrix, n_offers: int
) -> npt.NDArray[np.bool_]:
    """Return of each customer whether one of the offers was bought."""
    found: list[npt.NDArray[np.bool_]] = [np.zeros(0, bool)]
    for some, offers, _ in scoring.best(alike, rows, n_offers):
        later = bought[some].toarray() > 0
        bought_it = np.take_along_axis(later, offers, axis=1) & (offers >= 0)
        found.append(np.asarray(bought_it.any(axis=1)))
    return np.concatenate(found)


def _lead(
    hit: npt.NDArray[np.bool_], popular: npt.NDArray[np.bool_], rules: CrossSellRules
) -> tuple[float, float, float]:
    """Return the mean difference and its range: customers are drawn anew, with both their hits.

    A customer's difference is -1, 0 or 1, so that a draw of customers is a draw of three counts.
    """
    ahead, behind = int((hit & ~popular).sum()), int((~hit & popular).sum())
    n = len(hit)
    chances = np.array([ahead, behind, n - ahead - behind]) / n
    drawn = np.random.default_rng(rules.seed).multinomial(n, chances, N_DRAWS)
    leads = (drawn[:, 0] - drawn[:, 1]) / n
    tail = (1 - rules.interval) / 2
    low, high = np.quantile(leads, [tail, 1 - tail])
    return (ahead - behind) / n, float(low), float(high)


def _nothing(why_not: str) -> Verdict:
    none = float("nan")
    return Verdict(
        way="", lead=none, lead_low=none, lead_high=none, tried=pl.DataFrame(schema=TRIED),
        why_not=why_not,
    )  # fmt: skip
