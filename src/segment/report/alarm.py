"""Whether the report that is due is there: `segment check --stale`, the alarm of one that is not.

A report that did not come makes no noise by itself, so that something has to ask for it. Only
what lies in the folder of the reports is looked at, never the data: the answer takes no second.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from segment import rulefile
from segment.company import ReportRules
from segment.errors import StaleError
from segment.report import card, heartbeat, months, publish
from segment.report.card import RunCard

COMPLETE = "complete"


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is watched: the folder of the reports, and by which day of a month the last is due."""

    reports: Path
    due_day: int


def watched(config_path: Path | None, reports: Path | None) -> Watched:
    """Return what is watched; `reports` in place of the configured folder.

    Raises:
        ConfigError: The file is absent or no TOML, or its section [report] is refused.
    """
    rules, base = ReportRules(), Path()
    if config_path is not None:
        base = config_path.resolve().parent
        held = rulefile.content(config_path).get("report", {})
        held = rulefile.section("report", held, config_path)
        rules = rulefile.rules(ReportRules, "report", held, config_path)
    folder = reports or base / rules.folder.expanduser()
    return Watched(reports=folder, due_day=rules.due_day)


def due(today: dt.date, due_day: int) -> tuple[str, dt.date]:
    """Return the newest month whose report has to be there, and the day on which it was due.

    The month before that of `today` from its due day on, itself included; before it, the one
    before that.
    """
    last_end = today.replace(day=1) - dt.timedelta(days=1)
    on = today.replace(day=due_day)
    if today < on:
        on = last_end.replace(day=due_day)
        last_end = last_end.replace(day=1) - dt.timedelta(days=1)
    return months.name(last_end), on


def look(what: Watched, now: dt.datetime, within_days: int | None = None) -> str:
    """Return the sentence that the report is there.

    Asked for is the month that is due; with `within_days` any whole month that was published at
    most so many days before `now`. A provisional report is not enough.

    Raises:
        StaleError: It is not there.
    """
    if within_days is not None:
        return _look_within(what.reports, now, within_days)
    month, on = due(now.date(), what.due_day)
    folder = what.reports / month
    if folder not in publish.published(what.reports):
        found = heartbeat.newest(what.reports)
        there = f"the newest there is {found.month}" if found else "there is none at all"
        raise StaleError(
            f"The report of {month} was due on {on} and is not in {what.reports}; {there}."
            f"{_why(what.reports, '')}"
        )
    made = card.read(folder)
    if made.status != COMPLETE:
        raise StaleError(
            f"The report of {month} was due on {on} and is only {made.status}: it was made on "
            f"{_when(made.finished_at)}, from data that did not cover the month. Bring the rest "
            f"and run it again.{_why(what.reports, made.finished_at)}"
        )
    return _there(made)


def _look_within(reports: Path, now: dt.datetime, days: int) -> str:
    cards = [card.read(folder) for folder in publish.published(reports)]
    whole = [made for made in cards if made.status == COMPLETE]
    made = max(whole, key=lambda item: item.finished_at, default=None)
    if made is None:
        raise StaleError(f"No complete report was ever published in {reports}.{_why(reports, '')}")
    at = dt.datetime.fromisoformat(made.finished_at)
    if now - at > dt.timedelta(days=days):
        raise StaleError(
            f"No complete report was published in {reports} within {days} days: the last one, of "
            f"{made.month}, is from {_when(made.finished_at)}.{_why(reports, made.finished_at)}"
        )
    return _there(made)


def _there(made: RunCard) -> str:
    return f"The report of {made.month} is there: {made.status}, {_when(made.finished_at)}."


def _why(reports: Path, since: str) -> str:
    """Return what became of the last run, as far as it tells anything about the missing report."""
    under_way = sorted((reports / publish.WORK).glob("*"))
    if under_way:
        month = under_way[-1].name.rpartition("-")[0]
        return f" A run of {month} has begun there and not ended: it is at work, or was killed."
    last = heartbeat.last(reports)
    if last is None or last.outcome != heartbeat.FAILED or last.at <= since:
        return ""
    said = last.message.splitlines()[0] if last.message else f"exit status {last.exit}"
    return f" The last run failed on {_when(last.at)}: {said.rstrip('.:')}."


def _when(at: str) -> str:
    return f"{dt.datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"
