"""Signs of a change: what was seen, what is usual, and the chance that nothing has changed."""

import datetime as dt
import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import nbinom, poisson

from segment import signals
from segment.errors import ConfigError, DataError
from segment.schemes import watch_list
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.lifecycle import assign as lifecycle
from segment.schemes.watch_list import WatchRules
from segment.signals import SignalRules, chance, words
from segment.summary import summarise

AS_OF = dt.date(2026, 10, 31)
RULES = SignalRules()
KEY = WatchRules(key={"kind": ("key",)})


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def bought(who: str, days: list[int], amount: float = 10.0) -> list[tuple[str, dt.date, float]]:
    return [(who, ago(day), amount) for day in days]


def added(rows: list[tuple[str, dt.date, float]], **tables: pl.DataFrame) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    known = summarise(frame, AS_OF).pipe(lifecycle, LifecycleRules(lost_p_alive=0.0))
    return signals.add(known, frame, AS_OF, RULES, **tables)


def of(found: pl.DataFrame, who: str) -> dict[str, object]:
    return found.row(by_predicate=pl.col("customer_id") == who, named=True)


def numbers(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


# --------------------------------------------------------------- chance


@pytest.mark.parametrize(("seen", "mean", "evidence"), [(0, 3, 5), (2, 6, 4), (7, 3, 2), (1, 9, 1)])
def test_counts_are_negative_binomial_around_what_is_expected(seen, mean, evidence):
    told = (numbers(seen), numbers(mean), numbers(evidence))
    truth = nbinom(evidence, evidence / (evidence + mean))

    assert chance.at_most(*told)[0] == pytest.approx(truth.cdf(seen))
    assert chance.at_least(*told)[0] == pytest.approx(truth.sf(seen - 1))


def test_with_much_evidence_counts_are_poisson():
    assert chance.at_most(numbers(0), numbers(3), numbers(1e9))[0] == pytest.approx(
        math.exp(-3), rel=1e-6
    )
    assert chance.at_least(numbers(7), numbers(2), numbers(1e9))[0] == pytest.approx(
        poisson(2).sf(6), rel=1e-6
    )


def test_where_nothing_is_known_there_is_nothing_to_tell():
    assert chance.at_most(numbers(0, 0), numbers(0, 5), numbers(3, 0)).tolist() == [1.0, 1.0]
    assert chance.at_least(numbers(0, 4), numbers(2, 2), numbers(3, 0)).tolist() == [1.0, 1.0]


# --------------------------------------------------------------- silence and drop


def test_a_silence_is_the_less_likely_the_longer_it_is_and_the_better_the_rhythm_is_known():
    known, guessed = list(range(60, 700, 10)), [60, 70]
    found = added([*bought("known", known), *bought("guessed", guessed), *bought("now", [0, 10])])

    silent, short = of(found, "known"), of(found, "guessed")
    assert silent["silence_chance"] < 0.01 < short["silence_chance"]
    assert of(found, "now")["silence_chance"] == 1.0
    # n gaps of mean m and one more as evidence: (1 + 60 / (m (n + 1))) ^ -(n + 1)
    n, rhythm = len(known) - 1, silent["rhythm_days"]
    assert silent["silence_chance"] == pytest.approx((1 + 60 / rhythm / (n + 1)) ** -(n + 1))


def test_a_silence_is_told_as_it_was_a_window_ago():
    found = added([*bought("old", [200, 210, 220]), *bought("new", [91, 101, 111])])

    assert of(found, "old")["silence_chance_before"] < 1
    assert of(found, "new")["silence_chance_before"] == 1.0  # it had bought that very day


def test_a_drop_is_measured_against_the_own_year_before():
    steady = list(range(0, 547, 7))
    fewer = [3, *[day for day in steady if day >= 182]]
    found = added([*bought("steady", steady), *bought("fewer", fewer)])

    usual, dropped = of(found, "steady"), of(found, "fewer")
    assert usual["drop_chance"] > 0.2
    assert dropped["drop_chance"] < 1e-4
    assert dropped["revenue_lately"] == 10.0
    assert usual["revenue_lately"] == 260.0


def test_a_season_that_all_share_is_no_drop():
    # everybody buys twice as often in the year before as in the last half-year
    days = [*range(0, 182, 14), *range(182, 547, 7)]
    found = added([row for who in "abcdef" for row in bought(who, days)])

    assert found["revenue_usual"].to_list() == pytest.approx([130.0] * 6)
    assert (found["drop_chance"] > 0.2).all()


def test_one_large_order_that_does_not_come_again_is_no_drop():
    small = list(range(0, 547, 14))
    rows = [*bought("a", small), ("a", ago(300), 5000.0), *bought("b", small), *bought("c", small)]

    assert of(added(rows), "a")["drop_chance"] > 0.05


def test_a_young_customer_is_not_held_against_a_year_that_is_not_there():
    regular = list(range(0, 547, 7))
    found = added([*bought("young", [1, 5, 9]), *bought("regular", regular)])

    assert of(found, "young")["drop_chance"] == 1.0


# --------------------------------------------------------------- what comes back, who complains


def test_returns_are_a_share_of_what_was_bought():
    days = list(range(0, 450, 10))
    back = [("a", ago(5), -8.0), ("a", ago(15), -9.0), ("a", ago(25), -8.0), ("b", ago(300), -5.0)]
    found = added([*bought("a", days), *bought("b", days), *back])

    returned, usual = of(found, "a"), of(found, "b")
    assert returned["refund_share_lately"] == pytest.approx(25 / 100)  # ten purchases of 10
    assert returned["refund_share_usual"] == 0.0
    assert returned["returns_chance"] < 0.01
    assert usual["returns_chance"] == 1.0


def invoices(*rows: tuple[str, int, int, int | None, bool]) -> pl.DataFrame:
    """Invoices: customer, days ago issued, due and settled (none: open), disputed."""
    return pl.DataFrame(
        [
            (who, ago(issued), ago(due), None if paid is None else ago(paid), 50.0, disputed)
            for who, issued, due, paid, disputed in rows
        ],
        schema={
            "customer_id": pl.String, "issued_on": pl.Date, "due_on": pl.Date,
            "settled_on": pl.Date, "amount": pl.Float64, "is_disputed": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip


PAID = [(who, day, day - 14, day - 14, False) for who in "ab" for day in range(20, 430, 14)]
BUYERS = [*bought("a", list(range(0, 450, 14))), *bought("b", list(range(0, 450, 14)))]


def test_disputes_are_counted_by_the_day_of_issue():
    contested = [("a", day, day, day, True) for day in (3, 9, 15)] + [("b", 300, 300, 300, True)]
    found = added(BUYERS, invoices=invoices(*PAID, *contested))

    assert of(found, "a")["disputes_lately"] == 3.0
    assert of(found, "a")["disputes_chance"] < 0.01
    assert of(found, "b")["disputes_chance"] == 1.0


def test_payment_is_late_against_the_own_habit():
    late = [("a", day, day, day - 12, False) for day in (60, 50, 40)]
    found = added(BUYERS, invoices=invoices(*PAID, *late))

    assert of(found, "a")["days_late_usual"] == 0.0
    assert of(found, "a")["days_late_lately"] > 0.0
    assert of(found, "a")["late_chance"] < of(found, "b")["late_chance"]


def test_an_open_invoice_is_as_late_as_it_is_today():
    still = [("a", 130, 120, None, False), ("b", 5, 0, None, False), ("b", 3, -20, None, False)]
    found = added(BUYERS, invoices=invoices(*PAID, *still))

    assert of(found, "a")["overdue_amount"] == 50.0
    assert of(found, "b")["overdue_amount"] == 0.0  # due today, or in twenty days
    assert of(found, "a")["days_late_lately"] == pytest.approx(120 / 8)  # of 7 paid on the day


def test_an_invoice_paid_after_the_day_of_the_report_is_open_in_it():
    rows = invoices(*PAID, ("a", 40, 30, -5, False))

    assert of(added(BUYERS, invoices=rows), "a")["overdue_amount"] == 50.0


def test_three_invoices_are_a_habit_and_two_are_none():
    def told(n: int) -> object:
        old = [("a", day, day, day, False) for day in range(200, 200 + n)]
        new = [("a", 50, 50, 5, False), *[("b", day, day, day - 3, False) for day in (200, 220, 9)]]
        return of(added(BUYERS, invoices=invoices(*old, *new)), "a")["late_chance"]

    assert told(2) == 1.0
    assert told(3) < 1.0  # type: ignore[operator]


def test_calls_for_service_are_a_surge_where_they_are_many_for_this_customer():
    def calls(who: str, days: list[int], activity: str = "service contact") -> pl.DataFrame:
        return pl.DataFrame(
            {"customer_id": who, "date": [ago(day) for day in days], "activity": activity}
        )

    costs = pl.concat(
        [calls("a", list(range(1, 16, 2))), calls("b", list(range(1, 450, 10))),
         calls("b", list(range(1, 30)), "delivery")]
    )  # fmt: skip
    found = added(BUYERS, costs=costs)

    assert of(found, "a")["contacts_lately"] == 8.0
    assert of(found, "a")["contacts_chance"] < of(found, "b")["contacts_chance"]
    assert of(found, "b")["contacts_lately"] == 9.0  # deliveries are no complaint


def test_dissatisfaction_is_a_share_of_the_ticks_of_the_window():
    survey = pl.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "responded_on": [ago(3), ago(3), ago(90), ago(91)],
            "level": ["dissatisfied", "fair", "very dissatisfied", "dissatisfied"],
        }
    )
    found = added(BUYERS, survey=survey)

    assert of(found, "a")["dissatisfied_share"] == pytest.approx(2 / 3)
    assert of(found, "b")["dissatisfied_share"] is None  # a day too old


# --------------------------------------------------------------- all of them


def test_rows_are_kept_and_only_tables_that_are_there_add_signs():
    found = added(BUYERS)

    assert "late_chance" not in found.columns
    assert found["customer_id"].to_list() == ["a", "b"]
    assert added([]).schema == found.schema


def test_what_happens_later_changes_nothing():
    later = [("a", AS_OF + dt.timedelta(days=3), 900.0), ("a", AS_OF + dt.timedelta(days=4), -5.0)]

    assert added([*BUYERS, *later]).equals(added(BUYERS))


def test_who_never_bought_has_no_chances():
    found = added([*BUYERS, ("z", ago(9), -5.0)])

    assert of(found, "z")["silence_chance"] is None
    assert of(found, "z")["drop_chance"] is None


def test_the_lifecycle_comes_first():
    known = summarise(pl.DataFrame(BUYERS, schema=["customer_id", "date", "amount"], orient="row"),
                      AS_OF)  # fmt: skip
    with pytest.raises(DataError, match="signals needs the columns rhythm_days, silent_days"):
        signals.add(known, pl.DataFrame(), AS_OF, RULES)


def test_nonsense_is_refused():
    for field in ("window_days", "drop_days"):
        with pytest.raises(ConfigError, match=f"{field} is 0"):
            SignalRules(**{field: 0})
    with pytest.raises(ConfigError, match="complaint_activities is"):
        SignalRules(complaint_activities=())


def test_signs_are_told_with_what_was_seen_and_what_is_usual():
    back = [("a", ago(5), -8.0), ("a", ago(15), -9.0), ("a", ago(25), -8.0)]
    found = added([*bought("a", list(range(0, 450, 10))), *bought("b", [0, 9]), *back])
    listed = found.with_columns(kind=pl.lit("key")).pipe(watch_list.assign, KEY)

    english, chinese = (words.reasons(listed, RULES, one)["reasons"] for one in ("en", "zh"))

    assert english.to_list() == ["sent back 25% of what was bought in 91 days, usually 0%", ""]
    assert chinese[0] == "91天内退货占购买额的25%，通常为0%"
    assert words.reasons(listed.clear(), RULES)["reasons"].dtype == pl.String
