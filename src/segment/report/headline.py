"""What a month says for itself on the index: its main figure, its customers, its main points.

Notebook 5 keeps them; a run card of another version may hold less, or other things.
"""

import math
from dataclasses import dataclass

from segment.report.card import RunCard


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The main figure: its column, and money in the currency of the month."""

    label: str
    value: float
    currency: str


def main_figure(card: RunCard) -> Figure | None:
    """Return the main figure, or None where the month has none that is a number."""
    held = card.headline.get("main_figure")
    if not isinstance(held, dict):
        return None
    label, value = held.get("label"), held.get("value")
    if not isinstance(label, str) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Figure(label=label, value=float(value), currency=card.currency)


def n_customers(card: RunCard) -> int | None:
    """Return how many customers the month counts, or None where it does not say."""
    held = card.headline.get("n_customers")
    return held if isinstance(held, int) else None


def main_points(card: RunCard, language: str) -> list[str]:
    """Return the main points of the month in a language, else in the first one that is there."""
    held = card.headline.get("main_points")
    if not isinstance(held, dict) or not held:
        return []
    points = held.get(language) or next(iter(held.values()))
    return [point for point in points if isinstance(point, str)] if isinstance(points, list) else []
