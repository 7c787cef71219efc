"""From prospects to a model: what is known of them, what may be used, and whether it is enough."""

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from segment.prospects import declared, design, judging, leaks, measures, scorecard, timing, waiting
from segment.prospects.contract import checked, witnesses
from segment.prospects.design import Scale
from segment.prospects.features import Feature, recognise, typed
from segment.prospects.model import Abstention, Model, Quality
from segment.prospects.rules import ProspectRules
from segment.prospects.scorecard import Scorecard

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Where fewer leads are as old as the horizon, each would stand for twenty or more.
LEAST_FOLLOWED_SHARE = 0.05
GUESSING = 0.5


def fit(prospects: pl.DataFrame, as_of: dt.date, rules: ProspectRules) -> Model:
    """Fit the chance that a prospect is won within the horizon, as known at the end of `as_of`.

    Leads created later are not looked at, and what closed later is still open. A model that
    cannot be told from guessing abstains: it says why, and everyone gets the base rate.

    Raises:
        DataError: The prospects break their contract, or a rule names a field that is not there.
    """
    known = checked(prospects, by="prospects.fit").filter(pl.col("created_on") <= as_of)
    features = recognise(known)
    names = [feature.name for feature in features]
    known = declared.hide(known, names, rules, by="prospects.fit")
    values = typed(known, features)
    followed = timing.follow(known, as_of)
    seen = witnesses(known, as_of)
    fields = leaks.judge_fields(values.filter(seen), followed.filter(seen), features, rules)
    used = tuple(one for one, is_used in zip(features, fields["is_used"], strict=True) if is_used)
    quality = _counted(followed, fields, rules)
    abstained = _too_little(quality, followed, used, rules)
    if abstained is None:
        scales = tuple(design.scale(values[feature.name], feature) for feature in used)
        rows = scorecard.matrix(design.lay_out(values, scales))
        quality = _judged(quality, known, rows, as_of, rules)
        abstained = _too_weak(quality)
    if abstained is not None:
        return Model(as_of=as_of, rules=rules, features=used, quality=quality, abstained=abstained)
    card = _card(rows, scales, followed, quality)
    scores = rows @ card.weights + card.intercept
    return Model(
        as_of=as_of, rules=rules, features=used, quality=quality, card=card,
        waiting=waiting.wait(followed, scores, _days(quality)),
    )  # fmt: skip


def _days(quality: Quality) -> int:
    """Return the horizon, which is known wherever anything closed."""
    return quality.horizon_days or 0


def _counted(followed: pl.DataFrame, fields: pl.DataFrame, rules: ProspectRules) -> Quality:
    """Return what is known of the outcomes: counts, horizon, base rate."""
    horizon_days = rules.horizon_days or timing.horizon(followed, rules.horizon_share)
    labelled = timing.label(followed, horizon_days or 0).drop_nulls("is_hit")
    n_won = int(followed["is_won"].sum())
    n_closed = int(followed["is_closed"].sum())
    n_hits = int(labelled["is_hit"].sum())
    base_rate = base_low = base_high = None
    if horizon_days and timing.followed_share(followed, horizon_days) >= LEAST_FOLLOWED_SHARE:
        weights = labelled["weight"].to_numpy()
        base_rate = measures.hit_share(labelled)
        base_low, base_high = measures.wilson(
            base_rate, measures.effective_number(weights), rules.interval_share
        )
    return Quality(
        n_won=n_won,
        n_lost=n_closed - n_won,
        n_open=len(followed) - n_closed,
        n_hits=n_hits,
        n_misses=len(labelled) - n_hits,
        horizon_days=horizon_days,
        base_rate=base_rate,
        base_low=base_low,
        base_high=base_high,
        fields=fields,
        history_days=int(followed.select(pl.col("age_days").max().fill_null(0)).item()),
    )


def _too_little(
    quality: Quality, followed: pl.DataFrame, used: tuple[Feature, ...], rules: ProspectRules
) -> Abstention | None:
    """Say what is lacking before anything can be fitted."""
    if followed.is_empty():
        return Abstention(code="no_prospects")
    if quality.horizon_days is None:
        return Abstention(code="nothing_closed", values={"n_open": quality.n_open})
    if quality.base_rate is None:
        oldest = float(followed.select(pl.col("age_days").max()).item())
        values = {"horizon_days": quality.horizon_days, "oldest_days": oldest}
        return Abstention(code="horizon_beyond_data", values=values)
    enough = (("too_few_won", quality.n_hits, rules.min_won),
              ("too_few_lost", quality.n_misses, rules.min_lost))  # fmt: skip
    for code, found, least in enough:
        if found < least:
            values = {"found": found, "least": least, "horizon_days": quality.horizon_days}
            return Abstention(code=code, values=values)
    if not used:
        return Abstention(code="no_fields", values={"n_fields": len(quality.fields)})
    return None


def _judged(
    quality: Quality, known: pl.DataFrame, rows: "csr_matrix", as_of: dt.date,
    rules: ProspectRules,
) -> Quality:  # fmt: skip
    """Return the quality with what the rehearsal on later leads has shown."""
    days = judging.rehearsal_days(known, as_of, _days(quality))
    rehearsed = judging.rehearse(known, rows, as_of, days)
    if rehearsed["is_hit"].n_unique() < len(("hit", "miss")):
        return replace(quality, judged_days=days, n_judged=len(rehearsed))
    place = judging.freest(rehearsed)
    judged = judging.calibrated(rehearsed.with_columns(score=pl.col(f"score_{place}")))
    scores, hits = judged["score"].to_numpy(), judged["is_hit"].to_numpy()
    within = measures.auc_within(judged, rules.interval_share)
    overall = measures.auc(scores, hits)
    slope, slope_error = measures.slope(scores, hits)
    return replace(
        quality,
        judged_days=days,
        n_judged=len(judged),
        auc=within[0] if within else None,
        auc_low=within[1] if within else None,
        auc_high=within[2] if within else None,
        auc_overall=overall[0] if overall else None,
        brier_skill=measures.brier_skill(judged),
        log_loss=measures.log_loss(hits, judged["chance"].to_numpy()),
        calibration_error=measures.calibration_error(judged),
        slope=slope,
        slope_error=slope_error,
        freedom=judging.FREEDOMS[place],
        by_grade=measures.by_grade(judged, rules.floors, rules.interval_share),
        by_period=measures.by_period(judged),
        judged=judged.select(
            "prospect_id", "created_on", "period", "is_hit", "base_rate", "chance"
        ),
    )


def _too_weak(quality: Quality) -> Abstention | None:
    """Say why the chances cannot be told from guessing."""
    if quality.auc is None or quality.auc_low is None or quality.auc_high is None:
        return Abstention(code="not_judged", values={"n_judged": quality.n_judged})
    if quality.auc_low <= GUESSING or not (quality.slope or 0.0) > 0:
        values = {"auc": quality.auc, "low": quality.auc_low, "high": quality.auc_high}
        return Abstention(code="no_signal", values=values)
    if (quality.brier_skill or 0.0) <= 0:
        values = {"auc": quality.auc, "skill": quality.brier_skill or 0.0}
        return Abstention(code="no_skill", values=values)
    return None


def _card(
    rows: "csr_matrix", scales: tuple[Scale, ...], followed: pl.DataFrame, quality: Quality
) -> Scorecard:
    """Fit the score to all that is known, its spread held by what the rehearsal has shown."""
    labelled = timing.label(followed, _days(quality))
    is_known = labelled["is_hit"].is_not_null().to_numpy()
    hits = labelled["is_hit"].drop_nulls().cast(pl.Float64).to_numpy()
    weights = labelled["weight"].to_numpy()[is_known]
    return scorecard.fit(
        rows[np.flatnonzero(is_known)], scales, hits, weights,
        freedom=quality.freedom or judging.FREEDOMS[0],
        slope=(judging.held(quality.slope or 1.0), quality.slope_error or 0.0),
    )  # fmt: skip
