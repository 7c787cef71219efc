"""A run that is told of: its heartbeat is written and the company's hook called, however it ends.

Neither may spoil what it tells of: where one cannot be done, that is a warning.
"""

import datetime as dt
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import current_thread, main_thread

from segment import config
from segment.config import Settings
from segment.errors import BusyError, SegmentError, ending
from segment.report import heartbeat, hooks, months, run
from segment.report.heartbeat import Attempt
from segment.report.progress import Steps
from segment.report.run import Outcome, Request

Clock = Callable[[], dt.datetime]
Show = Callable[[], AbstractContextManager[Steps]]
Warn = Callable[[str], object]


def attend(request: Request, show: Show, now: Clock, warn: Warn) -> Outcome:
    """Run as `run.run` does and tell of it; `warn` is given the sentence of what could not be told.

    A config that cannot be read names neither a folder nor a hook: then its error is all. A run
    that found another one at work calls its hook but leaves the heartbeat to the other.

    Raises:
        SegmentError: As `run.run`.
    """
    began = now()
    settings = config.load(request.config_path or config.find(request.here))
    reports = (request.reports or settings.report.folder).resolve()
    try:
        with _stopped_in_order(), show() as steps:
            outcome = run.run(request, steps)
    except (Exception, KeyboardInterrupt) as problem:
        failed = _failed(problem, request.as_of, began, now())
        if not isinstance(problem, BusyError):
            _write(reports, failed, warn)
        _call(settings, failed, _facts(failed, reports), warn)
        raise
    published = _attempt("", 0, outcome.month, began, now())
    _write(reports, published, warn)
    facts = {"status": outcome.status, "page": str(outcome.page)}
    _call(settings, published, _facts(published, reports) | facts, warn)
    return outcome


@contextmanager
def _stopped_in_order() -> Iterator[None]:
    """Take the signal by which a service is stopped for a Ctrl-C: what was begun is ended."""
    if current_thread() is not main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def _failed(
    problem: BaseException, as_of: dt.date | None, began: dt.datetime, ended: dt.datetime
) -> Attempt:
    try:
        said, status = ending(problem)
    except Exception:  # a fault of the program, which goes on to its traceback
        said, status = f"{type(problem).__name__}: {problem}", SegmentError.exit_status
    known = problem.month if isinstance(problem, SegmentError) else ""
    return _attempt(said, status, known or (months.name(as_of) if as_of else ""), began, ended)


def _attempt(said: str, status: int, month: str, began: dt.datetime, ended: dt.datetime) -> Attempt:
    return Attempt(
        outcome="failed" if status else "published",
        month=month,
        exit=status,
        message=said,
        at=ended.astimezone(dt.UTC).isoformat(timespec="seconds"),
        seconds=round((ended - began).total_seconds(), 1),
    )


def _write(reports: Path, attempt: Attempt, warn: Warn) -> None:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        heartbeat.write(reports, attempt)
    except OSError as problem:
        warn(f"Warning: the heartbeat was not written. {ending(problem)[0]}")


def _facts(attempt: Attempt, reports: Path) -> dict[str, str]:
    return {
        "month": attempt.month,
        "status": "failed",
        "page": "",
        "message": attempt.message,
        "exit": str(attempt.exit),
        "reports": str(reports),
    }


def _call(settings: Settings, attempt: Attempt, facts: dict[str, str], warn: Warn) -> None:
    rules = settings.report
    words = rules.on_failure if attempt.exit else rules.on_success
    if not words:
        return
    base = settings.path.parent if settings.path else Path.cwd()
    if wrong := hooks.call(words, facts, base, rules.hook_seconds):
        warn(f"Warning: {wrong}")
