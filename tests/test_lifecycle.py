"""The lifecycle: by the own rhythm, and accounts without a purchase or with a block."""

import datetime as dt

import polars as pl
import pytest

from segment.errors import ConfigError
from segment.schemes import lifecycle
from segment.schemes.lifecycle import LifecycleRules

# Ten gaps of 30 days, drawn towards a typical gap of 30 days, stay a rhythm of 30 days.
REGULAR = {"frequency": 10, "recency": 300, "last_gap_days": 30, "p_alive": 0.9}


def labelled(*rows: dict[str, float | None], **rules: object) -> pl.DataFrame:
    kinds = dict.fromkeys(("frequency", "recency", "T", "last_gap_days"), pl.Int64)
    frame = pl.DataFrame(list(rows), schema=kinds | {"p_alive": pl.Float64})
    return lifecycle.assign(frame, LifecycleRules(**rules))


def states(*rows: dict[str, float | None], **rules: object) -> list[str | None]:
    return labelled(*rows, **rules)["lifecycle_state"].to_list()


def regular(silent_days: int, **other: float | None) -> dict[str, float | None]:
    return REGULAR | {"T": 300 + silent_days} | other


def once(T: int, **other: float | None) -> dict[str, float | None]:
    return {
        "frequency": 0, "recency": 0, "T": T, "last_gap_days": None, "p_alive": 0.9,
    } | other  # fmt: skip


def test_exactly_on_a_line_is_not_yet_beyond_it():
    silences = (60, 61, 120, 121)  # two and four times the rhythm of 30 days

    found = states(*(regular(days) for days in silences))

    assert found == ["active", "sleeping", "sleeping", "lost"]


def test_the_rhythm_is_the_customers_own():
    weekly = {"frequency": 100, "recency": 700, "T": 740, "last_gap_days": 7, "p_alive": 0.9}
    yearly = {"frequency": 4, "recency": 1460, "T": 1500, "last_gap_days": 365, "p_alive": 0.9}

    found = labelled(weekly, yearly, prior_gaps=0.001)

    assert found["silent_days"].to_list() == [40, 40]  # the same silence
    assert found["lifecycle_state"].to_list() == ["lost", "active"]


def test_few_purchases_are_drawn_towards_the_typical_gap():
    one_short_gap = {"frequency": 1, "recency": 3, "T": 100, "last_gap_days": 3, "p_alive": 0.9}

    found = labelled(regular(0), regular(0), one_short_gap)

    assert found["rhythm_days"].to_list() == [30, 30, 21]  # (3 + 2 * 30) / (1 + 2)


def test_a_one_time_buyer_has_the_typical_rhythm():
    found = states(regular(0), once(60), once(61), once(121), new_days=0)

    assert found == ["active", "active", "sleeping", "lost"]


def test_the_last_of_the_new_days_is_still_new():
    assert states(regular(0), once(45), once(46), new_days=45) == ["active", "new", "active"]


def test_silence_goes_before_newness():
    assert states(regular(0), once(61), new_days=90) == ["active", "sleeping"]


def test_who_is_hardly_alive_is_lost_without_silence():
    found = states(regular(0, p_alive=0.10), regular(0, p_alive=0.0999))

    assert found == ["active", "lost"]


def test_at_zero_the_rhythm_alone_decides():
    frame = pl.DataFrame([regular(0), regular(121)]).drop("p_alive")

    found = lifecycle.assign(frame, LifecycleRules(lost_p_alive=0))

    assert found["lifecycle_state"].to_list() == ["active", "lost"]


@pytest.mark.parametrize(("gap", "state"), [(120, "active"), (121, "won_back")])
def test_won_back_is_who_returned_from_beyond_the_line_for_lost(gap, state):
    days = 9 * 30 + gap  # nine gaps of 30 days and this one
    returned = REGULAR | {"recency": days, "T": days + 5, "last_gap_days": gap}

    assert states(regular(0), regular(0), regular(0), returned)[-1] == state


def test_the_long_gap_itself_does_not_stretch_the_rhythm_before_it():
    second = {"frequency": 1, "recency": 130, "T": 131, "last_gap_days": 130, "p_alive": 0.9}

    # before it the customer had the typical rhythm of 30 days, so 130 days were a long absence
    assert states(regular(0), regular(0), second)[-1] == "won_back"


def test_where_nobody_ever_came_back_there_is_no_rhythm():
    assert states(once(5), once(500)) == [None, None]


def test_a_customer_seen_with_refunds_only_has_no_state():
    nothing = dict.fromkeys(("frequency", "recency", "T", "last_gap_days", "p_alive"))

    assert states(regular(0), nothing) == ["active", None]


def test_one_sleeps_before_one_is_lost():
    with pytest.raises(ConfigError, match=r"lost_factor is 2.0; it must be above sleeping_factor"):
        LifecycleRules(lost_factor=2.0, sleeping_factor=2.0)


def test_the_rule_is_told_in_words():
    assert "more than 2.5 times the own rhythm" in lifecycle.describe(
        LifecycleRules(sleeping_factor=2.5)
    )
    assert "低于10%" in lifecycle.describe(LifecycleRules(), "zh")
    assert "probability" not in lifecycle.describe(LifecycleRules(lost_p_alive=0))


# --------------------------------------------------------------- accounts, orders and blocks

ENDED = dt.date(2026, 10, 31)


def with_days(row: dict[str, float | None], last_on: dt.date | None) -> pl.DataFrame:
    """A lively customer beside one row, both with their last purchase."""
    rows = [regular(0), row]
    kinds = dict.fromkeys(("frequency", "recency", "T", "last_gap_days"), pl.Int64)
    return pl.DataFrame(rows, schema=kinds | {"p_alive": pl.Float64}).with_columns(
        customer_id=pl.Series(["a", "b"]), last_on=pl.Series([ENDED, last_on], dtype=pl.Date)
    )


@pytest.mark.parametrize(
    ("blocked_on", "state"),
    [(dt.date(2026, 9, 30), "active"), (dt.date(2026, 10, 1), "blocked"), (None, "active")],
)
def test_blocked_is_who_was_blocked_since_the_last_purchase(blocked_on, state):
    frame = with_days(regular(30), dt.date(2026, 10, 1)).with_columns(
        blocked_on=pl.Series([None, blocked_on], dtype=pl.Date)
    )

    assert lifecycle.assign(frame, LifecycleRules())["lifecycle_state"].to_list()[1] == state


def test_accounts_without_a_purchase_never_ordered_or_never_completed_an_order():
    accounts = pl.DataFrame(
        {
            "customer_id": ["a", "d", "c", "e", "f"],
            "blocked_on": [None, None, None, ENDED, None],
            "region": "Hills",
        },
        schema_overrides={"blocked_on": pl.Date},
    )
    orders = pl.DataFrame(
        {
            "customer_id": ["a", "c", "c", "f"],
            "status": ["completed", "cancelled", "open", "completed"],
        }
    )
    frame = with_days(regular(1), ENDED).with_columns(blocked_on=pl.lit(None, dtype=pl.Date))

    every = lifecycle.with_accounts(frame, accounts, orders)
    found = lifecycle.assign(every, LifecycleRules())

    assert dict(found.select("customer_id", "lifecycle_state").rows()) == {
        "a": "active", "b": "active", "c": "never_completed", "d": "never_ordered", "e": "blocked",
        "f": None,  # completed, and yet without a purchase: the tables disagree
    }  # fmt: skip
    assert found["n_orders"].to_list() == [1, 0, 2, 0, 0, 1]
    assert lifecycle.with_accounts(every, accounts, orders).equals(every)


def test_without_a_table_of_orders_it_is_not_known_who_never_ordered():
    accounts = pl.DataFrame({"customer_id": ["a", "c"]})

    every = lifecycle.with_accounts(with_days(regular(1), ENDED), accounts)

    assert lifecycle.assign(every, LifecycleRules())["lifecycle_state"].to_list() == [
        "active", "active", None,
    ]  # fmt: skip
