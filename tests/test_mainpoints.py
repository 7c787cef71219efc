"""Sentences of a month, made from invented numbers and silent without news."""

import datetime as dt

import polars as pl
import pytest

from segment import mainpoints
from segment.history import DIRECTIONS
from segment.playbook import USUAL_PLAYS
from segment.schemes import value_groups

GROUPS = pl.Enum(value_groups.LABELS)
REASONS = pl.Enum([play.reason for play in USUAL_PLAYS])


def figures(now: float | None = None, year_ago: float | None = None) -> pl.DataFrame:
    row = {"figure": "revenue_of_month", "kind": "money", "now": now, "year_ago": year_ago}
    return pl.DataFrame([row], schema_overrides={"now": pl.Float64, "year_ago": pl.Float64})


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch):
    """Three invented customers are not to be warned of, but where the warning is the subject."""
    monkeypatch.setattr(mainpoints, "FEWEST_CUSTOMERS", 0)
    monkeypatch.setattr(mainpoints, "FEWEST_DAYS", 0)


def customers(*rows: tuple[str | None, float | None, float | None], T: int = 799) -> pl.DataFrame:
    schema = {"value_group": GROUPS, "actual_value": pl.Float64, "expected_revenue": pl.Float64}
    age = pl.lit(T, dtype=pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        T=age, is_on_watch=pl.lit(value=False), revenue_last_year=pl.lit(0.0)
    )


def actions(*rows: tuple[str, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"reason": REASONS, "money_at_stake": pl.Float64}, orient="row"
    )


def changes(*directions: str | None) -> pl.DataFrame:
    return pl.DataFrame({"direction": pl.Series(directions, dtype=pl.Enum(DIRECTIONS))})


def points(
    key: pl.DataFrame | None = None,
    who: pl.DataFrame | None = None,
    acts: pl.DataFrame | None = None,
    moved: pl.DataFrame | None = None,
    language: str = "en",
    horizon_days: int = 365,
) -> list[str]:
    return mainpoints.sentences(
        figures() if key is None else key,
        customers() if who is None else who,
        actions() if acts is None else acts,
        moved,
        horizon_days,
        language,
        "EUR",
    )


def test_without_news_nothing_is_said():
    assert points() == []
    assert points(moved=changes()) == []


def test_the_month_is_set_against_the_same_month_a_year_before():
    assert points(figures(1100.0, 1000.0)) == [
        "Revenue of the month: €1,100, up 10.0% on a year before."
    ]
    assert points(figures(1100.0, 1000.0), language="zh")[0].startswith(
        "本月销售额：€1,100，同比上升 10.0%"
    )


@pytest.mark.parametrize("year_ago", [None, 0.0, -5.0])
def test_a_month_without_a_year_before_stands_alone(year_ago):
    assert points(figures(1100.0, year_ago)) == ["Revenue of the month: €1,100."]


def test_the_forecast_adds_what_is_known():
    who = customers(("core", 1.0, 30.0), ("core", 1.0, None), (None, None, 12.4))

    assert points(who=who) == ["Expected over the next 12 months from the customers of today: €42."]


def test_the_forecast_names_its_own_horizon():
    who = customers(("core", 1.0, 42.0))

    assert points(who=who, horizon_days=90) == [
        "Expected over the next 90 days from the customers of today: €42."
    ]


@pytest.mark.parametrize(("n", "T", "warned"), [(2, 364, False), (1, 364, True), (2, 363, True)])
def test_few_customers_or_a_short_time_are_warned_of_first(monkeypatch, n, T, warned):
    monkeypatch.setattr(mainpoints, "FEWEST_CUSTOMERS", 2)
    monkeypatch.setattr(mainpoints, "FEWEST_DAYS", 365)

    said = points(who=customers(*[("core", 1.0, 42.0)] * n, T=T))

    assert said[0].startswith("There are few data") == warned


def test_a_forecast_of_which_nothing_is_known_is_not_nothing():
    assert points(who=customers((None, None, None))) == []


def test_customers_below_zero_are_counted_with_their_loss():
    who = customers(
        ("BZC", -90.0, None), ("BZC", -10.4, None), ("core", 0.0, None), ("core", 9.0, None)
    ).with_columns(is_on_watch=pl.Series([False, True, True, False]))

    assert points(who=who) == [
        "Customers who cost more than they bring: 2, together €100 over the next 12 months; "
        "1 of them all but certainly."
    ]
    assert points(who=who.filter(value_group="core")) == []


def test_exceptions_of_those_below_zero_that_ask_for_a_decision_are_told_with_them():
    who = customers(*[("BZC", -5.0, None)] * 4, ("core", 9.0, None)).with_columns(
        exception_state=pl.Series(["holds", "expires_soon", "expired", "none", "expired"])
    )

    assert points(who=who)[0].endswith(
        "4 of them all but certainly, and 2 exceptions ask for a new decision."
    )


def test_silent_key_customers_are_told_with_what_is_at_stake():
    acts = actions(("mvc_silent", 100.0), ("key_silent", 50.0), ("mgc", 7.0), ("mvc_silent", None))

    assert points(acts=acts) == [
        "Important customers who are silent for longer than usual: 3, with €150 of last "
        "year's revenue."
    ]
    assert points(acts=actions(("mgc", 7.0))) == []


def test_alarms_are_told_with_what_is_at_stake_and_a_look_is_not_one():
    who = customers(*[("core", None, None)] * 3).with_columns(
        watch=pl.Series(["alarm", "look", "calm"]), revenue_last_year=pl.Series([30.0, 200.0, 1.0])
    )

    assert points(who=who) == [
        "Key customers with an alarm, a change for the worse that chance does not explain: 1, "
        "who brought €30 in the last year."
    ]
    assert points(who=who.with_columns(watch=pl.lit("look"))) == []


@pytest.mark.parametrize(("revenue", "is_told"), [(9_900.0, True), (10_100.0, False)])
def test_what_touches_less_than_a_hundredth_of_the_revenue_is_no_main_point(revenue, is_told):
    calm = pl.Series(["calm"])
    who = customers(("core", None, None)).with_columns(revenue_last_year=revenue, watch=calm)
    alarmed = customers(("core", None, None)).with_columns(
        revenue_last_year=pl.lit(100.0), watch=pl.lit("alarm")
    )

    assert bool(points(who=who, acts=actions(("mvc_silent", 100.0)))) == is_told
    assert bool(points(who=pl.concat([who, alarmed]))) == is_told


@pytest.mark.parametrize(("value", "is_told"), [(99.0, True), (101.0, False)])
def test_a_loss_of_less_than_a_hundredth_of_the_value_is_no_main_point(value, is_told):
    who = customers(("BZC", -1.0, None), ("core", value, None))

    assert bool(points(who=who)) == is_told


def test_who_moved_up_or_down_is_counted_and_who_came_or_left_did_not_move():
    moved = changes("up", "up", "down", "came", "left", None)

    assert points(moved=moved) == [
        "Customers in another value group than a month ago: 3, of whom 2 moved up and 1 down."
    ]
    assert points(moved=changes("came", "left", None)) == []


@pytest.mark.parametrize(("n", "is_told"), [(100, True), (101, False)])
def test_moves_of_less_than_a_hundredth_of_the_customers_are_no_main_point(n, is_told):
    assert bool(points(who=customers(*[(None, None, None)] * n), moved=changes("up"))) == is_told


def test_the_order_is_what_happened_what_is_expected_what_to_act_on(monkeypatch):
    who = customers(("MVC", 9.0, 3.0), ("BZC", -1.0, 1.0)).with_columns(
        watch=pl.lit("alarm"), revenue_last_year=pl.lit(1.0)
    )
    told = (figures(5.0), who, actions(("mvc_silent", 9.0)), changes("up"), "zh")

    assert [said[:4] for said in points(*told)] == [
        "本月销售", "与上月相", "现有客户", "1 位重", "发出警报", "1 位客",
    ]  # fmt: skip
    monkeypatch.setattr(mainpoints, "FEWEST_CUSTOMERS", 100)
    warned = points(*told)
    assert len(warned) == mainpoints.MOST
    assert [said[:4] for said in warned] == [
        "数据很少", "本月销售", "与上月相", "现有客户", "1 位重", "发出警报",
    ]  # fmt: skip


def test_from_what_size_on_a_thing_is_told_is_said():
    assert mainpoints.reading("en").plain == (
        "A change of less than 0.5%, for shares of less than 0.5 points, counts as unchanged. What "
        "touches less than 1% of the customers, or of the money of a year, is no main point."
    )


# --------------------------------------------------------------- what became of the rows


def account(
    *rows: tuple[str, int, int, int, int, int, float | None], unreadable: int = 0
) -> pl.DataFrame:
    """The table; rows in, accepted, set aside, excluded, later; and a unit of money for each."""
    counts = ("n_in", "n_accepted", "n_set_aside", "n_excluded", "n_later")
    return pl.DataFrame(
        [
            {"table": table}
            | dict(zip(counts, numbers, strict=True))
            | {"n_money_unreadable": unreadable}
            | {
                name.replace("n_", "money_"): None if unit is None else number * unit
                for name, number in zip(counts, numbers, strict=True)
            }
            for table, *numbers, unit in rows
        ],
        schema_overrides={name.replace("n_", "money_"): pl.Float64 for name in counts},
    )


def test_all_rows_and_the_money_of_the_transactions_are_accounted_for():
    both = account(("transactions", 10, 7, 2, 1, 3, 1.5), ("customers", 90, 90, 0, 0, 0, None))
    rows, cash = mainpoints.data_points(both, dt.date(2024, 2, 29), "en", "EUR").plain.splitlines()

    assert rows == (
        "- 97 of 100 rows were accepted (of them, 3 lie after 29 February 2024 and wait for their "
        "month), 2 set aside with their reasons and 1 excluded by a declared rule."
    )
    assert cash == (
        "- The money of the transactions adds up: of €15.00 that came in, €10.50 were accepted "
        "(of them, €4.50 wait for their month), €3.00 set aside and €1.50 excluded."
    )


def test_the_account_speaks_chinese():
    one = account(("transactions", 10, 10, 0, 0, 0, 1.5))
    piece = mainpoints.data_points(one, dt.date(2024, 2, 29), "zh", "CNY")

    assert "2024年2月29日" in piece.plain
    assert "¥15.00" in piece.html


@pytest.mark.parametrize(("unreadable", "lines"), [(0, 2), (330, 3)])
def test_money_that_enters_no_sum_is_told(unreadable, lines):
    both = account(("transactions", 10, 7, 2, 1, 3, 1.5), unreadable=unreadable)
    said = mainpoints.data_points(both, dt.date(2024, 2, 29), "en", "EUR").plain.splitlines()

    assert len(said) == lines
    assert said[-1].startswith("- 330 rows of the transactions hold money") == (unreadable > 0)


# --------------------------------------------------------------- unusual


def line(*values: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"figure": ["revenue_of_month"], "line": [list(values)]},
        schema_overrides={"line": pl.List(pl.Float64)},
    )


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (9.0, "Nothing unusual"),  # exactly the highest of those before
        (9.01, "above that of each of the 6 months before; the highest of them brought €9"),
        (4.0, "Nothing unusual"),
        (3.99, "below that of each of the 6 months before; the lowest of them brought €4"),
    ],
)
def test_a_month_is_unusual_beyond_all_months_before_it(now, said):
    six = (None, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)

    assert said in mainpoints.unusual(line(*six, now), "en", "EUR").plain


def test_of_few_months_or_an_unknown_one_nothing_is_said():
    assert mainpoints.unusual(line(1.0, 2.0, 3.0, 4.0, 5.0, 9.0), "en", "EUR").html == ""
    assert mainpoints.unusual(line(*[1.0] * 6, None), "en", "EUR").html == ""
