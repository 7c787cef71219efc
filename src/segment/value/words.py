"""What serving customers costs, in sentences for a manager."""

import polars as pl

from segment.text import money, number, percent, phrase
from segment.value.activities import LARGEST, Activities
from segment.value.rules import ValueRules


def costs(
    customers: pl.DataFrame, known: Activities, rules: ValueRules, language: str, currency: str,
    *, has_invoices: bool,
) -> list[str]:  # fmt: skip
    """Say what serving cost, on what it rests, and what is left out."""
    if not known.is_known:
        if rules.usual_cost_share > 0:
            share = percent(rules.usual_cost_share, language, 1)
            return [phrase("value.usual", language, share=share)]
        return [phrase("absent.costs", language)]
    of = dict(
        known.kinds.group_by("follows", maintain_order=True).agg(pl.col("cost").sum()).iter_rows()
    )
    total = sum(of.values())
    said = [
        phrase(
            "value.costs", language, money=money(total, currency, language),
            orders=money(of.get("orders", 0.0), currency, language),
            calendar=money(of.get("calendar", 0.0), currency, language),
        )
    ]  # fmt: skip
    if known.n_capped:
        said.append(
            phrase(
                "value.capped", language, n=number(known.n_capped, language),
                money=money(known.capped, currency, language), times=number(LARGEST, language),
            )
        )  # fmt: skip
    if known.unused:
        said.append(phrase("value.unused", language, names=", ".join(known.unused)))
    n_given = int((customers["cost_basis"] == "given").sum())
    if n_given:
        said.append(phrase("value.given", language, n=number(n_given, language)))
    if has_invoices and rules.financing_rate_annual == 0:
        said.append(phrase("value.not_financed", language))
    return said


def below_zero(customers: pl.DataFrame, language: str) -> list[str]:
    """Say how many customers are expected to cost more than they bring; nothing if unknown."""
    odds = customers["p_below_zero"].drop_nulls()
    if odds.is_empty():
        return []
    likely = int((odds >= 0.5).sum())  # noqa: PLR2004 (more likely than not)
    return [
        phrase(
            "value.below_zero", language, n=number(round(float(odds.sum())), language),
            likely=number(likely, language), customers=number(odds.len(), language),
        )
    ]  # fmt: skip
