"""Action lists as files: one of all actions and one for each owner, in CSV and Excel.

Who is named in them, and by which code, is settled before: see `workspace.for_lists`.
"""

import hashlib
import re
from collections.abc import Mapping

import polars as pl

from segment import spreadsheets, tables
from segment.schema import require
from segment.text import phrase

ALL = "actions"
NEEDED = ("staff_id", "owner")
CENTS = 2  # decimals of money: a sum of cents is no 23398.129999999997
MARK_BYTES = 2  # of a file's name, to tell apart what is written alike
NOT_IN_FILES = re.compile(r"[^\w-]+")


def files(
    actions: pl.DataFrame, *, language: str, currency: str,
    vocabulary: Mapping[str, str] | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """Return the files of the action lists by name: all actions, and those of each owner.

    `actions` has a row for each action, in the order in which they are to be done; staff_id names
    the owner's files and owner is shown. Labels are written in words, of `scheme.<column>` or of
    the section that `vocabulary` names.

    Raises:
        DataError: `actions` lacks a column.
    """
    require(actions, NEEDED, by="lists.files")
    nobody = phrase("list.nobody", language)
    whose = pl.coalesce("staff_id", pl.lit(""))
    made = _in_words(actions.drop("staff_id"), language, currency, vocabulary or {})
    by_owner: dict[str, pl.DataFrame] = {}
    sheets = {phrase("list.all", language): made}
    for staff_id in actions.select(whose.unique().sort()).to_series():
        rows = made.filter(actions.select(whose == staff_id).to_series())
        owner = str(actions.filter(whose == staff_id)["owner"][0] or staff_id or nobody)
        by_owner[f"{ALL}-{_file_name(staff_id)}"] = rows
        sheets[owner if owner not in sheets else f"{owner} ({staff_id})"] = rows
    found = _both(ALL, made, sheets)
    for name, rows in by_owner.items():
        found |= _both(name, rows, {name: rows})
    return found


def one(
    name: str, rows: pl.DataFrame, *, language: str, currency: str,
    vocabulary: Mapping[str, str] | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """Return the files of a single list by name: the rows as they are, in words."""
    made = _in_words(rows, language, currency, vocabulary or {})
    return _both(name, made, {name: made})


def _both(name: str, rows: pl.DataFrame, sheets: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """Return a list as CSV and, in sheets, for Excel."""
    return {f"{name}.csv": spreadsheets.csv(rows), f"{name}.xlsx": spreadsheets.workbook(sheets)}


def _in_words(
    actions: pl.DataFrame, language: str, currency: str, vocabulary: Mapping[str, str]
) -> pl.DataFrame:
    """Return the actions with labels in words, money in cents and the headers of a reader."""
    labels = {name: kind for name, kind in actions.schema.items() if isinstance(kind, pl.Enum)}
    money = [name for name in actions.columns if name in tables.MONEY]
    named = actions.with_columns(pl.col(money).round(CENTS)).with_columns(
        tables.in_words(actions[name], vocabulary.get(name, f"scheme.{name}"), language)
        for name in labels
    )
    return named.rename({name: tables.header(name, language, currency) for name in named.columns})


def _file_name(staff_id: str) -> str:
    """Return a part of a file's name that every system takes, another for another person."""
    plain = NOT_IN_FILES.sub("-", staff_id).strip("-")
    if not staff_id:
        return "nobody"
    mark = hashlib.blake2b(staff_id.encode(), digest_size=MARK_BYTES).hexdigest()
    return plain if plain == staff_id else f"{plain or 'person'}-{mark}"
