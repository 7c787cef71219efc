"""Who must not be named on a page: the names and identifiers in the data, looked up in its texts.

A name of several words, or an identifier of letters and digits, is found in any sentence. A single
word may be a word like any other and is found only where it stands alone; a plain number may be
a figure and is found only in a column of customers or prospects. What the report says in any case
(its own words, products, staff, regions) is nobody's name.
"""

import re
from collections.abc import Iterable, Iterator
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
MOST_TOKENS = 8  # words, or signs of Chinese, that are looked at together
HEAD, SHORT_HEAD = 4, 2  # signs by which most places of a text are passed over
SIGN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts in which a sign is a word of its own
TOKEN = re.compile(rf"[{SIGN}]|[^\W{SIGN}]+")
EDGES = (
    "".join(chr(sign) for sign in range(128) if not chr(sign).isalnum())
    + "，。：；、（）“”《》【】"
)
SPACES = re.compile(r"\s+")

ANYWHERE, ALONE, LISTED = "anywhere", "alone", "listed"


def of_data(folder: Path) -> pl.Series:
    """Return the names and identifiers in the input tables of a run, each once."""
    found = []
    for path in sorted(folder.glob("*.parquet")):
        rows = pl.scan_parquet(path)
        known = rows.collect_schema().names()
        columns = [key for key in KEYS if key in known]
        columns += ["name"] if path.stem == "customers" and "name" in known else []
        columns += _own_texts(rows) if path.stem == "prospects" else []
        found += [_unique(rows, name) for name in columns]
    texts = pl.concat(found) if found else pl.Series("text", dtype=pl.String)
    return _edged(texts.unique())


def public(folder: Path) -> list[str]:
    """Return what pages say in any case: the report's own words, products, staff, regions."""
    said = [text for language in LANGUAGES for text in phrases(language).values()]
    for stem, columns in PUBLIC.items():
        path = folder / f"{stem}.parquet"
        rows = pl.scan_parquet(path) if path.is_file() else pl.LazyFrame()
        known = rows.collect_schema().names()
        said += [text for name in columns if name in known for text in _unique(rows, name)]
    return said


def named(names: pl.Series, texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the texts that name somebody, in a sentence or alone, each with the names in it.

    `names` is what `of_data` returns. A name of more than 8 words is known by the first 8.
    """
    heads = _heads(names)
    parts = {text: list(_parts(text, heads)) for text in set(texts)}
    kinds = _kinds(names, {one for held in parts.values() for one in held})
    found = {
        text: [
            one
            for place, one in enumerate(held)
            if kinds.get(one) == ANYWHERE or (place == 0 and kinds.get(one) == ALONE)
        ]
        for text, held in parts.items()
    }
    return {text: held for text, held in found.items() if held}


def listed(names: pl.Series, texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the texts of a column of people that are somebody's number, or as short as one."""
    whole = {text: trimmed(text) for text in set(texts)}
    kinds = _kinds(names, set(whole.values()))
    return {text: [one] for text, one in whole.items() if kinds.get(one) == LISTED}


def trimmed(text: str) -> str:
    """Return a text without what stands at its edges and is neither letter nor digit."""
    return SPACES.sub(" ", text).strip(EDGES)


def _parts(text: str, heads: frozenset[str]) -> Iterator[str]:
    """Give the whole text first, then what begins in it like a name, by one to eight words."""
    whole = trimmed(text)
    yield whole
    tokens = [token.span() for token in TOKEN.finditer(whole)]
    for place, (start, _) in enumerate(tokens):
        if whole[start : start + HEAD] in heads or whole[start : start + SHORT_HEAD] in heads:
            for _, end in tokens[place : place + MOST_TOKENS]:
                if end - start < len(whole):
                    yield whole[start:end]


def _heads(names: pl.Series) -> frozenset[str]:
    text = pl.col("text")
    size = pl.when(text.str.len_chars() < HEAD).then(SHORT_HEAD).otherwise(HEAD)
    return frozenset(names.to_frame().select(text.str.slice(0, size).unique()).to_series())


def _kinds(names: pl.Series, asked: set[str]) -> dict[str, str]:
    """Return of those asked for that are names where each is found, by what it is made of."""
    there = names.filter(names.is_in(pl.Series(list(asked), dtype=pl.String).implode()))
    text, size = pl.col("text"), pl.col("text").str.len_chars()
    several, letters = text.str.contains(" "), text.str.contains(r"\p{L}")
    is_word = ~text.str.contains(r"[^\p{L}\p{M}'’-]")
    shortest = (
        pl.when(text.str.contains(f"[{SIGN}]"))
        .then(SHORTEST_HAN)
        .when(several)
        .then(SHORTEST_NAME)
        .otherwise(SHORTEST_ID)
    )
    is_plain = is_word & ~text.str.contains(f"[{SIGN}]")
    kind = (
        pl.when(~letters | (~several & ~is_word & (size < shortest)))
        .then(pl.lit(LISTED))
        .when(is_plain | (size < shortest))
        .then(pl.lit(ALONE))
        .otherwise(pl.lit(ANYWHERE))
    )
    return dict(there.to_frame().select(text, kind=kind).iter_rows())


def _edged(names: pl.Series) -> pl.Series:
    """Return names as they are looked up: trimmed, and of long ones the beginning."""
    text = pl.col("text")
    is_odd = text.str.contains(r"\s\s|[\t\n\r]")
    begun = pl.when(text.str.slice(0, MOST_TOKENS).str.contains(f"[{SIGN}]")).then(
        text.str.slice(0, MOST_TOKENS)
    )
    made = (
        names.rename("text").to_frame()
        .with_columns(pl.when(is_odd).then(text.str.replace_all(r"\s+", " ")).otherwise(text))
        .with_columns(text.str.strip_chars(EDGES))
        .with_columns(begun.otherwise(text).str.strip_chars(EDGES))
        .filter(text.str.len_chars() > 0)
    )  # fmt: skip
    long = made.filter(text.str.count_matches(" ", literal=True) >= MOST_TOKENS)["text"]
    first = pl.Series("text", [_first_tokens(name) for name in long], dtype=pl.String)
    return pl.concat([made["text"], first])


def _first_tokens(name: str) -> str:
    ends = [token.end() for token in TOKEN.finditer(name)]
    return name[: ends[:MOST_TOKENS][-1]] if ends else name


def _unique(rows: pl.LazyFrame, name: str) -> pl.Series:
    return rows.select(text=pl.col(name).cast(pl.String)).unique().drop_nulls().collect()["text"]


def _own_texts(rows: pl.LazyFrame) -> list[str]:
    """Name the text columns in which nearly every row has its own: contact, company, remark."""
    texts = [
        name
        for name, kind in rows.collect_schema().items()
        if kind == pl.String and name not in KEYS
    ]
    if not texts:
        return []
    counts = rows.select(pl.col(texts).count()).collect().row(0, named=True)
    own = rows.select(pl.col(texts).drop_nulls().n_unique()).collect().row(0, named=True)
    return [
        name
        for name in texts
        if counts[name] >= FEWEST_OWN_TEXTS and own[name] >= OWN_TEXT_SHARE * counts[name]
    ]
