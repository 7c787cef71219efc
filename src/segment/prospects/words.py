"""Grades, reasons, suspicions and abstentions as a reader meets them."""

from typing import Any

import polars as pl

from segment import text
from segment.prospects.leaks import SUSPECT
from segment.prospects.model import Model, Quality
from segment.prospects.reasons import CREATED, DAYS_OPEN
from segment.prospects.rules import GRADES
from segment.schema import require
from segment.text import percent, phrase, phrases

# Numbers of a sentence that are shares of 0 to 1; the others are counts.
SHARES = ("auc", "low", "high", "skill")
# Evidence that counts leads; all other evidence is a share.
COUNTED = ("filled_after_closing", "completed_at_closing")


def abstention(model: Model, language: str = "en") -> str | None:
    """Return why nobody is graded; None for a model that grades."""
    if model.abstained is None:
        return None
    values = {
        name: percent(value, language, 1) if name in SHARES else text.number(value, language)
        for name, value in model.abstained.values.items()
    }
    as_of = text.day(model.as_of, language)
    return phrase(f"prospects.abstained.{model.abstained.code}", language, as_of=as_of, **values)


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
    if known.start is not None:
        facts["start"] = {"start": text.day(known.start, language)}
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
        won=share(row["filled_won_share"]),
        lost=share(row["filled_lost_share"]),
        open=share(row["filled_open_share"]),
        number=text.number(number, language) if why in COUNTED else share(number),
    )
    let_in = why in SUSPECT and row["is_used"]
    return phrase("prospects.left_out.let_in", language, sentence=sentence) if let_in else sentence


def reasons(graded: pl.DataFrame, language: str = "en") -> pl.Series:
    """Return the reasons of each prospect as a list of short sentences, in their order.

    Raises:
        DataError: `graded` has not been graded.
    """
    require(graded, ["reasons"], by="prospects.words.reasons")
    numbered = graded.select("reasons", lead=pl.int_range(pl.len()))
    long = numbered.explode("reasons").drop_nulls("reasons").unnest("reasons")
    by_name = {DAYS_OPEN: "days_open_", CREATED: "created_"}
    template = _told("", language)
    for place, kind in by_name.items():
        template = (
            pl.when(pl.col("feature") == place).then(_told(kind, language)).otherwise(template)
        )
    yes_no = {word: text.word("word", word, language) for word in ("true", "false")}
    value = pl.col("value").replace(yes_no).fill_null(text.word("word", None, language))
    name = pl.col("feature").str.replace_all("_", " ", literal=True)
    sentences = template.str.replace("{feature}", name, literal=True).str.replace(
        "{value}", value, literal=True
    )
    by_lead = long.group_by("lead", maintain_order=True).agg(reasons=sentences)
    joined = numbered.select("lead").join(by_lead, on="lead", how="left", maintain_order="left")
    return joined["reasons"].cast(pl.List(pl.String)).fill_null([])


def _told(kind: str, language: str) -> pl.Expr:
    """Return the phrase of a kind of reason, by the direction in which it moves the chance."""
    raises, lowers = (
        pl.lit(phrases(language)[f"prospects.reason.{kind}{way}"]) for way in ("raises", "lowers")
    )
    return pl.when(pl.col("effect") > 0).then(raises).otherwise(lowers)
