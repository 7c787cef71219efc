from types import SimpleNamespace

import pytest

from segment import checks
from segment.errors import ConfigError


@pytest.mark.parametrize("value", [0, 0.0, 0.2, 1, 1.0])
def test_both_ends_of_a_share_are_shares(value):
    checks.share(SimpleNamespace(mvc_share=value), "mvc_share")


@pytest.mark.parametrize("value", [-0.001, 1.001, float("nan"), "0.2", True, None])
def test_what_is_no_share_is_refused_with_its_name(value):
    with pytest.raises(ConfigError, match=r"mvc_share is .* from 0 to 1"):
        checks.share(SimpleNamespace(mvc_share=value), "mvc_share")


def test_shares_add_to_one_as_written():  # in floating point .1 + .2 + .7 is 0.9999999999999999
    checks.shares(SimpleNamespace(shares=(0.1, 0.2, 0.7)), "shares", "ABC")


@pytest.mark.parametrize(
    ("values", "said"),
    [((0.8, 0.15), "2 shares for 3"), ((0.8, 0.15, 0.06), "adds to 1.01"), ((2, -1, 0), "0 to 1")],
)
def test_shares_that_do_not_fit_are_refused(values, said):
    with pytest.raises(ConfigError, match=said):
        checks.shares(SimpleNamespace(shares=values), "shares", "ABC")


def test_a_whole_number_may_be_its_least_but_not_less():
    checks.whole(SimpleNamespace(new_days=0), "new_days", least=0)
    for value in (-1, 1.0, True, "3"):
        with pytest.raises(ConfigError, match=r"new_days is .* whole number"):
            checks.whole(SimpleNamespace(new_days=value), "new_days", least=0)


def test_above_does_not_include_its_floor():
    checks.above(SimpleNamespace(factor=0.001), "factor", 0)
    with pytest.raises(ConfigError, match="factor is 0"):
        checks.above(SimpleNamespace(factor=0), "factor", 0)


@pytest.mark.parametrize("floors", [(5, 5), (1, 2), (1,), (2, "1")])
def test_floors_that_do_not_fall_are_refused(floors):
    checks.falling(SimpleNamespace(floors=(2, -1)), "floors", "ABC")
    with pytest.raises(ConfigError, match="floors"):
        checks.falling(SimpleNamespace(floors=floors), "floors", "ABC")


@pytest.mark.parametrize("labels", [(), ("A",), ("A", "A"), ("A", " ")])
def test_names_are_enough_and_each_once(labels):
    with pytest.raises(ConfigError, match="labels"):
        checks.names(SimpleNamespace(labels=labels), "labels", least=2)


def test_a_word_that_is_not_known_gets_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'heads'"):
        checks.one_of(SimpleNamespace(by="head"), "by", ("amount", "heads"))
    with pytest.raises(ConfigError, match=r"amount, heads\.$"):
        checks.one_of(SimpleNamespace(by="xyz"), "by", ("amount", "heads"))
