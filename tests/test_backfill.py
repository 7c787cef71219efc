"""Many months in a row, and a month made once more to be compared."""

import datetime as dt
import io
import shutil

import pytest
from rich.console import Console

from segment.errors import ConfigError
from segment.report import card, failures, months, progress, run, verify
from segment.report.plan import Request
from toys import company, five, published

FIRST, LAST = dt.date(2026, 9, 30), dt.date(2026, 10, 31)
LATER = [dt.date(2026, 8, 31), FIRST, LAST]


def filled(folder, days, **asked):
    told = []
    with progress.steps(Console(file=io.StringIO())) as steps:
        outcomes = run.backfill(
            Request(here=folder, language="en", **asked), days, steps, told.append
        )
    assert told == outcomes
    return outcomes


def contents(reports):
    return {name: (reports / name).read_bytes() for name in published(reports)}


def verified(folder, month="2026-10"):
    with progress.steps(Console(file=io.StringIO())) as steps:
        return verify.verify(folder / "reports", month, Request(here=folder), steps)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three months made in a row: the company sells from August on."""
    folder = tmp_path_factory.mktemp("company")
    company(folder)
    five(folder / "notebooks")
    return folder, filled(folder, LATER)


@pytest.fixture
def copied(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "copied")
    return tmp_path / "copied"


def test_the_months_between_two_are_both_and_all_in_the_middle():
    assert months.between(dt.date(2025, 12, 31), dt.date(2026, 2, 10)) == [
        dt.date(2025, 12, 31), dt.date(2026, 1, 31), dt.date(2026, 2, 28),
    ]  # fmt: skip
    assert months.between(LAST, LAST) == [LAST]
    with pytest.raises(ConfigError, match="2026-10 comes after 2026-09"):
        months.between(LAST, FIRST)


def test_every_month_is_published_and_told(made):
    folder, outcomes = made

    assert [(it.month, it.is_new, it.problem) for it in outcomes] == [
        ("2026-08", True, None), ("2026-09", True, None), ("2026-10", True, None),
    ]  # fmt: skip
    assert [item.name for item in sorted((folder / "reports").glob("2026-*"))] == [
        "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip
    assert list((folder / "reports" / ".work").iterdir()) == []


def test_a_month_of_a_backfill_is_that_of_a_run_of_its_own(made, tmp_path):
    alone = tmp_path / "alone"
    shutil.copytree(made[0], alone)
    shutil.rmtree(alone / "reports" / "2026-10")
    with progress.steps(Console(file=io.StringIO())) as steps:
        run.run(Request(here=alone, as_of=LAST, language="en"), steps)

    then, now = (contents(folder / "reports") for folder in (made[0], alone))
    for found in (then, now):
        for name in ("2026-10/run.json", "index.json"):  # they tell their times
            del found[name]
    assert then == now


def test_the_second_time_nothing_is_run(copied):
    before = contents(copied / "reports")

    outcomes = filled(copied, LATER)

    assert [it.is_new for it in outcomes] == [False, False, False]
    assert [run.line(it) for it in outcomes][-1] == (
        "2026-10  as it was, nothing has changed (complete)"
    )
    assert contents(copied / "reports") == before


def test_a_month_that_fails_does_not_stop_the_others(copied):
    before = contents(copied / "reports")
    five(copied / "notebooks", n4="if as_of.startswith('2026-09'):\n    1 / 0")

    outcomes = filled(copied, LATER)

    assert [(it.is_new, it.problem is None) for it in outcomes] == [
        (True, True), (False, False), (True, True),
    ]  # fmt: skip
    assert run.line(outcomes[1]).startswith("2026-09  failed: Cell 4 of 4-customer-groups failed")
    left = failures.left(copied / "reports")
    assert [(it.month, it.step) for it in left.values()] == [("2026-09", "4-customer-groups")]
    after = contents(copied / "reports")
    assert {name: it for name, it in after.items() if name.startswith("2026-09/tables")} == {
        name: it for name, it in before.items() if name.startswith("2026-09/tables")
    }


def test_a_month_that_fails_in_its_first_stage_fails_in_its_turn(copied):
    five(copied / "notebooks", n2="if as_of.startswith('2026-09'):\n    1 / 0")

    outcomes = filled(copied, LATER)

    assert [it.problem is None for it in outcomes] == [True, False, True]
    assert (copied / "reports/.failed/2026-09/en/notebooks/2-customer-value.ipynb").is_file()
    assert list((copied / "reports" / ".work").iterdir()) == []


def test_a_month_outside_the_data_is_told_in_its_turn(copied):
    outcomes = filled(copied, [FIRST, dt.date(2027, 1, 31)])

    assert [it.problem is None for it in outcomes] == [True, False]
    assert "after the data" in run.line(outcomes[1])


def test_a_month_that_is_made_again_comes_out_byte_for_byte(made):
    verdict = verified(made[0])

    assert verdict.is_same
    assert verdict.changed == ()
    assert next(iter(verify.lines(verdict))).startswith("Same: 2026-10 was made again")


def test_one_value_that_is_another_one_is_named(copied):
    path = copied / "data" / "transactions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",999"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    verdict = verified(copied)
    said = list(verify.lines(verdict))

    assert not verdict.is_same
    assert said[0].startswith("Different: 2026-10 was made again")
    assert any("transactions.parquet, amount of customer_id" in line for line in said)
    assert any(line.startswith("transactions.csv is another file") for line in said)


def test_what_was_tampered_with_on_a_page_is_found(copied):
    page = copied / "reports" / "2026-10" / "en" / "5-monthly-report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("who", "WHO"), encoding="utf-8")

    verdict = verified(copied)

    assert [it.file for it in verdict.differences] == ["2026-10/en/5-monthly-report.html"[8:]]


def test_the_card_tells_where_things_lay(made):
    held = card.read(made[0] / "reports" / "2026-10")

    assert held.places == {
        "data": "../data", "config": "../segment.toml", "notebooks": "../notebooks",
    }  # fmt: skip
