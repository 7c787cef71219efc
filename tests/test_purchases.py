"""Numbers of Fader, Hardie & Lee 2005, its tutorial notes, CLVTools and BG/BB's paper."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from conftest import lifetimes_file
from purchase_truths import model, one
from segment import purchases, summary

CALIBRATION_END = dt.date(1997, 9, 30)


def history(frame: pl.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, t_x, T = (frame[name].cast(float).to_numpy() for name in ("frequency", "recency", "T"))
    return x, t_x / 7, T / 7


@pytest.fixture(scope="module")
def sample(cdnow_sample) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return history(summary.summarise(cdnow_sample, CALIBRATION_END))


@pytest.fixture(scope="module")
def master() -> pl.DataFrame:
    """All of CDNOW: 23,570 customers, of which the sample is a tenth."""
    lines = lifetimes_file("CDNOW_master.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip()[:1].isdigit()]
    return pl.DataFrame(
        {
            "customer_id": [row[0] for row in rows],
            "date": [dt.datetime.strptime(row[1], "%Y%m%d").date() for row in rows],
            "amount": [float(row[3]) for row in rows],
        }
    )


@pytest.fixture(scope="module")
def donors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The 11,104 who first gave in 1995, over six yearly opportunities."""
    frame = pl.read_csv(lifetimes_file("donations.csv"))
    weights = frame["weights"].to_numpy()
    return tuple(
        np.repeat(frame[name].cast(float).to_numpy(), weights)
        for name in ("frequency", "recency", "periods")
    )


@pytest.mark.parametrize(
    ("name", "published", "precision", "log_likelihood", "holdout"),
    [
        # FHL 2005 table 2; BTYD walkthrough; tests of CLVTools; and FHL 2005 for the Pareto/NBD
        ("bg_nbd", (0.2426, 4.4136, 0.7929, 2.4259), 5e-4, -9582.429, 1653.4),
        ("mbg_nbd", (0.5248, 6.183, 0.891, 1.614), 5e-4, -9582.136, 1576.7),
        ("pareto_nbd", (0.553, 10.578, 0.606, 11.669), 6e-4, -9594.976, 1665.5),
    ],
)
def test_cdnow_gives_the_published_parameters(
    sample, name, published, precision, log_likelihood, holdout
):
    fitted = purchases.fit(*sample, name)

    assert (fitted.name, fitted.is_fallback, fitted.notes) == (name, False, ())
    assert fitted.values == pytest.approx(published, abs=precision)
    assert fitted.log_likelihood == pytest.approx(log_likelihood, abs=5e-4)
    assert purchases.expected(fitted, *sample, 39).sum() == pytest.approx(holdout, abs=0.05)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("pareto_nbd", (0.5974, 11.5857, 0.5222, 8.8278)),
        ("bg_nbd", (0.2516, 4.7889, 0.7234, 2.1611)),
        ("mbg_nbd", (0.6371, 7.3103, 0.8075, 1.2284)),
    ],
)
def test_all_of_cdnow_gives_the_published_parameters(master, name, published):
    assert (master.height, master["customer_id"].n_unique()) == (69_659, 23_570)
    assert master["amount"].sum() == pytest.approx(2_500_315, abs=1)
    assert master.filter(pl.col("date") > CALIBRATION_END)["amount"].sum() == pytest.approx(
        776_961, abs=1
    )

    fitted = purchases.fit(*history(summary.summarise(master, CALIBRATION_END)), name)

    assert fitted.values == pytest.approx(published, abs=6e-5)


def test_donors_give_the_published_parameters(donors):  # Fader, Hardie & Shang 2010, table 3
    fitted = purchases.fit_counted(*donors)

    assert fitted.notes == ()
    assert fitted.n_customers == 11_104
    assert fitted.values == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=6e-4)
    assert fitted.log_likelihood == pytest.approx(-33_225.6, abs=0.05)


def test_donors_are_there_and_give_as_published():
    """Fader, Hardie & Shang 2010, tables 6 and 7: 1996 to 2001, and the years 2002 to 2006."""
    fitted = model("bg_bb", 1.204, 0.750, 0.657, 2.783)

    assert purchases.expected(fitted, *one(6, 6, 6), 5)[0] == pytest.approx(3.75, abs=0.006)
    assert purchases.p_alive(fitted, *one(6, 6, 6), ahead=1)[0] == pytest.approx(0.93, abs=0.006)
    assert purchases.expected(fitted, *one(0, 0, 6), 5)[0] == pytest.approx(0.07, abs=0.006)
    assert purchases.p_alive(fitted, *one(0, 0, 6), ahead=1)[0] == pytest.approx(0.11, abs=0.006)


def test_of_two_dropout_models_the_likelier_is_taken(sample):
    assert purchases.fit(*sample, "auto").name == "mbg_nbd"  # −9582.136 over −9582.429


def test_the_customer_with_26_purchases(sample):  # BTYD walkthrough
    pareto = purchases.fit(*sample, "pareto_nbd")
    beta = model("bg_nbd", 0.24259, 4.41360, 0.79292, 2.42591)
    customer = one(26, 30.857, 31)

    assert purchases.p_alive(pareto, *customer)[0] == pytest.approx(0.997874, abs=5e-6)
    assert purchases.expected(pareto, *customer, 52)[0] == pytest.approx(
        25.45647, abs=2e-3
    )  # their optimum
    assert purchases.p_alive(beta, *customer)[0] == pytest.approx(0.9688523, abs=5e-6)
    assert purchases.expected(beta, *customer, 52)[0] == pytest.approx(25.75659, abs=1e-3)


def test_the_customer_of_the_paper():  # FHL 2005, at the end
    fitted = model("bg_nbd", 0.2426, 4.4136, 0.7929, 2.4259)

    assert purchases.expected(fitted, *one(2, 30.43, 38.86), 39)[0] == pytest.approx(
        1.226, abs=5e-4
    )
