"""What a remark says: whether it complains, told by simple word lists in both languages.

A word that complains counts unless it is negated ("no complaints"), and one that praises counts
when it is ("never fit"). A negation reaches a few words, not past a comma, and takes the nearest
word with it. Irony and what lies between the lines are not seen; whoever reads the remarks may
state the truth in the column is_complaint, which goes first.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

REACH = 3  # words between a negation and what it negates: "not a single complaint"
REACH_CHARACTERS = 4  # the same in Chinese
PRAISED = "\u2039"  # marks a praise that was negated


@cache
def lexicon() -> dict[str, dict[str, Any]]:
    """Return the word lists by language."""
    text = (resources.files("segment") / "survey" / "lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def complains(remark: pl.Expr) -> pl.Expr:
    """Tell whether a remark complains; null where there is none, or only blanks."""
    said = remark.str.strip_chars()
    text = said.str.to_lowercase().str.replace_all("[’‘`]", "'")
    english = _english(text)
    chinese = _chinese(text)
    return pl.when(said.str.len_chars() > 0).then(english | chinese)


def _english(text: pl.Expr) -> pl.Expr:
    words = lexicon()["en"]
    bad, good, negation = (_any(words[name]) for name in ("bad", "good", "negation"))
    negated = rf"\b{negation}\s+(?:[\w'-]+\s+){{0,{REACH}}}?(?:{bad}|(?P<good>{good}))\b"
    rest = text.str.replace_all(negated, f" {PRAISED}${{good}} ")
    return rest.str.contains(rf"\b{bad}\b|{PRAISED}\w")


def _chinese(text: pl.Expr) -> pl.Expr:
    words = lexicon()["zh"]
    bad, good, negation = (_any(words[name]) for name in ("bad", "good", "negation"))
    between = f"{words['between']}{{0,{REACH_CHARACTERS}}}?"
    negated = f"{negation}{between}(?:{bad}|(?P<good>{good}))"
    rest = text.str.replace_all(_any(words["kept"]), " ").str.replace_all(
        negated, f" {PRAISED}${{good}} "
    )
    return rest.str.contains(rf"{bad}|{PRAISED}\w")


def _any(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"
