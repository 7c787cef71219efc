"""What a tick is worth, how much an indicator counts, and when a remark overrules a tick."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segment import checks
from segment.errors import ConfigError, listed, nearest
from segment.schema import SATISFACTION_INDICATORS, SATISFACTION_LEVELS

SCORES = (100.0, 80.0, 60.0, 40.0, 20.0)  # of the five levels, best first


@dataclass(frozen=True, kw_only=True)
class SurveyRules:
    """Scores of the five levels, weights of the indicators, and what a complaint does.

    `weights` are relative, 1 for an indicator that is not named; 0 leaves it out. A remark that
    complains beside a tick of `overruled` makes it count as `counts_as`. `window_days` is how far
    back responses count, `interval_share` how sure an interval of a mean is.
    """

    scores: tuple[float, ...] = SCORES
    weights: dict[str, float] = field(default_factory=dict)
    overruled: tuple[str, ...] = ("satisfied", "fair")
    counts_as: str = "dissatisfied"
    window_days: int = 365
    interval_share: float = 0.90

    def __post_init__(self) -> None:
        _check_scores(self.scores)
        _check_weights(self.weights)
        checks.names(self, "overruled", least=0)
        for level in self.overruled:
            _check_known("overruled", level, SATISFACTION_LEVELS)
        checks.one_of(self, "counts_as", SATISFACTION_LEVELS)
        checks.whole(self, "window_days", least=1)
        checks.share(self, "interval_share")

    def weight(self, indicator: str) -> float:
        """Return how much an indicator counts beside the others."""
        return self.weights.get(indicator, 1.0)


def _check_scores(scores: tuple[float, ...]) -> None:
    numbers = all(checks.is_number(one) and 0 <= one <= 100 for one in scores)  # noqa: PLR2004
    if not numbers or len(scores) != len(SATISFACTION_LEVELS) or [*scores] != _falling(scores):
        raise ConfigError(
            f"scores is {list(scores)}; give one from 100 down to 0 to each of "
            f"{listed(SATISFACTION_LEVELS)}, in this order."
        )


def _falling(scores: tuple[float, ...]) -> list[float]:
    return sorted(set(scores), reverse=True)


def _check_weights(weights: Mapping[str, float]) -> None:
    if not isinstance(weights, dict) or not all(
        checks.is_number(one) and one >= 0 for one in weights.values()
    ):
        raise ConfigError(
            f"weights is {weights!r}; it gives the weight of an indicator, 0 or more, such as "
            "{ delivery = 2 }."
        )
    for name in weights:
        _check_known("weights", name, SATISFACTION_INDICATORS)
    if not any(weights.get(name, 1) for name in SATISFACTION_INDICATORS):
        raise ConfigError("weights is 0 for every indicator; one of them has to count.")


def _check_known(field_name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(
            f"{field_name} has {value!r}{nearest(str(value), known)}; it is one of "
            f"{listed(known, 14)}."
        )
