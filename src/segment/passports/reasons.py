"""Why a customer stands where it does: up to four facts out of the customer's own columns.

Which facts come first depends on what decided: who is below zero hears of costs, who is growable
of growth. A fact is left out where its columns are not there or not known.
"""

from dataclasses import dataclass

import polars as pl

from segment.passports.signs import CHANCE, shows
from segment.schemes.watch_list import SIGNS

MOST = 4
ROW, DECIDING = "passport_row", "passport_column"  # names that no frame of customers has
REASON = pl.Struct({"reason": pl.String, "number": pl.Float64, "other": pl.Float64})
NOTHING = pl.lit(None, dtype=pl.Float64)


@dataclass(frozen=True)
class Fact:
    """A sentence's name, when it is true, its one or two numbers, and how they are written."""

    name: str
    needs: tuple[str, ...]
    is_so: pl.Expr
    number: pl.Expr
    kind: str
    other: pl.Expr = NOTHING
    other_kind: str = "count"


COST, MARGIN = pl.col("cost_to_serve"), pl.col("clv")
YEAR, DAYS = pl.col("revenue_last_year"), pl.col("purchases_last_year")
FACTS = {
    fact.name: fact
    for fact in (
        Fact("on_watch", ("is_on_watch", "p_below_zero"),
             pl.col("is_on_watch").fill_null(value=False), pl.col("p_below_zero"), "share"),
        Fact("blocked", ("blocked_on", "last_on", "first_on", "T"),
             pl.col("blocked_on") >= pl.col("last_on"),
             (pl.col("first_on") + pl.duration(days="T") - pl.col("blocked_on")).dt.total_days(),
             "count"),
        Fact("bought", ("revenue_last_year", "purchases_last_year"),
             DAYS > 0, YEAR, "money", DAYS),
        Fact("bought_nothing", ("purchases_last_year", "silent_days"),
             DAYS == 0, pl.col("silent_days"), "count"),
        Fact("expected", ("expected_revenue",),
             pl.col("expected_revenue").is_not_null(), pl.col("expected_revenue"), "money"),
        Fact("cost", ("cost_to_serve", "clv"),
             (COST > 0) & (COST <= MARGIN), COST, "money", COST / MARGIN, "share"),
        Fact("cost_above", ("cost_to_serve", "clv"),
             (COST > 0) & (COST > MARGIN), COST, "money", MARGIN, "money"),
        Fact("margin", ("clv", "margin_rate"),
             MARGIN.is_not_null(), MARGIN, "money", pl.col("margin_rate"), "share"),
        Fact("silent", ("silent_days", "rhythm_days"),
             pl.col("rhythm_days").is_not_null() & pl.col("silent_days").is_not_null(),
             pl.col("silent_days"), "count", pl.col("rhythm_days"), "count"),
        Fact("still_there", ("p_alive",),
             pl.col("p_alive").is_not_null(), pl.col("p_alive"), "share"),
        Fact("came_back", ("lifecycle_state", "last_gap_days"),
             pl.col("lifecycle_state").cast(pl.String) == "won_back",
             pl.col("last_gap_days"), "count"),
        Fact("first_bought", ("lifecycle_state", "T"),
             pl.col("lifecycle_state").cast(pl.String) == "new", pl.col("T"), "count"),
        Fact("grows", ("p_growth", "expected_growth"),
             pl.col("p_growth").is_not_null(), pl.col("p_growth"), "share",
             pl.col("expected_growth"), "money"),
        Fact("within_reach", ("growth_potential", "potential_value"),
             pl.col("growth_potential") > 0, pl.col("potential_value"), "money",
             pl.col("growth_potential"), "money"),
        Fact("pays_late", ("days_late", "n_invoices"), pl.col("days_late") > 0,
             pl.col("days_late"), "decimal", pl.col("n_invoices")),
        Fact("pays_early", ("days_late", "n_invoices"), pl.col("days_late") <= 0,
             -pl.col("days_late"), "decimal", pl.col("n_invoices")),
        Fact("arrears", ("arrears_amount", "arrears_days"), pl.col("arrears_amount") > 0,
             pl.col("arrears_amount"), "money", pl.col("arrears_days")),
        Fact("disputed", ("disputed_share",), pl.col("disputed_share") > 0,
             pl.col("disputed_share"), "share"),
        Fact("margin_year", ("margin_last_year", "margin_rate"), pl.col("margin_last_year") > 0,
             pl.col("margin_last_year"), "money", pl.col("margin_rate"), "share"),
        Fact("assessed", ("assessed_on", "first_on", "T"), pl.col("assessed_on").is_not_null(),
             (pl.col("first_on") + pl.duration(days="T") - pl.col("assessed_on")).dt.total_days(),
             "count"),
        Fact("sign_silence", ("watch_signs", "silent_days", "rhythm_days"), shows("silence"),
             pl.col("silent_days"), "count", pl.col("rhythm_days"), "count"),
        Fact("sign_drop", ("watch_signs", "revenue_lately", "revenue_usual"), shows("drop"),
             pl.col("revenue_lately"), "money", pl.col("revenue_usual"), "money"),
        Fact("sign_returns", ("watch_signs", "refund_share_lately", "refund_share_usual"),
             shows("returns"), pl.col("refund_share_lately"), "share",
             pl.col("refund_share_usual"), "share"),
        Fact("sign_disputes", ("watch_signs", "disputes_lately", "disputes_usual"),
             shows("disputes"), pl.col("disputes_lately"), "count",
             pl.col("disputes_usual"), "decimal"),
        Fact("sign_contacts", ("watch_signs", "contacts_lately", "contacts_usual"),
             shows("contacts"), pl.col("contacts_lately"), "count",
             pl.col("contacts_usual"), "decimal"),
        Fact("sign_dissatisfaction", ("watch_signs", "dissatisfied_share"),
             shows("dissatisfaction"), pl.col("dissatisfied_share"), "share"),
        Fact("sign_late", ("watch_signs", "days_late_lately", "days_late_usual"), shows("late"),
             pl.col("days_late_lately"), "count", pl.col("days_late_usual"), "count"),
        Fact("elsewhere", ("wallet_gap", "share_of_wallet"),
             pl.col("wallet_gap") > 0, pl.col("wallet_gap"), "money",
             pl.col("share_of_wallet"), "share"),
    )
}  # fmt: skip
WORTH = (
    "blocked",
    "on_watch",
    "cost_above",
    "bought",
    "bought_nothing",
    "expected",
    "margin",
    "cost",
    "silent",
)
LOSS = ("on_watch", "cost_above", "cost", "expected", "margin", "bought", "bought_nothing")
GROWTH = (
    "blocked", "on_watch", "grows", "within_reach", "elsewhere", "bought", "bought_nothing",
    "expected",
)  # fmt: skip
SALES = ("blocked", "bought", "bought_nothing", "expected", "silent")
RHYTHM = (
    "blocked",
    "came_back",
    "first_bought",
    "silent",
    "still_there",
    "bought",
    "bought_nothing",
    "expected",
)
PAYMENT = ("arrears", "pays_late", "pays_early", "disputed", "bought")
ALL_SIDES = ("bought", "bought_nothing", "margin_year", "pays_late", "pays_early", "arrears")
KEEPING = ("bought", "bought_nothing", "elsewhere", "still_there", "silent")
WATCHED = (*(f"sign_{sign}" for sign in SIGNS), "bought", "expected")
# By the column that decided; any other is told as worth is.
FIRST = {
    "p_below_zero": LOSS,
    "expected_growth": GROWTH,
    "growth_potential": GROWTH,
    "revenue_last_year": SALES,
    "silent_days": RHYTHM,
    "p_alive": RHYTHM,
    "share_of_wallet": ("elsewhere", "bought", "bought_nothing", "expected"),
    "purchases_last_year": SALES,
    "potential_value": GROWTH,
    "credit_score": PAYMENT,
    "weighted_grade_score": ALL_SIDES,
    "card_grade_score": ("assessed", *ALL_SIDES),
    "attitude_score": ("disputed", "sign_dissatisfaction", "sign_returns", "bought"),
    "loyalty_score": KEEPING,
    "performance_score": ("bought", "bought_nothing", "margin_year", "expected"),
    CHANCE: WATCHED,
}


def main(groups: pl.DataFrame, deciding: pl.Series) -> pl.Series:
    """Return the main reasons of each row as a list of REASON.

    `deciding` names for each row the column that decided its label.
    """
    rows = groups.lazy().with_columns(deciding.alias(DECIDING)).with_row_index(ROW)
    told = [
        rows.filter(pl.col(DECIDING) == column, FACTS[name].is_so).select(
            ROW,
            place=pl.lit(place),
            reason=pl.lit(name),
            number=FACTS[name].number.cast(pl.Float64),
            other=FACTS[name].other.cast(pl.Float64),
        )
        for column in deciding.unique().drop_nulls()
        for place, name in enumerate(FIRST.get(column, WORTH))
        if set(FACTS[name].needs) <= set(groups.columns)
    ]
    if not told:
        return pl.repeat([], groups.height, dtype=pl.List(REASON), eager=True)
    by_row = (
        pl.concat(told)
        .sort(ROW, "place")
        .group_by(ROW, maintain_order=True)
        .agg(reasons=pl.struct(*REASON.to_schema()).head(MOST))
    )
    joined = rows.select(ROW).join(by_row, on=ROW, how="left", maintain_order="left").collect()
    return joined["reasons"].fill_null([])
