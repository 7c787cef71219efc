import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from funnels import AS_OF, funnel
from segment import prospects
from segment.errors import DataError
from segment.prospects import ProspectRules, boosting, choosing, design, grading, learning
from segment.prospects.features import Feature
from segment.prospects.learning import Way

N = 4000
NUMBER, WORD = Feature(name="x", kind="number"), Feature(name="w", kind="category")


@pytest.fixture(scope="module")
def stairs():
    """Numbers whose chance jumps twice, a word that matters, and some cells missing."""
    rng = np.random.default_rng(3)
    x = np.where(rng.random(N) < 0.1, np.nan, rng.random(N))
    word = rng.choice(["a", "b"], N)
    chance = np.select([np.isnan(x), x < 0.3, x < 0.6], [0.5, 0.1, 0.7], 0.2)
    hits = (rng.random(N) < np.where(word == "a", chance, chance / 2)).astype(float)
    values = pl.DataFrame({"x": pl.Series(x).fill_nan(None), "w": word})
    return values, hits


def learnt(values, hits, learner, monotone=None):
    layout = learning.lay_out(values, (NUMBER, WORD), learner, monotone or {})
    counts = np.ones(len(hits))
    return layout, *learning.learn(
        Way(learner=learner), layout, np.arange(len(hits)), (hits, counts)
    )


def test_curves_read_off_the_trees_are_the_trees(stairs):
    values, hits = stairs
    layout, weights, base = learnt(values, hits, "boosted")
    whole = HistGradientBoostingClassifier(
        max_iter=boosting.N_TREES, learning_rate=boosting.RATE,
        max_leaf_nodes=boosting.MOST_LEAVES, min_samples_leaf=boosting.FEWEST_IN_LEAF,
        l2_regularization=boosting.SHRINKAGE, early_stopping=False,
        interaction_cst="no_interactions", categorical_features=[False, True],
    ).fit(layout.steps, hits)  # fmt: skip

    assert layout.rows @ weights + base == pytest.approx(
        whole.decision_function(layout.steps), abs=1e-9
    )


def test_trees_follow_stairs_that_lines_cannot(stairs):
    values, hits = stairs
    asked = pl.DataFrame({"x": [0.25, 0.35, 0.55, 0.65, None], "w": ["a"] * 5})

    def said(learner):
        layout, weights, base = learnt(values, hits, learner)
        laid = design.lay_out(asked, layout.scales)
        return 1 / (1 + np.exp(-(weights[laid.places] * laid.shares).sum(axis=1) - base))

    truth = [0.1, 0.7, 0.7, 0.2, 0.5]
    assert said("boosted") == pytest.approx(truth, abs=0.12)
    assert np.abs(said("boosted") - truth).max() < np.abs(said("linear") - truth).max()


@pytest.mark.parametrize("learner", ["linear", "boosted"])
@pytest.mark.parametrize(("direction", "sign"), [("rising", 1), ("falling", -1)])
def test_a_field_that_may_only_rise_or_fall_does(stairs, learner, direction, sign):
    layout, weights, _ = learnt(*stairs, learner, {"x": direction})
    along = weights[: layout.scales[0].width - 1]  # the last is the missing value's

    assert (sign * np.diff(along) >= -1e-9).all()
    assert not (sign * np.diff(learnt(*stairs, learner)[1][: len(along)]) >= -1e-9).all()


def test_a_step_begins_at_its_edge():
    column = pl.Series("x", [float(n) for n in range(1, 65)])
    scale = design.scale(column, NUMBER, is_step=True)
    edge = scale.knots[3]

    laid = design.lay_out(pl.DataFrame({"x": [np.nextafter(edge, 0), edge, None]}), (scale,))

    assert len(scale.knots) == design.N_STEPS - 1
    assert scale.width == design.N_STEPS + 1
    assert laid.places[:, 0].tolist() == [3, 4, design.N_STEPS]


def test_more_lead_memory_means_that_old_ones_weigh_less():
    old, new = np.zeros(500), np.ones(500)
    values = pl.DataFrame({"w": ["a"] * 1000})
    layout = learning.lay_out(values, (WORD,), "linear", {})
    hits, at = np.concatenate([old, new]), np.arange(1000)

    def said(counts):
        weights, base = learning.learn(Way(), layout, at, (hits, counts))
        return 1 / (1 + np.exp(-weights[0] - base))

    assert said(np.ones(1000)) == pytest.approx(0.5, abs=0.01)
    assert said(np.repeat([0.25, 1.0], 500)) == pytest.approx(0.8, abs=0.01)


def test_trees_are_chosen_where_they_foretell_better_and_their_reasons_are_exact():
    seen, _ = funnel(6000, seed=2, strength=0.0, win_days=10, loss_days=10, never_share=0)
    rng = np.random.default_rng(1)
    stair = rng.random(6000)
    is_high = (stair > 0.30) & (stair < 0.36) | (stair > 0.62) & (stair < 0.72)
    is_won = rng.random(6000) < np.where(is_high, 0.9, 0.08)
    outcome = pl.Series(np.where(is_won, "won", "lost"))
    known = seen.with_columns(
        outcome=pl.when(pl.col("outcome") == "open").then("outcome").otherwise(outcome),
        stair=pl.Series(stair),
    )

    model = prospects.fit(known, AS_OF, ProspectRules())
    graded = prospects.predict(known, model)
    effects, errors = grading.score(known, model)

    said = graded["close_probability"].to_numpy()
    log_odds = model.card.base + effects.sum(axis=1)
    assert model.quality.way == Way(learner="boosted")
    assert np.abs(log_odds - np.log(said / (1 - said))).max() < 1e-9
    assert graded["reasons"].list.first().struct.field("feature").mode()[0] == "stair"
    assert np.isfinite(errors).all() and (errors > 0).all()
    assert said[is_high].mean() > 0.7 and said[~is_high].mean() < 0.2


def test_too_few_to_fill_the_steps_are_not_given_to_trees(monkeypatch):
    tried = []
    monkeypatch.setattr(choosing, "_loss", lambda verdict: 0.0)
    monkeypatch.setattr(
        choosing, "_verdict", lambda way, layouts, periods: tried.append(way.learner)
    )
    few = type("P", (), {"at": np.arange(1), "seen": type("S", (), {"hits": np.ones(500)}),
                         "then": pl.DataFrame({"is_closed": [True] * 1000})})()  # fmt: skip
    fewer = type("P", (), {"at": np.arange(1), "seen": type("S", (), {"hits": np.ones(499)}),
                           "then": pl.DataFrame({"is_closed": [True] * 1000})})()  # fmt: skip

    choosing.choose(lambda learner: None, (fewer,), (fewer,))
    assert "boosted" not in tried
    choosing.choose(lambda learner: None, (few,), (few,))
    assert "boosted" in tried


def test_a_monotone_field_that_is_not_there_is_named():
    seen, _ = funnel(500, seed=1)

    with pytest.raises(DataError, match=r"prospects\.monotone names the field 'sise'.*'size'"):
        prospects.fit(seen, AS_OF, ProspectRules(monotone={"sise": "rising"}))
