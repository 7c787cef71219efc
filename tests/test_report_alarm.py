import datetime as dt
import json
import subprocess
import sys

import pytest

from segment.errors import ConfigError, StaleError
from segment.report import alarm, card, heartbeat
from segment.report.heartbeat import Attempt
from toys import run_card

NOV_12 = dt.datetime(2026, 11, 12, 7, 0, tzinfo=dt.UTC)


def publish(reports, month="2026-10", **changes):
    (reports / month).mkdir(parents=True)
    card.write(run_card(month, **changes), reports / month)


def attempt(**changes):
    facts = {
        "outcome": "failed", "month": "2026-10", "exit": 3, "seconds": 4.2,
        "message": "Cell 4 of 2-customer-value failed.\nValueError: no such column",
        "at": "2026-11-03T06:00:00+00:00",
    }  # fmt: skip
    return Attempt(**facts | changes)


def looked(reports, now=NOV_12, due_day=10, within=None):
    return alarm.look(alarm.Watched(reports=reports, due_day=due_day), now, within)


@pytest.mark.parametrize(
    ("today", "month", "on"),
    [
        ("2026-11-10", "2026-10", "2026-11-10"),  # on its due day it has to be there
        ("2026-11-09", "2026-09", "2026-10-10"),
        ("2026-11-30", "2026-10", "2026-11-10"),
        ("2027-01-09", "2026-11", "2026-12-10"),
        ("2027-01-10", "2026-12", "2027-01-10"),
        ("2028-03-10", "2028-02", "2028-03-10"),
    ],
)
def test_the_month_before_is_due_from_its_day_on(today, month, on):
    assert alarm.due(dt.date.fromisoformat(today), 10) == (month, dt.date.fromisoformat(on))


def test_a_report_that_is_there_is_one_line(tmp_path):
    publish(tmp_path)

    assert looked(tmp_path) == "The report of 2026-10 is there: complete, 2026-11-01 06:00 UTC."


def test_a_report_that_is_missing_is_told_with_the_newest_that_is_there(tmp_path):
    publish(tmp_path, "2026-09", as_of="2026-09-30")

    with pytest.raises(StaleError, match="The report of 2026-10 was due on 2026-11-10 ") as caught:
        looked(tmp_path)

    assert str(caught.value).endswith("; the newest there is 2026-09.")
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_where_nothing_was_ever_published_that_is_said(tmp_path, folder):
    with pytest.raises(StaleError, match="there is none at all"):
        looked(tmp_path / folder)


def test_a_provisional_report_is_not_enough(tmp_path):
    publish(tmp_path, status="provisional")

    with pytest.raises(StaleError, match="is only provisional: it was made on 2026-11-01 06:00"):
        looked(tmp_path)


def test_a_later_report_does_not_stand_in_for_the_one_that_is_due(tmp_path):
    publish(tmp_path, "2026-11-05", as_of="2026-11-05")

    with pytest.raises(StaleError, match="The report of 2026-10 was due"):
        looked(tmp_path)


def test_a_run_that_failed_is_the_reason(tmp_path):
    heartbeat.write(tmp_path, attempt())

    said = (
        r"none at all\. The last run failed on 2026-11-03 06:00 UTC: "
        r"Cell 4 of 2-customer-value failed\.$"
    )
    with pytest.raises(StaleError, match=said):
        looked(tmp_path)


def test_a_failure_before_the_provisional_report_is_no_reason(tmp_path):
    publish(tmp_path, status="provisional", finished_at="2026-11-04T06:00:00+00:00")
    heartbeat.write(tmp_path, attempt(at="2026-11-03T06:00:00+00:00"))

    with pytest.raises(StaleError) as caught:
        looked(tmp_path)
    assert "failed" not in str(caught.value)


def test_a_run_that_was_killed_is_the_reason(tmp_path):
    (tmp_path / ".work" / "2026-10-0123abcd").mkdir(parents=True)

    with pytest.raises(StaleError, match="A run of 2026-10 has begun there and not ended"):
        looked(tmp_path)


def test_a_failure_does_not_matter_where_the_report_is_there(tmp_path):
    publish(tmp_path)
    heartbeat.write(tmp_path, attempt(at="2026-11-11T06:00:00+00:00"))

    assert looked(tmp_path).startswith("The report of 2026-10 is there")


@pytest.mark.parametrize(("days", "is_there"), [(12, True), (11, True), (10, False)])
def test_within_counts_days_since_a_complete_report_was_published(tmp_path, days, is_there):
    publish(tmp_path, "2026-07", as_of="2026-07-31", finished_at="2026-11-01T07:00:00+00:00")
    publish(tmp_path, status="provisional", finished_at="2026-11-12T06:00:00+00:00")

    if is_there:
        assert looked(tmp_path, within=days).startswith("The report of 2026-07 is there")
    else:
        with pytest.raises(StaleError, match="within 10 days: the last one, of 2026-07, is from"):
            looked(tmp_path, within=days)


def test_within_without_a_complete_report_says_so(tmp_path):
    publish(tmp_path, status="provisional")

    with pytest.raises(StaleError, match="No complete report was ever published"):
        looked(tmp_path, within=30)


def test_the_heartbeat_holds_the_newest_report_and_the_last_run(tmp_path):
    publish(tmp_path)
    publish(tmp_path, "2026-09", as_of="2026-09-30")
    (tmp_path / "2026-08").mkdir()
    (tmp_path / "2026-08" / "run.json").write_text("{")  # cannot be read and is passed over

    told = json.loads(heartbeat.write(tmp_path, attempt(month="2026-08")).read_text("utf-8"))

    assert told["published"] == {
        "month": "2026-10", "as_of": "2026-10-31", "status": "complete",
        "at": "2026-11-01T06:00:40+00:00", "seconds": 40.0,
    }  # fmt: skip
    assert told["last"]["month"] == "2026-08"
    assert heartbeat.last(tmp_path) == attempt(month="2026-08")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"last": {}}', '{"last": {"outcome": "x"}}'])
def test_a_heartbeat_that_cannot_be_read_tells_nothing(tmp_path, text):
    (tmp_path / "heartbeat.json").write_text(text, encoding="utf-8")

    assert heartbeat.last(tmp_path) is None


def test_an_outcome_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="neither published nor failed"):
        attempt(outcome="maybe")


def test_what_is_watched_is_configured(tmp_path):
    path = tmp_path / "segment.toml"
    path.write_text('[report]\nfolder = "out"\ndue_day = 5\n[nonsense]\n', encoding="utf-8")

    assert alarm.watched(path, None) == alarm.Watched(reports=tmp_path / "out", due_day=5)
    assert alarm.watched(path, tmp_path).reports == tmp_path
    path.write_text("[report]\ndue_dya = 5\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"report.due_dya is not known \(did you mean 'due_day'"):
        alarm.watched(path, None)


@pytest.mark.parametrize(("day", "said"), [(0, "due_day"), (29, "1 to 28")])
def test_a_due_day_that_some_month_lacks_is_refused(tmp_path, day, said):
    path = tmp_path / "segment.toml"
    path.write_text(f"[report]\ndue_day = {day}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        alarm.watched(path, None)


def test_asking_waits_for_neither_polars_nor_pandas(tmp_path):
    look = "from segment.cli import main\nmain(['check', '--stale'], standalone_mode=False)"
    ask = f"import sys\ntry:\n    {look.replace(chr(10), chr(10) + '    ')}\nexcept SystemExit: 0\n"
    ask += "print(sorted({'polars', 'pandas', 'numpy', 'nbconvert'} & set(sys.modules)))"

    said = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert said.stdout.splitlines()[-1] == "[]", said.stderr
