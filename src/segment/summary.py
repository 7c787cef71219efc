"""From transactions to one row a customer, and to purchase days: what models and clock read.

A purchase day is a day on which a customer bought something, so a day that holds refunds only
is none, while a gift (amount 0) is one; `frequency` counts the purchase days after the first.
Money is net: refunds lower the spend of the customer they belong to. A moment belongs to the day
it has where it is stated: in its own time zone, or as written where it names none.

The rows are read once and sorted by customer and day, and money is added in whole units of a
millionth: no sum depends on the order of its parts, nor on how a day's money is split over lines.
Source: Fader & Hardie, "Creating an RFM summary" (the day, not the order, is the purchase).
"""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from segment.errors import DataError
from segment.schema import require

YEAR_DAYS = 365
MONEY_DECIMALS = 6  # money is counted in units of a millionth …
SAFE_DIGITS = 18  # … or coarser, so that all of it together has no more digits than 64 bits hold
MOST_SAMPLED = 20_000  # customers; a month's buying is then known to about a percent
DAY_BITS = 32  # a customer's number and a day make one sortable number of 64 bits
EPOCH = dt.date(1970, 1, 1).toordinal()

Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class History:
    """What customers did up to the end of `as_of`, by customer and by day.

    `customers` is the summary: one row a customer, see `summarise`. `purchase_days` has one row a
    purchase day, in order: customer (a number from 0 that stands for one), date, spend (net money
    of the day). Of more buyers than MOST_SAMPLED it holds every second, third, … by their ids:
    what moves with the calendar for all customers is read off those.
    """

    as_of: dt.date
    customers: pl.DataFrame
    purchase_days: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class _CustomerDays:
    """Customer-days by customer and day, and where in them each customer and purchase stands.

    Days are counted from `origin`, the first of them; money is in whole units of `1 / unit`.
    """

    ids: pl.Series  # one a customer, sorted
    customer: Ints  # the place of its id
    day: Ints
    spend: Ints
    starts: Index  # where each customer's days start
    bought: Index  # where the purchase days stand …
    first: Index  # … in that list, where each buyer's start …
    n_bought: Ints  # … and how many they are
    origin: int
    unit: float


def read(transactions: pl.DataFrame | pl.LazyFrame, as_of: dt.date) -> History:
    """Return what customers did up to the end of `as_of`, from one pass over the rows.

    Transactions have customer_id (text, whole numbers or categories), date (days, or moments of
    any unit and time zone) and amount (any number).

    Raises:
        DataError: A column is missing, of another kind, or holds what is unknown or not finite.
    """
    rows = _rows(transactions, as_of)
    held = _customer_days(rows)
    today = as_of.toordinal() - EPOCH
    return History(
        as_of=as_of, customers=_customers(held, today), purchase_days=_purchase_days(held)
    )


def summarise(transactions: pl.DataFrame | pl.LazyFrame, as_of: dt.date) -> pl.DataFrame:
    """Return one row a customer, by customer_id, as known at the end of `as_of`.

    Columns: first_on and last_on (purchase days), frequency (repeat purchase days),
    purchases_last_year (purchase days of the last 365 days), recency and T (days),
    monetary_value (net spend per purchase day), repeat_value (the same over the repeat days, null
    without one), last_gap_days (between the last two purchase days, null without two), revenue
    (net, all time), revenue_last_year and revenue_year_before (net, 365 days
    each). A customer seen with refunds only has no purchase: what hangs on one is null.

    Raises:
        DataError: As `read`.
    """
    return read(transactions, as_of).customers


def _rows(transactions: pl.DataFrame | pl.LazyFrame, as_of: dt.date) -> pl.DataFrame:
    """Return customer_id, day (since 1970) and amount of the rows that count, all of them known."""
    require(transactions, ["customer_id", "date", "amount"], by="summary")
    kinds = transactions.lazy().collect_schema()
    date = pl.col("date")
    if isinstance(kinds["date"], pl.Datetime):
        date = date.dt.date()  # in its own zone; a cast would take the day of Greenwich
    elif kinds["date"] not in (pl.Date, pl.Null):
        raise DataError(f"summary needs days or moments in date, which holds {kinds['date']}.")
    if not (kinds["amount"].is_numeric() or kinds["amount"] == pl.Null):
        raise DataError(f"summary needs numbers in amount, which holds {kinds['amount']}.")
    day = date.cast(pl.Date).to_physical().cast(pl.Int64)
    rows = (
        transactions.lazy()
        .filter((date <= as_of) | date.is_null())
        .select("customer_id", date=day, amount=pl.col("amount").cast(pl.Float64))
        .collect()
    )
    for column in rows.columns:
        if n_unknown := rows[column].null_count():
            raise DataError(
                f"summary found {n_unknown:,} of {rows.height:,} rows without {column}; "
                "set them aside first."
            )
    return rows


def _customer_days(rows: pl.DataFrame) -> _CustomerDays:
    ids, number = _numbered(rows["customer_id"])
    amounts, unit = _in_units(rows["amount"].to_numpy())
    days = rows["date"].to_numpy()
    origin = int(days.min()) if len(days) else 0
    key = (number.astype(np.uint64) << DAY_BITS) | (days - origin).astype(np.uint64)
    lines = pl.DataFrame({"key": key, "amount": amounts}).lazy().sort("key").collect()
    key, amounts = lines["key"].to_numpy(), lines["amount"].to_numpy()
    starts = _starts(key)
    bought = np.flatnonzero(np.maximum.reduceat(amounts, starts) >= 0)
    key, spend = key[starts], np.add.reduceat(amounts, starts)
    customer = (key >> DAY_BITS).astype(np.int64)
    first = _starts(customer[bought])
    return _CustomerDays(
        ids=ids,
        customer=customer,
        day=(key & ((1 << DAY_BITS) - 1)).astype(np.int64),
        spend=spend,
        starts=_starts(customer),
        bought=bought,
        first=first,
        n_bought=np.diff(first, append=len(bought)),
        origin=origin,
        unit=unit,
    )


def _numbered(ids: pl.Series, seed: int = 0) -> tuple[pl.Series, Index]:
    """Return the customers in their order, and of each row the place of its customer.

    Text is slow to compare and to sort, so rows are sorted by a hash of their id. Whether two ids
    share a hash is not left to chance: the ids are compared, and if so, hashed another way.
    """
    marks = ids.hash(seed).to_numpy()
    runs = _starts(marks)  # lines of one invoice follow one another: they are sorted as one
    found = pl.DataFrame({"mark": marks[runs], "run": np.arange(len(runs), dtype=np.uint32)})
    found = found.lazy().sort("mark").collect()
    run, starts = found["run"].to_numpy(), _starts(found["mark"].to_numpy())
    customers = ids.gather(np.sort(runs[run[starts]])).sort()
    place = customers.hash(seed).arg_sort().to_numpy()  # of each mark's customer
    place_of_run = np.empty(len(runs), np.int64)
    place_of_run[run] = np.repeat(place, np.diff(starts, append=len(runs)))
    number = np.repeat(place_of_run, np.diff(runs, append=len(ids)))
    is_told_apart = (customers.gather(number) == ids).all()
    return (customers, number) if is_told_apart else _numbered(ids, seed + 1)


def _in_units(amounts: Floats) -> tuple[Ints, float]:
    """Return the amounts in whole units, and how many units make one of the currency.

    Raises:
        DataError: An amount is not finite.
    """
    total = float(np.abs(amounts).sum())
    if not math.isfinite(total):
        n_wrong = int((~np.isfinite(amounts)).sum())
        raise DataError(
            f"summary found {n_wrong:,} of {len(amounts):,} rows whose amount is not a finite "
            "number; set them aside first."
        )
    digits = math.ceil(math.log10(max(total, 1)))
    unit = 10.0 ** min(MONEY_DECIMALS, SAFE_DIGITS - digits)
    return np.rint(amounts * unit).astype(np.int64), unit


def _starts(values: npt.NDArray[np.integer]) -> Index:
    """Return where runs of equal values start."""
    is_start = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)


def _customers(held: _CustomerDays, today: int) -> pl.DataFrame:
    """Return the summary: one row a customer."""
    first, last = held.bought[held.first], held.bought[held.first + held.n_bought - 1]
    previous = held.bought[held.first + np.maximum(held.n_bought - 2, 0)]
    so_far = np.cumsum(held.spend)
    ends = np.append(held.starts[1:], len(held.spend))[: len(held.starts)] - 1
    buyers = held.customer[first]
    days_ago = today - held.origin - held.day
    is_last_year = days_ago < YEAR_DAYS
    is_year_before = ~is_last_year & (days_ago < 2 * YEAR_DAYS)

    def of_buyers(values: Ints) -> Ints:
        spread = np.zeros(len(held.ids), np.int64)
        spread[buyers] = values
        return spread

    counted = pl.DataFrame(
        {
            "customer_id": held.ids,
            "n_days": of_buyers(held.n_bought),
            "first_day": of_buyers(held.day[first] + held.origin),
            "last_day": of_buyers(held.day[last] + held.origin),
            "lately": of_buyers(np.add.reduceat(is_last_year[held.bought], held.first)),
            "gap": of_buyers(held.day[last] - held.day[previous]),
            "later_spend": of_buyers(so_far[ends[buyers]] - so_far[first]),
            "revenue": np.add.reduceat(held.spend, held.starts),
            "last_year": np.add.reduceat(held.spend * is_last_year, held.starts),
            "year_before": np.add.reduceat(held.spend * is_year_before, held.starts),
        }
    )
    n_days, first_day, last_day = pl.col("n_days"), pl.col("first_day"), pl.col("last_day")
    revenue, later_spend = pl.col("revenue") / held.unit, pl.col("later_spend") / held.unit
    has_bought, has_returned = n_days > 0, n_days > 1
    return counted.select(
        "customer_id",
        first_on=pl.when(has_bought).then(first_day.cast(pl.Int32).cast(pl.Date)),
        last_on=pl.when(has_bought).then(last_day.cast(pl.Int32).cast(pl.Date)),
        frequency=pl.when(has_bought).then(n_days - 1),
        purchases_last_year=pl.when(has_bought).then(pl.col("lately")),
        recency=pl.when(has_bought).then(last_day - first_day),
        T=pl.when(has_bought).then(today - first_day),
        monetary_value=pl.when(has_bought).then(revenue / n_days),
        repeat_value=pl.when(has_returned).then(later_spend / (n_days - 1)),
        last_gap_days=pl.when(has_returned).then(pl.col("gap")),
        revenue=revenue,
        revenue_last_year=pl.col("last_year") / held.unit,
        revenue_year_before=pl.col("year_before") / held.unit,
    )


def _purchase_days(held: _CustomerDays) -> pl.DataFrame:
    """Return the purchase days of every buyer, or of at most MOST_SAMPLED evenly spread."""
    step = -(-len(held.first) // MOST_SAMPLED) or 1
    first, n_bought = held.first[::step], held.n_bought[::step]
    skipped = np.repeat(first - np.cumsum(n_bought) + n_bought, n_bought)
    rows = held.bought[skipped + np.arange(len(skipped))]
    return pl.DataFrame(
        {
            "customer": np.repeat(np.arange(len(first)), n_bought),
            "date": (held.day[rows] + held.origin).astype(np.int32),
            "spend": held.spend[rows] / held.unit,
        }
    ).with_columns(pl.col("date").cast(pl.Date))
