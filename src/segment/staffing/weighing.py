"""What more or fewer people, or other ratios, would cost or gain in value served.

The team looks after the best class first and in it after the most valuable, as far as the ratios
reach. What a customer loses who is looked after less closely is not known here.
"""

import polars as pl

from segment.cuts import MILLION
from segment.schema import require
from segment.staffing.needs import LOAD, VALUE, heads, weigh
from segment.staffing.rules import StaffingRules

HEADS = (-2, -1, 0, 1, 2, 5)
RATIOS = (0.5, 1.0, 2.0, 5.0, 10.0)


def weighed(customers: pl.DataFrame, staff: pl.DataFrame, rules: StaffingRules) -> pl.DataFrame:
    """Return what the team reaches, with more or fewer people and with other ratios.

    Columns: heads_change (people), ratio_factor (customers per person over the declared), n_served
    (customers looked after), value_served (positive actual value, money), value_change (against
    today), cost (of the change a year, money; null where no cost of a person is declared).

    Raises:
        DataError: A frame lacks a column.
        ConfigError: A class of theirs has no ratio.
    """
    require(customers, ["actual_value"], by="staffing.weighed")
    line = (
        weigh(customers, rules)
        .sort(rules.label, VALUE, "customer_id", descending=[False, True, False])
        .select(pl.col(LOAD).cum_sum(), value=pl.col(VALUE).cum_sum() / MILLION)
    )
    today = heads(staff, rules)
    tried = [(change, 1.0) for change in HEADS if today + change >= 0]
    tried += [(0, factor) for factor in RATIOS if factor != 1]
    reached = [_reached(line, (today + change) * factor) for change, factor in tried]
    _, value_now = _reached(line, today)
    cost = rules.head_cost_yearly or None
    return pl.DataFrame(
        {
            "heads_change": [change for change, _ in tried],
            "ratio_factor": [factor for _, factor in tried],
            "n_served": [n for n, _ in reached],
            "value_served": [value for _, value in reached],
            "value_change": [value - value_now for _, value in reached],
            "cost": [None if cost is None else cost * change for change, _ in tried],
        },
        schema_overrides={"cost": pl.Float64, "value_served": pl.Float64},
    )


def _reached(line: pl.DataFrame, capacity: float) -> tuple[int, float]:
    """Return how many customers a capacity reaches, and what they are worth together."""
    n = int((line[LOAD] <= capacity * (1 + 1e-12)).sum())
    return n, float(line["value"][n - 1]) if n else 0.0
