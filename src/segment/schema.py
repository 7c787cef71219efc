"""What each input table holds: the contracts, which are also the documentation.

Only `transactions` is needed; every other table adds sections to the report. A column that may
be null may also be absent from the file. `metadata` says what the door must know beyond the
type: `known_on` marks the day on which a row became known, `later` a fact that may have become
known after it (and is withheld from a report about an earlier day), `money` the amounts that
are reconciled. Rule names are phrases in `locale/*.toml` under `reason`.
"""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from segment.errors import DataError, listed, nearest

OUTCOMES = ("won", "lost", "open")
ORDER_STATUSES = ("completed", "open", "cancelled")
EVENT_KINDS = ("view", "favourite", "basket", "paid")
POINT_KINDS = ("earned", "redeemed", "referral", "activity", "adjusted")
SATISFACTION_LEVELS = ("very satisfied", "satisfied", "fair", "dissatisfied", "very dissatisfied")
SATISFACTION_INDICATORS = (
    "appearance", "packaging", "stability", "safety", "ease of use", "ease of repair",
    "technical advice", "delivery", "installation", "spare parts supply", "spare parts quality",
    "speed of after-sales", "quality of after-sales", "training",
)  # fmt: skip
CARD_GRADES = ("A", "B", "C", "D", "E")

KNOWN_ON = {"known_on": True}
LATER = {"later": True}
MONEY = {"money": True}


def _id(description: str, *, primary_key: bool = False) -> dy.String:
    return dy.String(nullable=False, primary_key=primary_key, min_length=1, description=description)


def _day(description: str, *, known_on: bool = False) -> dy.Date:
    return dy.Date(nullable=False, description=description, metadata=KNOWN_ON if known_on else None)


def _grade(description: str) -> dy.Enum:
    return dy.Enum(CARD_GRADES, nullable=True, description=description)


class Transactions(dy.Schema):
    """Purchases and refunds: one row a line of an invoice, or one row a purchase."""

    customer_id = _id("Who bought; any text, compared as written.")
    date = _day("Day of the purchase in the company's time zone.", known_on=True)
    amount = dy.Float64(
        nullable=False,
        description="Money of the line in the company's currency; negative is a refund.",
        metadata=MONEY,
    )
    line_id = dy.String(nullable=True, description="Identifies the line; repeats are set aside.")
    order_id = dy.String(nullable=True, description="Order or invoice that the line belongs to.")
    product_id = dy.String(nullable=True, description="What was bought.")
    family = dy.String(nullable=True, description="Product family; families may have own margins.")
    quantity = dy.Float64(nullable=True, description="Units; negative when returned.")
    unit_price = dy.Float64(nullable=True, description="Money per unit.")
    margin = dy.Float64(
        nullable=True, description="What the line earns after its own cost, in money, if known."
    )
    currency = dy.String(nullable=True, description="Code of the amount's currency, such as EUR.")


class Customers(dy.Schema):
    """Who the customers are: one row a customer."""

    customer_id = _id("The customer's identifier, as in the transactions.", primary_key=True)
    name = dy.String(nullable=True, description="Name as shown to managers.")
    region = dy.String(nullable=True, description="Sales region.")
    industry = dy.String(nullable=True, description="Trade of the customer.")
    staff_id = dy.String(nullable=True, description="Salesperson in charge today.")
    registered_on = dy.Date(
        nullable=True, description="Day the account was opened.", metadata=KNOWN_ON
    )
    blocked_on = dy.Date(
        nullable=True, description="Day the account was blocked; empty if never.", metadata=LATER
    )
    yearly_cost = dy.Float64(
        nullable=True, min=0,
        description="Cost to serve a year where it is given as one figure; it counts instead of "
        "postings. 0 or more.",
    )  # fmt: skip


class Costs(dy.Schema):
    """What serving a customer cost: one row a posting."""

    customer_id = _id("The customer served.")
    date = _day("Day of the posting.", known_on=True)
    activity = dy.String(nullable=True, description="Driver: visit, service contact, delivery.")
    amount = dy.Float64(
        nullable=False, min=0, description="Cost in the company's currency, 0 or more.",
        metadata=MONEY,
    )  # fmt: skip


class Products(dy.Schema):
    """What is sold: one row a product."""

    product_id = _id("The product's identifier, as in the transactions.", primary_key=True)
    name = dy.String(nullable=True, description="Name as shown to managers.")
    family = dy.String(nullable=True, description="Product family.")
    margin_rate = dy.Float64(
        nullable=True, min=-1, max=1, description="Margin as a share of the price, -1 to 1."
    )


class Invoices(dy.Schema):
    """What was billed, when it was due and when it was paid: one row an invoice."""

    invoice_id = _id("The invoice's identifier.", primary_key=True)
    customer_id = _id("The customer billed.")
    issued_on = _day("Day of issue.", known_on=True)
    due_on = _day("Day by which it is to be paid.")
    settled_on = dy.Date(
        nullable=True, description="Day it was paid in full; empty while open.", metadata=LATER
    )
    amount = dy.Float64(
        nullable=False, min_exclusive=0, description="Money billed, above 0.", metadata=MONEY
    )
    is_disputed = dy.Bool(nullable=True, description="Whether the customer contests it.")

    @dy.rule()
    def due_before_issued(cls) -> pl.Expr:
        return pl.col("due_on") >= pl.col("issued_on")

    @dy.rule()
    def settled_before_issued(cls) -> pl.Expr:
        return pl.col("settled_on").is_null() | (pl.col("settled_on") >= pl.col("issued_on"))


class Prospects(dy.Schema):
    """Deals that may close: one row a prospect; any further column is a feature."""

    prospect_id = _id("The prospect's identifier.", primary_key=True)
    created_on = _day("Day the prospect was entered.", known_on=True)
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

    prospect_id = _id("The prospect judged, as in the prospects.", primary_key=True)
    judged_on = dy.Date(nullable=False, primary_key=True, metadata=KNOWN_ON,
                        description="Its day; the latest before the closing counts.")  # fmt: skip
    judged_grade = dy.Enum(CARD_GRADES[:4], nullable=False, description="Chances, A best to D.")
    judged_by = dy.String(nullable=True, description="Who judged.")


class Wallets(dy.Schema):
    """What a customer spends on such goods with everyone: one row an estimate."""

    customer_id = _id("The customer estimated.")
    estimated_on = _day("Day of the estimate; the latest one counts.", known_on=True)
    wallet = dy.Float64(
        nullable=False, min_exclusive=0,
        description="Yearly spend with all suppliers, in the company's currency, above 0.",
    )  # fmt: skip


class Points(dy.Schema):
    """The members' points ledger: one row a posting."""

    customer_id = _id("The member.")
    date = _day("Day of the posting.", known_on=True)
    kind = dy.Enum(POINT_KINDS, nullable=False, description=f"{', '.join(POINT_KINDS)}.")
    points = dy.Float64(nullable=False, description="Points; negative when redeemed.")

    @dy.rule()
    def redeemed_not_negative(cls) -> pl.Expr:
        return (pl.col("kind") != "redeemed") | (pl.col("points") <= 0)


class Survey(dy.Schema):
    """Satisfaction: one row an answer, a response holding up to 14 of them."""

    response_id = _id("The filled-in form.", primary_key=True)
    indicator = dy.Enum(SATISFACTION_INDICATORS, nullable=False, primary_key=True,
                        description="One of the 14 indicators.")  # fmt: skip
    customer_id = _id("Who answered.")
    responded_on = _day("Day of the response.", known_on=True)
    level = dy.Enum(SATISFACTION_LEVELS, nullable=False, description="The tick, best first.")
    remark = dy.String(nullable=True, description="Free text beside the tick.")


class Events(dy.Schema):
    """What customers did on the web: one row an event."""

    customer_id = _id("Who did it.")
    at = dy.Datetime(nullable=False, description="When, in the company's time zone.",
                     metadata=KNOWN_ON)  # fmt: skip
    kind = dy.Enum(EVENT_KINDS, nullable=False, description=f"{', '.join(EVENT_KINDS)}.")
    product_id = dy.String(nullable=True, description="The product it was about.")


class Orders(dy.Schema):
    """Orders with their status, completed or not: one row an order."""

    order_id = _id("The order's identifier.", primary_key=True)
    customer_id = _id("Who ordered.")
    ordered_on = _day("Day of the order.", known_on=True)
    status = dy.Enum(ORDER_STATUSES, nullable=False, description=f"{', '.join(ORDER_STATUSES)}.")
    amount = dy.Float64(
        nullable=True, min=0, description="Money of the order, 0 or more.", metadata=MONEY
    )


class Staff(dy.Schema):
    """The sales team: one row a person."""

    staff_id = _id("The person's identifier.", primary_key=True)
    name = dy.String(nullable=True, description="Name as shown to managers.")
    region = dy.String(nullable=True, description="Region the person works in.")
    role = dy.String(nullable=True, description="What the person does.")
    hours_per_week = dy.Float64(
        nullable=True, min=0, max=80, description="Hours for customers a week, 0 to 80."
    )


class Cards(dy.Schema):
    """B2B cards: one row an assessment of a customer on eight criteria, A best to E."""

    customer_id = _id("The customer assessed.", primary_key=True)
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

    customer_id = _id("The customer who is kept.", primary_key=True)
    decided_on = dy.Date(nullable=False, primary_key=True, metadata=KNOWN_ON,
                         description="Day of the decision.")  # fmt: skip
    reason = _id("Why: draws footfall, sells related goods, lifts the name …")
    owner = _id("Who answers for it.")
    expires_on = _day("Last day on which it holds.")

    @dy.rule()
    def expires_before_decided(cls) -> pl.Expr:
        return pl.col("expires_on") >= pl.col("decided_on")


TABLES: dict[str, type[dy.Schema]] = {
    "transactions": Transactions,
    "customers": Customers,
    "costs": Costs,
    "products": Products,
    "invoices": Invoices,
    "prospects": Prospects,
    "judgements": Judgements,
    "wallets": Wallets,
    "points": Points,
    "survey": Survey,
    "events": Events,
    "orders": Orders,
    "staff": Staff,
    "cards": Cards,
    "exceptions": Exceptions,
}


def marked(table: str, mark: str) -> list[str]:
    """Return the columns of `table` whose metadata carries `mark`."""
    return [
        name
        for name, column in TABLES[table].columns().items()
        if (column.metadata or {}).get(mark)
    ]


def require(frame: pl.DataFrame | pl.LazyFrame, columns: Iterable[str], *, by: str) -> None:
    """Check that `frame` has the columns that `by` reads.

    Raises:
        DataError: A column is missing; the message names it and the nearest present one.
    """
    present = frame.collect_schema().names()
    missing = [name for name in columns if name not in present]
    if missing:
        hint = nearest(missing[0], present)
        raise DataError(
            f"{by} needs the column{'s' * (len(missing) > 1)} {listed(missing)}, "
            f"which the frame does not have{hint}. It has {listed(present, 12)}."
        )
