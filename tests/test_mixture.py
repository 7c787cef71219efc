"""Spreads found from what they made, and what they say about one customer."""

import numpy as np
import pytest

from segment import mixture

VALUES = np.array([1.0, 4.0, 16.0])


def poisson(times: np.ndarray, exposure: float = 1.0) -> np.ndarray:
    return times[:, None] * np.log(VALUES * exposure) - VALUES * exposure


def test_the_spread_that_made_the_counts_is_found():
    chance = np.random.default_rng(3)
    true = chance.choice(VALUES, 20_000, p=[0.7, 0.2, 0.1])

    weights = mixture.fit(poisson(chance.poisson(true).astype(float)))

    assert weights == pytest.approx([0.7, 0.2, 0.1], abs=0.02)


def test_one_customer_is_told_by_bayes_rule():
    # three events: e^-1, 64 e^-4 and 4096 e^-16 times the weights
    by_hand = np.array([0.7 * np.exp(-1), 0.2 * 64 * np.exp(-4), 0.1 * 4096 * np.exp(-16)])

    shares = mixture.posterior(poisson(np.array([3.0])), np.array([0.7, 0.2, 0.1]))

    assert shares[0] == pytest.approx(by_hand / by_hand.sum())


def test_weights_add_up_and_likelihoods_far_below_one_are_no_trouble():
    seen = poisson(np.array([900.0, 1000.0, 0.0]), exposure=60.0)

    assert mixture.fit(seen).sum() == pytest.approx(1.0)
    assert mixture.posterior(seen, mixture.fit(seen)).sum(axis=1) == pytest.approx([1, 1, 1])


def test_of_nobody_the_spread_is_level():
    assert mixture.fit(np.zeros((0, 4))).tolist() == [0.25] * 4
    assert mixture.posterior(np.zeros((0, 4)), np.full(4, 0.25)).shape == (0, 4)


def test_a_step_of_the_spread_never_makes_the_counts_less_likely(monkeypatch):
    chance = np.random.default_rng(5)
    seen = poisson(chance.poisson(chance.choice(VALUES, 500)).astype(float))
    likely = []
    for steps in (1, 2, 5, 20, 100):
        monkeypatch.setattr(mixture, "N_STEPS", steps)
        likely.append(np.log(np.exp(seen) @ mixture.fit(seen)).sum())

    assert likely == sorted(likely)
