"""Which behaviours are compared, and on which scale: counts and money by their logarithm.

Twice as often is as far whether it is from 2 to 4 or from 20 to 40; a share is compared by its
square root, so that nothing to a tenth is further than a half to six tenths (the distance of
Hellinger, 1909, between two mixes). Behaviours of one block, such as the shares of the families,
are one thing seen from several sides and share one weight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

FAMILY = "family_share: "  # before the family's name; such a column is there for each told apart
ALWAYS = (
    "purchases_a_year", "spend_a_purchase", "products_a_purchase", "evenness", "refund_share",
    "quarter_1_share", "quarter_2_share", "quarter_3_share", "quarter_4_share",
)  # fmt: skip
BLOCKS = {  # what each is about; its columns follow
    "rate": ("purchases_a_year",),
    "spend": ("spend_a_purchase",),
    "basket": ("products_a_purchase",),
    "rhythm": ("evenness",),
    "returns": ("refund_share",),
    "season": ALWAYS[-4:],
    "reorders": ("reorder_share",),
    "web": ("web_days",),
    "families": (),
}
SCALES: dict[str, Literal["log", "root", "plain"]] = {
    "rate": "log", "spend": "log", "basket": "log", "rhythm": "plain", "returns": "root",
    "season": "root", "reorders": "plain", "web": "log", "families": "root",
}  # fmt: skip


ALL_ALIKE = 1e-9  # a spread below this is what rounding left of none


@dataclass(frozen=True)
class Feature:
    """A behaviour: the column it is in, its block, and the number that is compared."""

    name: str
    block: str

    @property
    def compared(self) -> pl.Expr:
        """The column on the scale of its block; what is not finite is unknown."""
        value = pl.col(self.name).cast(pl.Float64)
        value = pl.when(value.is_finite()).then(value)
        scaled = {
            "log": value.clip(lower_bound=0).log1p(),
            "root": value.clip(0, 1).sqrt(),
            "plain": value,
        }
        return scaled[SCALES[self.block]].alias(self.name)

    def told(self, compared: pl.Expr) -> pl.Expr:
        """The number as it is told to a reader, from one on the scale that is compared."""
        back = {"log": compared.exp() - 1, "root": compared**2, "plain": compared}
        return back[SCALES[self.block]]


def features(columns: Iterable[str]) -> tuple[Feature, ...]:
    """Return the behaviours among `columns`, in one order whatever theirs is."""
    there = set(columns)
    plain = [Feature(name, block) for block, names in BLOCKS.items() for name in names]
    families = sorted(name for name in there if name.startswith(FAMILY))
    every = [*plain, *(Feature(name, "families") for name in families)]
    return tuple(feature for feature in every if feature.name in there)
