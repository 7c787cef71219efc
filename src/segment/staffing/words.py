"""What the staffing says, in sentences for the head of sales."""

import polars as pl

from segment.staffing.rules import StaffingRules
from segment.text import number, percent, phrase, word

HEADS = pl.col("heads_low") + pl.col("heads_high")  # twice the middle


def describe(rules: StaffingRules, language: str = "en") -> str:
    """Say the ratios in one line.

    Raises:
        ConfigError: There is no such language.
    """
    ratios = (
        phrase("staffing.ratio", language, code=code, ratio=_ratio(rules, code, 1.0, language))
        for code in rules.customers_per_head
    )
    return phrase(
        "staffing.rule", language, label=word("column", rules.label, language),
        ratios=", ".join(ratios), personal=", ".join(rules.personal),
    )  # fmt: skip


def needed(
    needs: pl.DataFrame, available: float, rules: StaffingRules, language: str = "en"
) -> list[str]:
    """Say how many people the personal classes need, who is there, and what would fit the team.

    Raises:
        ConfigError: There is no such language.
    """
    is_personal = pl.col(rules.label).cast(pl.String).is_in(rules.personal)
    wanted = float(needs.filter(is_personal).select(HEADS.sum() / 2).item())
    told = [
        phrase(
            "staffing.needed", language, classes=", ".join(rules.personal),
            wanted=number(wanted, language, 1), available=number(available, language, 1),
        )
    ]  # fmt: skip
    if wanted > available > 0:
        factor = wanted / available
        ratios = (f"{code} {_ratio(rules, code, factor, language)}" for code in rules.personal)
        told.append(phrase("staffing.would_fit", language, ratios=", ".join(ratios)))
    marks = {"is_upside_down": "heads_share", "is_costlier": "cost_share"}
    return told + [
        one
        for mark, effort in marks.items()
        for one in _upside_down(needs, rules, mark, effort, language)
    ]


def _upside_down(
    needs: pl.DataFrame, rules: StaffingRules, mark: str, effort: str, language: str
) -> list[str]:
    """Say which class takes more effort than the best one and brings less; nothing if none."""
    best = needs.head(1).to_dicts()
    return [
        phrase(
            f"staffing.{mark}", language, code=row[rules.label], best=best[0][rules.label],
            effort=percent(row[effort], language), best_effort=percent(best[0][effort], language),
            value=percent(row["value_share"], language),
            best_value=percent(best[0]["value_share"], language),
        )
        for row in needs.filter(mark).to_dicts()
    ]  # fmt: skip


def moved(dealt: pl.DataFrame, language: str = "en") -> list[str]:
    """Say how many customers keep their person and how many would get another or a first one.

    Raises:
        ConfigError: There is no such language.
    """
    if dealt.is_empty():
        return [phrase("staffing.nobody", language)]
    kept = int(dealt["is_kept"].sum())
    first = int(dealt["staff_id"].null_count())
    return [
        phrase(
            "staffing.moved", language, n=number(dealt.height, language),
            kept=number(kept, language), share=percent(kept / dealt.height, language),
            moved=number(dealt.height - kept - first, language), first=number(first, language),
        )
    ]  # fmt: skip


def _ratio(rules: StaffingRules, code: str, factor: float, language: str) -> str:
    few, many = (number(one * factor, language) for one in rules.ratio(code))
    return f"1:{few}" if few == many else f"1:{few}–{many}"
