"""What sets a group apart, in one sentence with its numbers."""

import polars as pl

from segment.behaviour.features import BLOCKS, FAMILY
from segment.schema import require
from segment.text import money, number, percent, phrase

SHARES = ("evenness", "refund_share", "reorder_share", *BLOCKS["season"])
MONEY = "spend_a_purchase"


def portrait(apart: pl.DataFrame, label: str, language: str, currency: str) -> pl.DataFrame:
    """Return the label and `portrait`, a sentence a group, from what `apart` found.

    Raises:
        DataError: `apart` lacks a column.
        ConfigError: There is no such language.
    """
    require(apart, [label, "behaviour", "typical", "others", "distance"], by="portraits")
    joint = phrase("behaviour.joint", language)
    told: dict[str, list[str]] = {}
    for row in apart.iter_rows(named=True):
        told.setdefault(row[label], []).append(_one(row, language, currency))
    sentences = {
        code: phrase("behaviour.portrait", language, said=joint.join(parts))
        for code, parts in told.items()
    }
    return pl.DataFrame(
        {label: list(sentences), "portrait": list(sentences.values())},
        schema={label: apart.schema[label], "portrait": pl.String},
    )


def _one(row: dict[str, object], language: str, currency: str) -> str:
    name = str(row["behaviour"])
    is_family = name.startswith(FAMILY)
    side = "more" if float(str(row["distance"])) > 0 else "less"
    values = {
        part: _number(name, float(str(row[part])), language, currency)
        for part in ("typical", "others")
    }
    key = f"behaviour.{'family' if is_family else name}.{side}"
    family = name.removeprefix(FAMILY)
    if is_family and family == "others":
        family = phrase("behaviour.other_families", language)
    return phrase(key, language, family=family, **values)


def _number(name: str, value: float, language: str, currency: str) -> str:
    if name == MONEY:
        return money(value, currency, language)
    if name in SHARES or name.startswith(FAMILY):
        return percent(value, language)
    return number(value, language, decimals=1)
