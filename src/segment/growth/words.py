"""What is known of growth, in sentences for a manager."""

import datetime as dt

import polars as pl

from segment.growth.alike import CIRCLES, coverage
from segment.growth.judging import Yardstick
from segment.growth.learning import GrowthModel
from segment.growth.rules import GrowthRules
from segment.schema import require
from segment.summary import YEAR_DAYS
from segment.text import day, money, number, percent, phrase


def learned(model: GrowthModel, language: str = "en") -> tuple[str, ...]:
    """Return from whom and when growth was learned, or why it was not and what stands instead."""
    if model.why_not is not None or model.learned_on is None:
        why = phrase(f"growth.why_not.{model.why_not}", language)
        return (why, phrase("growth.by_past_revenue", language))
    year = dt.timedelta(days=YEAR_DAYS)
    said = phrase(
        "growth.learned" if model.n_years == 1 else "growth.learned_years",
        language,
        n=number(model.n_years, language),
        customers=number(model.n_customers, language),
        first=day(model.learned_on - (model.n_years - 1) * year, language),
        last=day(model.learned_on + year, language),
        share=percent(model.growth_share, language),
    )
    return (said,)


def captured(held: Yardstick | None, language: str = "en") -> tuple[str, ...]:
    """Return the yardstick: what the flagged would have captured, and where past revenue wins."""
    if held is None:
        return ()
    shares = {str(rule): percent(share, language) for rule, share in held.captured.iter_rows()}
    verdict = "behind" if held.lead < 0 else "ahead" if held.lead_low > 0 else "unsure"
    worst, best = (held.reliability.row(at, named=True) for at in (0, -1))
    return (
        phrase(
            "growth.captured", language, flagged=percent(held.flagged_share, language),
            day=day(held.known_to, language), **shares,
        ),
        phrase(
            f"growth.lead.{verdict}", language, lead=_points(abs(held.lead), language),
            low=_points(held.lead_low, language), high=_points(held.lead_high, language),
        ),
        phrase(
            "growth.reliability", language,
            best_said=percent(best["said"], language), best=percent(best["happened"], language),
            worst_said=percent(worst["said"], language), worst=percent(worst["happened"], language),
        ),
    )  # fmt: skip


def reach(customers: pl.DataFrame, rules: GrowthRules, language: str = "en") -> tuple[str, ...]:
    """Return what the potential is a quantile of, how many lie below it, and who has few alike.

    Raises:
        DataError: `customers` lacks a column of `add_potential`.
    """
    require(customers, ["actual_value", "peer_value", "peers"], by="growth.words.reach")
    covered = coverage(customers)
    if covered is None:
        return ()
    n_wider = int((customers["peers"] != CIRCLES[0]).sum())
    said = phrase(
        "growth.reach", language, quantile=percent(rules.potential_quantile, language),
        covered=percent(covered, language),
    )  # fmt: skip
    if not n_wider:
        return (said,)
    return (said, phrase("growth.wider", language, n=number(n_wider, language)))


def meanings(customers: pl.DataFrame, language: str, currency: str) -> tuple[str, ...]:
    """Return the four meanings of growth, each with what it comes to for all customers.

    Raises:
        DataError: `customers` lacks a column of `add_potential`.
    """
    columns = ["growth_potential", "expected_change", "p_growth", "expected_growth"]
    require(customers, columns, by="growth.words.meanings")

    def total(column: str) -> str:
        return money(float(customers[column].sum()), currency, language)

    said = [
        phrase("growth.meaning.potential", language, money=total("growth_potential")),
        phrase("growth.meaning.change", language, money=total("expected_change")),
    ]
    if "wallet_gap" in customers.columns:
        n = number(customers["wallet_gap"].count(), language)
        said.insert(1, phrase("growth.meaning.wallet", language, money=total("wallet_gap"), n=n))
    if customers["p_growth"].count():
        n = number(float(customers["p_growth"].sum()), language)
        gain = total("expected_growth")
        said.append(phrase("growth.meaning.chance", language, n=n, money=gain))
        said.append(phrase("growth.apart", language))
    return tuple(said)


def _points(share: float, language: str) -> str:
    return number(100 * share, language)
