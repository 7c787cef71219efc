"""What data would help where nobody is graded: more outcomes, more history, or other fields."""

import math
from collections.abc import Callable

import polars as pl

from segment.prospects import judging
from segment.prospects.leaks import EMPTY, SUSPECT
from segment.prospects.model import Model
from segment.text import YEAR_DAYS

GUESSING = 0.5
# A rate told by less than a month of history is no ground for a date.
LEAST_HISTORY_DAYS = 30
# Where this many prospects would be needed to show a difference, it is worth nothing.
MOST_NEEDED = 1_000_000

Numbers = dict[str, float]


def advise(model: Model) -> tuple[str, Numbers]:
    """Return the key of the advice under `prospects.advice` and the numbers in it.

    The model is one that abstained.
    """
    code = model.abstained.code if model.abstained else ""
    return SPECIAL[code](model) if code in SPECIAL else (code, {})


def _nothing_closed(model: Model) -> tuple[str, Numbers]:
    rules = model.rules
    return "nothing_closed", {"least_won": rules.min_won, "least_lost": rules.min_lost}


def _too_few_won(model: Model) -> tuple[str, Numbers]:
    quality, least = model.quality, model.rules.min_won
    more = least - quality.n_hits
    if not quality.n_hits or quality.history_days < LEAST_HISTORY_DAYS:
        return "too_few_won_yet", {"more": more}
    a_day = quality.n_hits / quality.history_days
    found = {"more": more, "each_year": round(a_day * YEAR_DAYS), "wait_days": more / a_day}
    return "too_few_won", {name: max(math.ceil(value), 1) for name, value in found.items()}


def _too_few_lost(model: Model) -> tuple[str, Numbers]:
    more = model.rules.min_lost - model.quality.n_misses
    return "too_few_lost", {"more": more, "horizon_days": model.quality.horizon_days or 0}


def _horizon(model: Model) -> tuple[str, Numbers]:
    return "horizon_beyond_data", {"horizon_days": model.quality.horizon_days or 0}


def _not_judged(model: Model) -> tuple[str, Numbers]:
    quality = model.quality
    return "not_judged", {
        "needed_days": math.ceil((quality.horizon_days or 1) / judging.REHEARSED_SHARE),
        "history_days": quality.history_days,
        "least": judging.FEWEST_OUTCOMES,
    }


def _no_signal(model: Model) -> tuple[str, Numbers]:
    """Return after how many judged prospects the ranking seen would be told from guessing."""
    quality = model.quality
    auc, low = quality.auc or GUESSING, quality.auc_low or GUESSING
    needed = quality.n_judged * ((auc - low) / (auc - GUESSING)) ** 2 if auc > GUESSING else 0.0
    if not quality.n_judged < needed < MOST_NEEDED:
        return "no_signal_worthless", {}
    step = 10 ** int(math.log10(needed))
    return "no_signal", {"needed": math.ceil(needed / step) * step, "n_judged": quality.n_judged}


def _no_skill(model: Model) -> tuple[str, Numbers]:
    return "no_skill", {"history_days": model.quality.history_days}


def counts(model: Model) -> Numbers:
    """Return how many fields are suspected, and how many hold nothing that could be used."""
    why = pl.col("why").cast(pl.String)
    fields = model.quality.fields.select(
        n_suspect=why.is_in(SUSPECT).sum(), n_empty=why.is_in(EMPTY).sum()
    )
    return {name: float(fields[name][0] or 0) for name in fields.columns}


SPECIAL: dict[str, Callable[[Model], tuple[str, Numbers]]] = {
    "nothing_closed": _nothing_closed,
    "horizon_beyond_data": _horizon,
    "too_few_won": _too_few_won,
    "too_few_lost": _too_few_lost,
    "not_judged": _not_judged,
    "no_signal": _no_signal,
    "no_skill": _no_skill,
}
