"""What earlier months published, and what was corrected since, as a run reads it."""

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest

from segment import config, inputs, published, workspace

SEPTEMBER, OCTOBER = dt.date(2026, 9, 30), dt.date(2026, 10, 31)


def rows(*items: tuple[str, dt.date, float]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(items, schema=schema, orient="row")


FIRST = rows(("a", dt.date(2026, 9, 3), 10.0), ("b", dt.date(2026, 9, 4), 20.0))
LATER = rows(("a", dt.date(2026, 10, 5), 5.0))


def groups(*ids: str) -> pl.DataFrame:
    return pl.DataFrame({"customer_id": ids})


@pytest.fixture
def reports(tmp_path) -> Path:
    return tmp_path / "reports"


def publish(reports: Path, month: str, kept: pl.DataFrame, labels: pl.DataFrame) -> None:
    for part in ("tables", "inputs"):
        (reports / month / part).mkdir(parents=True)
    labels.write_parquet(reports / month / "tables" / "groups.parquet")
    kept.write_parquet(reports / month / "inputs" / "transactions.parquet")


def october(reports: Path, today: pl.DataFrame) -> workspace.Run:
    folder = reports.parent / "work"
    shutil.rmtree(folder, ignore_errors=True)
    found = inputs.Inputs(
        as_of=OCTOBER,
        tables={"transactions": today},
        account=pl.DataFrame(),
        rejected=pl.DataFrame(schema={"table": pl.String}),
        notes=(),
    )
    workspace.prepare(found, folder, reports)
    return workspace.Run(
        folder=folder, reports=reports, past=reports, base=reports, as_of=OCTOBER, language="en",
        settings=config.Settings(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "months", "day"),
    [
        (OCTOBER, 1, SEPTEMBER),
        (dt.date(2026, 10, 1), 1, SEPTEMBER),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 15), 2, dt.date(2025, 11, 30)),
        (OCTOBER, 0, OCTOBER),
    ],
)
def test_a_month_ends_on_its_last_day(as_of, months, day):
    assert published.month_end(as_of, months) == day


def test_nothing_is_corrected_where_nothing_was_published(reports):
    assert workspace.uncorrected(october(reports, pl.concat([FIRST, LATER]))).is_empty()


def test_nothing_is_corrected_where_the_rows_are_the_same_in_another_order(reports):
    publish(reports, "2026-09", FIRST, groups("a", "b"))

    assert workspace.uncorrected(october(reports, pl.concat([LATER, FIRST.reverse()]))).is_empty()


def test_a_correction_is_undone_and_what_came_after_stays(reports):
    publish(reports, "2026-09", FIRST, groups("a", "b"))
    mended = FIRST.with_columns(
        amount=pl.when(pl.col("customer_id") == "a").then(99.0).otherwise("amount")
    )

    run = october(reports, pl.concat([mended, LATER]))
    undone = workspace.uncorrected(run)

    assert workspace.corrected(run).rows() == [("a", 89.0)]
    assert undone.sort("customer_id", "date").rows() == [
        ("a", dt.date(2026, 9, 3), 10.0),  # as it was known in September
        ("a", dt.date(2026, 10, 5), 5.0),
        ("b", dt.date(2026, 9, 4), 20.0),
    ]


def test_months_are_read_back_to_the_first_gap(reports):
    for month in ("2026-06", "2026-08", "2026-09"):
        publish(reports, month, FIRST, groups("a"))
    run = october(reports, pl.concat([FIRST, LATER]))

    assert sorted(workspace.past(run, "groups", 12)) == [dt.date(2026, 8, 31), SEPTEMBER]
    assert sorted(workspace.past(run, "groups", 1)) == [SEPTEMBER]


def test_another_companys_month_is_no_month_before(reports):
    publish(reports, "2026-09", FIRST, groups("x", "y"))
    run = october(reports, pl.concat([FIRST, LATER]))

    assert workspace.past(run, "groups", 12) == {}
    assert workspace.last_month(run, "lines") is None
