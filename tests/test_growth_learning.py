"""What may be learned of who grows: from which years, from whom, and by what yardstick."""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from growing import AS_OF, YEAR, bought, company, town
from segment import growth
from segment.errors import DataError
from segment.growth import GrowthModel, GrowthRules, years

FEW = GrowthRules(fewest_peers=2, fewest_learners=6)


def said(transactions: pl.DataFrame, model: GrowthModel | None = None) -> pl.DataFrame:
    model = model or growth.fit(transactions, AS_OF, FEW)
    return model.customers.sort("customer_id")


# --------------------------------------------------------------- which years


def test_growth_is_learned_from_the_year_before_the_last_one():
    model = growth.fit(company(), AS_OF, FEW)

    assert model.why_not is None
    assert model.learned_on == AS_OF - dt.timedelta(days=YEAR)
    assert (model.n_years, model.n_customers, model.growth_share) == (1, 6, 0.5)


@pytest.mark.parametrize(("oldest", "why_not"), [(729, None), (728, "short")])
def test_two_whole_years_are_needed(oldest, why_not):
    model = growth.fit(company(oldest), AS_OF, FEW)

    assert model.why_not == why_not
    assert (growth.yardstick(company(oldest), AS_OF, FEW) is None) is (why_not is not None)


@pytest.mark.parametrize(("oldest", "has_trend"), [(819, True), (818, False)])
def test_the_trend_is_learned_where_the_data_hold_90_days_of_the_year_before(oldest, has_trend):
    assert ("trend" in growth.fit(company(oldest), AS_OF, FEW).features) is has_trend


@pytest.mark.parametrize(
    ("oldest", "n_years", "lookback"),
    [
        (2 * YEAR - 1, 1, YEAR),
        (3 * YEAR - 1, 1, 2 * YEAR),  # looking back further comes before another year
        (4 * YEAR - 2, 1, 2 * YEAR),
        (4 * YEAR - 1, 2, 2 * YEAR),
        (9 * YEAR, 3, 2 * YEAR),
    ],
)
def test_every_year_ends_on_the_same_day_and_is_looked_back_upon_as_far(oldest, n_years, lookback):
    found = years.find(company(oldest), AS_OF)

    assert found.lookback_days == lookback
    assert [(AS_OF - end).days for end in found.ends] == [YEAR * (k + 1) for k in range(n_years)]


def test_what_lies_beyond_the_lookback_says_nothing_of_today_as_it_said_nothing_then():
    old = bought(("a", 1460, 900.0), ("b", 1500, 900.0))  # more than three years ago
    longer = pl.concat([company(), old])
    end = years.find(longer, AS_OF).ends[0]

    assert years.known(longer, end, YEAR).equals(years.known(company(), end, YEAR))


def test_a_season_is_no_growth():
    """Who buys every December and nobody else: each year is like the last one."""
    rows = [(f"c{n}", 330 + YEAR * k + n, 100.0) for n in range(12) for k in range(2)]
    rows = [("z", 2 * YEAR - 1, 0.0), ("y", 500, 1.0), ("y", 90, 9.0), *rows]

    assert growth.fit(bought(*rows), AS_OF, FEW).growth_share == pytest.approx(1 / 13)


def test_a_part_of_the_year_before_counts_as_a_year_at_its_rate():
    part = [(who, 731 + place, 20.0 + place) for place, who in enumerate("abcdef")]
    day = AS_OF - dt.timedelta(days=YEAR)
    known = pl.concat([company(730 + 146 - 1), bought(*part)])  # 146 of 365 days
    whole = pl.concat(
        [company(1459), bought(*[(who, ago, 2.5 * amount) for who, ago, amount in part])]
    )

    one, same = years.known(known, day, YEAR + 146), years.known(whole, day, 2 * YEAR)
    assert one["trend"].to_list() == pytest.approx(same["trend"].to_list())


# --------------------------------------------------------------- from whom


@pytest.mark.parametrize(("fewest", "why_not"), [(6, None), (7, "few")])
def test_few_customers_teach_nothing(fewest, why_not):
    assert growth.fit(company(), AS_OF, GrowthRules(fewest_learners=fewest)).why_not == why_not


def test_where_everyone_or_nobody_grew_there_is_nothing_to_learn():
    last_year = pl.col("date") > AS_OF - dt.timedelta(days=YEAR)
    amount = pl.when(last_year).then(pl.lit(99.0)).otherwise("amount")

    for rows in (company().with_columns(amount=amount), company().filter(~last_year)):
        assert growth.fit(rows, AS_OF, FEW).why_not == "one_sided"


@pytest.mark.parametrize(("fewest", "why_not"), [(49, None), (50, "one_sided")])
def test_a_tenth_of_the_fewest_have_grown(fewest, why_not):
    rows = [(f"c{n:02}", ago, 10.0) for n in range(60) for ago in (700 - n, 20)]
    rows += [(f"c{n:02}", 30, 5.0) for n in range(4)]  # four of sixty grew
    rules = GrowthRules(fewest_learners=fewest)
    data = pl.concat([bought(("z", 2 * YEAR - 1, 0.0)), bought(*rows)])

    assert growth.fit(data, AS_OF, rules).why_not == why_not


def test_the_same_revenue_is_no_growth():
    equal = [(who, ago, 10.0) for who in "abcdef" for ago in (729, 400, 10)]
    equal += [("a", 11, 10.01)]

    assert growth.fit(bought(*equal), AS_OF, FEW).growth_share == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    "row",
    [
        ("new", 10, 5.0),
        ("refund", 500, -5.0),
        ("back", 2 * YEAR - 1, 0.0),  # a gift is a purchase of nothing
    ],
)
def test_who_had_brought_nothing_teaches_nothing(row):
    rows = pl.concat([company(), bought(row, (row[0], 9, 500.0))])

    assert growth.fit(rows, AS_OF, FEW).n_customers == 6


def test_nothing_after_as_of_is_learned_from():
    later = bought(*[(who, -ago, 10_000.0) for who in "abcxyz" for ago in (1, 30, 400)])

    assert said(pl.concat([later, company()])).equals(said(company()))
    assert growth.yardstick(pl.concat([later, company()]), AS_OF, FEW) is not None


def test_the_order_of_the_rows_does_not_matter():
    assert said(company()).equals(said(company().reverse()))


def test_odds_are_shares_and_null_for_who_brought_nothing_in_the_last_year():
    found = said(pl.concat([company(), bought(("y", 10, -5.0), ("x", 400, 7.0))]))
    odds = dict(found.select("customer_id", "p_growth").iter_rows())

    assert all(0 < odds[who] < 1 for who in "abcdef")
    assert odds["x"] is None  # a year ago it could grow, now it would come back
    assert odds["z"] is None


def test_odds_are_calibrated_and_sizes_add_up_where_growth_can_be_told():
    held = growth.yardstick(town(900, is_told=True), AS_OF, GrowthRules())

    assert held is not None
    top, bottom = held.reliability.row(-1, named=True), held.reliability.row(0, named=True)
    assert (top["said"], bottom["said"]) == pytest.approx((1, 0), abs=0.03)
    assert (top["happened"], bottom["happened"]) == pytest.approx((1, 0), abs=0.03)


def test_all_who_grow_are_expected_to_grow_as_much_as_they_did():
    rows = town(900, is_told=True)
    then = years.outcomes(rows, years.find(rows, AS_OF))
    found = growth.learning.learn(then, years.ALWAYS, GrowthRules())
    odds, sizes = growth.learning.say(found, then)

    assert (odds * sizes).sum() == pytest.approx(then["grew_by"].clip(0).sum(), rel=0.05)


def test_breadth_is_learned_from_where_products_are_named():
    named = company().with_columns(product_id=pl.col("date").cast(pl.String))

    assert "breadth" in growth.fit(named, AS_OF, FEW).features
    assert "breadth" not in growth.fit(company(), AS_OF, FEW).features


@pytest.mark.parametrize("column", ["customer_id", "date", "amount"])
def test_a_missing_column_is_named(column):
    for ask in (growth.fit, growth.yardstick):
        with pytest.raises(DataError, match=f"growth needs the column {column}"):
            ask(company().drop(column), AS_OF, FEW)


# --------------------------------------------------------------- the yardstick


def test_the_yardstick_stands_between_lot_and_hindsight_and_beats_past_revenue_if_told():
    held = growth.yardstick(town(600, is_told=True), AS_OF, GrowthRules())

    assert held is not None
    shares = dict(held.captured.iter_rows())
    assert shares["random"] == pytest.approx(0.2, abs=0.002)  # 121 of 601
    assert shares["past_revenue"] < shares["expected_growth"] <= shares["oracle"]
    assert 0 < held.lead_low < held.lead < held.lead_high
    assert held.lead == pytest.approx(shares["expected_growth"] - shares["past_revenue"])
    assert "more than past revenue finds (90%" in growth.words.captured(held)[1]


def test_where_growth_goes_by_lot_and_size_nothing_is_claimed_over_past_revenue():
    held = growth.yardstick(town(600, is_told=False), AS_OF, GrowthRules())

    assert held is not None
    assert held.lead_low < 0
    verdict = growth.words.captured(held)[1]
    assert "may be chance" in verdict or "flag by it" in verdict


def test_where_past_revenue_finds_more_the_page_says_to_go_by_it():
    held = growth.yardstick(town(300, is_told=True), AS_OF, GrowthRules())

    assert held is not None
    behind = replace(held, lead=-0.05, lead_low=-0.10, lead_high=0.01)
    assert growth.words.captured(behind)[1].startswith("Past revenue finds 5 points more")


@pytest.mark.parametrize(("share", "n"), [(0.2, 121), (0.5, 301), (1.0, 601)])
def test_the_flagged_are_a_share_of_the_customers(share, n):
    held = growth.yardstick(town(601, is_told=True), AS_OF, GrowthRules(), share)

    assert held is not None
    assert held.flagged_share == share
    by_lot = dict(held.captured.iter_rows())["random"]
    assert by_lot == pytest.approx(n / held.n_customers)


def test_all_flagged_capture_all_growth():
    held = growth.yardstick(town(300, is_told=True), AS_OF, GrowthRules(), 1.0)

    assert held is not None
    assert held.captured["captured_share"].to_list() == pytest.approx([1.0] * 4)
    assert (held.lead_low, held.lead_high) == pytest.approx((0, 0))


def test_the_yardstick_does_not_hang_on_the_order_of_rows():
    rows = town(300, is_told=True)
    one, same = (growth.yardstick(of, AS_OF, GrowthRules()) for of in (rows, rows.reverse()))

    assert one is not None
    assert same is not None
    assert one.captured.equals(same.captured)
    assert one.reliability.equals(same.reliability)


# --------------------------------------------------------------- words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nothing_was_learned_the_page_says_why_and_what_stands_instead(language):
    for why_not in ("short", "few", "one_sided"):
        model = GrowthModel(customers=pl.DataFrame(), why_not=why_not)
        assert len(growth.words.learned(model, language)) == 2
    assert growth.words.captured(None, language) == ()


def test_the_page_says_from_whom_and_when_it_was_learned():
    (one,) = growth.words.learned(growth.fit(company(), AS_OF, FEW))
    (more,) = growth.words.learned(growth.fit(company(4 * YEAR - 1), AS_OF, FEW))

    assert "6 customers between 31 October 2025 and 31 October 2026" in one
    assert "50% of them grew" in one
    assert "in 2 years from 31 October 2024 to 31 October 2026" in more
