"""The heartbeat: which report was published last and how the last run ended, in one small file.

Other machines may watch it. `segment check --stale` believes the folders of the months and asks
this file only why a month is not there.
"""

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from segment.errors import ConfigError, DataError
from segment.report import card, publish
from segment.report.card import RunCard

FILE_NAME = "heartbeat.json"
FORMAT = 1
PUBLISHED, FAILED = "published", "failed"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A run and how it ended.

    `month` is empty where the run ended before it was known; `exit` is the exit status and
    `message` what was said; `at` is when the run ended, in UTC, and `seconds` how long it took.
    """

    outcome: Literal["published", "failed"]
    month: str
    exit: int
    message: str
    at: str
    seconds: float

    def __post_init__(self) -> None:
        """Refuse an attempt that cannot be true.

        Raises:
            ConfigError: The outcome is none.
        """
        if self.outcome not in (PUBLISHED, FAILED):
            raise ConfigError(f"The outcome '{self.outcome}' is neither published nor failed.")


def newest(reports: Path) -> RunCard | None:
    """Return the run card of the published report with the latest last day.

    A month whose card cannot be read is passed over.
    """
    cards = [found for folder in publish.published(reports) if (found := _card(folder))]
    return max(cards, key=lambda item: item.as_of, default=None)


def _card(folder: Path) -> RunCard | None:
    try:
        return card.read(folder)
    except DataError:
        return None


def write(reports: Path, last: Attempt) -> Path:
    """Write how the last run ended, beside the newest report that is there, and return the path."""
    found = newest(reports)
    published = found and {
        "month": found.month,
        "as_of": found.as_of,
        "status": found.status,
        "at": found.finished_at,
        "seconds": _seconds(found),
    }
    told = {"format": FORMAT, "published": published, "last": dataclasses.asdict(last)}
    path = reports / FILE_NAME
    publish.write_text(path, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return path


def _seconds(made: RunCard) -> float:
    began, ended = (dt.datetime.fromisoformat(at) for at in (made.started_at, made.finished_at))
    return (ended - began).total_seconds()


def last(reports: Path) -> Attempt | None:
    """Return how the last run ended, None where nothing that can be read says so."""
    try:
        told: dict[str, Any] = json.loads((reports / FILE_NAME).read_text(encoding="utf-8"))
        return Attempt(**told["last"])
    except (OSError, ValueError, KeyError, TypeError, ConfigError):
        return None
