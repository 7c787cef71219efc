"""Customers in clusters: how many there are, where their centres lie, and which was which before.

Clusters are found by k-means on points whose scale is settled. How many: of those numbers whose
clusters come out again from other customers (stability, Ben-Hur, Elisseeff & Guyon 2002), the one
whose clusters lie farthest apart (silhouette, Rousseeuw 1987). A number that was used before stays
unless another is clearly better, and a cluster keeps its name while its centre stays near where it
was: names are given back by the assignment that moves them least in total.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

MOST_FITTED = 20_000  # points; more move a centre by less than customers do in a month
MOST_TRIED = 4_000  # … and this many, fitted again and again, tell how many clusters there are
MOST_COMPARED = 2_000  # a silhouette compares every point with every other
CHUNK = 10_000  # points laid beside the centres at once, which a processor keeps at hand
N_SPLITS = 3  # halvings of the points that a number must come through
N_STARTS = 5  # k-means finds the nearest of several bottoms; from so many starts, a low one
CLEARLY = 0.05  # silhouette by which another number must lead; by 0.01 it moves with the month
MOVED = 0.5  # of the way between the two nearest centres: beyond it a cluster is another one

Points = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Try:
    """A number of clusters: how alike they come out of two halves (at best 1), how far apart."""

    n: int
    stability: float
    silhouette: float


def fit(points: Points, n: int, seed: int, start: Points | None = None) -> Points:
    """Return the centres of `n` clusters or, of fewer distinct points, as many as those.

    With `start`, last month's centres, the clusters are looked for from there.
    """
    from sklearn.cluster import KMeans  # noqa: PLC0415 (slow to import; needed here only)

    some = _evenly(points, MOST_FITTED)
    n = min(n, len(np.unique(some, axis=0)))
    if n <= 1:
        return np.asarray(some.mean(axis=0, keepdims=True))
    if start is not None and len(start) == n:
        model = KMeans(n, init=start, n_init=1, random_state=seed)
    else:
        model = KMeans(n, n_init=N_STARTS, random_state=seed)
    with threadpool_limits(limits=1):  # the same sums on every machine
        return np.asarray(model.fit(some).cluster_centers_, dtype=np.float64)


def distances(points: Points, centres: Points) -> Points:
    """Return how far each point is from each centre: points × centres."""
    far = np.empty((len(points), len(centres)))
    for start in range(0, len(points), CHUNK):
        some = points[start : start + CHUNK]
        for place, centre in enumerate(centres):
            away = some - centre
            far[start : start + CHUNK, place] = np.einsum("ij,ij->i", away, away)
    return np.sqrt(far, out=far)


def nearest(points: Points, centres: Points) -> Labels:
    """Return for each point the place of the centre that it is nearest to; the first of equals."""
    return np.asarray(distances(points, centres).argmin(axis=1))


def tries(points: Points, numbers: Sequence[int], seed: int) -> list[Try]:
    """Return how each number of clusters fares on an even sample of the points."""
    return list(_tries(_evenly(points, MOST_TRIED), numbers, seed))


def _tries(points: Points, numbers: Sequence[int], seed: int) -> Iterator[Try]:
    from sklearn.metrics import adjusted_rand_score, silhouette_score  # noqa: PLC0415

    some = _evenly(points, MOST_COMPARED)
    for n in numbers:
        rng = np.random.default_rng(seed)
        agreed = []
        for _ in range(N_SPLITS):
            order = rng.permutation(len(points))
            halves = (order[::2], order[1::2])
            first, second = (nearest(points, fit(points[half], n, seed)) for half in halves)
            agreed.append(adjusted_rand_score(first, second))
        labels = nearest(some, fit(points, n, seed))
        is_told = 1 < len(np.unique(labels)) < len(some)
        apart = float(silhouette_score(some, labels)) if is_told else -1.0
        yield Try(n, float(np.mean(agreed)), apart)


def choose(tried: Sequence[Try], least_stability: float, before: int | None) -> int:
    """Return the number whose clusters are stable and lie farthest apart.

    Where none is stable enough, the most stable. `before`, the number of last month, stays unless
    the chosen one leads it by CLEARLY and is no less stable.
    """
    stable = [one for one in tried if one.stability >= least_stability]
    best = (
        max(stable, key=lambda one: (one.silhouette, -one.n))
        if stable
        else max(tried, key=lambda one: (one.stability, -one.n))
    )
    used = next((one for one in tried if one.n == before), best)
    leads = best.silhouette - used.silhouette > CLEARLY and best.stability >= used.stability
    return best.n if leads else used.n


def names(
    now: Points, before: tuple[Sequence[str], Points] | None, every: Sequence[str]
) -> list[str]:
    """Return a name for each centre: that of the cluster it was, else the next one of `every`.

    Old names are given back so that the centres move least in total (Kuhn 1955); one that has
    moved farther than MOVED is another cluster.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 (slow to import)

    if before is None:
        return list(every[: len(now)])
    given, then = before
    between = distances(then, then)
    apart = float(between[between > 0].min()) if (between > 0).any() else np.inf
    far = distances(now, then)
    pairs = zip(*linear_sum_assignment(far), strict=True)
    kept = {int(at): given[was] for at, was in pairs if far[at, was] <= MOVED * apart}
    last = max(every.index(name) for name in given)
    later = [*every[last + 1 :], *every[: last + 1]]
    free = iter([name for name in later if name not in given])
    return [kept[at] if at in kept else next(free) for at in range(len(now))]


def _evenly(points: Points, most: int) -> Points:
    """Return every second, third, … point, so that there are at most `most`."""
    return points[:: -(-len(points) // most) or 1]
