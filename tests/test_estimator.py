"""lifetimes leaves nothing behind but what was fitted."""

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from segment import estimator

OPTION = "mode.chained_assignment"


def option() -> object:
    """The pandas option that lifetimes changes; pandas 3 warns when it is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.get_option(OPTION)


def test_what_was_fitted_comes_back():
    def fit(lifetimes):
        fitter = lifetimes.BetaGeoFitter(penalizer_coef=0.1)
        return fitter.fit([3, 1, 0, 2], [9, 4, 0, 7], [10, 10, 10, 12])

    assert set(estimator.fitted(fit).params_.index) == {"r", "alpha", "a", "b"}


def test_a_fit_that_does_not_converge_is_none():
    def diverging(lifetimes):
        raise lifetimes.utils.ConvergenceError("no end")

    def singular(lifetimes):
        raise np.linalg.LinAlgError("singular")

    assert estimator.fitted(diverging) is None
    assert estimator.fitted(singular) is None


def test_any_other_fault_comes_through():
    with pytest.raises(ValueError, match="mine"):
        estimator.fitted(lambda _: (_ for _ in ()).throw(ValueError("mine")))


def bowl(point):
    """Least at (1, -2), where the curvature is 2 and 8."""
    away = point - np.array([1.0, -2.0])
    return float(away @ (away * [1.0, 4.0])), away * [2.0, 8.0]


def curvature_of_the_bowl(_):
    return np.diag([2.0, 8.0])


@pytest.mark.parametrize("fitter", ["BetaGeoFitter", "ParetoNBDFitter", "BaseFitter"])
def test_a_fitter_minimises_what_it_is_given(fitter):
    point, curvature = estimator.minimised(
        fitter, bowl, curvature_of_the_bowl, np.array([5.0, 5.0])
    )

    assert point == pytest.approx([1.0, -2.0], abs=1e-6)
    assert curvature == pytest.approx(np.diag([2.0, 8.0]))


def test_of_a_minimiser_that_gives_up_the_best_point_is_taken():
    def lying(point):  # downhill the slope points uphill: no step helps
        value, gradient = bowl(point)
        return value, -gradient

    start = np.array([5.0, 5.0])
    point, _ = estimator.minimised("BetaGeoFitter", lying, curvature_of_the_bowl, start)

    assert bowl(point)[0] <= bowl(start)[0]


def test_what_is_printed_and_warned_of_while_fitting_is_not_seen(capsys):
    def loud(_):
        print("iteration 1")  # noqa: T201 (as lifetimes does)
        warnings.warn("log of 0", RuntimeWarning, stacklevel=1)
        return 7

    assert estimator.fitted(loud) == 7
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("fails", [False, True])
def test_warnings_and_the_option_of_pandas_are_as_they_were(fails):
    def meddling(_):
        warnings.simplefilter("ignore")
        pd.set_option(OPTION, None)
        if fails:
            raise KeyError("x")

    filters, before = list(warnings.filters), option()
    if fails:
        with pytest.raises(KeyError):
            estimator.fitted(meddling)
    else:
        estimator.fitted(meddling)

    assert warnings.filters == filters
    assert option() == before
    with pytest.warns(UserWarning, match="heard again"):
        warnings.warn("heard again", UserWarning, stacklevel=1)


def test_importing_the_package_does_not_import_lifetimes():
    # a process of its own has imported nothing yet
    code = "import sys, segment.estimator, segment.clv; print('lifetimes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
