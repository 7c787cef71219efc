"""Which way of learning is used: the one whose chances were least surprised by later leads."""

from collections.abc import Callable

from segment.prospects import judging, measures
from segment.prospects.judging import Period, Verdict
from segment.prospects.learning import FEWEST_TO_BOOST, MEMORIES, Layout, Way


def choose(
    layouts: Callable[[str], Layout], tried: tuple[Period, ...], periods: tuple[Period, ...]
) -> tuple[Way, Verdict]:
    """Return the way with the lowest log loss in the periods `tried`, and its rehearsal in all.

    Trees are tried where there are leads enough to fill their steps. A tie goes to the first.
    """
    ways = [Way(), *(Way(memory=memory) for memory in MEMORIES)]
    if _fewest(periods) >= FEWEST_TO_BOOST:
        ways.append(Way(learner="boosted"))
    losses = {way: _loss(way, layouts, tried) for way in ways}
    way = min(ways, key=losses.__getitem__)
    return way, judging.judge(judging.rehearse(way, layouts(way.learner), periods))


def _loss(way: Way, layouts: Callable[[str], Layout], periods: tuple[Period, ...]) -> float:
    judged = judging.judge(judging.rehearse(way, layouts(way.learner), periods)).judged
    hits, chances = judged["is_hit"].to_numpy(), judged["chance"].to_numpy()
    return measures.log_loss(hits, chances) if len(judged) else 0.0


def _fewest(periods: tuple[Period, ...]) -> float:
    """Return how many hits, or misses if fewer, were known when the first model was fitted."""
    if not periods:
        return 0.0
    n_hits = float(periods[0].seen.hits.sum())
    return min(n_hits, float(periods[0].then["is_closed"].sum()) - n_hits)
