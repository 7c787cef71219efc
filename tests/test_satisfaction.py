"""Satisfaction bands: where they begin, and who has none."""

import polars as pl
import pytest

from segment.schemes import satisfaction
from segment.schemes.satisfaction import SatisfactionRules


def band(score: float | None, n_answers: int | None = 14, **rules: object) -> str | None:
    frame = pl.DataFrame(
        {"satisfaction": [score], "n_answers": [n_answers]},
        schema={"satisfaction": pl.Float64, "n_answers": pl.Int64},
    )
    return satisfaction.assign(frame, SatisfactionRules(**rules))[satisfaction.LABEL].item()


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (100, "very_satisfied"), (90, "very_satisfied"), (89.9, "satisfied"), (80, "satisfied"),
        (60, "fair"), (40, "dissatisfied"), (30, "dissatisfied"), (29.9, "very_dissatisfied"),
        (20, "very_dissatisfied"), (None, None),
    ],
)  # fmt: skip
def test_who_ticks_one_level_throughout_is_in_its_band(score, expected):
    assert band(score) == expected


def test_few_answers_make_no_band():
    assert [band(80, n) for n in (4, 5, None)] == [None, "satisfied", None]
    assert band(80, 1, fewest_answers=1) == "satisfied"


def test_the_rule_tells_its_lines():
    said = satisfaction.describe(SatisfactionRules())

    assert "satisfied from 70" in said
    assert "fewer than 5 answers" in said
