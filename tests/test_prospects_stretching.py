"""What the penalties hold back of a score is given back, no more and no less."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from segment.prospects import learning, measures, scorecard, stretching
from segment.prospects.learning import Layout, Way

N, N_FIELDS = 400, 12
WEIGHTS = np.array([1.0, -1.0, 0.5, *[0.0] * (N_FIELDS - 3)])


def history(seed, weights=WEIGHTS, n=N):
    """Leads with yes-or-no fields, of which the first three tell something."""
    rng = np.random.default_rng(seed)
    rows = csr_matrix((rng.random((n, N_FIELDS)) < 0.4).astype(float))
    hits = (rng.random(n) < measures.chance(rows @ weights - 1.0)).astype(float)
    return rows, (hits, np.ones(n))


def test_a_penalised_score_is_stretched_to_what_later_leads_ask_for():
    later, _ = history(99, n=4000)
    truth = measures.chance(later @ WEIGHTS - 1.0)
    both, counts = np.repeat([1.0, 0.0], len(truth)), np.append(truth, 1 - truth)
    asked, stretches, spreads = [], [], []
    for seed in range(60):
        rows, known = history(seed, n=1600)
        weights, base = scorecard.regress(rows, *known)
        scores = later @ weights + base
        asked.append(measures.sigmoid(np.tile(scores, 2), both, counts)[0])
        stretches.append(stretching.stretch(rows, (weights, base), known))
        spreads.append(scores.var())

    # flat scores tell less of the slope that was right
    right = np.average(asked, weights=spreads)
    chance = np.std(asked) / np.sqrt(len(asked))
    assert right > 1 + 5 * chance
    assert np.average(stretches, weights=spreads) == pytest.approx(right, abs=3 * chance)


def test_the_stretch_is_what_leaving_out_each_lead_in_turn_would_show():
    rows, (hits, counts) = history(3, n=300)
    counts = np.where(hits > 0, 2.0, 1.0)
    learnt = scorecard.regress(rows, hits, counts)
    left_out = np.empty(len(hits))
    for place in range(len(hits)):
        others = np.arange(len(hits)) != place
        weights, base = scorecard.regress(rows[others], hits[others], counts[others], learnt)
        left_out[place] = (rows[[place]] @ weights).item() + base
    slope, _ = measures.sigmoid(left_out, hits, counts)

    assert stretching.stretch(rows, learnt, (hits, counts)) == pytest.approx(slope, abs=0.1)


def test_a_score_of_nothing_but_chance_is_not_stretched():
    rows, known = history(5, np.zeros(N_FIELDS))

    found = stretching.stretch(rows, scorecard.regress(rows, *known), known)

    assert stretching.LEAST <= found < 1


def test_a_score_that_parts_nobody_stays_as_it_is():
    rows, known = history(1)

    assert stretching.stretch(rows, (np.zeros(N_FIELDS), -1.0), known) == 1.0


def test_a_stretch_beyond_what_is_believed_is_held():
    rows, known = history(2, n=5000)
    weights, base = scorecard.regress(rows, *known)

    assert stretching.stretch(rows, (weights / 4, base), known) == stretching.MOST


def test_of_very_many_leads_some_tell_the_degrees_of_freedom(monkeypatch):
    rows, known = history(4, n=4000)
    learnt = scorecard.regress(rows, *known)

    whole = stretching.stretch(rows, learnt, known)
    monkeypatch.setattr(stretching, "MOST_LEADS", 3999)

    assert stretching.stretch(rows, learnt, known) == pytest.approx(whole, abs=0.01)


def test_trees_are_not_stretched():
    rows, known = history(6)
    layout = Layout(
        scales=(), rows=rows, steps=np.empty((N, 0)), directions=np.zeros(N_FIELDS, np.int64)
    )
    learnt = scorecard.regress(rows, *known)

    def found(learner):
        return learning.stretch(Way(learner=learner), layout, np.arange(N), learnt, known)

    assert found("boosted") == 1.0
    assert found("linear") > 1.0
