import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections import defaultdict, deque
from pathlib import Path

import polars as pl
import pytest

from segment import data, sample
from segment.errors import ConfigError, RunError
from segment.sample import SampleRules
from segment.schema import TABLES

SMALL = SampleRules(n_customers=300, n_prospects=300, n_responses=60)
WRITE_SMALL = """
import sys
from pathlib import Path
from segment import sample
rules = sample.SampleRules(n_customers=300, n_prospects=300, n_responses=60)
sample.write(Path(sys.argv[1]), rules)
"""


@pytest.fixture(scope="module")
def company() -> sample.Company:
    return sample.make(SampleRules())


@pytest.fixture(scope="module")
def small() -> sample.Company:
    return sample.make(SMALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sample")
    sample.write(path, SMALL)
    return path


def purchases(company: sample.Company) -> pl.DataFrame:
    return company.tables["transactions"].filter(pl.col("amount") > 0)


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


# The rules


def test_thirty_six_months_from_november_end_in_october():
    assert SampleRules().last_on == dt.date(2026, 10, 31)


def test_twelve_months_from_a_leap_february_end_on_the_last_of_january():
    rules = SampleRules(first_on=dt.date(2024, 2, 1), months=12)

    assert rules.last_on == dt.date(2025, 1, 31)
    assert rules.n_days == 366


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"first_on": dt.date(2023, 11, 2)}, "first of a month"),
        ({"n_customers": 49}, "n_customers"),
        ({"n_customers": 20_001}, "n_customers"),
        ({"n_prospects": 49}, "n_prospects"),
        ({"n_responses": 4_001}, "n_responses"),
        ({"months": 11}, "months"),
        ({"seed": -1}, "seed"),
        ({"currency": " "}, "currency"),
    ],
)
def test_a_company_that_cannot_be_made_is_refused_in_words(wrong, named):
    with pytest.raises(ConfigError, match=named):
        SampleRules(**wrong)


def test_the_smallest_company_can_be_made_and_written(tmp_path):
    sample.write(tmp_path, SampleRules(n_customers=50, n_prospects=50, n_responses=20, months=12))

    assert len(hashes(tmp_path)) == len(TABLES) + 5


# The same every time


def test_the_same_rules_give_the_same_bytes_whatever_the_machine_is_set_to(folder, tmp_path):
    elsewhere = {
        "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C", "POLARS_MAX_THREADS": "1",
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", WRITE_SMALL, str(tmp_path)], env=os.environ | elsewhere, check=True
    )

    assert hashes(tmp_path) == hashes(folder)


def test_another_seed_is_another_company(small):
    other = sample.make(SampleRules(n_customers=300, n_prospects=300, n_responses=60, seed=2))

    assert not other.tables["transactions"].equals(small.tables["transactions"])


# The tables


@pytest.mark.parametrize("table", TABLES)
def test_every_table_keeps_its_contract_before_the_damage(small, table):
    frame = small.tables[table]

    assert frame.height > 0
    assert TABLES[table].is_valid(frame, cast=True)


def test_the_data_are_whole_months_and_hold_nothing_later(company):
    days = company.tables["transactions"]["date"]

    assert days.min() == dt.date(2023, 11, 1)
    assert days.max() == dt.date(2026, 10, 31)


def test_nobody_buys_on_sundays_and_at_christmas(company):
    days = purchases(company)["date"]

    assert 7 not in days.dt.weekday().unique()
    assert dt.date(2025, 12, 25) not in days.to_list()
    assert dt.date(2025, 12, 24) in days.to_list()


def test_november_outsells_january_and_august_every_year(company):
    by_month = (
        purchases(company)
        .group_by(pl.col("date").dt.strftime("%Y-%m").alias("month"))
        .agg(pl.col("amount").sum())
    )
    sales = dict(by_month.iter_rows())

    for year in (2024, 2025):
        assert sales[f"{year}-11"] > 1.3 * sales[f"{year + 1}-01"]
        assert sales[f"{year}-11"] > 1.3 * sales[f"{year}-08"]


def test_three_to_five_lines_in_a_hundred_are_refunds(company):
    share = (company.tables["transactions"]["amount"] < 0).mean()

    assert 0.03 <= share <= 0.05


def test_an_order_has_one_to_five_lines_and_they_differ(company):
    n_lines = purchases(company).group_by("order_id").len()["len"]

    assert set(n_lines.unique()) == {1, 2, 3, 4, 5}


def test_the_amount_is_quantity_times_price(company):
    lines = company.tables["transactions"]
    computed = (lines["quantity"] * lines["unit_price"]).round(2)

    assert (computed - lines["amount"]).abs().max() < 0.005


def test_a_refund_follows_its_sale_and_never_returns_more(company):
    lines = company.tables["transactions"]
    by = ["order_id", "product_id"]
    sold = lines.filter(pl.col("amount") > 0).group_by(by).agg(
        pl.col("quantity").sum(), pl.col("date").min(), pl.col("customer_id").first()
    )  # fmt: skip
    back = lines.filter(pl.col("amount") < 0).group_by(by).agg(
        pl.col("quantity").sum(), pl.col("date").min(), pl.col("customer_id").first()
    )  # fmt: skip
    both = back.join(sold, on=by, how="left", suffix="_sold")

    assert both["quantity_sold"].null_count() == 0
    assert (both["quantity"] + both["quantity_sold"]).min() >= 0
    assert (both["date"] > both["date_sold"]).all()
    assert (both["customer_id"] == both["customer_id_sold"]).all()


def test_prices_rise_a_little_each_january(company):
    yearly = (
        purchases(company)
        .group_by("product_id", pl.col("date").dt.year().alias("year"))
        .agg(pl.col("unit_price").mean())
        .pivot("year", index="product_id", values="unit_price")
    )
    rise = (yearly["2025"] / yearly["2024"]).median()

    assert rise == pytest.approx(1.02, abs=0.005)


def test_the_old_stock_registered_before_the_data_start_and_the_others_after(company):
    known = company.tables["customers"].join(company.truth["customers"], on="customer_id")
    first_day = dt.date(2023, 11, 1)

    assert (known.filter(pl.col("is_old"))["registered_on"] < first_day).all()
    arrived = known.filter(~pl.col("is_old"))["registered_on"]
    assert (arrived > first_day - dt.timedelta(days=15)).all()


def test_some_never_ordered_and_some_never_completed_an_order(company):
    orders = company.tables["orders"]
    kinds = dict(company.truth["customers"].select("customer_id", "kind").iter_rows())
    by_kind = orders.with_columns(kind=pl.col("customer_id").replace_strict(kinds))
    stuck = by_kind.filter(pl.col("kind") == "never_completed")

    assert list(kinds.values()).count("never_ordered") > 100
    assert by_kind.filter(pl.col("kind") == "never_ordered").is_empty()
    assert stuck["customer_id"].n_unique() == list(kinds.values()).count("never_completed")
    assert set(stuck["status"].unique()) <= {"open", "cancelled"}


def test_the_completed_orders_are_those_that_were_billed(company):
    billed = purchases(company).group_by("order_id").agg(pl.col("amount").sum().round(2))
    done = company.tables["orders"].filter(pl.col("status") == "completed")
    joined = done.join(billed, on="order_id", how="full", suffix="_billed")

    assert (joined["amount"] - joined["amount_billed"]).abs().max() < 0.01
    assert joined.null_count().sum_horizontal().item() == 0


def test_a_blocked_customer_buys_nothing_after_the_block(company):
    blocked = company.tables["customers"].filter(pl.col("blocked_on").is_not_null())
    later = purchases(company).join(blocked, on="customer_id").filter(
        pl.col("date") > pl.col("blocked_on")
    )  # fmt: skip

    assert blocked.height > 20
    assert later.is_empty()


def test_a_blocked_customer_leaves_invoices_unpaid(company):
    blocked = company.tables["customers"].filter(pl.col("blocked_on").is_not_null())
    of_blocked = company.tables["invoices"].join(blocked, on="customer_id", how="semi")
    others = company.tables["invoices"].join(blocked, on="customer_id", how="anti")

    assert of_blocked["settled_on"].is_null().mean() > 3 * others["settled_on"].is_null().mean()


def test_how_late_a_customer_pays_is_a_habit(company):
    late = company.tables["invoices"].select(
        "customer_id", days=(pl.col("settled_on") - pl.col("due_on")).dt.total_days()
    )
    within = late.select(pl.col("days").std().over("customer_id").mean()).item()

    assert within < 0.8 * late["days"].std()


def test_heavy_returners_exist(company):
    rates = company.truth["customers"]["return_rate"]

    assert 0.01 < (rates > 0.15).mean() < 0.06


def replayed(postings: list[tuple[dt.date, str, float]]) -> float:
    """Return the least balance of a member: a year's validity, oldest points first, day by day."""
    valid: deque[list] = deque()
    least = 0.0
    for day, _, points in sorted(postings, key=lambda posting: (posting[0], posting[2])):
        while valid and valid[0][0] + dt.timedelta(days=365) <= day:
            valid.popleft()
        if points > 0:
            valid.append([day, points])
            continue
        owed = -points
        while owed > 0 and valid:
            taken = min(owed, valid[0][1])
            owed -= taken
            valid[0][1] -= taken
            if valid[0][1] == 0:
                valid.popleft()
        least = min(least, -owed)
    return least


def test_no_member_ever_redeems_more_than_is_there(company):
    ledger = defaultdict(list)
    for customer, *posting in company.tables["points"].iter_rows():
        ledger[customer].append(tuple(posting))
    redeemed = company.tables["points"].filter(pl.col("kind") == "redeemed")

    assert redeemed.height > 1000
    assert min(replayed(postings) for postings in ledger.values()) == 0.0


def test_the_replay_notices_a_redemption_of_expired_points():
    day = dt.date(2025, 1, 1)
    earned = (day, "earned", 100.0)

    assert replayed([earned, (dt.date(2025, 12, 31), "redeemed", -100.0)]) == 0
    assert replayed([earned, (dt.date(2026, 1, 1), "redeemed", -100.0)]) == -100


def test_events_lie_in_the_last_months_and_some_baskets_are_never_paid(company):
    events = company.tables["events"]
    counts = dict(events["kind"].value_counts().iter_rows())

    assert events["at"].min() > dt.datetime(2026, 6, 30)
    assert set(counts) == {"view", "favourite", "basket", "paid"}
    assert counts["basket"] > 1.2 * counts["paid"]


def test_what_was_paid_on_the_web_was_ordered_that_day(company):
    events = company.tables["events"].filter(pl.col("kind") == "paid")
    lines = purchases(company).select("customer_id", "product_id", date="date")
    paid = events.with_columns(date=pl.col("at").dt.date())

    assert paid.join(lines, on=["customer_id", "product_id", "date"], how="anti").is_empty()


def test_a_tenth_of_the_answers_carry_a_remark_and_some_contradict_the_tick(company):
    answers = company.tables["survey"].join(
        company.truth["remarks"], on=["response_id", "indicator"]
    )
    against = answers.filter(pl.col("is_contradicting"))

    assert answers.height == company.tables["survey"].height
    assert 0.05 < answers["remark"].is_not_null().mean() < 0.15
    assert 20 < against.height < 0.2 * answers["remark"].is_not_null().sum()
    assert set(against["level"].unique()) <= {"satisfied", "fair"}
    assert against["remark"].null_count() == 0


def test_cards_are_for_the_largest_three_hundred(company):
    revenue = dict(
        company.truth["customers"].select("customer_id", "last_year_revenue").iter_rows()
    )
    assessed = set(company.tables["cards"]["customer_id"])
    line = sorted(revenue.values(), reverse=True)[300]

    assert len(assessed) == 300
    assert min(revenue[customer] for customer in assessed) >= line


# The truth


def test_one_in_eight_active_customers_costs_more_than_it_brings(company):
    active = company.truth["customers"].filter(pl.col("is_active"))

    assert 0.08 < active["is_below_zero"].mean() < 0.18


def test_who_left_is_expected_to_bring_nothing_and_brings_nothing(company):
    left = company.truth["customers"].filter(~pl.col("is_active"))

    assert left["expected_revenue"].sum() == 0
    assert left["next_year_orders"].sum() == 0
    assert left["next_year_revenue"].max() <= 0  # late refunds only


@pytest.mark.parametrize(
    ("expected", "happened", "within"),
    [
        ("expected_orders", "next_year_orders", 0.04),
        ("expected_revenue", "next_year_revenue", 0.06),
        ("expected_margin", "next_year_margin", 0.06),
        ("expected_cost", "next_year_cost", 0.04),
    ],
)
def test_the_simulated_year_comes_out_as_the_true_rates_expect(company, expected, happened, within):
    truth = company.truth["customers"]

    assert truth[happened].sum() == pytest.approx(truth[expected].sum(), rel=within)


def test_the_true_mean_spend_is_what_orders_cost(company):
    # The lines are whole units, rounded by chance; a level of prices lies on top of it.
    spent = purchases(company).group_by("customer_id", "order_id").agg(pl.col("amount").sum())
    truth = company.truth["customers"].select("customer_id", "mean_spend")
    both = spent.join(truth, on="customer_id")

    assert both["amount"].mean() == pytest.approx(1.03 * both["mean_spend"].mean(), rel=0.02)


def test_last_years_revenue_in_the_truth_is_that_of_the_transactions(company):
    last_year = company.tables["transactions"].filter(pl.col("date") >= dt.date(2025, 11, 1))

    assert company.truth["customers"]["last_year_revenue"].sum() == pytest.approx(
        last_year["amount"].sum()
    )


def test_next_year_is_not_last_year_again(company):
    truth = company.truth["customers"].filter(pl.col("is_active"))
    same = truth["last_year_revenue"].round(2) == truth["next_year_revenue"].round(2)

    assert same.mean() < 0.05


def test_the_growing_grow_and_the_declining_decline(company):
    change = (
        company.truth["customers"]
        .filter(pl.col("is_active") & pl.col("is_old"))
        .group_by("growth_type")
        .agg(change=pl.col("yearly_revenue").sum() / pl.col("last_year_revenue").sum())
    )
    by_type = dict(change.iter_rows())

    assert by_type["growing"] > 1.1
    assert by_type["declining"] < 0.95
    assert by_type["steady"] == pytest.approx(1.02, abs=0.06)  # prices rise by .02


def test_a_wallet_holds_what_is_spent_here(company):
    truth = company.truth["customers"].filter(pl.col("wallet").is_not_null())
    here = truth.select("last_year_revenue", "next_year_revenue", "yearly_revenue")

    assert (truth["wallet"] - here.max_horizontal()).min() >= 0


def test_wallets_are_estimated_for_four_in_ten_and_off_by_a_quarter(company):
    truth = company.truth["customers"].select("customer_id", true_wallet="wallet")
    seen = company.tables["wallets"].join(truth, on="customer_id")
    error = (seen["wallet"] / seen["true_wallet"]).filter(seen["true_wallet"] > 1000).log()

    assert 0.35 < seen["customer_id"].n_unique() / 4000 < 0.45
    assert error.std() == pytest.approx(0.25, abs=0.03)
    assert error.mean() == pytest.approx(0.0, abs=0.03)


def test_a_quarter_of_the_prospects_are_won_in_the_end(company):
    assert 0.23 < (company.truth["prospects"]["eventual_outcome"] == "won").mean() < 0.32


@pytest.mark.parametrize("days", [90, 180])
def test_the_true_chance_of_winning_within_days_of_creation_is_what_happens(company, days):
    truth = company.truth["prospects"]
    waited = (truth["eventual_closed_on"] - truth["created_on"]).dt.total_days()
    happened = (truth["eventual_outcome"] == "won") & (waited <= days)

    assert happened.mean() == pytest.approx(truth[f"p_won_{days}"].mean(), abs=0.02)


def test_a_prospect_that_has_waited_is_less_hopeful_than_a_new_one(company):
    still = company.truth["prospects"].filter(pl.col("p_won_from_now").is_not_null())
    is_open = company.tables["prospects"]["outcome"] == "open"

    assert still.height == is_open.sum() > 100
    waited = still.filter(pl.col("created_on") < dt.date(2026, 10, 1))
    assert (waited["p_won_from_now"] < waited["p_won"]).all()
    assert (still["p_won_90_from_now"] <= still["p_won_180_from_now"]).all()
    assert (still["p_won_180_from_now"] <= still["p_won_from_now"]).all()


def test_the_late_fields_are_filled_after_closing_only(company):
    prospects, fields = company.tables["prospects"], company.truth["fields"]
    late = fields.filter(pl.col("is_late"))["field"].to_list()

    assert late == ["contract_value", "loss_reason"]
    assert set(fields["field"]) == set(prospects.columns) - set(TABLES["prospects"].columns())
    for field, outcome in zip(late, ["won", "lost"], strict=True):
        is_filled = prospects[field].is_not_null()
        assert (is_filled == (prospects["outcome"] == outcome)).all()


def test_honest_fields_are_missing_at_random(company):
    prospects = company.tables["prospects"]
    for field in ("company_size", "first_order_estimate"):
        by_outcome = prospects.group_by("outcome").agg(pl.col(field).is_null().mean())[field]
        assert 0.03 < by_outcome.min() <= by_outcome.max() < 0.2


def test_a_strong_field_is_honest(company):
    closed = company.tables["prospects"].filter(pl.col("outcome") != "open")
    won = closed.group_by("has_visited_showroom").agg((pl.col("outcome") == "won").mean())
    rate = dict(won.iter_rows())

    assert rate[True] > 2 * rate[False]


# The files


def test_everything_fits_in_25_megabytes(tmp_path):
    sample.write(tmp_path)

    assert sum(path.stat().st_size for path in tmp_path.rglob("*")) < 25e6


def test_one_file_starts_with_a_byte_order_mark(folder):
    marked = [
        path.name for path in folder.glob("*.csv") if path.read_bytes()[:3] == b"\xef\xbb\xbf"
    ]

    assert marked == ["customers.csv"]


def test_harmless_oddities_are_in_the_files(folder):
    lines = (folder / "transactions.csv").read_text(encoding="utf-8")

    assert any(digit in lines for digit in "０１２３４５６７８９")
    assert "\u00a0" in lines  # between thousands
    assert "  ," in lines  # behind an identifier


def test_survey_and_staff_are_workbooks_with_real_days_and_numbers(folder):
    staff = pl.read_excel(folder / "staff.xlsx")
    survey = pl.read_excel(folder / "survey.xlsx", columns=["response_id", "responded_on"])

    assert staff["hours_per_week"].dtype.is_numeric()
    assert survey["responded_on"].dtype == pl.Date


def test_a_torn_line_has_one_separator_more(folder):
    lines = (folder / "transactions.csv").read_text(encoding="utf-8").splitlines()
    torn = [line for line in lines if '"' not in line and line.count(",") != lines[0].count(",")]

    assert len(torn) == 5
    assert {line.count(",") - lines[0].count(",") for line in torn} == {1}


def test_a_folder_that_is_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "here").write_text("a file")

    with pytest.raises(RunError, match="here"):
        sample.write(tmp_path / "here", SMALL)


def test_writing_again_replaces_what_was_there(folder, tmp_path):
    sample.write(tmp_path, SampleRules(n_customers=50, n_prospects=50, n_responses=20, months=12))
    sample.write(tmp_path, SMALL)

    assert hashes(tmp_path) == hashes(folder)


def test_every_table_has_damaged_rows(folder):
    damage = pl.read_parquet(folder / "truth" / "damage.parquet")

    assert set(damage["table"]) == set(TABLES)
    assert damage["n_rows"].min() > 0


# The door finds what was damaged, and nothing else


@pytest.fixture(scope="module")
def damage(folder) -> pl.DataFrame:
    return pl.read_parquet(folder / "truth" / "damage.parquet")


def loaded(table: str, folder: Path) -> data.Loaded:
    found = data.read(
        table, data.SourceRules(), folder, time_zone="Europe/Amsterdam", currency="EUR"
    )
    assert found is not None
    return found


def counted(damage: pl.DataFrame) -> dict[tuple[str | None, str], int]:
    rows = damage.group_by("column", "reason").agg(pl.col("n_rows").sum())
    return {(column, reason): n for column, reason, n in rows.iter_rows()}


@pytest.mark.parametrize("table", TABLES)
def test_the_door_sets_aside_what_was_damaged_for_the_reason_in_the_account(table, folder, damage):
    found = loaded(table, folder)
    at_the_door = damage.filter(
        (pl.col("table") == table) & (pl.col("reason") != "after_as_of")
    )  # fmt: skip

    assert counted(data.by_reason(found.rejected)) == counted(at_the_door)
    assert found.n_in == found.rows.height + at_the_door["n_rows"].sum()


@pytest.mark.parametrize("table", TABLES)
def test_what_passes_the_door_is_the_company_as_it_truly_is(table, folder, damage, small):
    known, later = data.as_known(table, loaded(table, folder).rows, SMALL.last_on)
    is_later = (pl.col("table") == table) & (pl.col("reason") == "after_as_of")
    order = list(TABLES[table].columns())
    clean = TABLES[table].cast(small.tables[table].select(order))
    read = known.select(order)

    assert later.height == damage.filter(is_later)["n_rows"].sum()
    assert read.sort(order).equals(clean.sort(order))


def test_days_of_the_next_century_do_not_move_the_last_complete_month(folder):
    days = loaded("transactions", folder).rows["date"]

    assert days.max() > dt.date(2062, 1, 1)
    assert data.last_complete_month(days) == dt.date(2026, 10, 31)
