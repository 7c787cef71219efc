"""One passport a customer and label: numbers and codes; words are put in later, where shown."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from segment.errors import DataError
from segment.passports import crossing, places, reasons, rhythm, signs, versions
from segment.passports.kind import GRADE, Kind
from segment.prospects.rules import ProspectRules
from segment.schema import require
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.watch_list import WatchRules

KEPT = "value_group"  # the label that exceptions are made from
CUSTOMER, PROSPECT = "customer_id", "prospect_id"
# The bounds of a column that has an interval.
INTERVALS = {
    "actual_value": ("value_low", "value_high"),
    "expected_revenue": ("revenue_low", "revenue_high"),
    "close_probability": ("probability_low", "probability_high"),
}
COLUMNS = (
    "label", "code", "code_before", "by_line", "column", "value", "value_low", "value_high",
    "line_code", "line_way", "line_column", "line_value", "line_at",
    "better", "better_way", "better_column", "better_value", "better_at", "better_by",
    "worse", "worse_way", "worse_column", "worse_value", "worse_at", "worse_by",
    "reasons", "as_of", "valid_until", "model", "rule_version", "package_version", "margin",
    "is_margin_points", "grace_months", "due_months", "kept_reason", "kept_owner", "kept_until",
)  # fmt: skip


def issue(
    groups: pl.DataFrame,
    lines: pl.DataFrame,
    kinds: Sequence[Kind],
    as_of: dt.date,
    *,
    model: str,
    before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return one passport a customer and label; a customer without a label has none of it.

    `lines` are those of all labels, as the schemes return them (label, code, column, at); `model`
    names the model behind the values, see `versions`; `before` is the groups frame a month ago.
    A fall that waits is told by the column <label>_due_months of `groups`, and who is kept on
    purpose by is_kept, kept_reason, kept_owner and kept_until.

    Columns: customer_id, label, code; code_before (a month ago), by_line (what the lines alone
    say); column, value, value_low, value_high (what the label is about); line_code, line_way
    (the code begins from the line, below or beyond it), line_column,
    line_value, line_at (the number compared, and the line); better and worse, the codes on both
    sides, each with its _way (reach or leave a line, buy, wait), _column, _value, _at (where the
    label changes) and _by (how far that is away, in the column's unit; negative where it is
    passed already and the change has not been taken yet); reasons; as_of,
    valid_until, model, rule_version, package_version; margin (of the line, or in points of a
    probability: is_margin_points), grace_months, due_months (in which a fall has waited);
    kept_reason, kept_owner and kept_until of a value group that is kept on purpose.

    Raises:
        DataError: A frame lacks a column, a label is no Enum, or has no lines.
    """
    require(groups, [CUSTOMER, *(kind.label for kind in kinds)], by="passports.issue")
    require(lines, ["label", "code", "column", "at"], by="passports.issue")
    issued = [_issued(groups, lines, kind, CUSTOMER).pipe(_beside, before, kind) for kind in kinds]
    return _signed(pl.concat(issued), as_of, model, kinds)


def issue_grades(graded: pl.DataFrame, kind: Kind, as_of: dt.date, *, model: str) -> pl.DataFrame:
    """Return one passport an open prospect that is graded, in the columns of `issue`.

    `graded` is what `prospects.add_grade` returns (or, where the chance decides, `predict`), `kind`
    what `passports.grade` does; prospect_id stands for customer_id, and reasons are those of the
    prospect. What is compared is the chance, the expected value or the place, as the rules go.

    Raises:
        DataError: `graded` has not been graded in the way that the rules say.
    """
    rules = kind.rules.grades
    require(graded, [PROSPECT, GRADE, "outcome", "close_probability", "reasons", rules.goes_by],
            by="passports.issue_grades")  # fmt: skip
    at = rules.value_floors if rules.grade_by == "expected_value" else rules.floors
    floors = zip(("A", "B", "C"), at, strict=True)
    lines = pl.DataFrame(
        [(GRADE, code, rules.goes_by, floor) for code, floor in floors],
        schema=["label", "code", "column", "at"],
        orient="row",
    )
    open_ones = graded.filter(pl.col("outcome") == "open")
    issued = _issued(open_ones, lines, kind, PROSPECT).pipe(_beside, None, kind, PROSPECT)
    return _signed(issued, as_of, model, [kind])


def issue_columns(issued: pl.DataFrame) -> list[str]:
    """Return the columns that a frame of passports has, those of prospects with their key."""
    return [PROSPECT if PROSPECT in issued.columns else CUSTOMER, *COLUMNS]


def valid_until(as_of: dt.date) -> dt.date:
    """Return the day until which a label holds: the end of the month after, the next report's."""
    month_after = (as_of.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return (month_after + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def _issued(groups: pl.DataFrame, lines: pl.DataFrame, kind: Kind, key: str) -> pl.DataFrame:
    column, on, changes = _crossed(groups, lines, kind)
    low, high = (
        crossing.number(name) if name in groups.columns else pl.lit(None, dtype=pl.Float64)
        for name in INTERVALS.get(column, ("", ""))
    )
    deciding = groups.select(on["line_column"]).to_series()
    own = groups["reasons"] if key == PROSPECT else reasons.main(groups, deciding)
    return groups.select(
        key,
        label=pl.lit(kind.label),
        code=pl.col(kind.label).cast(pl.String),
        by_line=_there(groups, f"{kind.label}_by_line", pl.String),
        column=pl.lit(column),
        value=crossing.number(column),
        value_low=low,
        value_high=high,
        **on,
        **changes,
        reasons=own,
        due_months=_there(groups, f"{kind.label}_due_months", pl.Int64).fill_null(0),
        **_kept(groups, kind),
    ).filter(pl.col("code").is_in(kind.codes))


def _crossed(
    groups: pl.DataFrame, lines: pl.DataFrame, kind: Kind
) -> tuple[str, dict[str, pl.Expr], dict[str, pl.Expr]]:
    """Return the column that a label is about, what it stands on and what would change it."""
    if isinstance(kind.rules, LifecycleRules):
        return "silent_days", *rhythm.cross(groups, kind.rules)
    if isinstance(kind.rules, ProspectRules) and kind.rules.grades.grade_by == "capacity":
        return kind.rules.grades.goes_by, *places.cross(groups)
    if isinstance(kind.rules, WatchRules):
        return "revenue_last_year", *signs.cross(groups, kind.rules)
    found = crossing.lines_of(kind, groups, lines)
    return found[0].column, *crossing.cross(groups, kind, found)


def _there(groups: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    """Return a column where it is there, else nulls."""
    return pl.col(name).cast(dtype) if name in groups.columns else pl.lit(None, dtype=dtype)


def _kept(groups: pl.DataFrame, kind: Kind) -> dict[str, pl.Expr]:
    """Return who keeps a customer on purpose, why and until when; null for all others."""
    is_kept = _there(groups, "is_kept", pl.Boolean) & pl.lit(kind.label == KEPT)
    dtypes = {"kept_reason": pl.String, "kept_owner": pl.String, "kept_until": pl.Date}
    return {
        name: pl.when(is_kept).then(_there(groups, name, dtype)) for name, dtype in dtypes.items()
    }


def _beside(
    issued: pl.DataFrame, before: pl.DataFrame | None, kind: Kind, key: str = CUSTOMER
) -> pl.DataFrame:
    """Add code_before, null where the customer or the label was not there a month ago."""
    if before is None or kind.label not in before.columns:
        return issued.with_columns(code_before=pl.lit(None, dtype=pl.String))
    then = before.select(key, code_before=pl.col(kind.label).cast(pl.String))
    if then[key].is_duplicated().any():
        raise DataError(
            "The groups of a month ago hold a customer twice; passports need one row a customer."
        )
    return issued.join(then, on=key, how="left", maintain_order="left")


def _signed(
    issued: pl.DataFrame, as_of: dt.date, model: str, kinds: Sequence[Kind]
) -> pl.DataFrame:
    labels = [kind.label for kind in kinds]
    marks = [versions.of_rules(kind.rules, *kind.rests_on) for kind in kinds]
    by_label: dict[str, tuple[list[Any], type[pl.DataType]]] = {
        "rule_version": (marks, pl.String),
        "grace_months": ([kind.grace_months for kind in kinds], pl.Int64),
        "band": ([kind.band for kind in kinds], pl.Float64),
        "margin": ([kind.margin for kind in kinds], pl.Float64),
    }
    # a fall that waits is taken in the month after the last of its grace
    waits = pl.when(pl.col("due_months") > 0).then(pl.col("grace_months") - pl.col("due_months"))
    months = pl.format("{}mo", waits.fill_null(0).clip(0))
    # of the line that waits, which need not be the one that the label stands on
    by_odds = (pl.col("band") > 0) & pl.any_horizontal(
        pl.col(name).eq_missing(pl.lit("BZC")) for name in ("code", "by_line")
    )
    return (
        issued.with_columns(
            pl.col("label").replace_strict(labels, values, return_dtype=dtype).alias(name)
            for name, (values, dtype) in by_label.items()
        )
        .with_columns(
            as_of=pl.lit(as_of),
            valid_until=pl.lit(valid_until(as_of)).dt.offset_by(months).dt.month_end(),
            model=pl.lit(model),
            package_version=pl.lit(versions.PACKAGE),
            margin=pl.when(by_odds).then("band").otherwise("margin"),
            is_margin_points=by_odds,
        )
        .select(issue_columns(issued))
    )
