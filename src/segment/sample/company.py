"""The sample company: every table of the contracts as it truly is, and the truth behind it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from segment.sample import (
    billing,
    costs,
    events,
    exceptions,
    judgements,
    people,
    points,
    prospects,
    purchases,
    survey,
    team,
    truth,
)
from segment.sample.rules import SampleRules, chance
from segment.sample.words import products
from segment.schema import TABLES

EPOCH = dt.date(1970, 1, 1)
# What this company does not record: its margins come by product, its costs by posting, and nobody
# states what a remark says.
UNUSED = {
    "transactions": ("margin",), "customers": ("yearly_cost",), "survey": ("is_complaint",),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Company:
    """The tables without any damage, by name, and the truth by name."""

    rules: SampleRules
    tables: Mapping[str, pl.DataFrame]
    truth: Mapping[str, pl.DataFrame]


def make(rules: SampleRules) -> Company:
    """Make the company; the same rules give the same company.

    Raises:
        ConfigError: The rules have no room for a company; see `SampleRules`.
    """
    goods = products(chance(rules, "products"))
    staff = team.staff(rules)
    who = people.make(rules, staff)
    orders = purchases.orders(who, rules)
    sold = purchases.lines(orders, who, goods, rules)
    back = purchases.refunds(sold, who, rules)
    ledger = purchases.ledger(sold, back)
    postings = costs.make(who, orders, back, rules)
    billed = billing.gross(sold)
    hidden = truth.customers(who, orders, ledger, postings, goods, rules)
    leads, leads_truth = prospects.make(rules, staff)
    answers = survey.make(who, rules)
    raw = {
        "transactions": _named(ledger, goods).with_columns(currency=pl.lit(rules.currency)),
        "customers": who,
        "costs": postings,
        "products": goods,
        "invoices": billing.invoices(billed, who, rules),
        "prospects": leads,
        "judgements": judgements.make(leads, leads_truth, staff, rules),
        "wallets": truth.wallets(who, hidden, rules),
        "points": points.make(billed, who, rules),
        "survey": answers,
        "events": _named(events.make(sold, who, goods, rules), goods),
        "orders": billing.orders(billed, who, rules),
        "staff": staff,
        "cards": team.cards(who, hidden, rules),
        "exceptions": exceptions.make(who, hidden, staff, rules),
    }
    return Company(
        rules=rules,
        tables={
            name: _contracted(name, frame.pipe(_with_ids, who).pipe(_dated, rules), rules)
            for name, frame in raw.items()
        },
        truth={
            "customers": hidden,
            "prospects": _dated(leads_truth, rules),
            "fields": prospects.fields(),
            "remarks": answers.select("response_id", "indicator", "is_contradicting"),
        },
    )


def _named(frame: pl.DataFrame, goods: pl.DataFrame) -> pl.DataFrame:
    """Put the product's identifier and family in the place of its row number."""
    return frame.hstack(goods[frame["product"]].select("product_id", "family"))


def _with_ids(frame: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """Put the customer's identifier in the place of the row number."""
    if "customer" not in frame.columns:
        return frame
    return frame.with_columns(customer_id=who["customer_id"].gather(frame["customer"].to_list()))


# Which contract column each column of day numbers becomes.
DAYS = {
    "day": ("date", "responded_on", "estimated_on", "ordered_on", "assessed_on", "decided_on",
            "judged_on"),
    "expires": ("expires_on",),
    "registered": ("registered_on",),
    "blocked": ("blocked_on",),
    "issued": ("issued_on",),
    "due": ("due_on",),
    "settled": ("settled_on",),
    "created": ("created_on",),
    "closed": ("closed_on",),
    "eventual_closed": ("eventual_closed_on",),
}  # fmt: skip


def _dated(frame: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Turn day numbers, which count from the first day of the data, into days."""
    offset = (rules.first_on - EPOCH).days
    return frame.with_columns(
        (pl.col(number).cast(pl.Int32) + offset).cast(pl.Date).alias(name)
        for number, names in DAYS.items()
        if number in frame.columns
        for name in names
    )


def _contracted(table: str, frame: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Keep the data's days and the contract's columns in the contract's order.

    Prospects keep their features behind them; what happens after the data is the truth's.
    """
    if "day" in frame.columns:
        frame = frame.filter(pl.col("day") < rules.n_days)
    if table == "events":
        midnight = pl.col("date").cast(pl.Datetime("us"))
        frame = frame.with_columns(at=midnight + pl.duration(seconds="second"))
    columns = list(TABLES[table].columns())
    dtypes = {name: column.dtype for name, column in TABLES[table].columns().items()}
    frame = frame.with_columns(
        pl.lit(None, dtype=dtypes[name]).alias(name) for name in UNUSED.get(table, ())
    )
    if table == "prospects":
        columns += prospects.fields()["field"].to_list()
    return frame.select(columns)
