"""What a fit leaves behind: the score, how it moves with waiting, how good it is, or why not."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from segment.prospects.curve import Curve
from segment.prospects.features import Feature
from segment.prospects.leaks import SUSPECT
from segment.prospects.learning import Way
from segment.prospects.rules import ProspectRules
from segment.prospects.scorecard import Scorecard
from segment.prospects.waiting import Waiting

# Why nobody is graded; each is a sentence in `locale/*/prospects.toml`.
ABSTENTIONS = (
    "no_prospects", "nothing_closed", "horizon_beyond_data", "too_few_won", "too_few_lost",
    "no_fields", "not_judged", "no_signal", "no_skill",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Abstention:
    """Why everyone gets the base rate and nobody a grade; `values` are the sentence's numbers."""

    code: str
    values: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How much is known, and how good the chances were on later leads that were not seen.

    `n_hits` and `n_misses` are the leads of which it is known whether they were won within
    `horizon_days`; `base_rate` is the share of hits, open leads counted by their like, with its
    interval: where it could be judged how fast it moves, that of leads created now. `fields` has
    one row a column of the prospects. Leads that closed before `start` are missing from the data
    (null: none are). What follows is null where nothing
    could be judged: `judged_days` is the horizon of the rehearsal, shorter where the history is
    short; `auc` ranks leads among those of their own period, `auc_overall` across periods, so
    that a drifting base rate counts too; `brier_skill` is the share of the squared error saved
    over the base rate; `slope` is by what stretched scores are multiplied; `way` is how the weights
    were learnt;
    `judged` has one row a lead that was judged: when it was created, what was said and what came.
    `history_days` is the age of the oldest lead.
    """

    n_won: int
    n_lost: int
    n_open: int
    n_hits: int
    n_misses: int
    horizon_days: int | None
    base_rate: float | None
    base_low: float | None
    base_high: float | None
    fields: pl.DataFrame
    history_days: int = 0
    start: dt.date | None = None
    judged_days: int | None = None
    n_judged: int = 0
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    auc_overall: float | None = None
    brier_skill: float | None = None
    log_loss: float | None = None
    calibration_error: float | None = None
    slope: float | None = None
    slope_error: float | None = None
    way: Way | None = None
    by_grade: pl.DataFrame | None = None
    by_period: pl.DataFrame | None = None
    judged: pl.DataFrame | None = None

    @property
    def leaks(self) -> pl.DataFrame:
        """The fields under suspicion, those let in by name included."""
        return self.fields.filter(pl.col("why").cast(pl.String).is_in(SUSPECT))


@dataclass(frozen=True, kw_only=True)
class Model:
    """What `predict` needs; with `abstained` there is no score and everyone gets the base rate.

    `level` is by how much leads of an age were likelier than ones created now.
    """

    as_of: dt.date
    rules: ProspectRules
    features: tuple[Feature, ...]
    quality: Quality
    abstained: Abstention | None = None
    card: Scorecard | None = None
    level: Curve = field(default_factory=Curve)
    waiting: Waiting = field(default_factory=Waiting)
