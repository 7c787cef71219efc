"""Cross-sell: what is offered, what it stands on, and when nothing is."""

import math
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from alike import AS_OF, bought, customers, two_tastes
from segment import behaviour, crosssell
from segment.behaviour import BehaviourRules
from segment.config import Settings
from segment.crosssell import CrossSellRules, Verdict, baskets, judging, scoring
from segment.errors import ConfigError, DataError
from segment.sample import SampleRules
from segment.sample import make as made
from segment.schemes import lookalike, needs
from segment.schemes.lookalike import LookalikeRules
from segment.schemes.needs import NeedRules
from segment.text import LANGUAGES

RULES = CrossSellRules(n_offers=1, fewest_customers=10)
NO_CENTRES = pl.DataFrame(schema=lookalike.CENTRES)


def judged(lines: pl.DataFrame, centres: pl.DataFrame = NO_CENTRES, **rules: object) -> Verdict:
    every = {"n_offers": 1, "fewest_customers": 10} | rules
    return crosssell.judge(
        lines, AS_OF, centres, CrossSellRules(**every), LookalikeRules(), BehaviourRules()
    )


def helpful(way: str = scoring.NEIGHBOURS) -> Verdict:
    none = pl.DataFrame(schema=judging.TRIED)
    return Verdict(way=way, lead=0.2, lead_low=0.1, lead_high=0.3, tried=none)


def grouped(lines: pl.DataFrame, **groups: str) -> pl.DataFrame:
    """Return the customers, in the group that their first letter stands for."""
    letters = pl.col("customer_id").str.head(1)
    codes = pl.Enum(lookalike.LABELS)
    group = letters.replace_strict(groups, default=None, return_dtype=pl.String).cast(codes)
    return customers(lines).with_columns(lookalike_group=group)


def offered(lines: pl.DataFrame, verdict: Verdict, **rules: object) -> pl.DataFrame:
    every = CrossSellRules(**{"n_offers": 1} | rules)
    who = grouped(lines, c="G01", n="G02")
    return crosssell.offers(who, lines, AS_OF, verdict, every)


# --------------------------------------------------------------- baskets


def test_a_basket_holds_what_was_bought_and_not_what_came_back():
    lines = bought(
        ("a", 5, 1.0, "tea", None), ("a", 5, -1.0, "pan", None), ("a", 4, 1.0, None, None)
    )
    held = baskets.fill(lines, AS_OF, RULES)

    assert held.products.to_list() == ["tea"]
    assert held.year.toarray().tolist() == [[1.0]]


def test_a_year_and_lately_begin_on_their_first_day():
    lines = bought(
        *[("a", ago, 1.0, name, None) for ago, name in ((364, "in"), (27, "late"), (28, "before"))],
        ("b", 365, 1.0, "in", None),
    )
    held = baskets.fill(lines, AS_OF, RULES)

    assert held.products.to_list() == ["before", "in", "late"]
    assert held.lately.tolist() == [0.0, 0.0, 1.0]
    assert held.year.toarray().tolist() == [[1, 1, 1], [0, 0, 0]]
    assert held.ever.toarray().tolist() == [[1, 1, 1], [0, 1, 0]]


def test_of_many_products_those_bought_by_most_are_told_apart():
    lines = bought(
        *[(who, 5, 1.0, "much", None) for who in "abc"], ("a", 5, 1.0, "some", None),
        ("b", 4, 1.0, "some", None), ("a", 3, 99.0, "once", None),
    )  # fmt: skip

    held = baskets.fill(lines, AS_OF, CrossSellRules(most_products=2))
    assert held.products.to_list() == ["much", "some"]


def test_what_was_bought_between_two_days_excludes_the_first():
    lines = bought(
        ("a", 10, 1.0, "tea", None), ("a", 9, 1.0, "pan", None), ("b", 1, 1.0, "tea", None)
    )
    held = baskets.fill(lines, AS_OF, RULES)
    day = lines["date"]

    between = baskets.between(lines, held, day[0], day[1]).toarray()
    assert held.products.to_list() == ["pan", "tea"]
    assert between.tolist() == [[1, 0], [0, 0]]


# --------------------------------------------------------------- offers


def test_the_companion_of_what_was_bought_is_offered_with_its_evidence():
    lines = two_tastes().filter(
        ~((pl.col("customer_id") == "c00") & (pl.col("product_id") == "saucer"))
    )
    (row,) = offered(lines, helpful()).filter(customer_id="c00").rows(named=True)

    assert (row["place"], row["product_id"], row["because"]) == (1, "saucer", "cup")
    assert (row["n_alike"], row["n_alike_bought"]) == (60, 59)
    assert row["alike_share"] == pytest.approx(59 / 60)
    assert row["usual_share"] == pytest.approx(59 / 120)
    assert row["lift"] == pytest.approx(2.0)
    assert 1 < row["lift_at_least"] < row["lift"]


def test_nothing_is_offered_that_was_ever_bought():
    lines = two_tastes()
    once = pl.concat([lines, bought(("c00", 650, 8.0, "hammer", None))])
    found = offered(once, helpful(), n_offers=5)
    had = once.select("customer_id", "product_id").unique()

    assert found.join(had, on=["customer_id", "product_id"]).is_empty()


def test_nothing_is_offered_that_those_alike_buy_no_more_than_others():
    lines = two_tastes()
    found = offered(lines, helpful(), n_offers=5)

    # who has cup and saucer is like nobody who bought nails or hammers
    assert found.filter(pl.col("customer_id").str.starts_with("c")).is_empty()


def test_by_groups_the_group_is_the_reason():
    lines = two_tastes().filter(
        ~((pl.col("customer_id") == "c00") & (pl.col("product_id") == "saucer"))
    )
    (row,) = offered(lines, helpful(scoring.GROUP)).filter(customer_id="c00").rows(named=True)

    assert (row["product_id"], row["because"], row["n_alike"]) == ("saucer", "G01", 60)


def test_a_customer_without_a_group_gets_no_offer_by_groups():
    lines = pl.concat([two_tastes(), bought(("x", 5, 2.0, "bread", None))])

    found = offered(lines, helpful(scoring.GROUP), n_offers=5)
    assert found.filter(customer_id="x").is_empty()


def test_where_no_way_helps_there_is_no_offer_but_its_columns():
    lines = two_tastes()
    verdict = judged(lines)
    none = Verdict(way="group", lead=0.1, lead_low=0.0, lead_high=0.2, tried=verdict.tried)

    assert offered(lines, none).is_empty()
    assert offered(lines, none).schema == offered(lines, helpful()).schema


def test_customers_of_a_year_ago_get_no_offer():
    lines = pl.concat([two_tastes(), bought(("c99", 400, 10.0, "cup", None))])

    assert offered(lines, helpful(), n_offers=5).filter(customer_id="c99").is_empty()


def test_what_a_group_buys_more_than_others_is_told_for_each_group():
    lines = two_tastes()
    found = crosssell.favourites(grouped(lines, c="G01", n="G02"), lines, AS_OF, RULES)

    assert found.select("lookalike_group", "product_id").rows() == [
        ("G01", "cup"), ("G01", "saucer"), ("G02", "hammer"), ("G02", "nail"),
    ]  # fmt: skip
    assert found["lift"].to_list() == pytest.approx([2.0] * 4)
    assert (found["lift_at_least"] > 1).all()


def test_few_customers_cannot_push_a_lift_up():
    lines = bought(
        ("c1", 5, 1.0, "odd", None),
        *[(f"n{n}", 5, 1.0, "tea", None) for n in range(9)],
    )  # one of one bought it, one of ten of all: Wilson's lower end of 1 of 1 is 0.207
    found = crosssell.favourites(grouped(lines, c="G01", n="G02"), lines, AS_OF, RULES)
    (low,) = found.filter(product_id="odd")["lift_at_least"]

    assert low == pytest.approx(2.07, abs=0.01)


def test_without_products_no_group_has_favourites():
    lines = two_tastes().with_columns(product_id=pl.lit(None, dtype=pl.String))

    assert crosssell.favourites(grouped(lines, c="G01"), lines, AS_OF, RULES).is_empty()


def test_names_stand_for_identifiers_where_they_are_known():
    frame = pl.DataFrame({"product_id": ["p", "q"], "because": ["q", "G01"]})
    products = pl.DataFrame({"product_id": ["p", "q"], "name": ["Pan", None]})

    shown = crosssell.words.named(frame, products)
    assert shown.rows() == [("Pan", "q"), ("q", "group 1")]
    assert shown.columns == ["product", "because"]


# --------------------------------------------------------------- whether it helps


def test_offers_that_follow_what_was_bought_beat_the_most_popular_product():
    verdict = judged(two_tastes())

    assert verdict.helps
    assert verdict.way == scoring.NEIGHBOURS
    assert 0 < verdict.lead_low < verdict.lead < verdict.lead_high


def test_the_earlier_days_choose_and_the_last_ones_judge():
    verdict = judged(two_tastes())

    assert verdict.tried["after"].unique().sort().to_list() == [
        AS_OF.replace(month=7, day=1), AS_OF.replace(month=8, day=31),
    ]  # fmt: skip
    last = dict(verdict.tried.tail(2).select("way", "hit_rate").rows())
    assert verdict.lead == pytest.approx(last[scoring.NEIGHBOURS] - last[scoring.POPULAR])


def test_what_is_bought_by_chance_does_not_help():
    rng = np.random.default_rng(5)
    rows = [
        (f"a{who}", int(ago), 1.0, f"p{rng.integers(40)}", None)
        for who in range(150)
        for ago in rng.integers(0, 700, 12)
    ]
    verdict = judged(bought(*rows), n_offers=3)

    assert not verdict.helps
    assert verdict.lead_low <= 0


def test_too_few_customers_judge_nothing():
    assert judged(two_tastes(4)).why_not == "few"
    assert judged(two_tastes(5)).why_not is None  # ten customers


def test_without_products_nothing_is_judged():
    lines = two_tastes()

    assert judged(lines.drop("product_id")).why_not == "no_products"
    empty = lines.with_columns(product_id=pl.lit(None, dtype=pl.String))
    assert judged(empty).why_not == "no_products"
    assert not judged(empty).helps


def test_the_range_of_a_lead_is_that_of_a_difference_within_customers():
    hit = np.array([True] * 30 + [False] * 70)
    popular = np.array([True] * 20 + [False] * 80)
    lead, low, high = judging._lead(hit, popular, CrossSellRules())

    spread = math.sqrt(0.1 * 0.9 / 100)  # ten of a hundred are ahead, nobody is behind
    assert lead == pytest.approx(0.10)
    assert low == pytest.approx(0.10 - 1.96 * spread, abs=0.015)
    assert high == pytest.approx(0.10 + 1.96 * spread, abs=0.015)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_how_the_list_fared_and_what_follows(language):
    for verdict in (judged(two_tastes()), judged(two_tastes(4))):
        said = crosssell.words.said(verdict, RULES, language)
        assert all(text.endswith((".", "。")) for text in said)
        assert len(said) == (1 if verdict.why_not else 3)


def test_the_same_rows_in_another_order_give_the_same_list():
    lines = two_tastes()
    shuffled = lines.sample(fraction=1.0, shuffle=True, seed=2)

    assert offered(lines, helpful(), n_offers=3).equals(offered(shuffled, helpful(), n_offers=3))


@pytest.mark.parametrize("values", [{"n_offers": 0}, {"interval": 1.0}, {"most_products": 1}])
def test_nonsense_is_refused(values):
    with pytest.raises(ConfigError, match=next(iter(values))):
        CrossSellRules(**values)


def test_customers_without_groups_are_refused():
    lines = two_tastes(5)
    with pytest.raises(DataError, match="crosssell needs the column lookalike_group"):
        crosssell.offers(customers(lines), lines, AS_OF, helpful(), RULES)


# --------------------------------------------------------------- the sample company


@pytest.fixture(scope="module")
def sample() -> Mapping[str, pl.DataFrame]:
    return made(SampleRules(n_customers=900)).tables


def test_on_the_sample_company_groups_are_told_and_offers_are_judged(sample):
    settings, as_of = Settings(), SampleRules().last_on
    lines, goods = sample["transactions"], sample["products"]
    told = behaviour.add(
        customers(lines), lines, as_of, settings.buying, products=goods, events=sample["events"]
    )
    centres = lookalike.centres(told, settings.lookalike)
    who = lookalike.assign(told, settings.lookalike, None, centres)
    verdict = crosssell.judge(
        lines, as_of, centres, settings.crosssell, settings.lookalike, settings.buying, goods
    )
    said = behaviour.apart(who, "lookalike_group")

    groups = who["lookalike_group"].drop_nulls()
    assert groups.n_unique() >= settings.lookalike.least_groups
    assert set(said["lookalike_group"]) == set(groups)
    assert verdict.why_not is None
    found = crosssell.offers(who, lines, as_of, verdict, settings.crosssell)
    assert found.is_empty() is not verdict.helps
    assert not crosssell.favourites(who, lines, as_of, settings.crosssell).is_empty()


def test_on_the_sample_company_fashion_and_quality_are_told_once_declared(sample):
    rules = NeedRules(families={"fashion": ("Tableware",), "quality": ("Chilled",)})
    lines = sample["transactions"]
    measured = needs.measure(customers(lines), lines, SampleRules().last_on, rules)

    assert set(needs.assign(measured, rules)["need"].drop_nulls()) == set(needs.LABELS)
