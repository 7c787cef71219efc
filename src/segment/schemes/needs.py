"""Fashion, quality, ordinary: what a customer is after, told by what is bought.

Which families of products are bought for fashion and which for quality is declared, since no data
say it. A customer is of a kind whose families have at least `share` of the money; of both, of the
one with the larger share; else ordinary. A label of last month stays until its line is passed by a
margin. Source: the retail practice of grading by need beside grading by spend and by frequency.
"""

import datetime as dt
from dataclasses import dataclass, field

import polars as pl

from segment import checks, cuts
from segment.errors import ConfigError, listed, nearest
from segment.schema import require
from segment.text import phrase, share_as_written, word

LABEL = "need"
LABELS = ("fashion", "quality", "ordinary")
KINDS = LABELS[:2]
YEAR_DAYS = 365


def _undeclared() -> dict[str, tuple[str, ...]]:
    return {kind: () for kind in KINDS}


@dataclass(frozen=True, kw_only=True)
class NeedRules:
    """Which families are bought for fashion, which for quality, and how much of them makes a label.

    `families` names the families of each kind; a family that is not named is ordinary. `share` is
    the share of a customer's money of the last 365 days, and `margin` the share of that line by
    which it must be passed before last month's label changes.
    """

    families: dict[str, tuple[str, ...]] = field(default_factory=_undeclared)
    share: float = 0.40
    margin: float = 0.20

    def __post_init__(self) -> None:
        given = self.families if isinstance(self.families, dict) else {}
        wrong = [kind for kind in given if kind not in KINDS]
        if wrong or not given:
            raise ConfigError(
                f"families is {self.families!r}; it names the families of {listed(KINDS)}, such "
                f'as families = {{ fashion = ["Scarves"] }}'
                f"{nearest(str(wrong[0]), KINDS) if wrong else ''}."
            )
        names = [name for named in given.values() for name in named]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ConfigError(f"families names '{twice[0]}' twice; a family is of one kind.")
        checks.share(self, "share")
        checks.share(self, "margin")

    @property
    def is_declared(self) -> bool:
        """Whether any family is of a kind; else nothing can be told by what is bought."""
        return any(self.families.values())


def needs(rules: NeedRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads."""
    return tuple(f"{kind}_share" for kind in KINDS)


def measure(
    customers: pl.DataFrame,
    transactions: pl.DataFrame,
    as_of: dt.date,
    rules: NeedRules,
    products: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add fashion_share and quality_share: of the money of the last 365 days, 0 to 1.

    A product's own family counts before that of the line. Both are null where no family is
    declared, and for a customer who bought nothing in the year that has a family.

    Raises:
        DataError: A frame lacks a column, or families are declared and no line has one.
    """
    require(customers, ["customer_id"], by="needs")
    own = needs(rules)
    alone = customers.drop(own, strict=False)
    if not rules.is_declared:
        return alone.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in own)
    require(transactions, ["customer_id", "date", "amount"], by="needs")
    lines = transactions
    family = pl.col("family") if "family" in lines.columns else pl.lit(None, dtype=pl.String)
    if products is not None and "product_id" in lines.columns:
        of_product = products.select("product_id", of_product="family")
        lines = lines.join(of_product, on="product_id", how="left")
        family = pl.coalesce("of_product", family)
    since = as_of - dt.timedelta(days=YEAR_DAYS)
    lines, money = lines.with_columns(cuts.amounts(lines, "amount")), pl.col("amount")
    shares = (
        lines.with_columns(family=family)
        .filter(pl.col("date") <= as_of, pl.col("date") > since, money > 0)
        .filter(pl.col("family").is_not_null())
        .group_by("customer_id")
        .agg(
            (
                money.filter(pl.col("family").is_in(rules.families.get(kind, ()))).sum()
                / money.sum()
            ).alias(f"{kind}_share")
            for kind in KINDS
        )
    )
    return alone.join(shares, on="customer_id", how="left", maintain_order="left")


def lines(frame: pl.DataFrame, rules: NeedRules) -> pl.DataFrame:
    """Return the lines of fashion and quality: label, code, column and at; a share `at` passes.

    Raises:
        DataError: `frame` lacks a share, or one holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="needs")
    return cuts.line_frame(*_kind(rules), cuts.exact([rules.share] * len(KINDS)))


def assign(
    frame: pl.DataFrame,
    rules: NeedRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add need_by_line and last `need` to one row per customer; an unknown share gives none.

    Of two shares that pass, the larger counts, and fashion of equal ones. `before` is last month's
    frame, whose labels stay within the margin; `lines` are other lines than the rule's own.

    Raises:
        DataError: `frame` lacks a share, or one holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="needs")
    at = (
        cuts.exact([rules.share] * len(KINDS))
        if lines is None
        else cuts.read_lines(lines, *_kind(rules))
    )
    last = cuts.last_month(frame, before, LABEL, LABELS)
    by_line = _places(frame, at, rules, None)
    return cuts.settle(
        frame,
        by_line,
        by_line if last is None else _places(frame, at, rules, last.place),
        last,
        label=LABEL,
        labels=LABELS,
        grace_months=0,
    )


def _places(
    frame: pl.DataFrame, at: list[int | None] | None, rules: NeedRules, was: pl.Series | None
) -> pl.Series:
    """Return 0 for fashion, 1 for quality, 2 for ordinary; null where a share is unknown."""
    if at is None:
        return pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True)
    shares = [cuts.amounts(frame, name) for name in needs(rules)]
    passes = [
        cuts.passes(share, cuts.band(line, rules.margin), None if was is None else was == place)
        for place, (share, line) in enumerate(zip(shares, at, strict=True))
    ]
    fashion, quality = (one.fill_null(value=False) for one in passes)
    more = (shares[0] >= shares[1]).fill_null(value=False)
    is_known = shares[0].is_not_null() & shares[1].is_not_null()
    return pl.select(
        pl.when(~is_known)
        .then(None)
        .when(fashion & (more | ~quality))
        .then(0)
        .when(quality)
        .then(1)
        .otherwise(2)
        .cast(pl.UInt32)
    ).to_series()


def _kind(rules: NeedRules) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    return LABEL, KINDS, needs(rules)


def describe(rules: NeedRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers; or that no family is declared.

    Raises:
        ConfigError: There is no such language.
    """
    share = share_as_written(rules.share, language)
    if not rules.is_declared:
        return phrase("scheme.needs.undeclared", language, share=share)
    joint = phrase("scheme.and_then", language)
    named = [
        phrase(
            "scheme.needs.families",
            language,
            label=word(f"scheme.{LABEL}", kind, language),
            families=joint.join(rules.families.get(kind, ())),
        )
        for kind in KINDS
        if rules.families.get(kind)
    ]
    semicolon = phrase("scheme.needs.joint", language)
    rule = phrase("scheme.needs.rule", language, share=share, families=semicolon.join(named))
    return cuts.with_margin(rule, rules.margin, 0, language)
