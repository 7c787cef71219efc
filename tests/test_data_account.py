"""Every row and every penny of the input is accepted, set aside or excluded."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from data_door import HEADER, loaded
from segment import data
from segment.data.account import parts, reconcile
from segment.errors import RunError

CONTENT = HEADER + "".join(
    f"{line}\n"
    for line in (
        "C1,2026-10-30,0.10",
        "C1,2026-10-30,0.20",
        "C1,2026-11-02,1000000.05",  # after the day of the report
        ",2026-10-30,0.30",  # set aside, its money readable
        "C2,2026-10-30,ten",  # set aside, its money not readable
        "C2,2026-10-30,-7.45,torn",
        "POST,2026-10-30,5.25",
    )
)
RULES = {"exclude": (data.ExcludeRule(column="customer_id", values=("post",), reason="postage"),)}


def test_rows_and_money_add_up(tmp_path: Path):
    found = loaded(tmp_path, CONTENT, **RULES)
    _, later = data.as_known("transactions", found.rows, dt.date(2026, 10, 31))

    assert data.account(found, later).to_dicts() == [
        {
            "table": "transactions", "n_in": 7, "n_accepted": 3, "n_set_aside": 3, "n_excluded": 1,
            "n_later": 1, "money_in": 1000005.9, "money_accepted": 1000000.35,
            "money_set_aside": 0.3, "money_excluded": 5.25, "money_later": 1000000.05,
            "n_money_unreadable": 2,
        }
    ]  # fmt: skip


def test_a_table_without_money_has_none(tmp_path: Path):
    found = loaded(tmp_path, "customer_id\nC1\n\nC1\n", "customers")
    row = data.account(found, found.rows.clear()).row(0, named=True)

    assert row["n_set_aside"] == 1
    assert row["money_in"] is None
    assert row["n_money_unreadable"] == 0


def test_accounts_of_tables_with_and_without_money_go_below_each_other(tmp_path: Path):
    one, two = loaded(tmp_path, CONTENT), loaded(tmp_path, "customer_id\nC1\n", "customers")

    accounts = pl.concat(data.account(found, found.rows.clear()) for found in (one, two))
    assert accounts["n_in"].to_list() == [7, 1]


def test_money_is_added_exactly_and_in_any_order():
    amounts = pl.Series([0.1] * 10 + [90_000_000_000_000.01, -90_000_000_000_000.01])

    assert parts(amounts) == parts(amounts.reverse()) == 10_000  # a float's sum is 1.0078125
    assert parts(pl.Series([None, 0.00004, 0.00006])) == 1


def test_what_does_not_add_up_is_not_let_through(tmp_path: Path):
    found = loaded(tmp_path, CONTENT)

    assert found.parts_in == parts(found.rows["amount"]) + parts(found.rejected["amount"])
    assert reconcile(found) is found
    with pytest.raises(RunError, match="does not add up"):
        reconcile(replace(found, parts_in=found.parts_in + 1))
    with pytest.raises(RunError, match="does not add up"):
        reconcile(replace(found, n_in=8))


def test_reasons_are_counted_with_their_money_and_an_example(tmp_path: Path):
    found = loaded(tmp_path, CONTENT + ",2026-10-30,0.10\n", **RULES)
    rows = data.by_reason(found.rejected).select(
        "column", "reason", "kind", "n_rows", "money", "example"
    )

    assert rows.rows() == [
        ("customer_id", "empty", "set aside", 2, 0.4, "(transactions.csv, row 4)"),
        ("amount", "not_a_number", "set aside", 1, None, "'ten' (transactions.csv, row 5)"),
        (None, "torn_line", "set aside", 1, None,
         "'C2,2026-10-30,-7.45,torn' (transactions.csv, row 6)"),
        ("customer_id", "postage", "excluded", 1, 5.25, "'POST' (transactions.csv, row 7)"),
    ]  # fmt: skip


def test_nothing_rejected_has_no_reasons(tmp_path: Path):
    found = loaded(tmp_path, HEADER + "C1,2026-10-30,1\n")

    assert data.by_reason(found.rejected).is_empty()
