"""What the fit found, in sentences for a manager: season, early customers, prices, models."""

import math

import polars as pl

from segment.clv.fitting import ClvModel
from segment.clv.rules import ClvRules
from segment.text import money, month_name, number, percent, phrase, span

WORTH_SAYING = 0.02  # a difference of less than a fiftieth is none for a reader


def fitted(model: ClvModel, rules: ClvRules, language: str = "en") -> tuple[str, ...]:
    """Return what the models are, what happened in their fit, and what moves with the calendar."""
    names = {
        "purchases": phrase(f"model.{model.purchases.name}", language),
        "spend": phrase(f"model.{model.spend.name}", language),
        "customers": number(model.purchases.n_customers, language),
    }
    wanted = phrase(f"model.{rules.purchase_model}", language)
    return (
        phrase("forecast.models", language, **names),
        *(
            phrase(f"forecast.{note}", language, wanted=wanted, used=names["purchases"])
            for note in model.purchases.notes
        ),
        *_dependent(model, language),
        *_season(model, language),
        *_declared(model, rules, language),
        *_early(model, language),
        *_trend(model, language),
    )


def together(total: pl.DataFrame, rules: ClvRules, language: str, currency: str) -> str:
    """Return what all customers are expected to bring, with the range of it: of `clv.total`."""
    row = total.row(0, named=True)
    low, high, expected = (
        money(row[name], currency, language)
        for name in ("revenue_low", "revenue_high", "expected_revenue")
    )
    return phrase(
        "forecast.together", language, span=span(rules.horizon_days, language),
        share=percent(rules.interval, language), low=low, high=high, expected=expected,
    )  # fmt: skip


def seasons(model: ClvModel) -> pl.DataFrame:
    """Return the months of the year, 1 to 12, with the buying seen and expected: 1 on average."""
    months = range(1, len(model.clock.month) + 1)
    return pl.DataFrame(
        {"month": months, "seen": model.clock.month, "expected": model.clock.expected_month}
    )


def _dependent(model: ClvModel, language: str) -> tuple[str, ...]:
    if not model.spend.slope:
        return ()
    twice = 2**model.spend.slope - 1
    more = "more" if twice > 0 else "less"
    return (phrase(f"forecast.dependent_{more}", language, twice=percent(abs(twice), language)),)


def _season(model: ClvModel, language: str) -> tuple[str, ...]:
    seen = seasons(model).sort("seen")
    most, least = seen.row(-1, named=True), seen.row(0, named=True)
    if most["seen"] - least["seen"] < WORTH_SAYING:
        return (phrase("forecast.no_season", language),)
    said = {
        "busiest": month_name(most["month"], language),
        "most": percent(most["seen"], language),
        "quietest": month_name(least["month"], language),
        "least": percent(least["seen"], language),
        "share": percent(model.clock.season_share, language),
    }
    once = model.clock.season_share < WORTH_SAYING
    return (phrase("forecast.season_once" if once else "forecast.season", language, **said),)


def _declared(model: ClvModel, rules: ClvRules, language: str) -> tuple[str, ...]:
    return tuple(
        phrase("forecast.declared", language, name=name, times=number(times, language, 1))
        for name, times in zip(rules.special_days, model.clock.special.tolist(), strict=True)
        if times != 1  # nothing was measured
    )


def _early(model: ClvModel, language: str) -> tuple[str, ...]:
    if model.clock.early_until is None:
        return ()
    return (phrase("forecast.early", language, times=number(model.clock.pace, language, 1)),)


def _trend(model: ClvModel, language: str) -> tuple[str, ...]:
    trend = model.clock.prices.trend
    if not trend:
        return ()
    way = "rising" if trend > 0 else "falling"
    share = percent(abs(math.expm1(trend)), language, 1)
    return (phrase(f"forecast.{way}", language, share=share),)
