"""Contracts of deals that may close, and of what people think of them."""

import dataframely as dy
import polars as pl

from segment.schema.marks import KNOWN_ON, LATER, day, identifier

OUTCOMES = ("won", "lost", "open")
JUDGED_GRADES = ("A", "B", "C", "D")


class Prospects(dy.Schema):
    """Deals that may close: one row a prospect; any further column is a feature."""

    prospect_id = identifier("The prospect's identifier.", primary_key=True)
    created_on = day("Day the prospect was entered.", known_on=True)
    outcome = dy.Enum(OUTCOMES, nullable=False, description="won, lost or open.")
    closed_on = dy.Date(nullable=True, description="Day it was won or lost; empty while open.",
                        metadata=LATER)  # fmt: skip

    @dy.rule()
    def closed_before_created(cls) -> pl.Expr:
        return pl.col("closed_on").is_null() | (pl.col("closed_on") >= pl.col("created_on"))

    @dy.rule()
    def closed_without_day(cls) -> pl.Expr:
        return (pl.col("outcome") == "open") | pl.col("closed_on").is_not_null()

    @dy.rule()
    def open_with_closing_day(cls) -> pl.Expr:
        return (pl.col("outcome") != "open") | pl.col("closed_on").is_null()


class Judgements(dy.Schema):
    """What people think of prospects, shown beside the model's grade: one row a judgement."""

    prospect_id = identifier("The prospect judged, as in the prospects.", primary_key=True)
    judged_on = dy.Date(nullable=False, primary_key=True, metadata=KNOWN_ON,
                        description="Its day; the latest before the closing counts.")  # fmt: skip
    judged_grade = dy.Enum(JUDGED_GRADES, nullable=False,
                           description="How likely it closes: A best to D.")  # fmt: skip
    judged_by = dy.String(nullable=True, description="Who judged.")
