"""Contracts of what was sold, to whom, and what it cost: the tables of trade."""

import dataframely as dy
import polars as pl

from segment.schema.marks import KNOWN_ON, LATER, MONEY, day, identifier

ORDER_STATUSES = ("completed", "open", "cancelled")


class Transactions(dy.Schema):
    """Purchases and refunds: one row a line of an invoice, or one row a purchase."""

    customer_id = identifier("Who bought; any text, compared as written.")
    date = day("Day of the purchase in the company's time zone.", known_on=True)
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

    customer_id = identifier("The customer's identifier, as in the transactions.", primary_key=True)
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

    customer_id = identifier("The customer served.")
    date = day("Day of the posting.", known_on=True)
    activity = dy.String(nullable=True, description="Driver: visit, service contact, delivery.")
    amount = dy.Float64(
        nullable=False, min=0, description="Cost in the company's currency, 0 or more.",
        metadata=MONEY,
    )  # fmt: skip


class Products(dy.Schema):
    """What is sold: one row a product."""

    product_id = identifier("The product's identifier, as in the transactions.", primary_key=True)
    name = dy.String(nullable=True, description="Name as shown to managers.")
    family = dy.String(nullable=True, description="Product family.")
    margin_rate = dy.Float64(
        nullable=True, min=-1, max=1, description="Margin as a share of the price, -1 to 1."
    )


class Invoices(dy.Schema):
    """What was billed, when it was due and when it was paid: one row an invoice."""

    invoice_id = identifier("The invoice's identifier.", primary_key=True)
    customer_id = identifier("The customer billed.")
    issued_on = day("Day of issue.", known_on=True)
    due_on = day("Day by which it is to be paid.")
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


class Orders(dy.Schema):
    """Orders with their status, completed or not: one row an order."""

    order_id = identifier("The order's identifier.", primary_key=True)
    customer_id = identifier("Who ordered.")
    ordered_on = day("Day of the order.", known_on=True)
    status = dy.Enum(ORDER_STATUSES, nullable=False, description=f"{', '.join(ORDER_STATUSES)}.")
    amount = dy.Float64(
        nullable=True, min=0, description="Money of the order, 0 or more.", metadata=MONEY
    )


class Wallets(dy.Schema):
    """What a customer spends on such goods with everyone: one row an estimate."""

    customer_id = identifier("The customer estimated.")
    estimated_on = day("Day of the estimate; the latest one counts.", known_on=True)
    wallet = dy.Float64(
        nullable=False, min_exclusive=0,
        description="Yearly spend with all suppliers, in the company's currency, above 0.",
    )  # fmt: skip
