"""Who must not be named on a page: the names and identifiers in the data, to be looked up.

A name of several words, or an identifier of letters and digits, is found in any sentence. A single
word may be a word like any other, and is found only where it stands alone; a plain number may
be a figure, and is found only where it stands alone in a column of customers or prospects.
What the report says in any case (its own words, products, staff, regions) is nobody's name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from segment.text import LANGUAGES, phrases

KEYS = ("customer_id", "prospect_id")
# What pages show of the data on purpose, by table.
PUBLIC = {
    "products": ("product_id", "name", "family"),
    "staff": ("staff_id", "name", "region", "role"),
    "customers": ("region", "industry", "staff_id"),
    "transactions": ("product_id", "family"),
    "exceptions": ("owner",),
}
# A column of prospects in which nearly every row has a text of its own says who they are.
OWN_TEXT_SHARE = 0.9
FEWEST_OWN_TEXTS = 20  # fewer rows than this are all different by chance
SHORTEST_NAME = 6  # of several words, to be found in a sentence
SHORTEST_ID = 5  # of letters and digits, likewise
SHORTEST_HAN = 4  # of Chinese, which writes no spaces: shorter names are words as well
MOST_TOKENS = 8  # of a name that are looked at; of Chinese as many signs
HEAD, SHORT_HEAD = 4, 2  # signs by which most places are passed over
SIGN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts in which a sign is a word of its own
TOKEN = re.compile(rf"[{SIGN}]|[^\W{SIGN}]+")
HAN = rf"^[{SIGN}]+$"
EDGES = r"^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$"
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True)
class Naming:
    """Names and identifiers by where they are found, each without what stands at its edges.

    `anywhere` in any text, `alone` where a text is nothing else, `listed` where it is nothing
    else in a column of customers or prospects. `heads` are the beginnings of `anywhere`.
    """

    anywhere: frozenset[str]
    alone: frozenset[str]
    listed: frozenset[str]
    heads: frozenset[str]

    def found(self, text: str, *, is_listed: bool = False) -> Iterator[str]:
        """Give what a text names; `is_listed` where it stands in a column of customers."""
        plain = SPACES.sub(" ", text)
        whole = trimmed(plain)
        if whole in self.alone or (is_listed and whole in self.listed):
            yield whole
        if not self.heads:
            return
        tokens = [(token.start(), token.end()) for token in TOKEN.finditer(plain)]
        for place, (start, _) in enumerate(tokens):
            if not (
                plain[start : start + HEAD] in self.heads
                or plain[start : start + SHORT_HEAD] in self.heads
            ):
                continue
            for _, end in tokens[place : place + MOST_TOKENS]:
                if plain[start:end] in self.anywhere:
                    yield plain[start:end]


def trimmed(text: str) -> str:
    """Return a text from its first letter or digit to its last."""
    tokens = list(TOKEN.finditer(text))
    return text[tokens[0].start() : tokens[-1].end()] if tokens else ""


def of_texts(names: pl.Series, said: Iterable[str] = ()) -> Naming:
    """Return names and identifiers ready to be looked up, but those that `said` holds anyway."""
    text = pl.col("text")
    one = text.str.replace_all(r"\s+", " ").str.replace_all(EDGES, "")
    cut = names.rename("text").to_frame().select(one.unique()).drop_nulls()
    cut = cut.filter(text.str.len_chars() > 1)
    letters, digits = text.str.contains(r"\p{L}"), text.str.contains(r"\d")
    is_han, size = text.str.contains(HAN), text.str.len_chars()
    several = text.str.contains(" ")
    is_word = ~several & ~digits & ~text.str.contains(r"[^\p{L}\p{M}'’-]")
    kinds = cut.with_columns(
        kind=pl.when(~letters)
        .then(pl.lit("listed"))
        .when(is_han)
        .then(pl.when(size >= SHORTEST_HAN).then(pl.lit("anywhere")).otherwise(pl.lit("alone")))
        .when(several & (size >= SHORTEST_NAME))
        .then(pl.lit("anywhere"))
        .when(several | is_word)
        .then(pl.lit("alone"))
        .when(size >= SHORTEST_ID)
        .then(pl.lit("anywhere"))
        .otherwise(pl.lit("listed"))
    )
    of_kind = {
        kind: set(kinds.filter(kind=kind)["text"]) for kind in ("anywhere", "alone", "listed")
    }
    of_kind["anywhere"] = {_first_tokens(name) for name in of_kind["anywhere"]}
    made = _naming(of_kind)
    mentioned = {name for one in said for name in made.found(one, is_listed=True)}
    return _naming({kind: held - mentioned for kind, held in of_kind.items()})


def of_data(folder: Path, said: Iterable[str]) -> Naming:
    """Return who is in the input tables of a run, but for what `said` and pages hold anyway."""
    paths = sorted(folder.glob("*.parquet"))
    names: list[pl.Series] = []
    public: list[pl.Series] = []
    for path in paths:
        rows = pl.scan_parquet(path)
        schema = rows.collect_schema()
        personal = [key for key in KEYS if key in schema]
        if path.stem == "customers":
            personal += [name for name in ("name",) if name in schema]
        if path.stem == "prospects":
            personal += _own_texts(rows)
        shown = [name for name in PUBLIC.get(path.stem, ()) if name in schema]
        names += [_unique(rows, name) for name in personal]
        public += [_unique(rows, name) for name in shown]
    every = pl.concat(names) if names else pl.Series("text", dtype=pl.String)
    words = (text for language in LANGUAGES for text in phrases(language).values())
    return of_texts(every, [*words, *said, *(text for part in public for text in part)])


def _naming(of_kind: dict[str, set[str]]) -> Naming:
    heads = {name[: HEAD if len(name) >= HEAD else SHORT_HEAD] for name in of_kind["anywhere"]}
    return Naming(
        **{kind: frozenset(held) for kind, held in of_kind.items()}, heads=frozenset(heads)
    )


def _first_tokens(name: str) -> str:
    """Return a name up to as many tokens as are looked at."""
    if len(name) <= MOST_TOKENS:
        return name
    ends = [token.end() for token in TOKEN.finditer(name)]
    return name[: ends[:MOST_TOKENS][-1]]


def _unique(rows: pl.LazyFrame, name: str) -> pl.Series:
    found = rows.select(text=pl.col(name).cast(pl.String).unique()).drop_nulls()
    return found.collect()["text"].sort()


def _own_texts(rows: pl.LazyFrame) -> list[str]:
    """Name the text columns in which nearly every row has its own: contact, company, remark."""
    schema = rows.collect_schema()
    texts = [name for name, kind in schema.items() if kind == pl.String and name not in KEYS]
    if not texts:
        return []
    shares = rows.select(pl.col(texts).drop_nulls().n_unique() / pl.col(texts).count()).collect()
    counts = rows.select(pl.col(texts).count()).collect()
    return [
        name
        for name in texts
        if counts[name][0] >= FEWEST_OWN_TEXTS and shares[name][0] >= OWN_TEXT_SHARE
    ]
