"""What the cross-sell list is made by and whether it helps, in sentences for a manager."""

import polars as pl

from segment.crosssell.judging import Verdict
from segment.crosssell.rules import CrossSellRules
from segment.crosssell.scoring import POPULAR
from segment.schema import require
from segment.schemes.lookalike import LABEL, LABELS
from segment.text import as_written, day, number, percent, phrase, share_as_written, word


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


def named(frame: pl.DataFrame, products: pl.DataFrame | None, language: str = "en") -> pl.DataFrame:
    """Return offers or favourites with the names of products and groups for their identifiers.

    product_id becomes `product`; a product without a name keeps its identifier.

    Raises:
        DataError: `frame` lacks product_id.
        ConfigError: There is no such language.
    """
    require(frame, ["product_id"], by="crosssell.words.named")
    names = {code: word(f"scheme.{LABEL}", code, language) for code in LABELS}
    if products is not None:
        known = products.drop_nulls("name")
        names |= dict(zip(known["product_id"], known["name"], strict=True))
    because = [pl.col("because").replace(names)] if "because" in frame.columns else []
    return frame.with_columns(pl.col("product_id").replace(names), *because).rename(
        {"product_id": "product"}
    )


def _points(share: float, language: str) -> str:
    return number(100 * share, language, 1)
