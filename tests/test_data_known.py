"""A report about October knows nothing of November."""

import datetime as dt
from pathlib import Path

import pytest

from data_door import loaded
from segment import data
from segment.schema import TABLES

AS_OF = dt.date(2026, 10, 31)


def test_a_row_of_the_last_day_is_known_and_one_of_the_next_is_not(tmp_path: Path):
    found = loaded(tmp_path, "customer_id,date,amount\nC1,2026-10-31,1\nC2,2026-11-01,1\n")
    known, later = data.as_known("transactions", found.rows, AS_OF)

    assert known["customer_id"].to_list() == ["C1"]
    assert later["customer_id"].to_list() == ["C2"]


def test_the_last_second_of_the_day_is_known(tmp_path: Path):
    content = "customer_id,at,kind\nC1,2026-10-31 23:59:59,view\nC2,2026-11-01 00:00:01,view\n"
    known, later = data.as_known("events", loaded(tmp_path, content, "events").rows, AS_OF)

    assert known["customer_id"].to_list() == ["C1"]
    assert later["customer_id"].to_list() == ["C2"]


def test_a_settlement_of_the_next_day_is_withheld(tmp_path: Path):
    content = "invoice_id,customer_id,issued_on,due_on,settled_on,amount\n" + "".join(
        f"{settled},C1,2026-10-01,2026-12-01,{settled},1\n"
        for settled in ("2026-10-31", "2026-11-01")
    )
    known, later = data.as_known("invoices", loaded(tmp_path, content, "invoices").rows, AS_OF)

    assert known["settled_on"].to_list() == [AS_OF, None]
    assert later.is_empty()


def test_a_prospect_closed_on_the_next_day_is_open(tmp_path: Path):
    content = "prospect_id,created_on,outcome,closed_on,source\n" + "".join(
        f"{n},2026-10-01,{outcome},{closed},fair\n"
        for n, (outcome, closed) in enumerate(
            [("won", "2026-10-31"), ("won", "2026-11-01"), ("lost", "2026-11-01"), ("open", "")]
        )
    )
    rows = loaded(tmp_path, content, "prospects").rows
    known, _ = data.as_known("prospects", rows, AS_OF)

    assert known["outcome"].to_list() == ["won", "open", "open", "open"]
    assert known["closed_on"].to_list() == [AS_OF, None, None, None]
    assert known["closed_later"].to_list() == [False, True, True, False]
    assert known.drop("closed_later").schema == rows.schema
    assert rows["outcome"].to_list() == ["won", "won", "lost", "open"]  # what came in is unchanged


def test_a_customer_without_a_day_is_known_and_a_later_block_is_withheld(tmp_path: Path):
    content = (
        "customer_id,registered_on,blocked_on\n"
        "C1,,2026-11-01\nC2,2026-11-01,\nC3,2026-10-31,2026-10-31\n"
    )
    known, later = data.as_known("customers", loaded(tmp_path, content, "customers").rows, AS_OF)

    assert known["customer_id"].to_list() == ["C1", "C3"]
    assert known["blocked_on"].to_list() == [None, AS_OF]
    assert later["customer_id"].to_list() == ["C2"]


@pytest.mark.parametrize("table", TABLES)
def test_what_is_known_of_nothing_is_nothing(table: str):
    empty = TABLES[table].create_empty()
    known, later = data.as_known(table, empty, AS_OF)

    assert known.schema == later.schema == empty.schema


@pytest.mark.parametrize(("n_open", "is_withheld"), [(20, True), (19, False)])
def test_a_field_filled_only_at_closing_is_withheld_with_the_closing(
    tmp_path: Path, n_open: int, is_withheld: bool
):
    lines = ["L1,2026-10-01,lost,2026-11-05,fair,price", "L2,2026-10-01,lost,2026-10-31,web,price"]
    lines += [f"O{n},2026-10-01,open,,fair," for n in range(n_open)]
    header = "prospect_id,created_on,outcome,closed_on,source,closing_note"
    content = "\n".join([header, *lines, ""])
    known, _ = data.as_known("prospects", loaded(tmp_path, content, "prospects").rows, AS_OF)

    again, closed = known.head(2).to_dicts()
    assert again["outcome"] == "open"
    assert again["closing_note"] == (None if is_withheld else "price")
    assert (again["source"], closed["closing_note"]) == ("fair", "price")
