"""The staff list, and the team's cards on the largest customers."""

import numpy as np
import polars as pl

from segment.sample.rules import SampleRules, chance
from segment.sample.words import Floats, words
from segment.schema import CARD_GRADES

SALES_A_REGION = 2
OTHERS = (("key accounts", 1), ("service", 2), ("management", 1))
SALES_HOURS, OTHER_HOURS = 32.0, 20.0
N_CARDS, CARD_SHARE = 300, 0.2  # of the largest customers, at most this share of all
AGAIN_SHARE = 0.5  # of cards: assessed twice
FIRST_ASSESSED, LAST_ASSESSED = 0.4, 0.95  # of the days of the data
OWN_SALES_FACTOR = 40.0  # a customer's own sales for each EUR of such goods bought, log-normal
SALES_FLOORS = (10e6, 5e6, 1e6, 0.5e6)
MARGIN_FLOORS = (0.15, 0.10, 0.05, 0.0)  # after the cost to serve
LATE_FLOORS = (0.0, 4.0, 12.0, 25.0)  # days after the due day
RETURN_FLOORS = (0.02, 0.05, 0.10, 0.20)
OUTLOOK = {"growing": 0.8, "steady": 2.0, "declining": 3.2}  # grades, from 0 for A
SEEN, MEASURED = 0.6, 0.3  # how far a judgement and a measurement lie off, in grades
SHORTER_HOURS = (0.0, 0.0, 8.0)  # a third of the staff works a day less


def staff(rules: SampleRules) -> pl.DataFrame:
    """Return the staff list: two salespeople a region, then key accounts, service, management."""
    rng = chance(rules, "staff list")
    regions = list(words()["regions"])
    places = [(region, "sales") for region in regions for _ in range(SALES_A_REGION)]
    places += [(regions[0], role) for role, n in OTHERS for _ in range(n)]
    first, last = words()["names"]["people_first"], words()["names"]["people_last"]
    family_names = rng.permutation(last)
    hours = [SALES_HOURS if role == "sales" else OTHER_HOURS for _, role in places]
    return pl.DataFrame(
        {
            "staff_id": [f"S{i + 1:02d}" for i in range(len(places))],
            "name": [f"{first[i]} {family_names[i]}" for i in range(len(places))],
            "region": [region for region, _ in places],
            "role": [role for _, role in places],
            "hours_per_week": np.array(hours) - rng.choice(SHORTER_HOURS, len(places)),
        }
    )


def cards(people: pl.DataFrame, truth: pl.DataFrame, rules: SampleRules) -> pl.DataFrame:
    """Return the assessments: customer, day and eight grades that lean on the truth."""
    rng = chance(rules, "cards")
    n_cards = min(N_CARDS, int(people.height * CARD_SHARE))
    largest = truth["last_year_revenue"].arg_sort(descending=True)[:n_cards].to_numpy()
    is_again = rng.random(n_cards) < AGAIN_SHARE
    who = np.concatenate([largest, largest[is_again]])
    early = rng.uniform(FIRST_ASSESSED, (FIRST_ASSESSED + LAST_ASSESSED) / 2, n_cards)
    late = rng.uniform((FIRST_ASSESSED + LAST_ASSESSED) / 2, LAST_ASSESSED, is_again.sum())
    part = np.concatenate([early, late])
    start = people["start"].to_numpy()[who]
    day = (start + part * (rules.n_days - start)).astype(int)
    seen, traits = truth[who], people[who]
    sales = seen["wallet"].to_numpy() * OWN_SALES_FACTOR * np.exp(rng.normal(0, 1.0, len(who)))
    worth = seen["last_year_margin"] - seen["last_year_cost"]
    net_margin = (worth / seen["last_year_revenue"]).fill_nan(0).to_numpy()
    size = np.argsort(np.argsort(-sales)) / len(who) * len(CARD_GRADES)
    return (
        pl.DataFrame(
            {
                "customer": who,
                "day": day,
                "industry_position": _graded(size - 0.5, rng),
                "outlook": _graded(seen["growth_type"].replace_strict(OUTLOOK).to_numpy(), rng),
                "yearly_sales": _graded(_below(sales, SALES_FLOORS), rng, spread=MEASURED),
                "payment": _graded(_above(traits["late_days"].to_numpy(), LATE_FLOORS), rng),
                "invoicing": _graded(_above(traits["late_days"].to_numpy(), LATE_FLOORS) / 2, rng),
                "margin": _graded(_below(net_margin, MARGIN_FLOORS), rng, spread=MEASURED),
                "price_agreement": _graded(rng.uniform(0, 3, len(who)), rng),
                "quality_claims": _graded(
                    _above(traits["return_rate"].to_numpy(), RETURN_FLOORS), rng, spread=MEASURED
                ),
            }
        )
        .unique(["customer", "day"], keep="first")
        .sort("day", "customer")
    )


def _below(value: Floats, floors: tuple[float, ...]) -> Floats:
    """Count the floors that a value does not reach."""
    return np.asarray((value[:, None] < np.array(floors)).sum(axis=1), dtype=float)


def _above(value: Floats, floors: tuple[float, ...]) -> Floats:
    """Count the floors that a value passes."""
    return np.asarray((value[:, None] > np.array(floors)).sum(axis=1), dtype=float)


def _graded(level: Floats, rng: np.random.Generator, spread: float = SEEN) -> pl.Series:
    """Turn a level of 0 (best) to 4 into a grade, seen with some error."""
    seen = np.clip(np.rint(level + rng.normal(0, spread, len(level))), 0, len(CARD_GRADES) - 1)
    return pl.Series(np.array(CARD_GRADES)[seen.astype(int)])
