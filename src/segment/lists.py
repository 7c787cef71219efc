"""Action lists as files: one of all actions and one for each owner, in CSV and Excel.

Who works a list needs to know whom to call, so names and identifiers are in full unless `[lists]`
says otherwise; masked, an identifier is a code that stays the same from month to month.
"""

import hashlib
import re
from collections.abc import Mapping

import polars as pl

from segment import spreadsheets, tables
from segment.company import ListRules
from segment.schema import require
from segment.text import phrase

ALL = "actions"
NEEDED = ("customer_id", "name", "staff_id", "owner")
CODE_DIGITS = 10
NOT_IN_FILES = re.compile(r"[^\w-]+")


def files(
    actions: pl.DataFrame, rules: ListRules, *, company: str, language: str, currency: str,
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
    told = _masked(actions, company) if rules.identities == "masked" else actions
    nobody = phrase("list.nobody", language)
    whose = pl.coalesce("staff_id", pl.lit(""))
    made = _in_words(told.drop("staff_id"), language, currency, vocabulary or {})
    by_owner: dict[str, pl.DataFrame] = {}
    sheets = {phrase("list.all", language): made}
    for staff_id in told.select(whose.unique().sort()).to_series():
        rows = made.filter(told.select(whose == staff_id).to_series())
        owner = str(told.filter(whose == staff_id)["owner"][0] or staff_id or nobody)
        by_owner[f"{ALL}-{_file_name(staff_id)}"] = rows
        sheets[owner if owner not in sheets else f"{owner} ({staff_id})"] = rows
    found = {f"{ALL}.csv": spreadsheets.csv(made), f"{ALL}.xlsx": spreadsheets.workbook(sheets)}
    for name, rows in by_owner.items():
        found[f"{name}.csv"] = spreadsheets.csv(rows)
        found[f"{name}.xlsx"] = spreadsheets.workbook({name: rows})
    return found


def _in_words(
    actions: pl.DataFrame, language: str, currency: str, vocabulary: Mapping[str, str]
) -> pl.DataFrame:
    """Return the actions with labels in words and the headers of a reader."""
    labels = {name: kind for name, kind in actions.schema.items() if isinstance(kind, pl.Enum)}
    named = actions.with_columns(
        tables.in_words(actions[name], vocabulary.get(name, f"scheme.{name}"), language)
        for name in labels
    )
    return named.rename({name: tables.header(name, language, currency) for name in named.columns})


def _masked(actions: pl.DataFrame, company: str) -> pl.DataFrame:
    """Return the actions without names, each identifier as a code of the company's own."""
    ids = actions["customer_id"].unique().drop_nulls().to_list()
    codes = {one: code(one, company) for one in ids}
    masked = pl.col("customer_id").replace_strict(codes, return_dtype=pl.String)
    return actions.with_columns(masked, name=masked)


def code(identifier: str, company: str) -> str:
    """Return what stands for an identifier: the same every month, another for another company."""
    key = hashlib.blake2b(company.encode(), digest_size=32).digest()
    mark = hashlib.blake2b(identifier.encode(), key=key, digest_size=CODE_DIGITS // 2)
    return mark.hexdigest()


def _file_name(staff_id: str) -> str:
    """Return a part of a file's name that every system takes, another for another person."""
    plain = NOT_IN_FILES.sub("-", staff_id).strip("-")
    if not staff_id:
        return "nobody"
    return plain if plain == staff_id else f"{plain or 'person'}-{code(staff_id, '')[:4]}"
