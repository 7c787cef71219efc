"""Invented prospects: a handful by hand, or a seeded funnel whose truth is known."""

import datetime as dt

import numpy as np
import polars as pl

AS_OF = dt.date(2026, 6, 30)
YEAR_DAYS = 365.25


def leads(*rows: tuple[int, str, int | None], **features: list[object]) -> pl.DataFrame:
    """One prospect a row: days before AS_OF it was created, outcome, days until it closed."""
    created = [AS_OF - dt.timedelta(days=age) for age, _, _ in rows]
    closed = [
        None if days is None else day + dt.timedelta(days=days)
        for day, (_, _, days) in zip(created, rows, strict=True)
    ]
    return pl.DataFrame(
        {
            "prospect_id": [f"P{place}" for place in range(len(rows))],
            "created_on": pl.Series(created, dtype=pl.Date),
            "outcome": pl.Series([outcome for _, outcome, _ in rows], dtype=pl.String),
            "closed_on": pl.Series(closed, dtype=pl.Date),
            **features,
        }
    )


def funnel(
    n: int = 3000,
    *,
    seed: int = 1,
    days: int = 720,
    win_days: float = 60.0,
    loss_days: float = 45.0,
    never_share: float = 0.1,
    strength: float = 1.0,
    drift: float = 0.0,
    season: float = 0.0,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Prospects as seen at the end of AS_OF, and the truth: chance, outcome, days until it.

    Wins come after gamma-distributed days, losses after exponential ones; a share of those that
    will not be won is never closed. `strength` zero makes the features worthless. `drift` moves
    the log-odds by so much a year up to AS_OF; `season` is how high its yearly wave is.
    """
    rng = np.random.default_rng(seed)
    age = rng.integers(0, days, n)
    source = rng.choice(["web", "referral", "fair", "cold call"], n, p=[0.4, 0.2, 0.2, 0.2])
    size = rng.lognormal(3, 1, n).round(1)
    has_visited = rng.random(n) < 0.3
    by_source = np.select([source == "referral", source == "cold call"], [1.0, -1.0], 0.0)
    log_odds = -1.1 + strength * (by_source + 0.5 * (np.log(size) - 3) + 0.9 * has_visited)
    log_odds += season * np.sin(2 * np.pi * age / YEAR_DAYS) - drift * age / YEAR_DAYS
    chance = 1 / (1 + np.exp(-log_odds))
    is_won = rng.random(n) < chance
    lost_after = np.where(rng.random(n) < never_share, np.inf, rng.exponential(loss_days, n))
    after = np.ceil(np.where(is_won, rng.gamma(2, win_days / 2, n), lost_after))
    rows = [
        (int(a), ("won" if won else "lost") if d <= a else "open", int(d) if d <= a else None)
        for a, d, won in zip(age, after, is_won, strict=True)
    ]
    seen = leads(*rows, source=source, size=size, has_visited=has_visited)
    truth = pl.DataFrame({"age": age, "chance": chance, "is_won": is_won, "after": after})
    return seen, truth


def still_there(seen: pl.DataFrame, truth: pl.DataFrame, start: dt.date) -> list[pl.DataFrame]:
    """The funnel as an export shows it that holds only what was open on some day, or came later."""
    is_there = pl.Series((seen["closed_on"].is_null() | (seen["closed_on"] >= start)).to_list())
    return [seen.filter(is_there), truth.filter(is_there)]
