"""Below-zero customers kept on purpose: what counts on which day, and what the report says."""

import datetime as dt

import polars as pl
import pytest

from segment import exceptions, playbook
from segment.errors import ConfigError, DataError
from segment.exceptions import STATES, ExceptionRules
from segment.playbook import PlaybookRules
from segment.schemes import credit, lifecycle, pareto, stars, value_groups, watch_list
from segment.text import LANGUAGES, phrases

AS_OF = dt.date(2026, 10, 31)
GROUPS = pl.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "value_group": pl.Series(["BZC", "BZC", "MVC", None], dtype=pl.Enum(value_groups.LABELS)),
        "actual_value": [-5.0, -7.0, 90.0, None],
    }
)


def decided(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Decisions: customer, day decided, last day."""
    return pl.DataFrame(
        [
            (who, dt.date.fromisoformat(day), f"why {who}", "Ada", dt.date.fromisoformat(last))
            for who, day, last in rows
        ],
        schema=dict.fromkeys(exceptions.COLUMNS, pl.String)
        | dict.fromkeys(("decided_on", "expires_on"), pl.Date),
        orient="row",
    )  # fmt: skip


def added(*rows: tuple[str, str, str], soon_days: int = 30) -> pl.DataFrame:
    rules = ExceptionRules(soon_days=soon_days)
    return exceptions.add(GROUPS, decided(*rows), AS_OF, rules)


def state(last: str, soon_days: int = 30) -> tuple[str, bool]:
    found = added(("a", "2026-01-01", last), soon_days=soon_days)
    return found["exception_state"][0], found["is_kept"][0]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-10-30", ("expired", False)),
        ("2026-10-31", ("expires_soon", True)),  # it holds on its last day
        ("2026-11-30", ("expires_soon", True)),  # 30 days on: still soon
        ("2026-12-01", ("holds", True)),
    ],
)
def test_an_exception_holds_to_its_last_day_and_is_called_up_before(last, expected):
    assert state(last) == expected


def test_how_soon_is_soon_is_a_rule():
    assert state("2026-11-01", soon_days=0) == ("holds", True)
    assert state("2026-10-31", soon_days=0) == ("expires_soon", True)


def test_no_number_no_group_and_no_row_changes():
    found = added(("b", "2026-01-01", "2027-01-01"), ("x", "2026-01-01", "2027-01-01"))

    assert found.select(GROUPS.columns).equals(GROUPS)
    assert found["is_kept"].to_list() == [False, True, False, False]
    assert found["kept_reason"].to_list() == [None, "why b", None, None]
    assert found.columns[-5:] == [
        "is_kept", "kept_reason", "kept_owner", "kept_until", "exception_state",
    ]  # fmt: skip


def test_the_latest_decision_counts_even_if_it_ends_earlier():
    found = added(("a", "2026-01-01", "2028-01-01"), ("a", "2026-05-01", "2026-06-01"))

    assert found.row(0, named=True)["kept_until"] == dt.date(2026, 6, 1)
    assert found["exception_state"][0] == "expired"


def test_a_decision_of_tomorrow_is_not_known_today():
    found = added(("a", "2026-11-01", "2028-01-01"))

    assert found["exception_state"].to_list() == ["none"] * 4


def test_who_is_not_below_zero_needs_no_exception_and_who_has_no_group_may():
    found = added(("c", "2026-01-01", "2027-06-01"), ("d", "2026-01-01", "2027-06-01"))

    assert found["exception_state"].to_list() == ["none", "none", "not_needed", "holds"]
    assert found["is_kept"].to_list() == [False, False, False, True]


def test_without_the_table_nobody_is_kept_and_the_columns_are_there():
    without = exceptions.add(GROUPS, None, AS_OF, ExceptionRules())

    assert without.schema == added().schema
    assert without["is_kept"].to_list() == [False] * 4
    assert exceptions.listed(GROUPS, None, AS_OF, ExceptionRules()).is_empty()


def test_twice_equals_once():
    once = added(("a", "2026-01-01", "2027-06-01"))

    again = exceptions.add(
        once, decided(("a", "2026-01-01", "2027-06-01")), AS_OF, ExceptionRules()
    )
    assert again.equals(once)


def test_every_exception_is_listed_and_what_needs_a_hand_comes_first():
    rows = decided(
        ("a", "2026-01-01", "2027-06-01"),
        ("b", "2025-01-01", "2026-06-01"),
        ("c", "2026-01-01", "2027-06-01"),
        ("x", "2026-01-01", "2026-11-02"),  # nobody knows x; that is said before that it ends
    )

    found = exceptions.listed(GROUPS, rows, AS_OF, ExceptionRules())

    assert found.select("customer_id", "exception_state").rows() == [
        ("b", "expired"), ("x", "unknown_customer"), ("c", "not_needed"), ("a", "holds"),
    ]  # fmt: skip
    assert found["actual_value"].to_list() == [-7.0, None, 90.0, -5.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_word(language):
    assert all(f"scheme.exception_state.{one}" in phrases(language) for one in STATES)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="exceptions needs the column owner"):
        exceptions.add(GROUPS, decided().drop("owner"), AS_OF, ExceptionRules())
    with pytest.raises(ConfigError, match="soon_days is -1"):
        ExceptionRules(soon_days=-1)


def played(row: tuple[str, str, str] | None) -> list[str]:
    """What the playbook asks for of the below-zero customer a."""
    labels = {
        "is_on_watch": pl.lit(False),
        "abc_class": pl.lit("C", dtype=pl.Enum(pareto.LABELS)),
        "lifecycle_state": pl.lit("active", dtype=pl.Enum(lifecycle.LABELS)),
        "star": pl.lit("none", dtype=pl.Enum(stars.LABELS)),
        "watch": pl.lit("unwatched", dtype=pl.Enum(watch_list.LABELS)),
        "arrears": pl.lit("none", dtype=pl.Enum(credit.ARREARS)),
    }
    money = dict.fromkeys(
        ("expected_growth", "likely_revenue", "revenue_last_year", "arrears_amount"), pl.lit(1.0)
    )
    frame = added(*([row] if row else [])).with_columns(**labels, **money).head(1)
    return playbook.actions(frame, PlaybookRules(), AS_OF)["reason"].to_list()


def test_who_is_kept_is_left_in_peace_until_the_exception_ends():
    assert played(None) == ["bzc"]
    assert played(("a", "2026-01-01", "2027-06-01")) == []
    assert played(("a", "2026-01-01", "2026-11-15")) == ["exception_ends"]
    assert played(("a", "2026-01-01", "2026-10-01")) == ["exception_ends"]
