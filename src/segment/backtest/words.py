"""What the backtest says, in sentences for a manager."""

import polars as pl

from segment import clv
from segment.backtest.judging import choose, wins
from segment.backtest.origins import Plan
from segment.backtest.replay import is_sampled
from segment.backtest.rules import BacktestRules, candidates
from segment.text import day, number, percent, phrase, span

# Bounds that hold this much more or less than they say are called too wide or too narrow.
NEAR = 0.05


def verdict(
    measured: pl.DataFrame,
    plan: Plan,
    forecast: clv.ClvRules,
    rules: BacktestRules,
    language: str = "en",
) -> tuple[str, ...]:
    """Return how far off the forecast was, and where a naive rule came closer; or why not."""
    said = span(plan.horizon_days, language)
    if plan.missing == "days":
        needed, days = (number(n, language) for n in (2 * plan.horizon_days, plan.n_days))
        return (phrase("backtest.missing_days", language, span=said, needed=needed, days=days),)
    if plan.missing == "customers":
        needed, known = (number(n, language) for n in (rules.fewest_customers, plan.n_known))
        return (
            phrase("backtest.missing_customers", language, span=said, needed=needed, known=known),
        )
    chosen = choose(measured, forecast, rules)
    own = measured.filter(method=chosen.purchase_model)
    if not own["bias"].count():
        return (phrase("backtest.nothing_bought", language),)
    return (
        _total(own, said, language),
        _covered(own, chosen.interval, language),
        *_naive(measured, chosen.purchase_model, language),
        *_chosen(chosen, forecast, rules, language),
        *_sampled(own, plan, rules, language),
    )


def _chosen(
    chosen: clv.ClvRules, forecast: clv.ClvRules, rules: BacktestRules, language: str
) -> tuple[str, ...]:
    """Say which model came closest; nothing where the rules named it."""
    if chosen == forecast:
        return ()
    models = [phrase(f"model.{name}", language) for name in candidates(forecast, rules)]
    best = phrase(f"model.{chosen.purchase_model}", language)
    listed = phrase("backtest.comma", language).join(models)
    return (phrase("backtest.chosen", language, models=listed, best=best),)


def _total(own: pl.DataFrame, said: str, language: str) -> str:
    biases = own["bias"].drop_nulls()
    days = own["origin"].sort()
    facts = {
        "span": said,
        "first": day(days[0], language),
        "last": day(days[-1], language),
        "n": number(len(days), language),
        "miss": percent(biases.abs().mean(), language, 1),  # type: ignore[arg-type]
        "high": number(int((biases > 0).sum()), language),
    }
    if len(days) == 1:
        way = "high" if biases[0] > 0 else "low"
        return phrase(f"backtest.off_once_{way}", language, **facts)
    way = "high" if biases.min() > 0 else "low" if biases.max() < 0 else "mixed"  # type: ignore[operator]
    return phrase(f"backtest.off_{way}", language, **facts)


def _covered(own: pl.DataFrame, interval: float, language: str) -> str:
    share = float(own["covered_share"].mean())  # type: ignore[arg-type]
    way = "wide" if share > interval + NEAR else "narrow" if share < interval - NEAR else "right"
    top = own["covered_top_share"].mean()
    return phrase(
        f"backtest.covered_{way}", language, share=percent(share, language),
        said=percent(interval, language), top=percent(top, language),  # type: ignore[arg-type]
    )  # fmt: skip


def _naive(measured: pl.DataFrame, model: str, language: str) -> tuple[str, ...]:
    said = []
    for win in wins(measured, model):
        rule = phrase(f"backtest.method.{win.rule}", language)
        own, its = percent(win.own, language, 1), percent(win.its, language, 1)
        key = f"backtest.beaten.{win.question}"
        said.append(phrase(key, language, rule=rule, own=own, its=its))
    return tuple(said) or (phrase("backtest.unbeaten", language),)


def _sampled(own: pl.DataFrame, plan: Plan, rules: BacktestRules, language: str) -> tuple[str, ...]:
    if not is_sampled(plan, rules):
        return ()
    most: int = own["n_customers"].max()  # type: ignore[assignment]
    shown = {"n": number(most, language), "known": number(plan.n_known, language)}
    return (phrase("backtest.sampled", language, **shown),)
