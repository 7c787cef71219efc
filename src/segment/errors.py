"""Errors that a reader can act on: what is wrong, where, how many, what to do.

Each carries the exit status that the command line returns for it.
"""

from collections.abc import Iterable
from difflib import get_close_matches

STOPPED = "Stopped. Nothing was published."


class SegmentError(Exception):
    """Something the user can mend; its message is a sentence for that user."""

    exit_status = 1
    month = ""  # the report that was being made, where that was known


class ConfigError(SegmentError):
    """A rule or parameter that cannot mean what it says."""


class DataError(SegmentError):
    """Input that cannot be used as it is."""


class RunError(SegmentError):
    """A run that did not complete; nothing was published."""

    exit_status = 3


class BusyError(RunError):
    """A run that gave way to another one, which is at work on the same folder."""


class StaleError(SegmentError):
    """A report that is due and not there, or there in part only."""


class AfterwardsError(SegmentError):
    """A month that is published, and something after it that did not come through."""


def ending(problem: BaseException) -> tuple[str, int]:
    """Return the sentence for what stopped a command, and the exit status that goes with it.

    Raises:
        BaseException: `problem`, where it is a fault of the program, which needs its traceback.
    """
    match problem:
        case SegmentError():
            return str(problem), problem.exit_status
        case KeyboardInterrupt():
            return STOPPED, RunError.exit_status
        case OSError():
            return refused(problem), SegmentError.exit_status
    raise problem


def refused(problem: OSError) -> str:
    """Return what the system refused, as a sentence."""
    where = f" {problem.filename}" if problem.filename else ""
    return f"The system refused the file or folder{where}: {problem.strerror or problem}."


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the known name closest to `word`, or nothing."""
    by_lower = {name.lower(): name for name in known}
    matches = get_close_matches(word.lower(), by_lower, n=1)
    return f" (did you mean '{by_lower[matches[0]]}'?)" if matches else ""


def listed(names: Iterable[str], most: int = 5) -> str:
    """Join names for a sentence, the first few in full and the rest as a count."""
    names = list(names)
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
