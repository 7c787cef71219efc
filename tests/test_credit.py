"""Credit: how a customer pays, by what was known on a day; the grade, disputes and arrears."""

import datetime as dt

import polars as pl
import pytest

from segment.errors import ConfigError, DataError
from segment.schemes import credit
from segment.schemes.credit import CreditRules

AS_OF = dt.date(2026, 10, 31)
ALONE = CreditRules(prior_invoices=0.0, fewest_invoices=1)  # nobody is drawn to anybody
Row = tuple[str, int, int | None, float, bool | None]  # customer, due, late (null: open), money


def days_ago(n: int) -> dt.date:
    return AS_OF - dt.timedelta(days=n)


def invoices(*rows: Row) -> pl.DataFrame:
    """Invoices issued 30 days before they fell due, `due` days ago, settled `late` days after."""
    return pl.DataFrame(
        [
            {
                "customer_id": who,
                "issued_on": days_ago(due + 30),
                "due_on": days_ago(due),
                "settled_on": None if late is None else days_ago(due - late),
                "amount": money,
                "is_disputed": disputed,
            }
            for who, due, late, money, disputed in rows
        ],
        schema_overrides={"settled_on": pl.Date, "is_disputed": pl.Boolean},
        infer_schema_length=None,
    )


def told(*rows: Row, rules: CreditRules = ALONE, who: str = "a") -> dict[str, object]:
    customers = pl.DataFrame({"customer_id": [who]})
    return credit.add(customers, invoices(*rows), AS_OF, rules).row(0, named=True)


def grades(*scores: float | None, rules: CreditRules | None = None) -> list[str | None]:
    frame = pl.DataFrame({"credit_score": scores}, schema={"credit_score": pl.Float64})
    return credit.assign(frame, rules or CreditRules())["credit_grade"].to_list()


# --------------------------------------------------------------- days late


def test_days_late_are_weighted_by_amount():
    assert told(("a", 0, 0, 300.0, False), ("a", 0, 0, 100.0, False))["days_late"] == 0
    row = told(("a", 40, 40, 300.0, False), ("a", 40, 0, 100.0, False))

    assert row["days_late"] == 30.0


def test_a_paid_invoice_counts_for_half_once_it_fell_due_a_half_life_ago():
    old, young = ("a", 180, 30, 100.0, False), ("a", 0, 0, 100.0, False)

    assert told(old, young)["days_late"] == 10.0  # 30 * 0.5 / 1.5
    assert told(old, young, rules=CreditRules(
        prior_invoices=0.0, fewest_invoices=1, half_life_days=90))["days_late"] == 6.0  # fmt: skip


def test_an_open_invoice_is_late_by_the_days_so_far_and_does_not_fade():
    paid = ("a", 60, 0, 100.0, False)

    assert told(("a", 60, None, 100.0, False))["days_late"] == 60
    assert told(("a", 180, None, 100.0, False))["days_late"] == 80  # most_days, and no later
    row = told(("a", 180, None, 100.0, False), ("a", 180, 0, 100.0, False))
    assert row["days_late"] == pytest.approx(80 / 1.5)  # the paid one has faded to half
    assert told(paid)["days_late"] == 0


def test_an_open_invoice_that_is_not_overdue_tells_nothing():
    fine = ("a", 5, 0, 100.0, False)
    row = told(fine, ("a", 0, None, 900.0, False), ("a", -10, None, 900.0, False))

    assert (row["n_invoices"], row["days_late"], row["arrears_amount"]) == (1, 0.0, 0.0)


def test_an_invoice_paid_before_its_due_day_tells_that():
    row = told(("a", -10, -12, 100.0, False))  # due in ten days, paid two days ago

    assert (row["days_late"], row["credit_score"]) == (-12.0, 92.0)


def test_what_was_not_known_on_the_day_is_not_used():
    later = dt.timedelta(days=1)
    rows = invoices(("a", 40, 41, 100.0, False))  # paid on the day after the report

    assert rows["settled_on"].item() == AS_OF + later
    known = credit.add(pl.DataFrame({"customer_id": ["a"]}), rows, AS_OF, ALONE).row(0, named=True)
    after = credit.add(
        pl.DataFrame({"customer_id": ["a"]}), rows, AS_OF + later, ALONE
    ).row(0, named=True)  # fmt: skip

    assert (known["days_late"], known["arrears_amount"]) == (40, 100.0)
    assert (after["days_late"], after["arrears_amount"]) == (41, 0.0)
    assert told(("a", -31, None, 1.0, False))["n_invoices"] is None  # issued tomorrow


def test_few_invoices_are_drawn_towards_everybodys_mean():
    rules = CreditRules(prior_invoices=1.0, fewest_invoices=1)
    many = [("b", 10, 10, 100.0, False)] * 9  # everybody's mean is 9 days with a's one at 0

    own = ("a", 10, 0, 100.0, False)

    assert told(own, *many, rules=rules)["days_late"] == 4.5
    assert told(own, *many, rules=rules, who="b")["days_late"] == 9.9


def test_fewer_invoices_than_are_asked_for_make_no_score_but_arrears_stay():
    row = told(("a", 40, None, 100.0, False), ("a", 0, 0, 1.0, False), rules=CreditRules())
    enough = told(*[("a", 0, 0, 1.0, False)] * 3, rules=CreditRules())

    assert (row["days_late"], row["credit_score"]) == (None, None)
    assert (row["n_invoices"], row["arrears"]) == (2, "act")
    assert enough["credit_score"] == 80.0


@pytest.mark.parametrize(
    ("late", "score"), [(-25, 100.0), (-20, 100.0), (0, 80.0), (80, 0.0), (90, 0.0)]
)
def test_the_score_runs_from_early_to_late(late, score):
    assert told(("a", 100, late, 1.0, False))["credit_score"] == score


# --------------------------------------------------------------- disputes stand apart


def test_a_disputed_invoice_is_not_late_whatever_its_days():
    fine = ("a", 0, 0, 100.0, False)
    row = told(fine, ("a", 50, 50, 300.0, True), ("a", 70, None, 50.0, True))

    assert (row["days_late"], row["credit_score"], row["n_invoices"]) == (0.0, 80.0, 1)
    assert row["disputed_amount"] == 50.0  # open; the other one has been paid
    assert (row["arrears_amount"], row["arrears"]) == (0.0, "none")


def test_a_dispute_never_mends_a_grade_and_takes_only_what_early_payment_earned():
    bad, early = ("a", 30, 30, 100.0, False), ("a", 30, -10, 100.0, False)
    contested = ("a", 30, -15, 100.0, True)

    assert told(bad)["credit_score"] == told(bad, contested)["credit_score"] == 50.0
    assert told(early)["credit_score"] == 90.0
    assert told(early, contested)["credit_score"] == 85.0  # half of the money, at best on the day


def test_who_disputes_everything_has_no_grade():
    row = told(("a", 30, 30, 100.0, True))

    assert (row["credit_score"], row["disputed_share"]) == (None, 1.0)


def test_whether_it_is_disputed_may_be_unknown():
    assert told(("a", 30, 30, 1.0, None))["days_late"] == 30


# --------------------------------------------------------------- arrears


@pytest.mark.parametrize(
    ("due", "warning"), [(0, "none"), (6, "none"), (7, "remind"), (29, "remind"), (30, "act")]
)
def test_arrears_are_reminded_of_and_then_acted_on(due, warning):
    row = told(("a", due, None, 120.0, False))

    assert row["arrears"] == warning
    assert row["arrears_days"] == due
    assert row["arrears_amount"] == (120.0 if due else 0.0)  # due today is not overdue


@pytest.mark.parametrize(("money", "warning"), [(99.99, "none"), (100.0, "act")])
def test_small_sums_are_left_alone(money, warning):
    rules = CreditRules(least_arrears=100.0)

    assert told(("a", 40, None, money, False), rules=rules)["arrears"] == warning


def test_the_list_has_those_to_act_on_first_then_by_money():
    rows = invoices(
        ("a", 10, None, 900.0, False), ("b", 40, None, 10.0, False),
        ("c", 40, None, 50.0, False), ("d", 2, None, 5.0, False),
    )  # fmt: skip
    customers = pl.DataFrame({"customer_id": list("abcde")})

    made = credit.add(customers, rows, AS_OF, CreditRules())

    assert credit.listed(made)["customer_id"].to_list() == ["c", "b", "a"]


# --------------------------------------------------------------- grades


def test_a_score_exactly_on_a_floor_earns_the_better_grade():
    assert grades(78.0, 77.999, 73.0, 72.99, 50.0, 49.99, None) == [
        "A", "B", "B", "C", "C", "D", None,
    ]  # fmt: skip


def test_last_months_grade_stays_within_the_margin():
    rules = CreditRules(margin=0.10)  # of 78: from 70.2 to 85.8
    before = credit.assign(
        pl.DataFrame({"customer_id": ["a", "b", "c"], "credit_score": [80.0, 80.0, 75.0]}), rules
    )
    now = pl.DataFrame({"customer_id": ["a", "b", "c"], "credit_score": [70.2, 70.1, 85.7]})

    made = credit.assign(now, rules, before)

    assert made["credit_grade"].to_list() == ["A", "B", "B"]
    assert made["credit_grade_by_line"].to_list() == ["C", "C", "A"]


# --------------------------------------------------------------- tables


def test_without_invoices_everything_is_unknown_and_nothing_is_zero():
    customers = pl.DataFrame({"customer_id": ["a", "b"]})
    rows = invoices(("a", 0, 0, 1.0, False))

    none, some = (credit.add(customers, table, AS_OF, ALONE) for table in (None, rows))

    assert none.schema == some.schema
    assert none.drop("customer_id").null_count().row(0) == (2,) * len(credit.ADDED)
    assert some.row(1)[1:] == (None,) * len(credit.ADDED)


def test_twice_is_once_and_the_order_of_the_invoices_does_not_matter():
    rows = invoices(
        ("a", 10, 7, 0.1, False), ("b", 20, 1, 0.2, False), ("a", 30, None, 0.3, True),
        ("a", 90, 3, 0.7, False), ("b", 5, 2, 1.1, False),
    )  # fmt: skip
    customers = pl.DataFrame({"customer_id": ["b", "a"]})
    once = credit.add(customers, rows, AS_OF, ALONE)

    assert credit.add(once, rows[::-1], AS_OF, ALONE).equals(once)
    assert once["customer_id"].to_list() == ["b", "a"]


def test_a_missing_column_of_the_invoices_is_named():
    rows = invoices(("a", 0, 0, 1.0, False)).drop("is_disputed")

    with pytest.raises(DataError, match="credit needs the column is_disputed"):
        credit.add(pl.DataFrame({"customer_id": ["a"]}), rows, AS_OF, ALONE)


def test_one_reminds_before_one_acts():
    with pytest.raises(ConfigError, match="act_days is 5; it is at least remind_days, 7"):
        CreditRules(act_days=5)
