"""What the cross-sell list is made by and whether it helps, in sentences for a manager."""

from segment.crosssell.judging import Verdict
from segment.crosssell.rules import CrossSellRules
from segment.crosssell.scoring import POPULAR
from segment.text import as_written, day, number, percent, phrase, share_as_written


def said(verdict: Verdict, rules: CrossSellRules, language: str = "en") -> tuple[str, ...]:
    """Return how the list fared beside the most popular products, and what follows from it.

    Raises:
        ConfigError: There is no such language.
    """
    if verdict.why_not is not None or verdict.first_on is None or verdict.last_on is None:
        fewest = as_written(rules.fewest_customers, language)
        return (phrase(f"crosssell.why_not.{verdict.why_not}", language, fewest=fewest),)
    last = dict(verdict.tried.sort("after").select("way", "hit_rate").rows())  # the later one stays
    n = int(verdict.tried.sort("after")["n_customers"][-1])
    judged = phrase(
        "crosssell.judged", language, n=number(n, language),
        offers=number(rules.n_offers, language),
        interval=share_as_written(rules.interval, language),
        first=day(verdict.first_on, language), last=day(verdict.last_on, language),
        rate=percent(last[verdict.way], language, 1), popular=percent(last[POPULAR], language, 1),
        lead=_points(verdict.lead, language), low=_points(verdict.lead_low, language),
        high=_points(verdict.lead_high, language),
    )  # fmt: skip
    way = phrase(f"crosssell.way.{verdict.way}", language, days=number(rules.lately_days, language))
    return (way, judged, phrase(f"crosssell.{'helps' if verdict.helps else 'helps_not'}", language))


def _points(share: float, language: str) -> str:
    return number(100 * share, language, 1)
