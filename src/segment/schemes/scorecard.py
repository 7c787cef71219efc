"""A weighted score: several criteria, each with its points shown, so that no single one decides.

Each criterion gives 0 to 100 points, the score is their weighted mean. A criterion that is unknown
is no zero: its weight goes to the others, and it is named as missing; where too little is known
there is no label. The score is at most so many points above the weakest criterion, since a mean
alone lets one strength cover any weakness: who pays perfectly and buys little, or buys much at thin
margins and pays late, is not of high value. Source: weighted scoring of customers as in trade
credit (the five Cs); that weights are equal or judged and not fitted: Dawes, "The robust beauty of
improper linear models" (1979). Other sections of `segment.toml` are other scores.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import polars as pl

from segment import checks, cuts, flags
from segment.errors import ConfigError
from segment.schema import require
from segment.text import as_written, phrase, share_as_written, word

LABELS = ("high", "medium", "low")
FEWEST_LABELS = 2
FULL = 100.0
DECIMALS = 6  # so that a mean that is a floor is one
WAYS = ("range", "rank", "codes")
GRADE_POINTS = {"A": 100.0, "B": 75.0, "C": 50.0, "D": 25.0, "E": 0.0}


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """What one criterion reads, how it gives points, and how much it weighs (0 to 1).

    By "range" the points rise in proportion from 0 at `none_at` to 100 at `full_at`, either of
    which may be the larger. By "rank" they are the percentage of the customers with something who
    do not have more; zero or less has none. By "codes" each code has its points. Without a
    criterion that `is_needed` there is no label.
    """

    name: str
    column: str
    weight: float
    by: Literal["range", "rank", "codes"] = "range"
    none_at: float = 0.0
    full_at: float = 1.0
    codes: dict[str, float] = field(default_factory=lambda: dict(GRADE_POINTS))
    is_needed: bool = False

    def __post_init__(self) -> None:
        checks.text(self, "name", "column")
        checks.share(self, "weight")
        checks.one_of(self, "by", WAYS)
        checks.switch(self, "is_needed")
        for name in ("none_at", "full_at"):
            checks.number(self, name)
        if self.none_at == self.full_at:
            raise ConfigError(f"none_at and full_at of '{self.name}' are both {self.full_at}.")
        points = self.codes.values()
        if not points or not all(checks.is_number(one) and 0 <= one <= FULL for one in points):
            raise ConfigError(
                f"codes of '{self.name}' is {self.codes}; each code has its points, 0 to 100."
            )


# Contribution to profit is judged twice, as money and as a rate: much bought at thin margins may
# bring as much money as a good customer does.
USUAL_CRITERIA = (
    Criterion(name="credit", column="credit_score", weight=0.25, none_at=50.0, full_at=80.0),
    Criterion(name="amount", column="revenue_last_year", weight=0.30, by="rank", is_needed=True),
    Criterion(name="prospect", column="card_outlook", weight=0.15, by="codes"),
    Criterion(name="profit", column="margin_last_year", weight=0.20, by="rank", is_needed=True),
    Criterion(name="margin", column="margin_rate", weight=0.10, none_at=0.05, full_at=0.15,
              is_needed=True),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ScorecardRules:
    """The criteria, whose weights add to 1, and which score makes which label, best first.

    Below `least_known_share` of the weight nothing is said; it is above each weight, so that no
    single measure decides. The score is at most `most_lead` points above the weakest criterion
    that is known (100: no limit). `margin` is the share of a line by which it must be passed
    before last month's label changes.
    """

    label: str = "weighted_grade"
    labels: tuple[str, ...] = LABELS
    floors: tuple[float, ...] = (75.0, 45.0)
    criteria: tuple[Criterion, ...] = USUAL_CRITERIA
    least_known_share: float = 0.60
    most_lead: float = 50.0
    margin: float = 0.05
    grace_months: int = 0

    def __post_init__(self) -> None:
        checks.text(self, "label")
        checks.names(self, "labels", least=FEWEST_LABELS)
        checks.falling(self, "floors", self.labels)
        checks.share(self, "least_known_share")
        checks.above(self, "most_lead", 0)
        checks.share(self, "margin")
        checks.whole(self, "grace_months", least=0)
        if not self.criteria or not all(isinstance(one, Criterion) for one in self.criteria):
            raise ConfigError(f"criteria is {list(self.criteria)}; give one or more criteria.")
        names = [one.name for one in self.criteria]
        if len(set(names)) < len(names):
            raise ConfigError(f"criteria are {', '.join(names)}; each has a name of its own.")
        total = sum(Decimal(str(one.weight)) for one in self.criteria)
        if total != 1:
            raise ConfigError(f"The weights of the criteria add to {total}; they must add to 1.")
        heaviest = max(self.criteria, key=lambda one: one.weight)
        if len(names) > 1 and heaviest.weight >= self.least_known_share:
            raise ConfigError(
                f"least_known_share is {self.least_known_share}; it must be above the weight of "
                f"'{heaviest.name}', {heaviest.weight}, or that would decide alone."
            )


def needs(rules: ScorecardRules) -> tuple[str, ...]:
    """Return the columns that `assign` insists on; it reads the others where they are there."""
    return tuple(dict.fromkeys(one.column for one in rules.criteria if one.is_needed))


def assign(
    frame: pl.DataFrame, rules: ScorecardRules, before: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Add each criterion's points, what is known and missing, the score, and last the label.

    Columns, each beginning with the label and _: <criterion>_points (0 to 100, null where
    unknown), known_share (of the weight, 0 to 1), missing (a list of criteria), weakest (the
    criterion with the fewest points, of equals the first), score (0 to 100), by_line, and the
    label. A score exactly on a floor earns the better label. `before` is last
    month's frame with its labels, which stay within the margin.

    Raises:
        DataError: `frame` lacks a needed column, or one holds no numbers; a frame lacks
            customer_id where there is a month before, or that month holds a customer twice.
    """
    _check(frame, rules)
    names = {one.name: f"{rules.label}_{one.name}_points" for one in rules.criteria}
    pointed = frame.with_columns(
        _points(one, frame).round(DECIMALS).alias(names[one.name]) for one in rules.criteria
    )
    scored = _known(pointed, rules, names).with_columns(_score(rules, names))
    return cuts.labelled(
        scored,
        cuts.amounts(scored, f"{rules.label}_score"),
        cuts.exact(rules.floors),
        cuts.last_month(frame, before, rules.label, rules.labels),
        label=rules.label,
        labels=rules.labels,
        margin=rules.margin,
        grace_months=rules.grace_months,
    )


def _check(frame: pl.DataFrame, rules: ScorecardRules) -> None:
    require(frame, needs(rules), by="scorecard")
    numbers = [
        one.column for one in rules.criteria if one.by != "codes" and one.column in frame.columns
    ]
    cuts.require_numbers(frame, numbers, by="scorecard")


def _points(one: Criterion, frame: pl.DataFrame) -> pl.Expr:
    """Return a criterion's points; what is not there, not known or no number has none."""
    if one.column not in frame.columns:
        return pl.lit(None, dtype=pl.Float64)
    if one.by == "codes":
        points = {code: float(value) for code, value in one.codes.items()}
        code = pl.col(one.column).cast(pl.String)
        return code.replace_strict(points, default=None, return_dtype=pl.Float64)
    raw = pl.col(one.column).cast(pl.Float64)
    value = pl.when(raw.is_finite()).then(raw)
    if one.by == "range":
        return FULL * ((value - one.none_at) / (one.full_at - one.none_at)).clip(0, 1)
    some = pl.when(value > 0).then(value)
    return pl.coalesce(FULL * some.rank("max") / some.count(), value * 0.0)


def _known(pointed: pl.DataFrame, rules: ScorecardRules, names: dict[str, str]) -> pl.DataFrame:
    """Add the share of the weight that is known, the criteria that are not, and the weakest."""
    is_known = {one.name: pl.col(names[one.name]).is_not_null() for one in rules.criteria}
    weight = pl.sum_horizontal(is_known[one.name] * one.weight for one in rules.criteria)
    missing = flags.named(pointed, {name: ~known for name, known in is_known.items()})
    fewest = pl.min_horizontal(names.values())
    weakest = pl.coalesce(
        pl.when(pl.col(points) == fewest).then(pl.lit(name, dtype=pl.Enum(list(names))))
        for name, points in names.items()
    )
    return pointed.with_columns(
        weight.round(DECIMALS).alias(f"{rules.label}_known_share"),
        missing.alias(f"{rules.label}_missing"),
        weakest.alias(f"{rules.label}_weakest"),
    )


def _score(rules: ScorecardRules, names: dict[str, str]) -> pl.Expr:
    """Return the weighted mean, held to the weakest criterion; null where too little is known."""
    known = pl.col(f"{rules.label}_known_share")
    points = [pl.col(names[one.name]) for one in rules.criteria]
    total = pl.sum_horizontal(
        pl.col(names[one.name]).fill_null(0.0) * one.weight for one in rules.criteria
    )
    held = pl.min_horizontal(total / known, pl.min_horizontal(points) + rules.most_lead)
    needed = [pl.col(names[one.name]).is_not_null() for one in rules.criteria if one.is_needed]
    is_known = pl.all_horizontal(known >= rules.least_known_share, known > 0, *needed)
    return pl.when(is_known).then(held.round(DECIMALS)).alias(f"{rules.label}_score")


def score_lines(frame: pl.DataFrame, rules: ScorecardRules) -> pl.DataFrame:
    """Return the lines of a frame that has been scored: label, code, column and at.

    Raises:
        DataError: `frame` has not been through `assign`.
    """
    score = f"{rules.label}_score"
    cuts.require_numbers(frame, [score], by="scorecard")
    codes = rules.labels[:-1]
    return cuts.line_frame(rules.label, codes, (score,) * len(codes), cuts.exact(rules.floors))


def by_criterion(scored: pl.DataFrame, rules: ScorecardRules) -> pl.DataFrame:
    """Return one row a criterion: criterion, weight_share, known_share, and its mean points.

    Raises:
        DataError: `scored` has not been through `assign`.
    """
    names = [f"{rules.label}_{one.name}_points" for one in rules.criteria]
    require(scored, names, by="scorecard")
    kind = pl.Enum([one.name for one in rules.criteria])
    n = max(scored.height, 1)
    return pl.DataFrame(
        {
            "criterion": pl.Series([one.name for one in rules.criteria], dtype=kind),
            "weight_share": [float(one.weight) for one in rules.criteria],
            "known_share": [scored[name].count() / n for name in names],
            "mean_points": pl.Series([scored[name].mean() for name in names], dtype=pl.Float64),
        }
    )


def in_words(scored: pl.DataFrame, rules: ScorecardRules, language: str = "en") -> pl.DataFrame:
    """Return a scored frame in which the criteria that are missing are named in words.

    Raises:
        DataError: `scored` has not been through `assign`.
        ConfigError: There is no such language.
    """
    missing = f"{rules.label}_missing"
    require(scored, [missing], by="scorecard")
    kind = pl.Enum([one.name for one in rules.criteria])
    named = [
        pl.when(pl.col(missing).list.contains(pl.lit(one.name, dtype=kind))).then(
            pl.lit(word("scheme.criterion", one.name, language))
        )
        for one in rules.criteria
    ]
    joint = phrase("scheme.and_then", language)
    return scored.with_columns(
        pl.concat_str(named, separator=joint, ignore_nulls=True).alias(missing)
    )


def describe(rules: ScorecardRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    joint = phrase("scheme.and_then", language)
    words = [word(f"scheme.{rules.label}", code, language) for code in rules.labels]
    criteria = [
        f"{word('scheme.criterion', one.name, language)} {share_as_written(one.weight, language)}"
        for one in rules.criteria
    ]
    steps = [
        phrase("scheme.levels.floor", language, label=name, line=as_written(floor, language))
        for name, floor in zip(words, rules.floors, strict=False)
    ]
    rule = phrase(
        "scheme.scorecard.rule",
        language,
        criteria=joint.join(criteria),
        steps=joint.join(steps),
        lowest=words[-1],
        known=share_as_written(rules.least_known_share, language),
    )
    if rules.most_lead < FULL:
        lead = as_written(rules.most_lead, language)
        rule = phrase("scheme.scorecard.lead", language, rule=rule, lead=lead)
    return cuts.with_margin(rule, rules.margin, rules.grace_months, language)
