"""A bounded number of weighted histories fits like every customer for himself."""

import numpy as np
import pytest

from purchase_truths import simulated
from segment import purchases
from segment.purchases import cells

CUSTOMERS = 100_000
SHOPS = {
    "a shop": ("mbg_nbd", 1, CUSTOMERS, 0.9, 8.0, 1.0, 5.0),
    "ten years of rare purchases": ("bg_nbd", 2, CUSTOMERS, 0.5, 20.0, 0.8, 2.4),
    "buyers of every day": ("mbg_nbd", 3, CUSTOMERS, 0.8, 0.4, 0.3, 9.0),
}
YEARS = {"a shop": 3, "ten years of rare purchases": 10, "buyers of every day": 3}


@pytest.fixture(params=SHOPS)
def shop(request) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return simulated(*SHOPS[request.param], years=YEARS[request.param])


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_parameters_and_totals_are_those_of_a_fit_on_every_row(shop, name, monkeypatch):
    few = purchases.fit(*shop, name)
    monkeypatch.setattr(cells, "EXACT_CELLS", 10 * CUSTOMERS)
    every = purchases.fit(*shop, name)

    assert few.n_cells < 40_000
    assert every.n_cells > 90_000
    assert few.n_customers == every.n_customers == CUSTOMERS
    assert few.values == pytest.approx(every.values, rel=0.005)
    assert few.log_standard_errors == pytest.approx(every.log_standard_errors, rel=0.02)
    total, truth = (purchases.expected(each, *shop, 52).sum() for each in (few, every))
    assert total == pytest.approx(truth, rel=0.001)


def test_cells_keep_the_customers_and_their_sums():
    x, t_x, T = simulated(*SHOPS["buyers of every day"])

    kept = cells.cells(x, t_x, T)

    assert kept.n_customers == CUSTOMERS
    for values, column in ((x, kept.x), (t_x, kept.t_x), (T, kept.T), (T * T, kept.T**2)):
        assert kept.weight @ column == pytest.approx(values.sum(), rel=2e-4)
    assert (kept.t_x >= 0).all()
    assert (kept.t_x <= kept.T).all()
    assert (kept.t_x[kept.x == 0] == 0).all()


def test_histories_that_repeat_are_counted_as_they_are():
    x, t_x, T = np.tile([[0.0, 3.0], [0.0, 5.5], [9.0, 9.5]], 50_000)

    kept = cells.cells(x, t_x, T)

    assert [column.tolist() for column in (kept.x, kept.t_x, kept.T, kept.weight)] == [
        [0, 3], [0, 5.5], [9, 9.5], [50_000, 50_000],
    ]  # fmt: skip


def test_the_cells_do_not_grow_with_the_customers():
    small, large = (
        cells.cells(*simulated("mbg_nbd", 4, n, 0.9, 8.0, 1.0, 5.0)) for n in (200_000, 600_000)
    )

    assert len(large.x) < 1.3 * len(small.x) < 50_000
