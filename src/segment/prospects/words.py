"""Grades, reasons, suspicions and abstentions as a reader meets them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from segment import text
from segment.prospects import advice
from segment.prospects.grades import WEEKS
from segment.prospects.leaks import SUSPECT
from segment.prospects.model import Model, Quality
from segment.prospects.reasons import DAYS_OPEN
from segment.prospects.rules import GRADES
from segment.prospects.undeclared import undeclared as undeclared_fields
from segment.schema import require
from segment.text import percent, phrase, phrases

# Numbers of a sentence that are shares of 0 to 1; the others are counts.
SHARES = ("auc", "low", "high", "skill")
# Where the meanings of the grades stand in `locale/*/prospects.toml`, by what they go by.
SECTIONS = {"probability": "grade", "expected_value": "by_value", "capacity": "by_capacity"}
# In which order the parts of a score are told in brief.
BRIEF = {"reasons": ("raises", "lowers"), "levers": ("lowers", "unknown", "raises")}
# Evidence that counts leads; all other evidence is a share.
COUNTED = ("filled_after_closing", "completed_at_closing", "cleared_at_closing")


def abstention(model: Model, language: str = "en") -> str | None:
    """Return why nobody is graded and what data would help; None for a model that grades."""
    if model.abstained is None:
        return None
    key, needed = advice.advise(model)
    as_of = text.day(model.as_of, language)
    code = model.abstained.code
    if code == "no_fields" and model.quality.fields.is_empty():
        code = "no_columns"
    numbers = advice.counts(model) | dict(model.abstained.values)
    why = phrase(
        f"prospects.abstained.{code}", language, as_of=as_of, **_written(numbers, language)
    )
    helps = phrase(f"prospects.advice.{key}", language, **_written(needed, language))
    return phrase("prospects.abstained.both", language, why=why, advice=helps)


def _written(numbers: Mapping[str, float], language: str) -> dict[str, str]:
    """Return numbers as written: shares as percentages, all else as counts."""
    return {
        name: percent(value, language, 1) if name in SHARES else text.number(value, language)
        for name, value in numbers.items()
    }


def grades(
    model: Model, language: str = "en", currency: str = "", places: int | None = None
) -> dict[str, str]:
    """Return what each grade says, best first; D is told by the floor of C.

    `places` is for how many leads a week the team has hours, where the rules go by capacity.
    """
    rules = model.rules.grades
    if rules.grade_by == "capacity":
        ends = [text.number(weeks * (places or 0), language) for weeks in (*WEEKS, WEEKS[-1])]
    elif rules.grade_by == "expected_value":
        floors = (*rules.value_floors, rules.c_value_floor)
        ends = [_money(floor, currency, language) for floor in floors]
    else:
        ends = [percent(floor, language) for floor in (*rules.floors, rules.c_floor)]
    days = text.number(model.quality.horizon_days or 0, language)
    section = SECTIONS[rules.grade_by]
    return {
        grade: phrase(f"prospects.{section}.{grade}", language, floor=end, days=days)
        for grade, end in zip(GRADES, ends, strict=True)
    }


def _money(value: float, currency: str, language: str) -> str:
    return text.money(value, currency, language) if currency else text.number(value, language)


def quality(model: Model, language: str = "en") -> tuple[str, ...]:
    """Return how good the chances are, one fact a sentence; what is unknown is left out."""
    return tuple(
        phrase(f"prospects.quality.{name}", language, **values)
        for name, values in _facts(model.quality, language).items()
    )


def _facts(known: Quality, language: str) -> dict[str, dict[str, str]]:
    def share(value: float | None, decimals: int = 0) -> str:
        return percent(value or 0.0, language, decimals)

    def count(value: float | None) -> str:
        return text.number(value or 0, language)

    outcomes = {name: count(getattr(known, name)) for name in ("n_won", "n_lost", "n_open")}
    facts = {"outcomes": outcomes}
    if known.base_rate is not None:
        facts["base_rate"] = {
            "base_rate": share(known.base_rate),
            "low": share(known.base_low),
            "high": share(known.base_high),
            "days": count(known.horizon_days),
        }
    if known.auc is not None:
        facts["auc"] = {
            "n_judged": count(known.n_judged),
            "auc": share(known.auc),
            "low": share(known.auc_low),
            "high": share(known.auc_high),
        }
        error = share(known.calibration_error, 1)
        facts["skill"] = {"skill": share(known.brier_skill), "error": error}
        if known.judged_days != known.horizon_days:
            days = count(known.horizon_days)
            facts["judged_days"] = {"judged_days": count(known.judged_days), "days": days}
    return facts


def left_out(model: Model, language: str = "en") -> tuple[str, ...]:
    """Return why fields are left out or suspected, a sentence each, in the order of the table."""
    found = model.quality.fields.filter(pl.col("why").is_not_null())
    return tuple(_sentence(row, language) for row in found.to_dicts())


def _sentence(row: dict[str, Any], language: str) -> str:
    def share(value: float | None) -> str:
        return text.word("word", None, language) if value is None else percent(value, language)

    why, number = row["why"], row["evidence"]
    sentence = phrase(
        f"prospects.left_out.{why}",
        language,
        feature=row["feature"],
        known=row["known"] or "",
        won=share(row["filled_won_share"]),
        lost=share(row["filled_lost_share"]),
        open=share(row["filled_open_share"]),
        number=text.number(number, language) if why in COUNTED else share(number),
    )
    let_in = why in SUSPECT and row["is_used"]
    return phrase("prospects.left_out.let_in", language, sentence=sentence) if let_in else sentence


def undeclared(model: Model, language: str = "en") -> str:
    """Return what to do about the fields of which nobody has said when they become known."""
    found = undeclared_fields(model)
    if found.is_empty():
        return phrase("prospects.undeclared.none", language)
    count = text.number(len(found), language)
    strongest = found.row(0, named=True)
    if strongest["strength"] is None:
        return phrase("prospects.undeclared.unranked", language, n=count)
    strength = percent(strongest["strength"], language)
    return phrase(
        "prospects.undeclared.some", language,
        n=count, feature=strongest["feature"], strength=strength,
    )  # fmt: skip


def reasons(graded: pl.DataFrame, language: str = "en") -> pl.Series:
    """Return the reasons of each prospect as a list of short sentences, in their order.

    Raises:
        DataError: `graded` has not been graded.
    """
    is_waiting, is_raised = pl.col("feature") == DAYS_OPEN, pl.col("effect") > 0
    told = (
        pl.when(is_waiting & is_raised)
        .then(_template("reason.days_open_raises", language))
        .when(is_waiting)
        .then(_template("reason.days_open_lowers", language))
        .when(is_raised)
        .then(_template("reason.raises", language))
        .otherwise(_template("reason.lowers", language))
    )
    long = _long(graded, "reasons", language).with_columns(told=_filled(told))
    by_lead = long.group_by("lead", maintain_order=True).agg("told")
    leads = pl.DataFrame({"lead": pl.int_range(len(graded), eager=True)})
    joined = leads.join(by_lead, on="lead", how="left", maintain_order="left")
    return joined["told"].cast(pl.List(pl.String)).fill_null([]).alias("reasons")


def brief(graded: pl.DataFrame, column: str, language: str = "en") -> pl.Series:
    """Return the `reasons` or the `levers` of each prospect in one line, what raises apart.

    What speaks for a prospect comes before what speaks against it. Of what can be changed only
    that is told which is to be changed or found out; where there is none, what is to be kept. Null
    where there is nothing.

    Raises:
        DataError: `graded` lacks the column.
    """
    kinds = BRIEF[column]
    is_unknown = pl.col("value").is_null() & pl.lit("unknown" in kinds)
    kind = (
        pl.when(is_unknown)
        .then(pl.lit("unknown"))
        .when(pl.col("effect") > 0)
        .then(pl.lit("raises"))
        .otherwise(pl.lit("lowers"))
    )
    part = pl.when(is_unknown).then(_template("brief.field", language)).otherwise(
        pl.when(pl.col("feature") == DAYS_OPEN)
        .then(_template("brief.days_open", language))
        .otherwise(_template("brief.part", language))
    )  # fmt: skip
    long = _long(graded, column, language, kind=kind, told=part).with_columns(told=_filled("told"))
    by_kind = long.group_by("lead", "kind", maintain_order=True).agg(
        pl.col("told").str.join(phrase("prospects.brief.and", language))
    )
    heads = {kind: phrases(language)[f"prospects.brief.{column}_{kind}"] for kind in kinds}
    ordered = by_kind.with_columns(
        place=pl.col("kind").replace_strict(list(kinds), list(range(len(kinds))), default=0),
        said=pl.col("kind").replace_strict(heads, default="").str.replace(
            "{told}", pl.col("told"), literal=True
        ),
    ).sort("lead", "place")  # fmt: skip
    if column == "levers":
        is_first = pl.col("kind") != "raises"
        ordered = ordered.filter(is_first | ~is_first.any().over("lead"))
    apart = phrase("prospects.brief.then", language, before="", after="")
    lines = ordered.group_by("lead", maintain_order=True).agg(pl.col("said").str.join(apart))
    leads = pl.DataFrame({"lead": pl.int_range(len(graded), eager=True)})
    joined = leads.join(lines, on="lead", how="left", maintain_order="left")
    return joined["said"].cast(pl.String).alias(column)


def between(graded: pl.DataFrame, language: str = "en") -> pl.Series:
    """Return the interval of each chance in words, such as "31% to 47%"; null where unknown."""
    low, high = (
        (pl.col(name) * 100).round().cast(pl.Int64).cast(pl.String)
        for name in ("probability_low", "probability_high")
    )
    said = pl.when(low.is_not_null()).then(_template("range", language)).otherwise(None)
    filled = said.str.replace("{low}", low, literal=True).str.replace("{high}", high, literal=True)
    return graded.select(filled).to_series()


def _long(graded: pl.DataFrame, column: str, language: str, **more: pl.Expr) -> pl.DataFrame:
    """Return one row a part of the score: lead, feature, value and name as readers see them."""
    require(graded, [column], by=f"prospects.words.{column}")
    numbered = graded.select(column, lead=pl.int_range(pl.len()))
    long = numbered.explode(column).drop_nulls(column).unnest(column)
    yes_no = {word: text.word("word", word, language) for word in ("true", "false")}
    unknown = text.word("word", None, language)
    return long.with_columns(
        name=pl.col("feature").str.strip_prefix("n_").str.replace_all("_", " ", literal=True),
        **more,
    ).with_columns(value=pl.col("value").replace(yes_no).fill_null(unknown))


def _filled(template: pl.Expr | str) -> pl.Expr:
    marked = pl.col(template) if isinstance(template, str) else template
    return marked.str.replace("{feature}", pl.col("name"), literal=True).str.replace(
        "{value}", pl.col("value"), literal=True
    )


def _template(name: str, language: str) -> pl.Expr:
    return pl.lit(phrases(language)[f"prospects.{name}"])
