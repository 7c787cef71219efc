"""Share of wallet by quantity about to be bought: four cells, or nine, each asking for its own.

The share of what a customer spends on such goods, high or low, says how the customer stands to us;
the quantity of the coming year, large or small, how much there is to win or to lose. High and
large: key contact; high and small: retain or win; low and large: develop; low and small: win or
let go. A middle line on both sides makes nine cells of four. Each side is a label of its own, told
by its line. Source: Peppers and Rogers, *Managing Customer Relationships* (share of customer).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError
from segment.text import as_written, phrase, share_as_written, word

LABEL = "matrix_cell"
SHARE, QUANTITY = "share_level", "quantity_level"
SHARES = {2: ("high", "low"), 3: ("high", "middle", "low")}
QUANTITIES = {2: ("large", "small"), 3: ("large", "medium", "small")}


@dataclass(frozen=True, kw_only=True)
class MatrixRules:
    """What is laid against what, and where the lines fall: one line a side, or two.

    `share_floors` are values of `share`, from 0 to 1. The quantity is cut at `quantity_shares` of
    the customers, or at `quantity_floors`, as `quantity_by` says. Before last month's cell
    changes, the line of the quantity must be passed by `margin`, a share of it, and that of the
    share by `share_band`, in points of it.
    """

    share: str = "share_of_wallet"
    share_floors: tuple[float, ...] = (0.50,)
    share_band: float = 0.05
    quantity: str = "expected_revenue"
    quantity_by: Literal["shares", "floors"] = "shares"
    quantity_shares: tuple[float, ...] = (0.20, 0.80)
    quantity_floors: tuple[float, ...] = ()
    margin: float = 0.20
    grace_months: int = 0

    def __post_init__(self) -> None:
        checks.text(self, "share", "quantity")
        checks.one_of(self, "quantity_by", ("shares", "floors"))
        for name in ("share_band", "margin"):
            checks.share(self, name)
        checks.whole(self, "grace_months", least=0)
        checks.falling(self, "share_floors", _codes("share_floors", self.share_floors, SHARES, 1))
        if not all(0 < floor <= 1 for floor in self.share_floors):
            raise ConfigError(
                f"share_floors is {list(self.share_floors)}; each lies above 0 and up to 1."
            )
        if self.quantity_by == "floors":
            codes = _codes("quantity_floors", self.quantity_floors, QUANTITIES, 1)
            checks.falling(self, "quantity_floors", codes)
            return
        codes = _codes("quantity_shares", self.quantity_shares, QUANTITIES, 0)
        checks.shares(self, "quantity_shares", codes)
        if self.quantity_floors:
            raise ConfigError(
                'quantity_floors are given, but quantity_by is "shares"; set it to "floors".'
            )

    @property
    def share_codes(self) -> tuple[str, ...]:
        """The levels of the share, the highest first."""
        return SHARES[len(self.share_floors) + 1]

    @property
    def quantity_codes(self) -> tuple[str, ...]:
        """The levels of the quantity, the largest first."""
        n_lines = len(self.quantity_floors) if self.quantity_by == "floors" else None
        return QUANTITIES[len(self.quantity_shares) if n_lines is None else n_lines + 1]

    @property
    def labels(self) -> tuple[str, ...]:
        """The cells: the largest quantity first, of one quantity the highest share first."""
        pairs = product(self.quantity_codes, self.share_codes)
        return tuple(f"{share}_{quantity}" for quantity, share in pairs)


def _codes(
    name: str, values: Sequence[object], known: dict[int, tuple[str, ...]], more: int
) -> tuple[str, ...]:
    """Return the levels that so many lines or shares make: two or three."""
    n = len(values) + more
    if n not in known:
        raise ConfigError(
            f"{name} is {list(values)}; it makes {n} level{'s' * (n != 1)}, and a side of the "
            "matrix has two or three."
        )
    return known[n]


def needs(rules: MatrixRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return (rules.share, rules.quantity)


def share_lines(frame: pl.DataFrame, rules: MatrixRules) -> pl.DataFrame:
    """Return the lines of the share: label, code, column and at; a share just `at` passes.

    Raises:
        DataError: `frame` lacks the column, or it holds no numbers.
    """
    cuts.require_numbers(frame, [rules.share], by="matrix")
    codes = rules.share_codes[:-1]
    return cuts.line_frame(
        SHARE, codes, (rules.share,) * len(codes), cuts.exact(rules.share_floors)
    )


def quantity_lines(frame: pl.DataFrame, rules: MatrixRules) -> pl.DataFrame:
    """Return the lines of the quantity: label, code, column and at; one just `at` passes.

    By shares they are shares of all customers, those whose wallet nobody knows too.

    Raises:
        DataError: `frame` lacks the column, or it holds no numbers.
    """
    cuts.require_numbers(frame, [rules.quantity], by="matrix")
    codes = rules.quantity_codes[:-1]
    return cuts.line_frame(
        QUANTITY, codes, (rules.quantity,) * len(codes), _quantity_lines(frame, rules)
    )


def assign(
    frame: pl.DataFrame, rules: MatrixRules, before: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add share_level and quantity_level, each with what its line alone says, last `matrix_cell`.

    A value exactly on a line earns the higher level; by shares, ties at a line all pass it, and
    zero or less is never large. With either side unknown the cell is unknown. `before` is last
    month's frame with its levels, which stay within the margins.

    Raises:
        DataError: `frame` lacks a column, or one holds no numbers; a frame lacks customer_id
            where there is a month before, or that month holds a customer twice.
    """
    cuts.require_numbers(frame, needs(rules), by="matrix")
    bands = [cuts.points(line, rules.share_band) for line in cuts.exact(rules.share_floors)]
    values = cuts.amounts(frame, rules.share)
    last = cuts.last_month(frame, before, SHARE, rules.share_codes)
    by_line = cuts.place(values, bands)
    shared = cuts.settle(
        frame.drop(LABEL, strict=False),
        by_line,
        by_line if last is None else cuts.place(values, bands, last.place),
        last,
        label=SHARE,
        labels=rules.share_codes,
        grace_months=rules.grace_months,
    )
    both = cuts.labelled(
        shared,
        cuts.amounts(frame, rules.quantity),
        _quantity_lines(frame, rules),
        cuts.last_month(frame, before, QUANTITY, rules.quantity_codes),
        label=QUANTITY,
        labels=rules.quantity_codes,
        margin=rules.margin,
        grace_months=rules.grace_months,
    )
    cells = pl.Enum(rules.labels)
    return both.with_columns(
        pl.concat_str(SHARE + by, QUANTITY + by, separator="_").cast(cells).alias(LABEL + by)
        for by in ("_by_line", "")
    )


def _quantity_lines(frame: pl.DataFrame, rules: MatrixRules) -> list[int | None]:
    if rules.quantity_by == "floors":
        return cuts.exact(rules.quantity_floors)
    return cuts.head_lines(cuts.amounts(frame, rules.quantity), rules.quantity_shares[:-1])


def describe(rules: MatrixRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    if rules.quantity_by == "floors":
        way, at = "floor", [as_written(floor, language) for floor in rules.quantity_floors]
    else:
        way, at = "share", [share_as_written(one, language) for one in rules.quantity_shares[:-1]]
    shares = [share_as_written(floor, language) for floor in rules.share_floors]
    rule = phrase(
        "scheme.matrix.rule",
        language,
        share=word("scheme.column", rules.share, language),
        share_steps=_steps(SHARE, rules.share_codes, shares, "floor", language),
        share_lowest=word(f"scheme.{SHARE}", rules.share_codes[-1], language),
        quantity=word("scheme.column", rules.quantity, language),
        quantity_steps=_steps(QUANTITY, rules.quantity_codes, at, way, language),
        quantity_lowest=word(f"scheme.{QUANTITY}", rules.quantity_codes[-1], language),
        points=as_written(float(100 * Decimal(str(rules.share_band))), language),
    )
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)


def _steps(label: str, codes: Sequence[str], at: Sequence[str], way: str, language: str) -> str:
    words = [word(f"scheme.{label}", code, language) for code in codes]
    return phrase("scheme.and_then", language).join(
        phrase(f"scheme.levels.{way}", language, label=name, line=line)
        for name, line in zip(words, at, strict=False)
    )
