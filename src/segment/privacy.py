"""Who may be named where: rules for pages and lists, and the codes that stand for people.

A code says who it is to nobody but the holder of a list: it is a keyed hash of the identifier, and
without the key the few identifiers that a company has could all be tried until one fits. The key
is drawn once and kept, so that a customer has the same code every month.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment import checks
from segment.errors import ConfigError

MASKED, FULL = "masked", "full"
FEWEST_LETTERS = 3  # of an allowed text: a shorter one would let almost anything pass
# Digits and consonants that are not taken for one another, and that make no words.
SIGNS = "23456789bcdfghjkmnpqrstvwxyz"
LETTERS = SIGNS[8:]  # a code begins with a letter, so that no spreadsheet takes it for a number
# 20 x 28^8 codes: of a million customers, two share one in one company of twenty.
N_SIGNS, EACH, BETWEEN = 9, 3, "."  # no line breaks after a point, as after a hyphen
HASH_BYTES = 16
KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class PrivacyRules:
    """Whether pages and lists name customers and prospects, and what the scan lets pass.

    `masked` puts a code in place of a name or identifier. The key of the codes is kept in
    `key_file`, beside the config; empty: `.key` in the folder of the reports.
    `allowed` are texts that pages may hold although they look like an address, a number or
    somebody's name: the company's own. Numbers of customers below `fewest` are not told on pages,
    and the others to the nearest `round_to`; with 0 all are told as they are.
    """

    on_pages: Literal["masked", "full"] = "masked"
    in_lists: Literal["masked", "full"] = "full"
    key_file: str = ""
    allowed: tuple[str, ...] = ()
    fewest: int = 0
    round_to: int = 5

    def __post_init__(self) -> None:
        for name in ("on_pages", "in_lists"):
            checks.one_of(self, name, (MASKED, FULL))
        checks.whole(self, "fewest", least=0)
        checks.whole(self, "round_to", least=1)
        checks.names(self, "allowed", least=0)
        short = next((one for one in self.allowed if len(one.strip()) < FEWEST_LETTERS), None)
        if short is not None:
            raise ConfigError(
                f"allowed holds {short!r}, which would let almost anything pass; write the whole "
                f"address, number or name, of {FEWEST_LETTERS} letters or more."
            )


def code(identifier: str, key: bytes) -> str:
    """Return what stands for an identifier, such as k7q.4m2.xd9; another for another key."""
    left = int.from_bytes(
        hashlib.blake2b(identifier.encode(), key=key, digest_size=HASH_BYTES).digest()
    )
    signs = []
    for place in range(N_SIGNS):
        left, one = divmod(left, len(SIGNS if place else LETTERS))
        signs.append((SIGNS if place else LETTERS)[one])
    written = "".join(signs)
    return BETWEEN.join(written[at : at + EACH] for at in range(0, N_SIGNS, EACH))


def coded(identifiers: pl.Series, key: bytes) -> pl.Series:
    """Return the codes of identifiers; an unknown one has none."""
    known: Iterable[str] = identifiers.unique().drop_nulls()
    codes = {one: code(one, key) for one in known}
    return identifiers.replace_strict(codes, default=None, return_dtype=pl.String)
