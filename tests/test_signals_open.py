"""Invoices that are open, and ledgers of contacts that begin late."""

import datetime as dt

import polars as pl

from segment.signals import SignalRules, complaints, payment

AS_OF = dt.date(2026, 10, 31)
RULES = SignalRules()


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def late(*bills: tuple[int, int | None, float]) -> dict[str, float | None]:
    invoices = pl.DataFrame(
        [("a", ago(due), None if paid is None else ago(paid), money) for due, paid, money in bills],
        schema={
            "customer_id": pl.String, "due_on": pl.Date, "settled_on": pl.Date,
            "amount": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    found = payment.late(pl.DataFrame({"customer_id": ["a"]}), invoices, AS_OF, RULES)
    return {one.name: one[0] for one in found}


def test_an_open_invoice_of_the_window_counts_once():
    found = late((30, None, 100.0), (50, 40, 70.0))

    assert found["overdue_amount"] == 100.0
    assert found["days_late_lately"] == 20.0  # 30 and 10


def test_an_invoice_open_for_longer_is_owed_and_late():
    found = late((200, None, 100.0), (50, 40, 70.0))

    assert (found["overdue_amount"], found["days_late_lately"]) == (100.0, 105.0)


def test_what_has_been_open_for_years_is_owed_but_no_news():
    found = late((800, None, 50.0), *((day, day, 70.0) for day in range(5, 300, 10)))

    assert found["overdue_amount"] == 50.0
    assert found["days_late_lately"] == 0.0


def test_contacts_recorded_only_lately_are_no_surge():
    customers = pl.DataFrame({"customer_id": [f"c{n}" for n in range(60)], "T": [700] * 60})
    called = pl.DataFrame(
        [(f"c{n}", ago(day), "service contact") for n in range(60) for day in (10, 40, 70)],
        schema={"customer_id": pl.String, "date": pl.Date, "activity": pl.String},
        orient="row",
    )
    _, _, chances = complaints.contacts(customers, called, AS_OF, RULES)

    assert chances.min() == 1.0
