"""How good an offer each product is to each customer: popular lately, and more so among alike.

A score is how many customers bought the product lately times how much more than others those buy
it who are like this one, which counts with its square. Alike are

- by products: customers who bought what this one bought (the cosine of two products' customers,
  averaged over what the customer bought; Sarwar, Karypis, Konstan & Riedl 2001);
- by groups: the customers of the same look-alike group.

Both are drawn towards no difference, where little is known of the customer or of the product.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from segment.crosssell.baskets import Baskets, Floats, Index

POPULAR, GROUP, NEIGHBOURS = "popular", "group", "neighbours"
WAYS = (GROUP, NEIGHBOURS)
PRIOR_PRODUCTS = 5.0  # a customer's products count as if so many average ones were among them
PRIOR_CUSTOMERS = 20.0  # a group counts as if so many average customers were in it
PRIOR_PAIR = 5.0  # customers: two products that one customer each bought are not alike for that
SHARPNESS = 2.0  # 1 to 3 were tried on three earlier two-month windows; see docs/methods.md
CHUNK = 1_000  # customers scored at once: with 5,000 products 20 MB a matrix
LEAST = np.finfo(np.float32).tiny  # above 0, for what nobody bought
NOBODY = 0.5  # customers: a product that nobody bought lately comes last and not nowhere


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What a way of recommending knows: products beside products, or groups beside products."""

    way: str
    baskets: Baskets
    group: Index  # by customer: the group's place, -1 without one
    both: Floats  # products × products, or groups × products: customers who bought it too …
    n: Floats  # … of so many who bought the first product, or are of the group
    close: Floats  # the same table: how close, or how much more than others
    usual: Floats  # by product: how close it is to what customers buy on average


def learn(way: str, baskets: Baskets, group: Index, n_groups: int) -> Alike:
    """Return what `way` needs to know of the baskets; `group` is each customer's place, or -1."""
    bought = _sum(baskets.year)
    usual = np.ones_like(bought)
    if way == NEIGHBOURS:
        both, n = np.asarray((baskets.year.T @ baskets.year).toarray(), np.float32), bought
        close = np.asarray(both / (np.sqrt(np.outer(n, n)) + PRIOR_PAIR), np.float32)
        np.fill_diagonal(close, 0.0)
        usual = np.asarray(bought @ close / max(float(bought.sum()), 1.0), np.float32)
    elif way == GROUP:
        both, n = members(baskets, group, n_groups)
        close = _lifts(both, n)
    else:
        both = close = np.ones((1, len(bought)), np.float32)
        n = usual
    return Alike(
        way=way, baskets=baskets, group=group, both=both, n=n, close=close, usual=usual
    )  # fmt: skip


def best(alike: Alike, rows: Index, n: int) -> Iterator[tuple[Index, Index, Floats]]:
    """Yield chunks of `rows` with the `n` best new products of each, best first, and how alike.

    How alike is how much more than others those buy it who are like this customer; 1 is no more,
    and such a product is no offer. A place without an offer holds -1.
    """
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        more = _more(alike, some)
        score = (alike.baskets.lately + NOBODY) * more**SHARPNESS
        score[alike.baskets.ever[some].toarray() > 0] = -1.0
        if alike.way != POPULAR:
            score[more <= 1] = -1.0
        n_best = min(n, score.shape[1])
        top = np.argpartition(-score, n_best - 1, axis=1)[:, :n_best]
        top.sort(axis=1)  # of equals the first, whatever the partition makes of them
        held = np.take_along_axis(score, top, axis=1)
        order = np.argsort(-held, axis=1, kind="stable")
        top, held = (np.take_along_axis(one, order, axis=1) for one in (top, held))
        yield some, np.where(held > 0, top, -1), np.take_along_axis(more, top, axis=1)


def _more(alike: Alike, rows: Index) -> Floats:
    """Return customers × products: how much more than others those buy it who are like one."""
    if alike.way == NEIGHBOURS:
        own = alike.baskets.year[rows]
        n = np.asarray(own.sum(axis=1), np.float32)
        drawn = (own @ alike.close + PRIOR_PRODUCTS * alike.usual) / (n + PRIOR_PRODUCTS)
        return np.asarray(drawn / np.maximum(alike.usual, LEAST), np.float32)
    if alike.way == GROUP:
        with_none = np.vstack([alike.close, np.ones_like(alike.usual)])
        return with_none[alike.group[rows]]
    return np.ones((len(rows), len(alike.usual)), np.float32)


def members(baskets: Baskets, group: Index, n_groups: int) -> tuple[Floats, Floats]:
    """Return groups × products, how many bought it in the year, and how many bought at all."""
    bought = np.zeros((n_groups, len(baskets.products)), np.float32)
    n = np.zeros(n_groups, np.float32)
    is_active = np.diff(baskets.year.indptr) > 0
    for place in range(n_groups):
        is_there = (group == place) & is_active
        bought[place], n[place] = _sum(baskets.year[is_there]), is_there.sum()
    return bought, n


def _lifts(bought: Floats, n: Floats) -> Floats:
    share = bought.sum(axis=0) / max(float(n.sum()), 1.0)
    drawn = (bought + PRIOR_CUSTOMERS * share) / (n[:, None] + PRIOR_CUSTOMERS)
    return np.where(share > 0, drawn / np.maximum(share, LEAST), 1.0).astype(np.float32)


def _sum(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=0), np.float32).ravel()
