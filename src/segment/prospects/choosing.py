"""Which way of learning is used: the one whose chances were least surprised by later leads."""

from collections.abc import Callable

from segment.prospects import judging, measures
from segment.prospects.judging import Period, Verdict
from segment.prospects.learning import FEWEST_TO_BOOST, MEMORIES, Layout, Way


def choose(
    layouts: Callable[[str], Layout], tried: tuple[Period, ...], periods: tuple[Period, ...]
) -> tuple[Way, Verdict]:
    """Return the way with the lowest log loss in the few periods `tried`, and its rehearsal.

    That is the one in all `periods`; trees, slow to grow, are judged in the few, of very many
    leads by some. They are tried where there are leads enough to fill their steps. A tie goes to
    the first.
    """
    thin = tuple(judging.thinned(one) for one in tried)
    ways = [Way(), *(Way(memory=memory) for memory in MEMORIES)]
    if _fewest(tried) >= FEWEST_TO_BOOST:
        ways.append(Way(learner="boosted"))
    verdicts = {way: _verdict(way, layouts, thin) for way in ways}
    way = min(ways, key=lambda one: _loss(verdicts[one]))
    return way, verdicts[way] if way.learner == "boosted" else _verdict(way, layouts, periods)


def _verdict(way: Way, layouts: Callable[[str], Layout], periods: tuple[Period, ...]) -> Verdict:
    return judging.judge(judging.rehearse(way, layouts(way.learner), periods))


def _loss(verdict: Verdict) -> float:
    hits, chances = (verdict.judged[name].to_numpy() for name in ("is_hit", "chance"))
    return measures.log_loss(hits, chances) if len(hits) else 0.0


def _fewest(periods: tuple[Period, ...]) -> float:
    """Return how many hits, or misses if fewer, were known when the first model was fitted."""
    if not periods:
        return 0.0
    n_hits = float(periods[0].seen.hits.sum())
    return min(n_hits, float(periods[0].then["is_closed"].sum()) - n_hits)
