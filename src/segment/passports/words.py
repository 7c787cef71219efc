"""Passports in words: the rule with both numbers, the reasons, what would change it.

Sentences are made a row at a time, some thousand rows a second: for the customers that are shown
or asked for, not for a whole frame of millions.
"""

import datetime as dt
import math
from typing import Any

import polars as pl

from segment.passports.issuing import issue_columns, valid_until
from segment.passports.reasons import FACTS
from segment.passports.signs import CHANCE
from segment.prospects.words import reasons as told_by_score
from segment.schema import require
from segment.tables import MONEY, header, is_share, label
from segment.text import day, money, number, percent, phrase, phrases

WORDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "called": pl.String, "worth": pl.String, "rule": pl.String, "past": pl.List(pl.String),
    "kept": pl.String,
    "why": pl.List(pl.String), "would_change": pl.List(pl.String), "holds": pl.String,
    "made_by": pl.String,
}  # fmt: skip
SIDES = ("better", "worse")
COUNTS = ("purchases_last_year",)  # whole numbers that are no days by their name
PLACE = "place"


def in_words(issued: pl.DataFrame, language: str = "en", currency: str = "") -> pl.DataFrame:
    """Add what each passport says: one text a part, lists of sentences for what has several.

    Columns: called (the label), worth (the value with its range), rule (with both numbers), past
    (a month ago, and whether the label waits), kept (on purpose), why, would_change, holds (until
    when), made_by.

    Raises:
        DataError: `issued` is not what `issue` returns.
        ConfigError: There is no such language.
    """
    require(issued, issue_columns(issued), by="passports.in_words")
    by_score = "feature" in _fields(issued)
    told = told_by_score(issued, language).to_list() if by_score else None
    rows = [
        _said(row, language, currency, told[place] if told else None)
        for place, row in enumerate(issued.to_dicts())
    ]
    return issued.hstack(pl.DataFrame(rows, schema=WORDS))


def written(value: float | None, column: str, language: str, currency: str) -> str:
    """Write a value of a column: money, a percentage, whole days or counts, or a number."""
    if column in MONEY:
        return money(value, currency, language) if currency else number(value, language)
    if is_share(column):
        return percent(value, language, 2 if column == CHANCE else 1)
    is_whole = column in (PLACE, *COUNTS) or column.endswith("_days")
    return number(value, language, 0 if is_whole else 2)


def _fields(issued: pl.DataFrame) -> list[str]:
    kind = issued.schema["reasons"]
    inner = kind.inner if isinstance(kind, pl.List) else None
    return [field.name for field in inner.fields] if isinstance(inner, pl.Struct) else []


def _said(
    row: dict[str, Any], language: str, currency: str, told: list[str] | None
) -> dict[str, Any]:
    why = [_reason(one, language, currency) for one in row["reasons"]] if told is None else told
    # while a fall waits no rise is taken
    sides = SIDES[1:] if row["due_months"] else SIDES
    changes = [_change(row, side, language, currency) for side in sides if row[side] is not None]
    return {
        "called": _called(row, "code", language),
        "worth": _worth(row, language, currency),
        "rule": _rule(row, language, currency),
        "past": _past(row, language),
        "kept": _kept(row, language),
        "why": why,
        "would_change": changes,
        "holds": _holds(row["valid_until"], row["as_of"], language),
        "made_by": _made_by(row, language),
    }


def _called(row: dict[str, Any], part: str, language: str) -> str:
    return label(row[part], f"scheme.{row['label']}", language)


def _worth(row: dict[str, Any], language: str, currency: str) -> str:
    column = row["column"]
    value, low, high = (
        written(row[part], column, language, currency)
        for part in ("value", "value_low", "value_high")
    )
    has_range = row["value_low"] is not None and row["value_high"] is not None
    # the mean of a customer who has probably left, and may be back for much
    is_gone = has_range and row["value_low"] == row["value_high"] == 0 and row["value"]
    way = "worth_gone" if is_gone else "worth_between" if has_range else "worth"
    return phrase(
        f"passport.{way}", language, column=header(column, language),
        value=value, low=low, high=high,
    )  # fmt: skip


def _rule(row: dict[str, Any], language: str, currency: str) -> str:
    column, at = row["line_column"], row["line_at"]
    if column is None or row["line_value"] is None:
        return ""
    way = "nobody" if at is None else row["line_way"]
    return phrase(
        f"passport.rule.{way}",
        language,
        column=header(column, language),
        value=written(row["line_value"], column, language, currency),
        code=_called(row, "line_code", language),
        # silence of less than one day more is not yet beyond the line
        at=written(math.floor(at) if way == "beyond" else at, column, language, currency),
    )


def _past(row: dict[str, Any], language: str) -> list[str]:
    said = []
    if row["code_before"] is not None:
        way = "same" if row["code_before"] == row["code"] else "moved"
        before = _called(row, "code_before", language)
        said.append(phrase(f"passport.past.{way}", language, before=before))
    if row["by_line"] not in (None, row["code"]):
        waits = "within_margin" if row["margin"] else "held"
        said.append(
            phrase(
                f"passport.past.{'in_grace' if row['due_months'] else waits}",
                language,
                by_line=_called(row, "by_line", language),
                margin=(_points if row["is_margin_points"] else percent)(row["margin"], language),
                due=number(row["due_months"], language),
                months=number(row["grace_months"], language),
            )
        )
    return said


def _kept(row: dict[str, Any], language: str) -> str:
    if row["kept_until"] is None:
        return ""
    way = "kept_by" if row["kept_reason"] is None else "kept"
    return phrase(
        f"passport.{way}",
        language,
        reason=row["kept_reason"],
        owner=row["kept_owner"],
        day=day(row["kept_until"], language),
    )


def _points(share: float, language: str) -> str:
    return phrase("page.points_of_share", language, points=number(share * 100, language, 1))


def _reason(reason: dict[str, Any], language: str, currency: str) -> str:
    fact = FACTS[reason["reason"]]
    return phrase(
        f"passport.reason.{fact.name}",
        language,
        number=_by_kind(reason["number"], fact.kind, language, currency),
        other=_by_kind(reason["other"], fact.other_kind, language, currency),
    )


def _by_kind(value: float | None, kind: str, language: str, currency: str) -> str:
    if kind == "money":
        return money(value, currency, language) if currency else number(value, language)
    if kind == "share":
        return percent(value, language)
    return number(value, language, 1 if kind == "decimal" else 0)


def _change(row: dict[str, Any], side: str, language: str, currency: str) -> str:
    code = _called(row, side, language)
    way, column, value, at, by = (
        row[f"{side}_{part}"] for part in ("way", "column", "value", "at", "by")
    )
    if way == "buy":
        return phrase("passport.change.buy", language, code=code)
    if way == "fade":
        return phrase("passport.change.fade", language, code=code)
    if way == "wait":
        from_now, silent = math.floor(at) + 1 - value, math.floor(at)
        days, at_days = number(from_now, language), number(silent, language)
        return phrase("passport.change.wait", language, code=code, at=at_days, days=days)
    if way in ("rise", "sink"):
        ends = {"at": number(at, language), "away": number(by, language)}
        return phrase(f"passport.change.{way}", language, code=code, **ends)
    away = _points(by, language) if is_share(column) else written(by, column, language, currency)
    if by >= 0 and value and not is_share(column):
        share = percent(by / abs(value), language)
        away = phrase("passport.with_share", language, away=away, share=share)
    return phrase(
        f"passport.change.{way}{'_already' * (by < 0)}",
        language,
        code=code,
        column=header(column, language),
        at=written(at, column, language, currency),
        away=away,
    )


def _holds(until: dt.date, as_of: dt.date, language: str) -> str:
    way = "next" if until == valid_until(as_of) else "own"
    return phrase(f"passport.holds.{way}", language, day=day(until, language))


def _made_by(row: dict[str, Any], language: str) -> str:
    name, _, mark = row["model"].partition(" ")
    return phrase(
        "passport.made_by",
        language,
        day=day(row["as_of"], language),
        model=f"{phrases(language).get(f'model.{name}', name)} {mark}".strip(),
        rules=row["rule_version"],
        code=row["package_version"],
    )
