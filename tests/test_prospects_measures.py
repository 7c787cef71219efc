import datetime as dt

import numpy as np
import polars as pl
import pytest

from funnels import AS_OF, leads
from segment.errors import ConfigError
from segment.prospects import judging, measures, scorecard
from segment.prospects.design import Design
from segment.prospects.rules import ProspectRules

FLOORS = (0.5, 0.3, 0.15)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)  # fmt: skip
def test_the_interval_of_a_share_is_wilsons(hits, n, low, high):
    assert measures.wilson(hits / n, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_the_auc_is_the_share_of_pairs_ranked_rightly_and_a_tie_counts_half():
    area, _ = measures.auc(np.array([3.0, 1.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0]))

    assert area == pytest.approx((2 + 0.5 + 0) / 4)


def test_the_variance_of_the_auc_is_that_of_the_pairs_of_delong():
    # hits 1, 4 beat 1 of 3 and 3 of 3 misses; misses 0, 2, 3 are beaten by 2, 1, 1 of 2 hits
    _, variance = measures.auc(np.array([1.0, 4.0, 0.0, 2.0, 3.0]), np.array([1.0, 1, 0, 0, 0]))

    by_hits, by_misses = np.var([1 / 3, 1.0], ddof=1), np.var([1.0, 0.5, 0.5], ddof=1)
    assert variance == pytest.approx(by_hits / 2 + by_misses / 3)


def test_one_hit_gives_no_auc_and_two_do():
    assert measures.auc(np.arange(4.0), np.array([0.0, 0, 0, 1])) is None
    assert measures.auc(np.arange(4.0), np.array([0.0, 0, 1, 1])) is not None


def test_a_drifting_base_rate_is_no_skill():
    # in each period the score is blind; only the level rises with the base rate
    rng = np.random.default_rng(2)
    early, late = rng.random(2000) < 0.1, rng.random(2000) < 0.5
    judged = pl.DataFrame(
        {
            "period": [0] * 2000 + [1] * 2000,
            "score": np.concatenate([rng.random(2000), 5 + rng.random(2000)]),
            "is_hit": np.concatenate([early, late]).astype(float),
        }
    )

    area, low, high = measures.auc_within(judged, 0.9)
    overall, _ = measures.auc(judged["score"].to_numpy(), judged["is_hit"].to_numpy())

    assert low < 0.5 < high
    assert high - low < 0.08
    assert overall > 0.7
    assert area == pytest.approx(0.5, abs=0.03)


def test_the_level_is_set_so_that_the_mean_chance_is_the_share():
    scores, weights = np.array([-2.0, 0.0, 3.0]), np.array([1.0, 2.0, 1.0])

    shift = measures.level(scores, weights, 0.2)

    assert weights @ measures.chance(scores + shift) / 4 == pytest.approx(0.2)


def test_leads_of_unequal_weight_tell_as_much_as_fewer_equal_ones():
    assert measures.effective_number(np.array([1.0, 1.0, 1.0])) == pytest.approx(3)
    assert measures.effective_number(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)


def test_scores_twice_too_sure_have_a_slope_of_a_half():
    rng = np.random.default_rng(5)
    scores = rng.normal(size=20_000)
    hits = (rng.random(20_000) < measures.chance(scores)).astype(float)

    slope, error = measures.slope(2 * scores, hits)

    assert slope == pytest.approx(0.5, abs=3 * error)
    assert error < 0.02


def test_a_slope_beyond_what_is_believed_is_held():
    assert [judging.held(slope) for slope in (0.49, 0.5, 1.0, 1.5, 1.51)] == [
        0.5,
        0.5,
        1.0,
        1.5,
        1.5,
    ]


def test_scores_that_part_hits_and_misses_wholly_have_a_finite_slope():
    slope, error = measures.slope(np.array([-1.0, -1.0, 1.0, 1.0]), np.array([0.0, 0, 1, 1]))

    assert 1 < slope < 100
    assert np.isfinite(error)


def judged(chances, hits, base_rate=0.5):
    return pl.DataFrame({"chance": chances, "is_hit": hits}).with_columns(base_rate=base_rate)


def test_the_skill_is_the_share_of_the_squared_error_that_is_saved():
    assert measures.brier_skill(judged([1.0, 0.0], [1.0, 0.0])) == 1.0
    assert measures.brier_skill(judged([0.5, 0.5], [1.0, 0.0])) == 0.0
    assert measures.brier_skill(judged([0.0, 1.0], [1.0, 0.0])) == -3.0


def test_the_calibration_error_is_the_mean_gap_of_the_tenths():
    misses, hits = judged([0.1] * 50, [0.0] * 50), judged([0.6] * 50, [1.0] * 50)

    assert measures.calibration_error(pl.concat([misses, hits])) == pytest.approx((0.1 + 0.4) / 2)


def test_the_log_loss_of_a_coin_is_that_of_a_bit():
    hits = np.array([1.0, 0.0])

    assert measures.log_loss(hits, np.array([0.5, 0.5])) == pytest.approx(np.log(2))
    assert np.isfinite(measures.log_loss(hits, np.array([0.0, 1.0])))


def test_a_chance_exactly_on_a_floor_earns_the_better_grade():
    chances = [1.0, 0.5, np.nextafter(0.5, 0), 0.3, 0.29, 0.15, 0.149, 0.0, None]
    frame = pl.DataFrame({"chance": pl.Series(chances, dtype=pl.Float64)})

    found = frame.select(measures.graded(pl.col("chance"), FLOORS)).to_series()

    assert found.to_list() == ["A", "A", "B", "B", "C", "C", "D", "D", None]
    assert found.dtype == pl.Enum(["A", "B", "C", "D"])


def test_every_grade_has_its_row_though_nobody_had_it():
    table = measures.by_grade(judged([0.6, 0.7, 0.1], [1.0, 0.0, 0.0]), FLOORS, 0.9)

    assert table["grade"].to_list() == ["A", "B", "C", "D"]
    assert table["n_leads"].to_list() == [2, 0, 0, 1]
    assert table["realised_rate"].to_list() == [0.5, None, None, 0.0]
    assert table["low"].to_list()[1] is None
    assert table["low"].to_list()[0] < 0.5 < table["high"].to_list()[0]


def test_the_rehearsal_takes_at_most_a_quarter_of_the_history():
    history = leads((400, "won", 5), (10, "open", None))

    assert judging.rehearsal_days(history, AS_OF, 100) == 100
    assert judging.rehearsal_days(history, AS_OF, 101) == 100


def test_only_leads_whose_horizon_is_over_are_judged_and_by_what_was_known_before():
    outcomes = ("won", "lost")
    history = leads(*[(n, outcomes[n % 2], 0) for n in range(400)])
    rows = scorecard.matrix(one_column(400))

    asked = judging.rehearse(history, rows, AS_OF, 30)

    # of 370 leads that are 30 days or older, the later half is asked about, in five periods
    assert asked["period"].n_unique() == 5
    assert len(asked) == 370 - 370 // 2
    assert asked["period"].max() < AS_OF - dt.timedelta(days=30)
    assert asked["base_rate"].is_between(0.45, 0.55).all()


def one_column(n):
    return Design(places=np.zeros((n, 1), np.int32), shares=np.ones((n, 1)), starts=(0,), width=1)


def test_leads_of_a_single_day_cannot_be_judged():
    history = leads(*[(40, ("won", "lost")[n % 2], 0) for n in range(100)])

    assert judging.rehearse(history, scorecard.matrix(one_column(100)), AS_OF, 30).is_empty()


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"horizon_days": 0}, "horizon_days is 0; it is a whole number, 1 or more"),
        ({"horizon_share": 1.0}, "horizon_share is 1.0; it lies between 0 and 1"),
        ({"min_won": 1}, "min_won is 1; it is a whole number, 2 or more"),
        ({"actionable": ("a", "a")}, "actionable is"),
        ({"known": {"a": " "}}, "the field 'a' is known by ' '"),
        ({"known": {"a": "closed_on"}}, 'write "after closing"'),
        ({"known": {"a": "created_on"}}, 'write "creation"'),
        ({"known": {"a": "after closing"}, "allow": ("a",)}, 'says "after closing" of a, which'),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_rules_that_cannot_mean_what_they_say_are_refused(rules, sentence):
    with pytest.raises(ConfigError, match=sentence):
        ProspectRules(**rules)
