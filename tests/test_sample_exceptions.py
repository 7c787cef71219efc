"""The exceptions of the sample company: enough of each kind to show the section."""

import polars as pl
import pytest

from segment import sample
from segment.sample import SampleRules


@pytest.fixture(scope="module")
def company() -> sample.Company:
    return sample.make(SampleRules(n_customers=1000, n_prospects=50, n_responses=20))


def test_ten_are_truly_below_zero_one_pays_and_one_is_unknown(company):
    truth = company.truth["customers"].select("customer_id", "is_below_zero")
    found = company.tables["exceptions"].join(truth, on="customer_id", how="left")

    truths = found["is_below_zero"].to_list()
    assert [truths.count(one) for one in (True, False, None)] == [10, 1, 1]


def test_three_have_ended_and_one_ends_within_a_month(company):
    days_left = pl.col("expires_on") - company.rules.last_on
    left = company.tables["exceptions"].select(days_left.dt.total_days()).to_series()

    assert (left < 0).sum() == 3
    assert left.is_between(0, 30).sum() == 1


def test_each_has_a_reason_an_owner_from_the_staff_and_was_decided_before_the_end(company):
    found = company.tables["exceptions"]

    assert found["reason"].n_unique() > 1
    assert set(found["owner"]) <= set(company.tables["staff"]["name"])
    assert (found["decided_on"] < company.rules.last_on).all()
    assert (found["expires_on"] >= found["decided_on"]).all()


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_company_in_which_nearly_nobody_is_below_zero_has_few_exceptions(seed):
    made = sample.make(SampleRules(n_customers=50, n_prospects=50, n_responses=20, seed=seed))

    assert made.tables["exceptions"].height >= 2  # one who pays well, and one who is nobody
