"""Signs in words, each with what was seen and what is usual."""

from string import Formatter

import polars as pl

from segment.schema import require
from segment.signals.rules import SignalRules
from segment.text import phrase

OPEN = {mark: f"{{{mark}}}" for mark in ("seen", "usual", "by", "window")}  # to be filled in by row


def reasons(watched: pl.DataFrame, rules: SignalRules, language: str = "en") -> pl.DataFrame:
    """Add `reasons`: the signs of `watch_signs` in words, in their order.

    Raises:
        DataError: The frame has not been through `signals.add` and the watch list.
        ConfigError: There is no such language.
    """
    require(watched, ["watch_signs"], by="signals.words")
    kinds = watched.schema["watch_signs"]
    signs = list(kinds.inner.categories) if isinstance(kinds, pl.List) else []  # type: ignore[union-attr]
    said = [
        pl.when(pl.col("watch_signs").list.contains(pl.lit(sign, dtype=pl.Enum(signs)))).then(
            _filled(phrase(f"signal.{sign}", language, **OPEN), _marks(sign, rules), language)
        )
        for sign in signs
        if watched["watch_signs"].list.contains(pl.lit(sign, dtype=pl.Enum(signs))).any()
    ]
    together = pl.concat_str(said, separator=phrase("signal.and", language), ignore_nulls=True)
    return watched.with_columns(reasons=together if said else pl.lit(""))


def _marks(sign: str, rules: SignalRules) -> dict[str, pl.Expr]:
    """Return what the marks of a sign's phrase stand for; a share is a percentage."""
    window = pl.lit(rules.window_days)
    percent = {
        "returns": {"seen": pl.col("refund_share_lately"), "usual": pl.col("refund_share_usual")},
        "dissatisfaction": {"seen": pl.col("dissatisfied_share")},
        "drop": {"seen": pl.col("revenue_lately") / pl.col("revenue_usual")},
    }
    whole = {
        "silence": {"seen": pl.col("silent_days"), "usual": pl.col("rhythm_days")},
        "late": {
            "seen": pl.col("days_late_lately"),
            "by": pl.col("days_late_lately") - pl.col("days_late_usual"),
        },
    }
    if sign in percent:
        window = pl.lit(rules.drop_days) if sign == "drop" else window
        shares = {
            name: (100 * share).round().cast(pl.Int64).cast(pl.String) + "%"
            for name, share in percent[sign].items()
        }
        return {**shares, "window": window}
    if sign in whole:
        return {name: days.round().cast(pl.Int64) for name, days in whole[sign].items()}
    return {
        "seen": pl.col(f"{sign}_lately").round().cast(pl.Int64),
        "usual": pl.col(f"{sign}_usual").round(1),
        "window": window,
    }


def _filled(template: str, marks: dict[str, pl.Expr], language: str) -> pl.Expr:
    """Return a phrase filled in row by row; what is unknown is said to be so."""
    unknown = phrase("word.unknown", language)
    parts: list[pl.Expr] = []
    for literal, mark, _, _ in Formatter().parse(template):
        parts.append(pl.lit(literal))
        if mark is not None:
            parts.append(marks[mark].cast(pl.String).fill_null(unknown))
    return pl.concat_str(parts)
