"""A company in which every text that a person can write is an attack, or breaks a careless page."""

from pathlib import Path

import dataframely as dy
import polars as pl

from segment import sample
from segment.sample import SampleRules
from segment.schema import TABLES

RAN = "window.ran=(window.ran||0)+1"
ATTACKS = (
    f"<script>{RAN}</script>",
    f'<img src=x onerror="{RAN}">',
    f'"><svg onload="{RAN}">',
    f"' onmouseover='{RAN}' autofocus onfocus='{RAN}",
    f"<details open ontoggle={RAN}>",
    f"<iframe srcdoc='<script>parent.{RAN}</script>'>",
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;<img src=1 onerror={RAN}>">',
    f"javascript:{RAN}",
    f'<a href="javascript:{RAN}">x</a>',
    f"# Heading\n\n[x](javascript:{RAN}) ![y](//evil.example/y.png) `code`",
    "</td></table></main><h1>broken</h1><h2>broken</h2>",
    "</style><style>* { display: none !important }</style>",
    "<!-- ]]> --!>",
    "</script></textarea></title>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    "<form action=//evil.example><button popovertarget=contents>go",
    "{{ 7 * 7 }}{% raw %}{page.title}{0}%s%(x)s${1}",
    "&lt;script&gt;&#60;",
    "\u202egnp.evil\u2066 \u200f",
    "x" * 300,
    "宽" * 120,
    "a\x00b\x07c\x1b[31md",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("//evil.example","x")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\x00=1+1",
    "\ufeff=1+1",
    "\t=1+1",
)
# Who is the same in every table is the same attack in every table.
IDS = ("customer_id", "prospect_id", "staff_id", "product_id")
# A text for each row; the other texts are few, and each of them becomes one attack.
OWN = {"customers": ("name",), "products": ("name",), "survey": ("remark",),
       "staff": ("name",), "exceptions": ("reason",)}  # fmt: skip


def write(folder: Path) -> None:
    """Write the tables of a small company, its texts replaced."""
    made = sample.make(SampleRules(n_customers=300, n_prospects=300, n_responses=60))
    folder.mkdir(parents=True)
    for name, clean in made.tables.items():
        rows, declared = clean, TABLES[name].columns()
        for column in (one for one in IDS if one in clean.columns):
            rows = rows.with_columns(_attack(rows[column], keeps=True))
        for column in OWN.get(name, ()):
            place = pl.int_range(pl.len()) % len(ATTACKS)
            text = place.replace_strict(dict(enumerate(ATTACKS)), return_dtype=pl.String)
            rows = rows.with_columns(pl.when(pl.col(column).is_not_null()).then(text).alias(column))
        free = [
            column
            for column, kind in rows.schema.items()
            if kind == pl.String and column not in (*IDS, *OWN.get(name, ()), "currency")
            and not column.endswith("_id") and not isinstance(declared.get(column), dy.Enum)
        ]  # fmt: skip
        rows = rows.with_columns(_attack(rows[column], keeps=False) for column in free)
        if name == "exceptions":  # in a file of text, so that days are attacks as well
            bad = rows.cast(pl.String).with_columns(expires_on=pl.lit("=cmd|' /C calc'!A0"))
            torn = pl.concat([rows.cast(pl.String), bad.head(2)])
            torn.write_csv(folder / f"{name}.csv")
        else:
            rows.write_parquet(folder / f"{name}.parquet")


def _attack(texts: pl.Series, *, keeps: bool) -> pl.Series:
    """Return each distinct text as an attack; one that `keeps` the text is still told apart."""
    distinct = texts.drop_nulls().unique().sort().to_list()
    told = {
        text: f"{ATTACKS[_number(text) % len(ATTACKS)]} {text}" if keeps
        else ATTACKS[place % len(ATTACKS)]
        for place, text in enumerate(distinct)
    }  # fmt: skip
    return texts.replace_strict(told, default=None, return_dtype=pl.String)


def _number(identifier: str) -> int:
    return int("".join(sign for sign in identifier if sign.isdigit()))
