"""Numbers written by people and exports into numbers, or not at all.

"1.234" is a thousand here and a bit more than one there. A mark that is followed by exactly three
digits is therefore only read as segment.toml declares while nothing in its column says otherwise.
"""

import polars as pl

from segment.data.place import Place
from segment.data.rules import SourceRules
from segment.errors import DataError

POINT, COMMA = (".", ","), (",", ".")  # decimal and thousands mark of the two conventions
MINUS = r"[−–—‒]"
CURRENCY = r"[\p{Sc}元]"
FEWEST_AMBIGUOUS = 5  # fewer numbers with three digits behind their mark may be chance
SPACED = r"^[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?$"


def read(cells: pl.Series, rules: SourceRules, place: Place) -> pl.Series:
    """Return cells as Float64, null where they are no number as the rules declare it.

    Raises:
        DataError: The column as a whole is written with other marks than declared, or shows the
            signs of several currencies.
    """
    if cells.dtype.is_numeric():
        number = cells.cast(pl.Float64)
        return (
            number.to_frame().select(pl.when(pl.first().is_finite()).then(pl.first())).to_series()
        )
    if cells.dtype != pl.String:
        return pl.Series(cells.name, [None] * len(cells), dtype=pl.Float64)
    distinct = cells.drop_nulls().unique()
    known = _judged(distinct, rules)
    judged = cells.to_frame("cell").join(known, on="cell", how="left", maintain_order="left")
    _refuse_mixed_signs(cells, judged, place)
    _refuse_other_marks(cells, judged, rules, place)
    _refuse_ambiguous(cells, judged, rules, place)
    value = pl.col("value")
    if judged["is_other"].any():
        value = pl.when(~pl.col("is_either")).then(value)
    return judged.select(value.alias(cells.name)).to_series()


def _judged(distinct: pl.Series, rules: SourceRules) -> pl.DataFrame:
    """Read each distinct cell by both conventions and by the declared marks."""
    own, other = (POINT, COMMA) if rules.decimal == "." else (COMMA, POINT)
    thousands = rules.thousands if rules.thousands in own else ""
    text = pl.col("text")
    bare = _bare(pl.col("cell").str.normalize("NFKC"))
    by_own, by_other = text.str.contains(_pattern(*own)), text.str.contains(_pattern(*other))
    by_rules = text.str.contains(_pattern(rules.decimal, thousands))
    number = text.str.replace_all(thousands or " ", "", literal=True)
    return distinct.to_frame("cell").with_columns(text=bare).select(
        "cell",
        sign=pl.col("cell").str.normalize("NFKC").str.extract(f"({CURRENCY})"),
        value=pl.when(by_rules).then(
            number.str.replace(rules.decimal, ".", literal=True).cast(pl.Float64, strict=False)
        ),
        is_own=by_own & ~by_other,
        is_other=by_other & ~by_own,
        is_either=by_own & by_other & text.str.contains("[.,]"),
        is_grouped=by_own & ~by_rules,
        is_ungrouped=by_rules & text.str.contains(r"^[+-]?\d{4}"),
    )  # fmt: skip


def _bare(text: pl.Expr) -> pl.Expr:
    """Return numbers without signs of currency, with their minus in front."""
    plain = (
        text.str.replace_all(MINUS, "-")
        .str.replace_all(CURRENCY, "")
        .str.strip_chars()
        .str.replace(r"^\(([^-]+)\)$", "-$1")
        .str.replace(r"^([^-]*\d[.,]?)\s*-$", "-$1")
        .str.replace(r"^([+-])\s+", "$1")
    )
    spaceless = plain.str.replace_all(r"[ '’]", "")
    return pl.when(plain.str.contains(SPACED)).then(spaceless).otherwise(plain)


def _pattern(decimal: str, thousands: str) -> str:
    """Return what a number looks like; groups of two digits are India's."""
    group = rf"|[1-9]\d{{0,2}}(?:[{thousands}]\d{{2,3}})*[{thousands}]\d{{3}}" if thousands else ""
    return rf"^[+-]?(?:(?:\d+{group})(?:[{decimal}]\d*)?|[{decimal}]\d+)(?:[eE][+-]?\d+)?$"


def _refuse_mixed_signs(cells: pl.Series, judged: pl.DataFrame, place: Place) -> None:
    signs = judged["sign"].drop_nulls().unique().sort().to_list()
    if len(signs) > 1:
        rare = judged["sign"].value_counts(sort=True)["sign"].drop_nulls()[-1]
        raise DataError(
            f"{place.table}: {place.column} has amounts in several currencies "
            f"({', '.join(signs)}), such as {place.example(cells, judged['sign'] == rare)}. Give "
            "each row's currency in a column of its own, or export one currency."
        )


def _refuse_other_marks(
    cells: pl.Series, judged: pl.DataFrame, rules: SourceRules, place: Place
) -> None:
    """Refuse a column that evidently uses other marks than declared.

    It does where more cells can only be read by the other convention than by the declared one,
    or where more numbers above a thousand are grouped by an undeclared mark than are not.
    """
    own, other = (POINT, COMMA) if rules.decimal == "." else (COMMA, POINT)
    if judged["is_other"].sum() > judged["is_own"].sum():
        marks, which = other, judged["is_other"]
    elif judged["is_grouped"].sum() > judged["is_ungrouped"].sum():
        marks, which = own, judged["is_grouped"]
    else:
        return
    raise DataError(
        f"{place.table}: {which.sum():,} of {len(which):,} cells of {place.column} are not "
        f"written as segment.toml says, such as {place.example(cells, which)}. If that is how "
        f"the file writes numbers, add to [data.{place.table}]: "
        f'decimal = "{marks[0]}" and thousands = "{marks[1]}".'
    )


def _refuse_ambiguous(
    cells: pl.Series, judged: pl.DataFrame, rules: SourceRules, place: Place
) -> None:
    """Refuse a column whose every mark could be one of decimals or of thousands."""
    own, other = (POINT, COMMA) if rules.decimal == "." else (COMMA, POINT)
    which = judged["is_either"].fill_null(False)
    if rules.thousands or judged["is_own"].any() or which.sum() < FEWEST_AMBIGUOUS:
        return
    raise DataError(
        f"{place.table}: all {which.sum():,} marks in {place.column} have three digits behind "
        f"them, such as {place.example(cells, which)}: thousands or decimals? Add to "
        f'[data.{place.table}] decimal = "{other[0]}" and thousands = "{other[1]}" for '
        f'thousands, or thousands = "{own[1]}" for decimals.'
    )
