"""How customers buy: what is measured of whom, and what sets a group apart."""

import datetime as dt
import math

import polars as pl
import pytest

from alike import AS_OF, bought, customers, two_kinds
from segment import behaviour
from segment.behaviour import BehaviourRules
from segment.errors import ConfigError, DataError
from segment.text import LANGUAGES

RULES = BehaviourRules(fewest_purchases=2)
DAILY = [("a", ago, 10.0, "tea", "Drinks") for ago in (300, 200, 100)]


def measured(*rows: tuple[str, int, float, str | None, str | None], **more: object) -> pl.DataFrame:
    lines = bought(*rows)
    return behaviour.add(customers(lines), lines, AS_OF, more.pop("rules", RULES), **more)


def of(frame: pl.DataFrame, column: str) -> list[float | None]:
    return frame.sort("customer_id")[column].to_list()


def test_a_year_holds_365_days_and_not_one_more():
    rows = [("a", ago, 10.0, None, None) for ago in (0, 364, 365, 500)]

    assert of(measured(*rows), "purchases_a_year") == [2.0]


def test_who_bought_on_fewer_days_than_needed_has_no_behaviour():
    rows = [*DAILY, ("b", 10, 5.0, "tea", "Drinks"), ("b", 10, 5.0, "pan", "Kitchen")]
    told = measured(*rows, rules=BehaviourRules(fewest_purchases=2))

    assert of(told, "purchases_a_year") == [pytest.approx(3 * 365 / 301), None]
    assert of(told, "evenness")[1] is None


def test_a_newcomer_is_told_as_if_seen_for_a_quarter():
    rows = [("a", ago, 10.0, None, None) for ago in (0, 10)]

    assert of(measured(*rows), "purchases_a_year") == [pytest.approx(2 * 365 / 91)]


def test_a_refund_is_no_purchase_and_lowers_the_spend():
    rows = [*DAILY, ("a", 50, -15.0, "tea", "Drinks")]
    told = measured(*rows)

    assert of(told, "spend_a_purchase") == [5.0]
    assert of(told, "refund_share") == [0.5]
    assert of(told, "purchases_a_year") == of(measured(*DAILY), "purchases_a_year")


def test_different_products_of_a_day_count_and_lines_where_none_is_named():
    named = [("a", ago, 1.0, product, None) for ago in (9, 5) for product in ("tea", "tea", "pan")]
    unnamed = [("a", ago, 1.0, None, None) for ago in (9, 5) for _ in range(3)]

    assert of(measured(*named), "products_a_purchase") == [2.0]
    assert of(measured(*unnamed), "products_a_purchase") == [3.0]


def test_even_gaps_are_a_clock_and_bursts_lie_below_chance():
    clock = [("a", ago, 1.0, None, None) for ago in range(0, 301, 30)]
    bursts = [("b", ago, 1.0, None, None) for ago in (0, 1, 2, 3, 300, 301, 302, 303)]
    even, uneven = of(measured(*clock, *bursts), "evenness")

    assert even == pytest.approx((10 * 1.0 + 3 * 0.5) / 13)  # ten gaps, three of chance beside
    assert uneven < 0.5


def test_shares_of_families_are_drawn_towards_everybodys_and_add_to_one():
    rows = [*DAILY, *(("b", ago, 30.0, "pan", "Kitchen") for ago in (90, 60, 30))]
    told = measured(*rows)
    drinks, kitchen = (f"{behaviour.FAMILY}{name}" for name in ("Drinks", "Kitchen"))

    assert of(told, drinks)[0] == pytest.approx((3 * 1.0 + 4 * 0.25) / 7)  # 30 of 120 are drinks
    assert told.select(pl.sum_horizontal(drinks, kitchen)).to_series().to_list() == pytest.approx(
        [1.0, 1.0]
    )


def test_families_beyond_the_largest_count_together():
    rows = [("a", ago, money, None, name) for ago in (9, 5)
            for name, money in (("Drinks", 9.0), ("Kitchen", 5.0), ("Paper", 1.0))]  # fmt: skip
    told = measured(*rows, rules=BehaviourRules(fewest_purchases=2, most_families=1))

    assert [name for name in told.columns if name.startswith(behaviour.FAMILY)] == [
        "family_share: Drinks", "family_share: others",
    ]  # fmt: skip


def test_the_family_of_the_product_counts_before_that_of_the_line():
    products = pl.DataFrame({"product_id": ["tea"], "family": ["Leaves"]})

    assert "family_share: Leaves" in measured(*DAILY, products=products).columns


def test_what_was_bought_on_an_earlier_day_is_ordered_again():
    rows = [("a", 9, 1.0, "tea", None), ("a", 5, 1.0, "tea", None), ("a", 5, 1.0, "pan", None)]

    assert of(measured(*rows), "reorder_share") == [pytest.approx(1 / 3)]


def test_without_families_and_products_and_events_nothing_is_made_up():
    told = measured(("a", 9, 1.0, None, None), ("a", 5, 1.0, None, None))

    assert "reorder_share" not in told.columns
    assert "web_days" not in told.columns
    assert not [name for name in told.columns if name.startswith(behaviour.FAMILY)]


def test_days_on_the_web_count_once_and_nobody_there_has_none():
    at = dt.datetime(2026, 10, 30, 9)
    events = pl.DataFrame({"customer_id": ["a", "a", "a"], "at": [at, at, at.replace(day=1)]})
    rows = [*DAILY, *(("b", ago, 1.0, None, None) for ago in (9, 5))]

    assert of(measured(*rows, events=events), "web_days") == [2, 0]


def test_rows_and_their_order_are_kept_and_twice_equals_once():
    lines = two_kinds(3)
    frame = customers(lines).with_columns(kept=pl.int_range(pl.len()))[::-1]
    once = behaviour.add(frame, lines, AS_OF, RULES)

    assert once.select(frame.columns).equals(frame)
    assert behaviour.add(once, lines, AS_OF, RULES).equals(once)


def test_what_comes_after_the_day_is_not_known():
    lines = two_kinds(3)
    day = AS_OF - dt.timedelta(days=90)
    then = lines.filter(pl.col("date") <= day)

    early = behaviour.add(customers(lines), lines, day, RULES)
    assert early.equals(behaviour.add(customers(lines), then, day, RULES))


def test_a_group_is_told_by_where_it_lies_farthest():
    lines = two_kinds(20)
    told = behaviour.add(customers(lines), lines, AS_OF, RULES).with_columns(
        group=pl.col("customer_id").str.head(5)
    )
    found = behaviour.apart(told, "group", most=9)

    assert behaviour.apart(told, "group").equals(
        found.group_by("group", maintain_order=True).head(3)
    )
    assert found.sort("group", pl.col("distance").abs(), descending=[False, True]).equals(found)
    large = found.filter(group="large", behaviour="spend_a_purchase").row(0, named=True)
    assert large["distance"] > 1
    assert large["typical"] == pytest.approx(978, rel=0.02)
    assert large["others"] == pytest.approx(22, rel=0.02)


def test_a_group_like_all_others_has_nothing_that_sets_it_apart():
    lines = two_kinds(20)
    told = behaviour.add(customers(lines), lines, AS_OF, RULES).with_columns(
        group=pl.int_range(pl.len()) % 2
    )

    assert behaviour.apart(told, "group").height == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_behaviour_has_its_words_on_both_sides(language):
    names = [*behaviour.ALWAYS, "reorder_share", "web_days", "family_share: Tea <b>",
             "family_share: others"]  # fmt: skip
    rows = [
        (str(place), name, 0.4, 0.2, sign)
        for place, name in enumerate(names)
        for sign in (1.0, -1.0)
    ]
    schema = ["group", "behaviour", "typical", "others", "distance"]
    said = behaviour.words.portrait(
        pl.DataFrame(rows, schema=schema, orient="row"), "group", language, "EUR"
    )

    assert said.height == len(names)
    assert all(text.endswith((".", "。")) for text in said["portrait"])


def test_a_portrait_tells_the_number_of_the_group_and_of_the_others():
    rows = [("g", "purchases_a_year", 24.0, 6.0, 1.2), ("g", "spend_a_purchase", 80.0, 310.0, -1.0)]
    schema = ["group", "behaviour", "typical", "others", "distance"]
    frame = pl.DataFrame(rows, schema=schema, orient="row")

    (said,) = behaviour.words.portrait(frame, "group", "en", "EUR")["portrait"]
    assert said == (
        "buys often: 24.0 times a year (others 6.0); small purchases: €80 each (others €310)."
    )


def test_points_of_one_spread_lie_one_apart_and_far_ones_are_held():
    frame = pl.DataFrame({"evenness": [0.0, 0.2, 0.4, 0.6, 99.0]})
    known = behaviour.compared(frame)
    scale = behaviour.scale(known, {"rhythm": 2.0})
    (middle, spread) = scale.select("middle", "spread").row(0)

    assert middle == 0.4
    assert spread == pytest.approx(0.4 / 1.349)
    placed = behaviour.points(known, scale)[:, 0]
    assert placed[0] == pytest.approx(-2 * 1.349)
    assert placed[-1] == 6.0


def test_what_is_not_finite_is_unknown():
    frame = pl.DataFrame({"evenness": [math.nan, math.inf, 0.5]})

    assert behaviour.compared(frame)["evenness"].to_list() == [None, None, 0.5]


@pytest.mark.parametrize("values", [{"fewest_purchases": 1}, {"most_families": 0}])
def test_nonsense_is_refused(values):
    with pytest.raises(ConfigError, match=next(iter(values))):
        BehaviourRules(**values)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="behaviour needs the column date"):
        behaviour.add(customers(bought(*DAILY)), bought(*DAILY).drop("date"), AS_OF, RULES)


def test_without_transactions_nobody_has_a_behaviour_but_its_columns():
    told = measured()

    assert told.is_empty()
    assert set(behaviour.ALWAYS) <= set(told.columns)


def test_a_family_that_is_called_others_is_counted_with_them():
    rows = [("a", ago, money, None, name) for ago in (9, 5)
            for name, money in (("others", 9.0), ("Kitchen", 5.0))]  # fmt: skip
    told = measured(*rows, rules=BehaviourRules(fewest_purchases=2, most_families=1))

    assert of(told, "family_share: others") == [1.0]
