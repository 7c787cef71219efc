"""Which way of learning is used: the one whose chances were least surprised by later leads."""

from collections.abc import Callable, Iterable

from segment.prospects import judging, measures
from segment.prospects.judging import Period, Verdict
from segment.prospects.learning import FEWEST_TO_BOOST, FREEDOMS, MEMORIES, Layout, Way


def choose(
    layouts: Callable[[str], Layout], tried: tuple[Period, ...], periods: tuple[Period, ...]
) -> tuple[Way, Verdict]:
    """Return the way with the lowest log loss in the periods `tried`, and its rehearsal in all.

    One thing is tried after the other: how freely weights move, how long is remembered, then trees
    where there are enough leads to fill their steps. A tie goes to the simpler way.
    """
    best, least = _best([Way(freedom=freedom) for freedom in FREEDOMS], layouts, tried)
    others = [Way(freedom=best.freedom, memory=memory) for memory in MEMORIES]
    if _fewest(periods) >= FEWEST_TO_BOOST:
        others.append(Way(learner="boosted", freedom=best.freedom))
    print(best, least) if __import__("os").environ.get("DBG") else None
    other, loss = _best(others, layouts, tried)
    way = other if loss < least else best
    return way, judging.judge(judging.rehearse(way, layouts(way.learner), periods))


def _best(
    ways: Iterable[Way], layouts: Callable[[str], Layout], periods: tuple[Period, ...]
) -> tuple[Way, float]:
    losses = {}
    for way in ways:
        judged = judging.judge(judging.rehearse(way, layouts(way.learner), periods)).judged
        hits, chances = judged["is_hit"].to_numpy(), judged["chance"].to_numpy()
        losses[way] = measures.log_loss(hits, chances) if len(judged) else 0.0
    best = min(losses, key=losses.__getitem__)
    print(losses) if __import__("os").environ.get("DBG") else None
    return best, losses[best]


def _fewest(periods: tuple[Period, ...]) -> float:
    """Return how many hits, or misses if fewer, were known when the first model was fitted."""
    if not periods:
        return 0.0
    n_hits = float(periods[0].seen.hits.sum())
    return min(n_hits, float(periods[0].then["is_closed"].sum()) - n_hits)
