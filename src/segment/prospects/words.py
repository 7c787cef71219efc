"""Grades, reasons, suspicions and abstentions as a reader meets them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from segment import text
from segment.prospects import advice
from segment.prospects.leaks import SUSPECT
from segment.prospects.model import Model, Quality
from segment.prospects.reasons import DAYS_OPEN
from segment.prospects.rules import GRADES
from segment.prospects.undeclared import undeclared as undeclared_fields
from segment.schema import require
from segment.text import percent, phrase, phrases

# Numbers of a sentence that are shares of 0 to 1; the others are counts.
SHARES = ("auc", "low", "high", "skill")
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


def grades(model: Model, language: str = "en") -> dict[str, str]:
    """Return what each grade says, best first; D is told by the floor of C."""
    days = text.number(model.quality.horizon_days or 0, language)
    floors = (*model.rules.floors, model.rules.c_floor)
    return {
        grade: phrase(
            f"prospects.grade.{grade}", language, floor=percent(floor, language), days=days
        )
        for grade, floor in zip(GRADES, floors, strict=True)
    }


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
    require(graded, ["reasons"], by="prospects.words.reasons")
    numbered = graded.select("reasons", lead=pl.int_range(pl.len()))
    long = numbered.explode("reasons").drop_nulls("reasons").unnest("reasons")
    is_waiting = pl.col("feature") == DAYS_OPEN
    told = pl.when(pl.col("effect") > 0)
    template = (
        pl.when(is_waiting)
        .then(told.then(_template("days_open_raises", language)).otherwise(
            _template("days_open_lowers", language)))
        .otherwise(told.then(_template("raises", language)).otherwise(
            _template("lowers", language)))
    )  # fmt: skip
    yes_no = {word: text.word("word", word, language) for word in ("true", "false")}
    value = pl.col("value").replace(yes_no).fill_null(text.word("word", None, language))
    name = pl.col("feature").str.replace_all("_", " ", literal=True)
    sentences = template.str.replace("{feature}", name, literal=True).str.replace(
        "{value}", value, literal=True
    )
    by_lead = long.group_by("lead", maintain_order=True).agg(reasons=sentences)
    joined = numbered.select("lead").join(by_lead, on="lead", how="left", maintain_order="left")
    return joined["reasons"].cast(pl.List(pl.String)).fill_null([])


def _template(name: str, language: str) -> pl.Expr:
    return pl.lit(phrases(language)[f"prospects.reason.{name}"])
