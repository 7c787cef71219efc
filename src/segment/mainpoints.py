"""The main points of a month: six at most, one sentence each, silent without news.

The order is that of a statistical bulletin: what happened first, then what is expected, then
what to act on. Each point is a function that returns its sentence, or nothing.
"""

import datetime as dt

import polars as pl

from segment import counting, page
from segment.text import day, money, number, percent, phrase, span

MOST = 6
NEWS = 0.01  # of the customers, or of the money of a year: what touches less is no main point
# Below these a purchase model has hardly seen anybody come back.
FEWEST_CUSTOMERS, FEWEST_DAYS = 100, 365
FEWEST_MONTHS = 6  # before this one; of fewer, most months are the highest or the lowest
SILENT_KEY_CUSTOMERS = ("mvc_silent", "key_silent")


def sentences(
    figures: pl.DataFrame, customers: pl.DataFrame, actions: pl.DataFrame,
    changes: pl.DataFrame | None, horizon_days: int, language: str, currency: str,
) -> list[str]:  # fmt: skip
    """Return the main points, each in a sentence.

    `figures` are the key figures; `customers` one row a customer with T, actual_value,
    expected_revenue, revenue_last_year and value_group, and where they are there exception_state
    and watch; `actions` what the playbook asks for; `changes` who is in another group than a month
    ago, None without a month before.
    """
    said = (
        _few_data(customers, language),
        _month(figures, language, currency),
        _moved(changes, customers.height, language),
        _forecast(customers, horizon_days, language, currency),
        _silent(actions, customers, language, currency),
        _alarms(customers, language, currency),
        _below_zero(customers, horizon_days, language, currency),
    )
    return [sentence for sentence in said if sentence][:MOST]


def reading(language: str) -> page.Piece:
    """Say from what size on a figure has moved, and a thing is a main point."""
    return page.say(
        "page.reading", language, share=percent(page.SMALLEST_CHANGE, language, 1),
        points=number(page.SMALLEST_CHANGE * 100, language, 1), news=percent(NEWS, language),
    )  # fmt: skip


def _month(figures: pl.DataFrame, language: str, currency: str) -> str:
    row = figures.filter(figure="revenue_of_month").row(0, named=True)
    if row["now"] is None:
        return ""
    revenue = money(row["now"], currency, language)
    since = phrase("page.since_year", language)
    moved = page.change(row["now"], row["year_ago"], "money", since, language, arrow=False)
    if not moved:
        return phrase("page.point_month", language, money=revenue)
    return phrase("page.point_month_moved", language, money=revenue, moved=moved)


def unusual(figures: pl.DataFrame, language: str, currency: str) -> page.Piece:
    """Say whether the month's revenue lies outside that of the months before; nothing of few.

    `figures` are the key figures with their `line`. Where months differ by chance alone, two in
    thirteen are the highest or the lowest of a year.
    """
    line = figures.filter(figure="revenue_of_month")["line"].item()
    now, before = line[-1], line[:-1].drop_nulls()
    if now is None or before.len() < FEWEST_MONTHS:
        return page.points(())
    low, high = before.min(), before.max()
    key = "unusual_high" if now > high else "unusual_low" if now < low else "usual"
    amounts = {"money": now, "low": low, "high": high}
    said = {name: money(value, currency, language) for name, value in amounts.items()}
    return page.say(f"page.{key}", language, n=number(before.len(), language), **said)


def _few_data(customers: pl.DataFrame, language: str) -> str:
    """Warn where a forecast rests on too little to act on it."""
    age = customers["T"].max()
    days = age + 1 if isinstance(age, int) else 0
    if customers.height >= FEWEST_CUSTOMERS and days >= FEWEST_DAYS:
        return ""
    return phrase(
        "page.few_data", language,
        customers=counting.customers(customers.height, language), days=number(days, language),
    )  # fmt: skip


def _forecast(customers: pl.DataFrame, horizon_days: int, language: str, currency: str) -> str:
    expected = customers["expected_revenue"]
    if not expected.count():
        return ""
    return phrase(
        "page.point_forecast", language, span=span(horizon_days, language),
        money=money(_total(expected), currency, language),
    )  # fmt: skip


def _silent(
    actions: pl.DataFrame, customers: pl.DataFrame, language: str, currency: str
) -> str:  # fmt: skip
    urgent = actions.filter(pl.col("reason").cast(pl.String).is_in(SILENT_KEY_CUSTOMERS))
    at_stake = _total(urgent["money_at_stake"])
    if not _is_news(at_stake, customers) or counting.are_few(urgent.height):
        return ""
    return phrase(
        "page.point_silent", language, n=counting.customers(urgent.height, language),
        money=money(at_stake, currency, language),
    )  # fmt: skip


def _alarms(customers: pl.DataFrame, language: str, currency: str) -> str:
    if "watch" not in customers.columns:
        return ""
    alarms = customers.filter(pl.col("watch").cast(pl.String) == "alarm")
    at_stake = _total(alarms["revenue_last_year"])
    if not _is_news(at_stake, customers) or counting.are_few(alarms.height):
        return ""
    return phrase(
        "page.point_alarms", language, n=counting.customers(alarms.height, language),
        money=money(at_stake, currency, language),
    )  # fmt: skip


def _below_zero(customers: pl.DataFrame, horizon_days: int, language: str, currency: str) -> str:
    group = customers.filter(value_group="BZC")
    loss, value = -_total(group["actual_value"]), _total(customers["actual_value"].clip(0))
    if loss <= 0 or loss < NEWS * value or counting.are_few(group.height):
        return ""
    on_watch = pl.col("is_on_watch").fill_null(value=True)
    said = {
        "n": counting.customers(group.height, language),
        "span": span(horizon_days, language),
        "money": money(loss, currency, language),
        "certain": counting.customers(group.filter(~on_watch).height, language),
    }
    if n_asking := _n_asking(group):
        asking = counting.customers(n_asking, language)
        return phrase("page.point_bzc_asking", language, asking=asking, **said)
    return phrase("page.point_bzc", language, **said)


def _n_asking(group: pl.DataFrame) -> int:
    """Return how many are kept on purpose until soon, or until lately."""
    if "exception_state" not in group.columns:
        return 0
    return int(group["exception_state"].cast(pl.String).is_in(("expires_soon", "expired")).sum())


def _is_news(amount: float, customers: pl.DataFrame) -> bool:
    """Tell whether an amount is worth a main point beside the revenue of the last year."""
    return 0 < amount >= NEWS * _total(customers["revenue_last_year"])


def _total(values: pl.Series) -> float:
    return float(values.sum())


def _moved(changes: pl.DataFrame | None, n_customers: int, language: str) -> str:
    if changes is None:
        return ""
    # who came or left was in no group before, or is in none now
    up, down = (changes.filter(direction=way).height for way in ("up", "down"))
    if not 0 < up + down >= NEWS * n_customers:
        return ""
    return phrase(
        "page.point_moved", language, n=counting.customers(up + down, language),
        up=counting.customers(up, language), down=counting.customers(down, language),
    )  # fmt: skip


def corrections(mended: pl.DataFrame, language: str, currency: str) -> page.Piece:
    """Say whose past was corrected since last month, and by how much money in all."""
    if mended.is_empty():
        return page.say("page.not_corrected", language)
    return page.say(
        "page.corrected", language, n=counting.customers(mended.height, language),
        money=money(_total(mended["change"]), currency, language, 2),
    )  # fmt: skip


def data_points(account: pl.DataFrame, as_of: dt.date, language: str, currency: str) -> page.Piece:
    """Return what became of the rows of all tables, and of the money of the transactions."""
    rows = account.select(pl.col("^n_.*$").sum()).row(0, named=True)
    cash = account.filter(table="transactions").row(0, named=True)
    counts = {
        "rows": "n_in", "accepted": "n_accepted", "set_aside": "n_set_aside",
        "excluded": "n_excluded", "later": "n_later",
    }  # fmt: skip
    sums = ("money_in", "money_accepted", "money_set_aside", "money_excluded", "money_later")
    written = {
        name.removeprefix("money_") if name != "money_in" else name: money(
            cash[name], currency, language, 2
        )
        for name in sums
    }
    uncounted = cash["n_money_unreadable"]
    missing = [phrase("page.uncounted", language, n=number(uncounted, language))]
    return page.points(
        [
            phrase(
                "page.accepted", language, as_of=day(as_of, language),
                **{name: number(rows[column], language) for name, column in counts.items()},
            ),
            phrase("page.reconciled", language, **written),
            *(missing if uncounted else []),
        ]
    )  # fmt: skip
