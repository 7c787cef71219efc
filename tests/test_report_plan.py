"""When a month need not be made again: the run key and what it hangs on."""

import datetime as dt
import shutil

import pytest

from segment.errors import RunError
from segment.report import plan, sources
from segment.report.plan import Request
from test_report_run import started
from toys import company, five

OCTOBER = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    company(folder)
    five(folder / "notebooks")
    started(folder)
    return folder


@pytest.fixture
def copied(made, tmp_path):
    shutil.copytree(made, tmp_path / "copied")
    return tmp_path / "copied"


def kept(folder, **asked):
    return plan.kept(plan.plan(Request(here=folder, **asked)), OCTOBER)


def test_a_month_of_which_nothing_has_changed_is_not_made_again(copied):
    before = (copied / "reports" / "2026-10" / "run.json").read_bytes()

    outcome, said = started(copied, is_forced=False, as_of=OCTOBER)

    assert not outcome.is_new
    assert outcome.page is not None
    assert outcome.page.is_file()
    assert said == ""  # not even the data were read
    assert (copied / "reports" / "2026-10" / "run.json").read_bytes() == before


def test_the_same_company_elsewhere_has_the_same_key(made, copied):
    first, second = (plan.key(plan.plan(Request(here=it)), OCTOBER) for it in (made, copied))

    assert first == second


def test_an_input_a_rule_a_notebook_or_a_language_makes_it_another_month(copied):
    assert kept(copied) is not None
    assert kept(copied, language="zh") is None
    for name in ("data/transactions.csv", "segment.toml", "notebooks/3-prospects.ipynb"):
        path = copied / name
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert kept(copied) is None, name
        path.write_bytes(content)
    assert kept(copied) is not None


def test_a_page_that_is_gone_is_made_again(copied):
    (copied / "reports" / "2026-10" / "zh" / "3-prospects.html").unlink()

    assert kept(copied) is None


def test_force_makes_it_again(copied):
    assert kept(copied, is_forced=True) is None


def test_the_month_before_belongs_to_the_key(copied):
    planned = plan.plan(Request(here=copied))
    alone = plan.key(planned, OCTOBER)
    september = copied / "reports" / "2026-09"
    shutil.copytree(copied / "reports" / "2026-10", september)

    assert plan.key(planned, OCTOBER) != alone


def test_a_file_that_is_written_while_the_run_reads_it_stops_the_run(copied):
    planned = plan.plan(Request(here=copied))
    made_from = planned.made_from
    path = copied / "data" / "transactions.csv"
    path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(RunError, match=r"transactions\.csv was written while the run read it"):
        sources.unchanged(made_from, planned.settings, planned.data_path)
