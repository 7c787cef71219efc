"""The words and weights of `words.toml`, as arrays."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MARGIN_SPREAD = 0.03  # how far a product's margin lies from its family's, as a standard deviation
PACK_FACTORS = (1.0, 4.6, 8.8)  # the larger the pack, the cheaper the piece


@cache
def words() -> dict[str, Any]:
    """Return the whole of `words.toml`."""
    text = (resources.files("segment") / "sample" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def numbers(part: str, field: str) -> Floats:
    """Return one number, or one row of numbers, for each entry of a part such as `industries`."""
    return np.array([entry[field] for entry in words()[part].values()], dtype=float)


def entries(part: str, rng: np.random.Generator, n: int) -> Ints:
    """Return entries of a part by chance, by their shares: their places in it."""
    share = numbers(part, "share")
    return np.asarray(rng.choice(len(share), n, p=share))


def named(part: str, places: Ints) -> pl.Series:
    """Return the names of the entries at the given places of a part."""
    return pl.Series(np.array(list(words()[part]))[places])


def pick(names: list[str], rng: np.random.Generator, n: int) -> Any:
    """Return `n` names by chance, as an array of objects."""
    return np.array(names, dtype=object)[rng.integers(0, len(names), n)]


def products(rng: np.random.Generator) -> pl.DataFrame:
    """Return the price list: product_id, name, family, margin_rate and the first list price.

    Products of a family lie together, in the families' order, the same number in each.
    """
    rows = [
        {
            "product_id": f"{family['code']}-{i * len(PACK_FACTORS) + j + 1:02d}",
            "name": f"{good}, {pack}",
            "family": name,
            "margin_rate": family["margin"],
            "list_price": price * PACK_FACTORS[j],
        }
        for name, family in words()["families"].items()
        for i, (good, price) in enumerate(family["goods"].items())
        for j, pack in enumerate(family["packs"])
    ]
    spread = pl.Series(rng.normal(0.0, MARGIN_SPREAD, len(rows)))
    return pl.DataFrame(rows).with_columns(
        margin_rate=(pl.col("margin_rate") + spread).clip(0.02, 0.6).round(3),
        list_price=pl.col("list_price").round(2),
    )
