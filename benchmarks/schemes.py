"""How long each grading system takes on a million made-up customers, one line a system.

Only systems that need no fit; the club, the survey and the web have theirs in membership.py. A
system is a line of SYSTEMS: its name, and what is done with the customers; one that reads a table
measures it in a line of its own. Customers are made from a seed: who they are does not matter here,
only that every column has ties, zeros and unknowns.

    python benchmarks/schemes.py [customers] [invoices a customer]
"""

import datetime as dt
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from segment import config, criteria
from segment.schemes import (
    credit,
    levels,
    lifecycle,
    matrix,
    pareto,
    scorecard,
    stars,
    value_groups,
    watch_list,
)

SEED, MOST_SECONDS = 2026, 10.0
AS_OF, FIRST_DAY = dt.date(2026, 10, 31), dt.date(2024, 10, 31)
SPAN_DAYS = (AS_OF - FIRST_DAY).days
DISPUTED_SHARE, OPEN_SHARE, UNKNOWN_SHARE, WALLET_SHARE, CARD_SHARE = 0.02, 0.05, 0.01, 0.4, 0.1
SETTINGS = config.Settings()
Step = Callable[[pl.DataFrame], pl.DataFrame]
Spent = np.ndarray[tuple[int], np.dtype[np.float64]]


def made_up(n: int) -> pl.DataFrame:
    """Return customers with every column that the systems read."""
    rng = np.random.default_rng(SEED)

    def money(scale: float) -> pl.Series:
        amount = np.round(rng.lognormal(np.log(scale), 1.2, n), 2)
        return pl.Series(np.where(rng.random(n) < 0.2, 0.0, amount))

    tenure = rng.integers(0, 1000, n)
    recency = (tenure * rng.random(n)).astype(int)
    frequency = np.where(recency > 0, rng.poisson(4.0, n) + 1, 0)
    frame = pl.DataFrame(
        {
            "customer_id": np.char.add("C", np.arange(n).astype(str)),
            "actual_value": money(300.0) - money(100.0),
            "value_high": money(500.0),
            "p_below_zero": rng.random(n) ** 3,
            "expected_growth": money(80.0),
            "potential_value": money(500.0),
            "revenue_last_year": money(1000.0),
            "revenue_year_before": money(1000.0),
            "expected_revenue": money(900.0),
            "likely_revenue": money(950.0),
            "margin_rate": rng.normal(0.25, 0.05, n).clip(-1, 1),
            "share_of_wallet": rng.random(n),
            "purchases_last_year": rng.poisson(5.0, n),
            "frequency": frequency,
            "recency": np.where(frequency > 0, recency, 0),
            "T": tenure,
            "last_gap_days": np.where(frequency > 0, recency // np.maximum(frequency, 1), 0),
            "p_alive": rng.random(n),
            "silence_chance": rng.random(n),
            "silence_chance_before": rng.random(n),
            "revenue_lately": money(100.0),
            "drop_chance": rng.random(n),
            "refund_share_lately": rng.random(n) ** 4,
            "refund_share_usual": rng.random(n) ** 4,
            "returns_chance": rng.random(n),
            "disputes_chance": rng.random(n),
            "contacts_chance": rng.random(n),
            "late_chance": rng.random(n),
            "days_late_lately": rng.normal(3.0, 8.0, n),
            "days_late_usual": rng.normal(3.0, 8.0, n),
            "dissatisfied_share": rng.random(n) ** 3,
        }
    )
    holes = {"share_of_wallet": 1 - WALLET_SHARE, "actual_value": UNKNOWN_SHARE}
    return frame.with_columns(
        pl.when(pl.Series(rng.random(n) >= share)).then(name).alias(name)
        for name, share in holes.items()
    )


def made_up_invoices(n: int, a_customer: int) -> pl.DataFrame:
    """Return invoices of two years; some are open, some contested."""
    rng = np.random.default_rng(SEED)
    size = n * a_customer
    issued = pl.lit(FIRST_DAY) + pl.duration(days=pl.Series(rng.integers(0, SPAN_DAYS, size)))
    late = pl.duration(days=pl.Series(rng.integers(-30, 40, size)))
    is_paid = pl.Series(rng.random(size) >= OPEN_SHARE)
    return pl.select(
        customer_id=pl.Series(np.char.add("C", rng.integers(0, n, size).astype(str))),
        issued_on=issued,
        due_on=issued + pl.duration(days=30),
        settled_on=pl.when(is_paid).then(issued + pl.duration(days=30) + late),
        amount=pl.Series(np.round(rng.lognormal(5.0, 1.0, size), 2)),
        is_disputed=pl.Series(rng.random(size) < DISPUTED_SHARE),
    )


def made_up_cards(n: int) -> pl.DataFrame:
    """Return one card each of a tenth of the customers."""
    rng = np.random.default_rng(SEED)
    size = int(n * CARD_SHARE)
    grades = {name: np.array(list("ABCDE"))[rng.integers(0, 5, size)] for name in criteria.CRITERIA}
    who = np.char.add("C", np.arange(size).astype(str))
    return pl.DataFrame({"customer_id": who, **grades}).with_columns(assessed_on=pl.lit(AS_OF))


SYSTEMS: dict[str, Step] = {
    "tiers": lambda frame: levels.assign(frame, SETTINGS.tiers),
    "ABC by money": lambda frame: pareto.assign(frame, SETTINGS.abc),
    "ABC by heads": lambda frame: pareto.assign(frame, SETTINGS.abc_heads),
    "value groups": lambda frame: value_groups.assign(frame, SETTINGS.value_groups),
    "lifecycle": lambda frame: lifecycle.assign(frame, SETTINGS.lifecycle),
    "stars": lambda frame: stars.assign(frame, SETTINGS.stars),
    "watch list": lambda frame: watch_list.assign(frame, SETTINGS.watch_list),
    "credit grade": lambda frame: credit.assign(frame, SETTINGS.credit),
    "share and quantity": lambda frame: matrix.assign(frame, SETTINGS.matrix),
    "weighted score": lambda frame: scorecard.assign(frame, SETTINGS.weighted),
    "card": lambda frame: scorecard.assign(frame, SETTINGS.card),
    "attitude": lambda frame: scorecard.assign(frame, SETTINGS.attitude),
    "loyalty": lambda frame: scorecard.assign(frame, SETTINGS.loyalty),
    "sales performance": lambda frame: scorecard.assign(frame, SETTINGS.performance),
    "potential": lambda frame: levels.assign(frame, SETTINGS.potential),
    "behaviour": lambda frame: levels.assign(frame, SETTINGS.behaviour),
    "spend": lambda frame: levels.assign(frame, SETTINGS.retail_spend),
    "how often": lambda frame: levels.assign(frame, SETTINGS.retail_loyalty),
    "star levels": lambda frame: levels.assign(frame, SETTINGS.star_levels),
    "shop levels": lambda frame: levels.assign(frame, SETTINGS.shop_levels),
}


def timed(name: str, step: Step, frame: pl.DataFrame) -> tuple[pl.DataFrame, Spent]:
    """Run one step, print what it took by the clock and by the processors, and return both."""
    clock, busy = time.perf_counter(), time.process_time()
    made = step(frame)
    spent = np.array([time.perf_counter() - clock, time.process_time() - busy])
    told(name, spent)
    return made, spent


def told(name: str, spent: Spent) -> None:
    """Print seconds by the clock, and of processor: a busy machine stretches the clock alone."""
    print(f"{name:42} {spent[0]:6.2f} s  ({spent[1]:.2f} s of processor)")


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    a_customer = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    frame, billed, cards = made_up(n), made_up_invoices(n, a_customer), made_up_cards(n)
    print(f"{n:,} customers, {billed.height:,} invoices, {cards.height:,} cards")
    measures: dict[str, Step] = {
        "  measured: invoices": lambda one: credit.add(one, billed, AS_OF, SETTINGS.credit),
        "  measured: margin, change, cards": lambda one: criteria.add(one, cards),
    }
    for kind, steps in (("measuring", measures), ("grading", SYSTEMS)):
        every = np.zeros(2)
        for name, step in steps.items():
            frame, spent = timed(name, step, frame)
            every += spent
        told(f"all {kind}", every)
    print(f"all grading should take at most {MOST_SECONDS:.0f} s on a machine that is idle")
    # the same month again, each label within the margin of its line
    timed("tiers, beside last month", lambda one: levels.assign(one, SETTINGS.tiers, frame), frame)
    timed(
        "weighted score, beside last month",
        lambda one: scorecard.assign(one, SETTINGS.weighted, frame),
        frame,
    )
