"""Where nobody is graded: what data would help, by how much is lacking."""

import polars as pl
import pytest

from funnels import AS_OF
from segment.prospects import Abstention, Model, ProspectRules, Quality, advice, leaks, words
from segment.prospects.model import ABSTENTIONS

NUMBERS = {
    "n_open": 10, "horizon_days": 90, "oldest_days": 30, "found": 30, "least": 40, "n_fields": 2,
    "n_judged": 12, "auc": 0.51, "low": 0.49, "high": 0.53, "skill": -0.01,
}  # fmt: skip


def abstained(code, fields=None, **known):
    quality = Quality(
        n_won=30, n_lost=50, n_open=10,
        **{"n_hits": 30, "n_misses": 35, "horizon_days": 90, "base_rate": 0.4, "base_low": 0.3,
           "base_high": 0.5, "history_days": 365, "n_judged": 1000, "auc": 0.51, "auc_low": 0.49,
           "fields": pl.DataFrame(fields or [], schema=leaks.FIELDS)} | known,
    )  # fmt: skip
    return Model(as_of=AS_OF, rules=ProspectRules(), features=(), quality=quality,
                 abstained=Abstention(code=code, values=NUMBERS))  # fmt: skip


@pytest.mark.parametrize("code", ABSTENTIONS)
def test_every_abstention_says_what_would_help_in_both_languages(code):
    model = abstained(code)
    key, numbers = advice.advise(model)

    assert words.abstention(model).count(". ") >= 1
    assert words.abstention(model, "zh").endswith(("。", "？"))
    assert all(value >= 0 for value in numbers.values())
    assert key.startswith(code)


def test_ten_more_won_at_thirty_a_year_take_a_third_of_a_year():
    assert advice.advise(abstained("too_few_won")) == (
        "too_few_won", {"more": 10, "each_year": 30, "wait_days": 122},
    )  # fmt: skip


@pytest.mark.parametrize("known", [{"n_hits": 0}, {"history_days": 29}])
def test_without_a_rate_there_is_no_date(known):
    assert advice.advise(abstained("too_few_won", **known))[0] == "too_few_won_yet"
    assert advice.advise(abstained("too_few_won", history_days=30))[0] == "too_few_won"


def test_five_more_that_were_not_won_are_lacking():
    assert advice.advise(abstained("too_few_lost"))[1]["more"] == 5
    assert "5 more prospects that were not won" in words.abstention(abstained("too_few_lost"))


def test_half_the_distance_needs_four_times_as_many():
    """1,000 judged leads hold an AUC to .02; .01 above guessing shows with 4,000."""
    assert advice.advise(abstained("no_signal"))[1] == {"needed": 4000, "n_judged": 1000}
    assert "some 4,000 judged prospects (now 1,000)" in words.abstention(abstained("no_signal"))


@pytest.mark.parametrize("known", [{"auc": 0.5}, {"auc": 0.49}, {"auc": 0.5 + 1e-6}])
def test_what_no_number_of_prospects_would_show_is_worthless(known):
    assert advice.advise(abstained("no_signal", **known)) == ("no_signal_worthless", {})


def test_fields_are_told_apart_by_why_they_cannot_be_used():
    fields = [{"feature": "a", "why": "identifier"}, {"feature": "b", "why": "never_filled"}]

    said = words.abstention(abstained("no_fields", fields))
    assert "(1 are suspected of knowing the outcome, 1 hold nothing that differs)" in said
    assert words.abstention(abstained("no_fields")).startswith("There is no column beside those")
