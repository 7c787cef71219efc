"""From prospects to a model: what is known of them, what may be used, and whether it is enough."""

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl

from segment.prospects import (
    choosing,
    declared,
    drift,
    entry,
    judging,
    leaks,
    learning,
    measures,
    scorecard,
    timing,
    waiting,
)
from segment.prospects.contract import checked, witnesses
from segment.prospects.drift import Arrivals
from segment.prospects.features import Feature, recognise, typed
from segment.prospects.judging import Period, Verdict
from segment.prospects.learning import Layout, Way
from segment.prospects.model import Abstention, Model, Quality
from segment.prospects.rules import ProspectRules
from segment.threads import one_thread

# Where fewer leads are as old as the horizon, each would stand for twenty or more.
LEAST_FOLLOWED_SHARE = 0.05
GUESSING = 0.5


@one_thread
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
    start = entry.start(known, as_of)
    followed = timing.follow(known, as_of, start)
    seen = witnesses(known, as_of)
    fields = leaks.judge_fields(values.filter(seen), followed.filter(seen), features, rules)
    used = tuple(one for one, is_used in zip(features, fields["is_used"], strict=True) if is_used)
    quality = replace(_counted(followed, fields, rules), start=start)
    abstained = _too_little(quality, followed, used, rules)
    if abstained is None:
        layouts = cache(lambda learner: learning.lay_out(values, used, learner, rules.monotone))
        days = judging.rehearsal_days(known, as_of, _days(quality))
        few, asked = (
            judging.periods(known, as_of, days, start, most=most)
            for most in (judging.FEWEST_PERIODS, judging.MOST_PERIODS)
        )
        way, verdict = choosing.choose(layouts, few, asked)
        quality = _judged(quality, followed, asked, (way, verdict), rules)
        abstained = _too_weak(quality)
    if abstained is not None:
        return Model(as_of=as_of, rules=rules, features=used, quality=quality, abstained=abstained)
    return _model(
        Model(as_of=as_of, rules=rules, features=used, quality=quality),
        followed, layouts(way.learner), way, verdict,
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
    quality: Quality,
    followed: pl.DataFrame,
    asked: tuple[Period, ...],
    chosen: tuple[Way, Verdict],
    rules: ProspectRules,
) -> Quality:
    """Return the quality with what the rehearsal on later leads has shown."""
    way, verdict = chosen
    judged = verdict.judged
    days = asked[0].days if asked else _days(quality)
    if judged["is_hit"].n_unique() < len(("hit", "miss")):
        return replace(quality, judged_days=days, n_judged=len(judged))
    hits = judged["is_hit"].to_numpy()
    within = measures.auc_within(judged, rules.interval_share)
    overall = measures.auc(judged["chance"].to_numpy(), hits)
    return replace(
        _present(quality, followed, verdict, rules),
        judged_days=days,
        n_judged=len(judged),
        auc=within[0] if within else None,
        auc_low=within[1] if within else None,
        auc_high=within[2] if within else None,
        auc_overall=overall[0] if overall else None,
        brier_skill=measures.brier_skill(judged),
        log_loss=measures.log_loss(hits, judged["chance"].to_numpy()),
        calibration_error=measures.calibration_error(judged),
        slope=verdict.slope,
        slope_error=verdict.slope_error,
        way=way,
        by_grade=measures.by_grade(judged, rules.floors, rules.interval_share),
        by_period=measures.by_period(judged),
        judged=judged.select(
            "prospect_id", "created_on", "period", "is_hit", "base_rate", "chance"
        ),
    )


def _present(
    quality: Quality, followed: pl.DataFrame, verdict: Verdict, rules: ProspectRules
) -> Quality:
    """Return the quality with the base rate of leads created now, and its interval."""
    seen = drift.arrive(followed, _days(quality))
    level, error = drift.mixed(*drift.shifts(np.zeros(len(followed)), seen), verdict.base_belief)
    reach = measures.normal_width(rules.interval_share) * error
    rate, low, high = measures.chance(np.array([level, level - reach, level + reach])).tolist()
    return replace(quality, base_rate=rate, base_low=low, base_high=high)


def _too_weak(quality: Quality) -> Abstention | None:
    """Say why the chances cannot be told from guessing."""
    if quality.auc is None or quality.auc_low is None or quality.auc_high is None:
        return Abstention(code="not_judged", values={"n_judged": quality.n_judged})
    if quality.auc_low <= GUESSING:
        values = {"auc": quality.auc, "low": quality.auc_low, "high": quality.auc_high}
        return Abstention(code="no_signal", values=values)
    if (quality.brier_skill or 0.0) <= 0:
        values = {"auc": quality.auc, "skill": quality.brier_skill or 0.0}
        return Abstention(code="no_skill", values=values)
    return None


def _model(
    plain: Model, followed: pl.DataFrame, layout: Layout, way: Way, verdict: Verdict
) -> Model:
    """Fit the score to all that is known, its level and spread as the rehearsal has shown."""
    days = _days(plain.quality)
    seen: Arrivals = drift.arrive(followed, days)
    memory = None if way.memory is None else way.memory * seen.span
    known = timing.label(followed, days, memory_days=memory)
    at = np.flatnonzero(known["is_hit"].is_not_null().to_numpy())
    hits = known["is_hit"].drop_nulls().cast(pl.Float64).to_numpy()
    counts = known["weight"].to_numpy()[at]
    weights, intercept = learning.learn(way, layout, at, (hits, counts))
    stretch = learning.stretch(way, layout, at, (weights, intercept), (hits, counts))
    slope = stretch * verdict.slope
    scores = slope * (layout.rows @ weights + intercept)
    level, moves = drift.curve(scores, seen, verdict.belief, verdict.unrest)
    moved, _ = moves.at(seen.ages)
    card = scorecard.fit(
        layout.rows[at], layout.scales, (weights, intercept), (hits, counts),
        slope=(slope, stretch * verdict.slope_error), level=level,
        base_rate=plain.quality.base_rate or GUESSING,
    )  # fmt: skip
    return replace(
        plain, card=card, level=moves,
        waiting=waiting.wait(followed, scores + level + moved, days),
    )  # fmt: skip
