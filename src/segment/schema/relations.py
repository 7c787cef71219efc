"""Contracts of how customers and company deal with each other: points, answers, staff, cards."""

import dataframely as dy
import polars as pl

from segment.schema.marks import KNOWN_ON, day, identifier

EVENT_KINDS = ("view", "favourite", "basket", "paid")
POINT_KINDS = ("earned", "redeemed", "referral", "activity", "adjusted")
SATISFACTION_LEVELS = ("very satisfied", "satisfied", "fair", "dissatisfied", "very dissatisfied")
SATISFACTION_INDICATORS = (
    "appearance", "packaging", "stability", "safety", "ease of use", "ease of repair",
    "technical advice", "delivery", "installation", "spare parts supply", "spare parts quality",
    "speed of after-sales", "quality of after-sales", "training",
)  # fmt: skip
CARD_GRADES = ("A", "B", "C", "D", "E")


def _grade(description: str) -> dy.Enum:
    return dy.Enum(CARD_GRADES, nullable=True, description=description)


class Points(dy.Schema):
    """The members' points ledger: one row a posting."""

    customer_id = identifier("The member.")
    date = day("Day of the posting.", known_on=True)
    kind = dy.Enum(POINT_KINDS, nullable=False, description=f"{', '.join(POINT_KINDS)}.")
    points = dy.Float64(nullable=False, description="Points; negative when redeemed.")

    @dy.rule()
    def redeemed_not_negative(cls) -> pl.Expr:
        return (pl.col("kind") != "redeemed") | (pl.col("points") <= 0)


class Survey(dy.Schema):
    """Satisfaction: one row an answer, a response holding up to 14 of them."""

    response_id = identifier("The filled-in form.", primary_key=True)
    indicator = dy.Enum(SATISFACTION_INDICATORS, nullable=False, primary_key=True,
                        description="One of the 14 indicators.")  # fmt: skip
    customer_id = identifier("Who answered.")
    responded_on = day("Day of the response.", known_on=True)
    level = dy.Enum(SATISFACTION_LEVELS, nullable=False, description="The tick, best first.")
    remark = dy.String(nullable=True, description="Free text beside the tick.")
    is_complaint = dy.Bool(
        nullable=True,
        description="Whether the remark complains, as its reader states; else told by its words.",
    )


class Events(dy.Schema):
    """What customers did on the web: one row an event."""

    customer_id = identifier("Who did it.")
    at = dy.Datetime(nullable=False, description="When, in the company's time zone.",
                     metadata=KNOWN_ON)  # fmt: skip
    kind = dy.Enum(EVENT_KINDS, nullable=False, description=f"{', '.join(EVENT_KINDS)}.")
    product_id = dy.String(nullable=True, description="The product it was about.")


class Staff(dy.Schema):
    """The sales team: one row a person."""

    staff_id = identifier("The person's identifier.", primary_key=True)
    name = dy.String(nullable=True, description="Name as shown to managers.")
    region = dy.String(nullable=True, description="Region the person works in.")
    role = dy.String(nullable=True, description="What the person does.")
    hours_per_week = dy.Float64(
        nullable=True, min=0, max=80, description="Hours for customers a week, 0 to 80."
    )


class Cards(dy.Schema):
    """B2B cards: one row an assessment of a customer on eight criteria, A best to E."""

    customer_id = identifier("The customer assessed.", primary_key=True)
    assessed_on = dy.Date(nullable=False, primary_key=True, metadata=KNOWN_ON,
                          description="Day of the assessment; the latest one counts.")  # fmt: skip
    industry_position = _grade("A leads the market to E no market, A to E.")
    outlook = _grade("Outlook of the customer's trade, A to E.")
    yearly_sales = _grade("Sales a year, A (10 M or more) to E (below 0.5 M).")
    payment = _grade("Payment, A (cash on time) to E (abnormal, with risk).")
    invoicing = _grade("Invoicing, A (never consigned) to E (blocked).")
    margin = _grade("Margin, A (above 15%) to E (loss overall).")
    price_agreement = _grade("Whether a price agreement was reached, A to E.")
    quality_claims = _grade("Fair handling of quality claims, A to E.")


class Exceptions(dy.Schema):
    """Below-zero customers kept on purpose: one row a decision, the latest of which counts."""

    customer_id = identifier("The customer who is kept.", primary_key=True)
    decided_on = dy.Date(nullable=False, primary_key=True, metadata=KNOWN_ON,
                         description="Day of the decision.")  # fmt: skip
    reason = identifier("Why: draws footfall, sells related goods, lifts the name …")
    owner = identifier("Who answers for it.")
    expires_on = day("Last day on which it holds.")

    @dy.rule()
    def expires_before_decided(cls) -> pl.Expr:
        return pl.col("expires_on") >= pl.col("decided_on")
