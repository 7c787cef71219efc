"""The codebook: what every column of every input table holds, written from the contracts.

A test holds `docs/codebook.md` equal to it, so that the documentation cannot fall behind.
"""

import inspect
from typing import Any

import dataframely as dy

from segment.schema import TABLES

TYPES = {
    dy.String: "text",
    dy.Date: "day",
    dy.Datetime: "day and time",
    dy.Float64: "number",
    dy.Bool: "yes or no",
    dy.Enum: "one of a list",
}
BOUNDS = (("min", "at least"), ("min_exclusive", "above"), ("max", "at most"),
          ("max_exclusive", "below"))  # fmt: skip
HEAD = """\
# Codebook

What each input table holds. Only `transactions` is needed; every other table adds sections to
the report. A column that may be empty may also be absent. Written by `segment codebook`.
"""


def codebook() -> str:
    """Return the codebook of all input tables as Markdown."""
    return "\n".join([HEAD, *(_table(name, schema) for name, schema in TABLES.items())])


def _table(name: str, schema: type[dy.Schema]) -> str:
    keys = schema.primary_key()
    unique = f"\n\nA row is known by {' and '.join(f'`{key}`' for key in keys)}." if keys else ""
    rows = "\n".join(_row(column, rules) for column, rules in schema.columns().items())
    return (
        f"## {name}\n\n{inspect.cleandoc(schema.__doc__ or '')}{unique}\n\n"
        "| column | type | may be empty | range | what it holds |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def _row(name: str, rules: Any) -> str:
    cells = (
        f"`{name}`",
        next(words for kind, words in TYPES.items() if isinstance(rules, kind)),
        "yes" if rules.nullable else "no",
        _range(rules),
        rules.description or "",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _range(rules: Any) -> str:
    if isinstance(rules, dy.Enum):
        return ", ".join(rules.categories)
    bounds = [
        f"{words} {value:g}"
        for bound, words in BOUNDS
        if isinstance(value := getattr(rules, bound, None), int | float)
    ]
    return ", ".join(bounds)
