"""Look-alike groups: who is in one, how many there are, and what keeps its name."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from alike import AS_OF, bought, customers, two_kinds
from segment import behaviour, clusters
from segment.behaviour import BehaviourRules
from segment.errors import ConfigError, DataError
from segment.schemes import lookalike
from segment.schemes.lookalike import LookalikeRules
from segment.text import LANGUAGES

BUYING = BehaviourRules(fewest_purchases=2)
TWO = LookalikeRules(least_groups=2, most_groups=3, fewest_customers=10)


def seen(lines: pl.DataFrame, day: dt.date = AS_OF) -> pl.DataFrame:
    return behaviour.add(customers(lines), lines, day, BUYING)


def kinds(frame: pl.DataFrame) -> dict[str, set[str]]:
    """Return which kinds of customers are in each group."""
    told = frame.with_columns(kind=pl.col("customer_id").str.head(5))
    grouped = told.group_by("lookalike_group").agg(pl.col("kind").unique())
    return {str(group): set(kind) for group, kind in grouped.iter_rows()}


def test_customers_who_buy_alike_are_in_one_group_and_others_in_another():
    grouped = lookalike.assign(seen(two_kinds()), TWO)

    assert sorted(kinds(grouped).values(), key=str) == [{"large"}, {"often"}]


def test_the_number_of_groups_is_that_which_comes_out_again_and_lies_apart():
    tried = lookalike.tries(seen(two_kinds()), TWO)

    assert tried["n_groups"].to_list() == [2, 3]
    assert tried["is_chosen"].to_list() == [True, False]
    assert tried["stability"][0] == 1.0


def test_a_customer_of_little_history_has_no_group_and_changes_nobodys():
    lines = two_kinds()
    new = pl.concat([lines, bought(("new", 5, 20.0, "tea", "Drinks"))])
    grouped = lookalike.assign(seen(new), TWO)

    assert grouped.filter(customer_id="new")["lookalike_group"].to_list() == [None]
    assert grouped.filter(pl.col("customer_id") != "new").equals(
        lookalike.assign(seen(new).filter(pl.col("customer_id") != "new"), TWO)
    )


def test_too_few_customers_are_one_group():
    few = seen(two_kinds(4))
    tried = lookalike.tries(few, TWO)

    assert tried.row(0) == (1, None, None, True)
    assert set(lookalike.assign(few, TWO)["lookalike_group"]) == {"G01"}
    assert "too few customers" in lookalike.firmness(tried, TWO)


def test_groups_keep_their_names_from_month_to_month():
    lines = two_kinds()
    before, centres = None, None
    named = []
    for months in range(6, -1, -1):
        day = AS_OF - dt.timedelta(days=30 * months)
        then = seen(lines, day)
        centres = lookalike.centres(then, TWO, centres)
        before = lookalike.assign(then, TWO, before, centres)
        named.append(kinds(before))

    assert all(one == named[0] for one in named)
    assert set(named[0]) == {"G01", "G02"}


def test_the_same_month_again_changes_nothing():
    frame = seen(two_kinds())
    centres = lookalike.centres(frame, TWO)
    grouped = lookalike.assign(frame, TWO, None, centres)

    again = lookalike.centres(frame, TWO, centres)
    assert again["code"].equals(centres["code"])
    assert again["centre"].to_list() == pytest.approx(centres["centre"].to_list())
    assert lookalike.assign(frame, TWO, grouped, centres).equals(grouped)


def test_a_group_that_is_new_gets_a_name_that_none_had():
    old = (["G01", "G02"], np.array([[0.0, 0.0], [10.0, 0.0]]))
    now = np.array([[10.0, 1.0], [0.0, 90.0], [0.5, 0.0]])

    assert clusters.names(now, old, lookalike.LABELS) == ["G02", "G03", "G01"]


def test_a_centre_just_half_the_way_to_the_next_is_still_itself():
    old = (["G01", "G02"], np.array([[0.0], [10.0]]))

    assert clusters.names(np.array([[5.0], [10.0]]), old, lookalike.LABELS) == ["G01", "G02"]
    assert clusters.names(np.array([[-5.1], [10.0]]), old, lookalike.LABELS) == ["G03", "G02"]


def test_names_that_run_out_begin_again_with_those_not_in_use():
    old = (["G02", "G36"], np.array([[0.0], [10.0]]))
    now = np.array([[0.0], [10.0], [100.0]])

    assert clusters.names(now, old, lookalike.LABELS) == ["G02", "G36", "G01"]


def test_last_months_number_stays_unless_another_is_clearly_better():
    tried = [clusters.Try(4, 0.8, 0.20), clusters.Try(5, 0.9, 0.24)]

    assert clusters.choose(tried, 0.7, None) == 5
    assert clusters.choose(tried, 0.7, 4) == 4
    assert clusters.choose([tried[0], clusters.Try(5, 0.9, 0.26)], 0.7, 4) == 5
    assert clusters.choose([tried[0], clusters.Try(5, 0.75, 0.26)], 0.7, 4) == 4


def test_of_numbers_that_are_all_unstable_the_most_stable_is_taken():
    tried = [clusters.Try(4, 0.4, 0.9), clusters.Try(5, 0.5, 0.1)]

    assert clusters.choose(tried, 0.7, None) == 5


def centres_at(*places: float) -> pl.DataFrame:
    """Return centres of one behaviour, on a scale of one."""
    return pl.DataFrame(
        {
            "code": [f"G{n:02}" for n in range(1, len(places) + 1)],
            "centre": list(places),
            "behaviour": ["evenness"] * len(places),
            "middle": [0.0] * len(places),
            "spread": [1.0] * len(places),
            "weight": [1.0] * len(places),
        }
    )


def one(evenness: float) -> pl.DataFrame:
    usual = dict.fromkeys(behaviour.ALWAYS, 0.25) | {"evenness": evenness}
    return pl.DataFrame({"customer_id": ["a"]} | {name: [it] for name, it in usual.items()})


@pytest.mark.parametrize(("evenness", "group"), [(0.55, "G01"), (0.56, "G02")])
def test_a_customer_keeps_the_group_until_another_is_nearer_by_the_margin(evenness, group):
    # at 0.5 both are as near; at 0.5556 the other is nearer by a fifth
    rules, centres = LookalikeRules(margin=0.20), centres_at(0.0, 1.0)
    before = lookalike.assign(one(0.4), rules, None, centres)
    now = lookalike.assign(one(evenness), rules, before, centres)

    assert now["lookalike_group_by_line"].to_list() == ["G02"]
    assert now["lookalike_group"].to_list() == [group]


def test_a_group_that_is_no_more_holds_nobody():
    rules = LookalikeRules()
    before = lookalike.assign(one(2.0), rules, None, centres_at(0.0, 1.0, 2.0))
    now = lookalike.assign(one(2.0), rules, before, centres_at(0.0, 1.0))

    assert now["lookalike_group"].to_list() == ["G02"]


def test_the_groups_do_not_hang_on_the_order_of_the_rows_or_on_who_is_first():
    frame = seen(two_kinds())
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=3)

    left, right = (lookalike.centres(it, TWO) for it in (frame, shuffled))
    assert left.drop("centre").equals(right.drop("centre"))
    assert left["centre"].to_list() == pytest.approx(right["centre"].to_list())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_whether_the_groups_are_kinds_or_shade_into_each_other(language):
    schema = ["n_groups", "stability", "silhouette", "is_chosen"]
    said = [
        lookalike.firmness(pl.DataFrame([(4, it, 0.2, True)], schema=schema, orient="row"), TWO,
                           language)
        for it in (0.70, 0.69)
    ]  # fmt: skip

    assert said[0] != said[1]
    assert "0.70" in said[0]
    assert "0.69" in said[1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"least_groups": 9}, "most_groups is 8; it lies from least_groups, 9, to 18"),
        ({"most_groups": 19}, "most_groups is 19"),
        ({"weights": {"rates": 1.0}}, r"weights is .*\(did you mean 'rate'\?\)"),
        ({"weights": {"rate": 0.0}}, "a number above 0"),
        ({"margin": 1.1}, "margin is 1.1"),
    ],
)
def test_nonsense_is_refused(values, said):
    with pytest.raises(ConfigError, match=said):
        LookalikeRules(**values)


def test_centres_that_are_none_are_refused():
    with pytest.raises(DataError, match="lookalike needs the columns"):
        lookalike.centres(seen(two_kinds(4)), TWO, pl.DataFrame({"code": ["G01"]}))
