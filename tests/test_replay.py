"""Labels are the same when a month is made again with what was known by its end.

Labels last from month to month, so a month's labels hang on those of the month before. Six months
are made in order from all the data; six are made in order from data cut off at each month's end;
and one is made again after all later ones were published.
"""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from segment import config, history, inputs, keyfigures, sample
from segment.report import months
from segment.sample import SampleRules
from segment.schemes import pareto

pytestmark = pytest.mark.drill

ROOT = Path(__file__).parents[1]
MONTHS = [f"2026-{number:02d}" for number in range(5, 11)]
AGAIN = "2026-07"
LABELS = (
    "value_group", "tier", "abc_class", "key_class", "lifecycle_state", "star", "watch",
    "is_on_watch", "is_kept",
)  # fmt: skip
SMALL = SampleRules(n_customers=700, n_prospects=200, n_responses=60)


def run(here: Path, month: str, folder: Path, reports: Path) -> None:
    words = ["run", "--as-of", month, "--data", str(folder), "--reports", str(reports)]
    start = "from segment.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, *words], cwd=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def cut_off(folder: Path, month: str, aside: Path) -> Path:
    """Write the tables as they were known at the end of the month."""
    settings = config.load(ROOT / "segment.toml")
    found = inputs.read(settings, folder, months.parse(month))
    kept = aside / month
    kept.mkdir(parents=True)
    for name, rows in found.tables.items():
        if not rows.is_empty():  # nothing was there yet: the company did not bring it
            rows.write_parquet(kept / f"{name}.parquet")
    return kept


def labels(reports: Path, month: str) -> pl.DataFrame:
    groups = pl.read_parquet(reports / month / "tables" / "groups.parquet")
    return groups.select("customer_id", *LABELS).sort("customer_id")


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    here = tmp_path_factory.mktemp("replay")
    shutil.copy(ROOT / "segment.toml", here)
    shutil.copytree(ROOT / "notebooks", here / "notebooks")
    sample.write(here / "data", SMALL)
    return here


@pytest.fixture(scope="module")
def in_order(company) -> Path:
    for month in MONTHS:
        run(company, month, company / "data", company / "in-order")
    return company / "in-order"


def test_six_months_replayed_from_what_was_known_give_the_labels_published_then(company, in_order):
    for month in MONTHS:
        known = cut_off(company / "data", month, company / "known")
        run(company, month, known, company / "replayed")

    for month in MONTHS:
        published = labels(in_order, month)
        assert published.equals(labels(company / "replayed", month)), month
        smoothed = pl.read_parquet(in_order / month / "tables" / "groups.parquet")
        if month != MONTHS[0]:  # the labels do last: some are not what the lines alone say
            assert (smoothed["abc_class"] != smoothed["abc_class_by_line"]).any()


def test_a_month_made_again_after_all_later_ones_has_the_labels_it_had(company, in_order):
    published = labels(in_order, AGAIN)
    run(company, AGAIN, company / "data", in_order)

    assert labels(in_order, AGAIN).equals(published)


def test_movement_bridge_and_concentration_add_up_with_the_ledger_each_month(in_order):
    for before, month in pairwise(MONTHS):
        assert_adds_up(in_order, before, month)


def assert_adds_up(reports: Path, before: str, month: str) -> None:
    then, now = (
        pl.read_parquet(reports / which / "tables" / "groups.parquet") for which in (before, month)
    )
    ledger = pl.read_parquet(reports / month / "inputs" / "transactions.parquet")
    year, year_before = keyfigures.years(ledger, months.parse(month))
    total = cents(year["amount"])
    moved = history.movement(then, now, "abc_class", "revenue_last_year")
    bridge = history.bridge(year_before, year)
    curve = pareto.concentration(now, "revenue_last_year")

    assert cents(now["revenue_last_year"]) == total
    assert cents(moved["value_now"]) == total
    assert cents(moved["value_before"]) == cents(then["revenue_last_year"])
    n_left = moved.filter(pl.col("to_label") == "left")["n_customers"].sum()
    assert moved["n_customers"].sum() == now.height + n_left
    assert cents(bridge["amount_now"]) == total
    assert cents(bridge["change"]) == total - cents(year_before["amount"])
    assert round(100 * curve["amount"][-1]) == total


def cents(amounts: pl.Series) -> int:
    return round(100 * amounts.sum())
