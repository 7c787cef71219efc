"""Errors that a reader can act on: what is wrong, where, how many, what to do.

Each carries the exit status that the command line returns for it.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SegmentError(Exception):
    """Something the user can mend; its message is a sentence for that user."""

    exit_status = 1


class ConfigError(SegmentError):
    """A rule or parameter that cannot mean what it says."""


class DataError(SegmentError):
    """Input that cannot be used as it is."""


class RunError(SegmentError):
    """A run that did not complete; nothing was published."""

    exit_status = 3


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
