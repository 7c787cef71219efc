import datetime as dt
import json
import signal
import subprocess
import sys
from subprocess import PIPE

import pytest
from click.testing import CliRunner

from segment import __version__, cli, codebook
from segment.cli import shared
from toys import company, five, published

COMMANDS = (
    "sample", "check", "run", "backfill", "index", "compare", "verify", "codebook",
)  # fmt: skip


def called(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture
def here(tmp_path, monkeypatch):
    company(tmp_path)
    five(tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_help_names_every_command_and_the_first_two_to_type():
    said = called("--help")

    assert said.exit_code == 0
    assert all(f"\n  {name} " in said.output for name in COMMANDS)
    assert "\n    segment sample data/sample\n    segment run\n" in said.output


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name):
    said = called(name, "--help")

    assert said.exit_code == 0
    assert set(cli.main.commands) == set(COMMANDS)
    assert len(cli.main.commands[name].get_short_help_str(60)) < 60


def test_the_version_is_told():
    assert called("--version").output == f"segment {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--as-of", "2026-13"),
        ("run", "--asof", "2026-10"),
        ("run", "--language", "fr"),
        ("sample",),
        ("frobnicate",),
    ],
)
def test_wrong_usage_is_status_2(here, words):
    assert called(*words).exit_code == 2


def test_the_sample_is_written_and_can_be_checked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert called("sample", "s").exit_code == 0

    said = called("check", "--data", "s")
    assert said.exit_code == 0
    assert "transactions" in said.output


def test_check_tells_what_was_set_aside(here):
    said = called("check")

    assert said.exit_code == 0
    assert "(transactions.csv, row 71)" in said.output
    assert "at the end of 2026-10-31" in said.output


def test_check_takes_one_file_of_transactions(here):
    (here / "data" / "transactions.csv").rename(here / "mine.csv")

    assert "(mine.csv, row 71)" in called("check", "--data", "mine.csv").output


def test_check_takes_a_month_for_its_last_day(here):
    assert "at the end of 2026-09-30" in called("check", "--as-of", "2026-09").output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("check", "--data", "nowhere"), "There is no folder or file nowhere"),
        (("check", "--config", "no.toml"), "There is no config file no.toml"),
        (("check", "--as-of", "2020-01"), "is before the first transaction"),
        (("run", "--notebooks", "no"), "There is no folder no"),
        (("codebook", "--check"), "is not what the contracts say"),
    ],
)
def test_what_the_user_can_mend_is_one_sentence_and_status_1(here, words, sentence):
    said = called(*words)

    assert said.exit_code == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.output
    assert isinstance(said.exception, SystemExit)


def test_a_folder_that_cannot_be_made_is_a_sentence(here):
    said = called("run", "--reports", here / "segment.toml" / "reports")  # below a file

    assert said.exit_code == 1
    assert "The system refused the file or folder" in said.stderr


def test_a_run_that_fails_is_status_3_and_nothing_is_published(here):
    five(here / "notebooks", n1="1 / 0")

    said = called("run")

    assert said.exit_code == 3
    assert "Cell 4 of 1-data-check failed.\n    1 / 0\nZeroDivisionError" in said.stderr
    assert "Nothing was published." in said.stderr
    assert said.stdout == ""
    assert published(here / "reports") == ["index.html", "index.json"]
    assert "last run failed" in (here / "reports" / "index.html").read_text(encoding="utf-8")


def test_ctrl_c_stops_a_run_in_the_middle_of_a_notebook(here):
    five(here / "notebooks", n1="import time; time.sleep(600)")
    # a shell that started the tests in the background has them ignore Ctrl-C
    start = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    words = [sys.executable, "-c", f"{start}; from segment.cli import main; main(['run'])"]
    with subprocess.Popen(words, stdout=PIPE, stderr=PIPE, encoding="utf-8") as process:
        assert process.stderr.readline().startswith("✓ Read and check the data")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()

    assert process.returncode == 3
    assert said.endswith("Stopped. Nothing was published.\n")
    assert published(here / "reports") == []
    assert list((here / "reports" / ".work").glob("*")) == []


def test_last_month_is_the_month_before_todays(here, monkeypatch):
    january = dt.datetime(2027, 1, 31, 23, 59, tzinfo=dt.UTC)
    monkeypatch.setattr(shared, "now", lambda: january)

    said = called("run", "--as-of", "last-month")

    assert said.exit_code == 1
    assert "as_of 2026-12-31 is after the data, which end on 2026-10-31" in said.stderr


def test_the_index_is_written_where_no_month_is(here):
    said = called("index")

    assert said.exit_code == 0
    assert said.stdout == f"{here / 'reports' / 'index.html'}\n"
    assert "No report has been published yet" in (here / "reports" / "index.html").read_text()


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    """A company with two published months, the second by other rules."""
    folder = tmp_path_factory.mktemp("two")
    config = company(folder)
    five(folder / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert called("run", "--as-of", "2026-09").exit_code == 0
        config.write_text(config.read_text("utf-8") + "[value_groups]\nmvc_share = 0.25\n", "utf-8")
        assert called("run").exit_code == 0
    return folder


def test_two_months_are_compared_by_their_names(two_months, monkeypatch):
    monkeypatch.chdir(two_months)
    said = called("compare", "2026-09", "2026-10")

    assert said.exit_code == 0
    assert said.stdout.startswith("2026-09 (complete, counted to 2026-09-30) → 2026-10 (complete")
    assert "value_groups.mvc_share 0.2 0.25" in " ".join(said.stdout.split())
    told = json.loads(called("compare", "2026-09", "reports/2026-10", "--json").stdout)
    assert told["rules"] == [{"key": "value_groups.mvc_share", "before": 0.2, "now": 0.25}]


def test_a_month_that_is_not_there_is_named_with_the_nearest(two_months, monkeypatch):
    monkeypatch.chdir(two_months)
    said = called("compare", "2026-09", "2026-11")

    assert said.exit_code == 1
    assert "There is no report of 2026-11 in" in said.stderr
    assert "(did you mean '2026-10'?)" in said.stderr


def test_the_index_is_made_anew_with_what_is_damaged(two_months, monkeypatch):
    monkeypatch.chdir(two_months)
    card_path = two_months / "reports" / "2026-09" / "run.json"
    held = card_path.read_bytes()
    card_path.write_text("{")
    said = called("index")
    card_path.write_bytes(held)

    assert said.exit_code == 0
    shown = (two_months / "reports" / "index.html").read_text("utf-8")
    assert "The run card of this month cannot be read." in shown
    assert 'href="2026-10/en/5-monthly-report.html"' in shown


def test_the_codebook_is_written_and_then_up_to_date(here):
    assert called("codebook").exit_code == 0
    assert (here / "docs" / "codebook.md").read_text(encoding="utf-8") == codebook.codebook()
    assert called("codebook", "--check").exit_code == 0
