"""Failure drills: whatever stops a run, the published months are byte for byte as they were."""

import shutil

import pytest
from click.testing import CliRunner

from drills import at_work, begin, configure, digest, established, left
from segment import cli
from toys import five

pytestmark = pytest.mark.drill

KILL = "import os, signal\nos.kill({whom}, signal.SIGKILL)"
KILL_WORKER = """\
import psutil
[it for it in psutil.Process().parents() if "worker.main()" in it.cmdline()[-1]][0].kill()
import time; time.sleep(600)"""


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    return established(tmp_path_factory.mktemp("drill"))


@pytest.fixture
def here(two_months, tmp_path, monkeypatch):
    folder = tmp_path / "company"
    shutil.copytree(two_months, folder)
    monkeypatch.chdir(folder)
    return folder


def failed(here, *words, status):
    """Call the command line, which has to end with `status`; return what it said on stderr."""
    before = digest(here / "reports")
    said = CliRunner().invoke(cli.main, ["run", *words])

    assert digest(here / "reports") == before
    assert len(before) > 30  # two months
    assert said.exit_code == status, said.output
    assert said.stdout == ""
    assert "Traceback" not in said.stderr
    assert not list((here / "reports").glob(".work/*"))
    assert left(at_work(here)) == []
    return said.stderr


def test_a_cell_that_fails(here):
    five(here / "notebooks", n2="raise ValueError('no such column')")
    said = failed(here, status=3)

    assert "Cell 4 of 2-customer-value failed." in said
    assert "ValueError: no such column" in said
    assert "Nothing was published. What was made so far is kept in" in said
    assert (here / "reports/.failed/2026-10/en/notebooks/2-customer-value.ipynb").is_file()


def test_a_kernel_that_is_killed(here):
    five(here / "notebooks", n1=KILL.format(whom="os.getpid()"))
    said = failed(here, status=3)

    assert "The Python process of 1-data-check died while a cell ran" in said
    assert "It was at cell 4 of 5:" in said  # the values of this run are a cell of their own


def test_what_a_kernel_was_forked_from_is_killed(here):
    five(here / "notebooks", n1=KILL.format(whom="os.getppid()") + "\nimport time; time.sleep(600)")
    configure(here, notebook_seconds=30)
    said = failed(here, status=3)

    assert "1-data-check" in said


def test_a_worker_that_is_killed(here):
    five(here / "notebooks", n1=KILL_WORKER)
    said = failed(here, status=3)

    assert "The process that executes 1-data-check ended before the notebook did." in said


def test_a_notebook_without_end(here):
    five(here / "notebooks", n1="import time\ntime.sleep(600)")
    configure(here, notebook_seconds=8)
    said = failed(here, status=3)

    assert "1-data-check took longer than 8 seconds and was stopped" in said
    assert "raise notebook_seconds under [report]" in said


def test_a_notebook_without_the_parameters_tag(here):
    path = here / "notebooks" / "4-customer-groups.ipynb"
    path.write_text(path.read_text("utf-8").replace('"parameters"', '"params"'), "utf-8")
    said = failed(here, status=1)

    assert "4-customer-groups has no cell tagged 'parameters'" in said


def test_a_parameter_that_a_notebook_does_not_declare(here):
    path = here / "notebooks" / "3-prospects.ipynb"
    path.write_text(path.read_text("utf-8").replace("as_of = ", "as_off = "), "utf-8")
    said = failed(here, status=1)

    assert "3-prospects has no parameter 'as_of' (did you mean 'as_off'?)" in said


@pytest.mark.parametrize("day", ["2026-13", "2026-02-30", "October", "2026.10", ""])
def test_a_day_that_is_none_is_wrong_usage(here, day):
    assert f"'{day}' is not a day of the calendar" in failed(here, "--as-of", day, status=2)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11", "is after the data, which end on 2026-10-31: bring newer data"),
        ("2020-01", "is before the first transaction"),
    ],
)
def test_a_month_that_the_data_do_not_reach_is_refused(here, day, sentence):
    assert sentence in failed(here, "--as-of", day, status=1)


def shorten(here, n_days):
    """Take the last days out of the data: the row set aside is the last line, then they come."""
    path = here / "data" / "transactions.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines[: -n_days - 1], lines[-1], ""]), "utf-8")


def test_data_that_lack_the_last_day_of_the_month_make_a_provisional_report(here):
    shorten(here, 1)
    said = CliRunner().invoke(cli.main, ["run", "--as-of", "2026-10"])

    assert said.exit_code == 0
    assert said.stdout.startswith("The report of 2026-10 (provisional): ")


def test_data_that_lack_the_last_day_of_the_month_are_refused_where_the_company_says_so(here):
    configure(here, refuse_stale=True)
    shorten(here, 1)
    said = failed(here, "--as-of", "2026-10", status=1)

    assert "The data end on 2026-10-30 and do not cover 2026-10 whole: bring newer data" in said
    assert "Nothing was published." in said


def test_of_two_runs_one_wins_and_the_other_says_so(here):
    before = digest(here / "reports")
    five(here / "notebooks", n5="import time\ntime.sleep(1)")  # the months before had a table here
    with begin(here, "run") as one, begin(here, "run") as other:
        ends = {process: process.communicate() for process in (one, other)}

    assert sorted((one.returncode, other.returncode)) == [0, 3]
    late = one if one.returncode else other
    assert ends[late][0] == ""
    assert "Another run is writing to" in ends[late][1]
    after = digest(here / "reports")
    moved = {name for name in before if before[name] != after[name]}
    assert {name.split("/")[0] for name in moved} == {"2026-10"}
