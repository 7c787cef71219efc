import datetime as dt
import io
import json
import signal
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from rich.console import Console

from drills import begin, configure
from segment import cli
from segment.errors import AfterwardsError, BusyError, RunError
from segment.report import attended, heartbeat, progress, run
from test_report_hooks import TELL, script
from toys import company, five, published

BEGAN = dt.datetime(2026, 11, 3, 6, 0, tzinfo=dt.UTC)


@pytest.fixture
def here(tmp_path, monkeypatch):
    company(tmp_path)
    five(tmp_path / "notebooks")
    script(tmp_path / "tell.py", TELL)
    configure(tmp_path, on_success=["tell.py", "good"], on_failure=["tell.py", "bad"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def shown():
    with progress.steps(Console(file=io.StringIO())) as steps:
        yield steps


def attend(here, monkeypatch, ends, **asked):
    """Attend a run that ends as told and takes 12 seconds; return what was warned of."""

    def ending(request, steps):
        if isinstance(ends, BaseException):
            raise ends
        return ends

    monkeypatch.setattr(run, "run", ending)
    times = iter([BEGAN, BEGAN + dt.timedelta(seconds=12)])
    warned = []
    request = run.Request(here=here, **asked)
    if isinstance(ends, BaseException):
        with pytest.raises(type(ends)):
            attended.attend(request, shown, lambda: next(times), warned.append)
    else:
        attended.attend(request, shown, lambda: next(times), warned.append)
    return warned


def told(here):
    return json.loads((here / "told.json").read_text("utf-8"))


def outcome(here, status="complete"):
    page, index = here / "page.html", here / "index.html"
    return run.Outcome(month="2026-10", status=status, page=page, index=index)


def test_a_report_that_is_published_is_told_with_its_page(here, monkeypatch):
    assert attend(here, monkeypatch, outcome(here, "provisional")) == []

    assert told(here) == {
        "SEGMENT_MONTH": "2026-10", "SEGMENT_STATUS": "provisional", "SEGMENT_EXIT": "0",
        "SEGMENT_PAGE": str(here / "page.html"), "SEGMENT_MESSAGE": "",
        "SEGMENT_REPORTS": str(here / "reports"), "here": str(here), "words": ["good"],
    }  # fmt: skip
    assert heartbeat.last(here / "reports") == heartbeat.Attempt(
        outcome="published", month="2026-10", exit=0, message="", seconds=12.0,
        at="2026-11-03T06:00:12+00:00",
    )  # fmt: skip


def test_a_run_that_failed_is_told_with_its_message(here, monkeypatch):
    problem = RunError("Cell 4 failed.\nValueError: no")
    problem.month = "2026-10"

    assert attend(here, monkeypatch, problem) == []

    facts = told(here)
    assert facts["SEGMENT_MESSAGE"] == "Cell 4 failed.\nValueError: no"
    assert (facts["SEGMENT_MONTH"], facts["SEGMENT_STATUS"]) == ("2026-10", "failed")
    assert (facts["SEGMENT_EXIT"], facts["words"]) == ("3", ["bad"])
    last = heartbeat.last(here / "reports")
    assert (last.outcome, last.month, last.exit) == ("failed", "2026-10", 3)


def test_a_run_that_was_stopped_is_told_with_the_month_that_was_asked_for(here, monkeypatch):
    attend(here, monkeypatch, KeyboardInterrupt(), as_of=dt.date(2026, 9, 30))

    assert told(here)["SEGMENT_MONTH"] == "2026-09"
    assert told(here)["SEGMENT_MESSAGE"] == "Stopped. Nothing was published."


def test_a_fault_of_the_program_is_told_as_well(here, monkeypatch):
    attend(here, monkeypatch, TypeError("'NoneType' object is not iterable"))

    assert told(here)["SEGMENT_MESSAGE"] == "TypeError: 'NoneType' object is not iterable"
    assert heartbeat.last(here / "reports").exit == 1


def test_a_run_that_gave_way_calls_its_hook_and_leaves_the_heartbeat_alone(here, monkeypatch):
    attend(here, monkeypatch, BusyError("Another run is at work."))

    assert told(here)["SEGMENT_MESSAGE"] == "Another run is at work."
    assert not (here / "reports" / "heartbeat.json").exists()


def test_a_hook_that_fails_is_a_warning(here, monkeypatch):
    script(here / "tell.py", "#!/bin/sh\nexit 9\n")

    warned = attend(here, monkeypatch, outcome(here))

    assert warned == ["Warning: The hook 'tell.py' ended with exit status 9."]
    assert heartbeat.last(here / "reports").outcome == "published"


def test_a_heartbeat_that_cannot_be_written_is_a_warning_and_the_hook_is_called(here, monkeypatch):
    (here / "reports").write_text("a file", encoding="utf-8")

    warned = attend(here, monkeypatch, outcome(here))

    assert len(warned) == 1
    assert warned[0].startswith("Warning: the heartbeat was not written. The system refused")
    assert told(here)["words"] == ["good"]


def test_the_command_line_ends_as_the_run_does_whatever_the_hook_does(here):
    script(here / "tell.py", "#!/bin/sh\nexit 9\n")
    said = CliRunner().invoke(cli.main, ["run"])

    assert said.exit_code == 0
    assert "Warning: The hook 'tell.py' ended with exit status 9." in said.stderr
    assert said.stdout.startswith("The report of 2026-10 (complete): ")
    assert json.loads((here / "reports/heartbeat.json").read_text("utf-8"))["published"]["month"]
    assert CliRunner().invoke(cli.main, ["check", "--stale", "--within", "1"]).exit_code == 0

    five(here / "notebooks", n1="1 / 0")
    said = CliRunner().invoke(cli.main, ["run"])
    assert said.exit_code == 3
    assert "Cell 4 of 1-data-check failed." in said.stderr
    assert "Warning: The hook" in said.stderr
    last = heartbeat.last(here / "reports")
    assert (last.month, last.exit) == ("2026-10", 3)


def test_wrong_usage_calls_no_hook(here):
    assert CliRunner().invoke(cli.main, ["run", "--as-of", "2026-13"]).exit_code == 2

    assert not (here / "told.json").exists()
    assert not (here / "reports").exists()


def test_a_service_that_is_stopped_ends_its_run_in_order(here):
    five(here / "notebooks", n1="import time; time.sleep(600)")
    with begin(here, "run") as process:
        assert process.stderr.readline().startswith("✓ Read and check the data")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()

    assert process.returncode == 3
    assert "Stopped. Nothing was published." in said
    assert published(here / "reports") == []
    assert told(here)["SEGMENT_EXIT"] == "3"
    assert not list((here / "reports").glob(".work/*"))


def test_a_month_that_is_published_but_not_listed_says_both(here):
    (here / "reports" / "index.html" / "in the way").mkdir(parents=True)
    said = CliRunner().invoke(cli.main, ["run"])

    assert said.exit_code == AfterwardsError.exit_status == 1
    assert "The report of 2026-10 is published, but not listed on the page of all" in said.stderr
    assert "Nothing was published" not in said.stderr
    assert (here / "reports" / "2026-10" / "run.json").is_file()
    assert told(here)["words"] == ["bad"]


@pytest.mark.parametrize("words", [("--stale", "--as-of", "2026-10"), ("--within", "3")])
def test_check_says_which_options_go_together(here, words):
    said = CliRunner().invoke(cli.main, ["check", *words])

    assert said.exit_code == 2
    assert "--stale" in said.stderr
