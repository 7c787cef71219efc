"""Whose report it is, and where it goes."""

import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from segment import checks
from segment.errors import ConfigError, listed, nearest
from segment.text import LANGUAGES

LAST_DUE_DAY = 28  # February has no more
CODE = re.compile(r"[A-Z]{3}")  # ISO 4217


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose report it is."""

    name: str = "Our company"
    currency: str = "EUR"
    language: str = "en"
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        checks.text(self, "name")
        checks.one_of(self, "language", LANGUAGES)
        if self.time_zone not in available_timezones():
            raise ConfigError(
                f"time_zone is '{self.time_zone}', which is no time zone"
                f"{nearest(self.time_zone, available_timezones())}; write one such as "
                "'Europe/London' or 'Asia/Shanghai'."
            )
        if not CODE.fullmatch(self.currency):
            raise ConfigError(
                f"currency is '{self.currency}'; write its three-letter code, such as EUR."
            )


@dataclass(frozen=True, kw_only=True)
class ReportRules:
    """Where reports go, how long a notebook may take, when a report is due and who is told.

    `on_success` and `on_failure` are a program and its arguments; no shell reads them.
    """

    folder: Path = Path("reports")
    languages: tuple[str, ...] = LANGUAGES
    notebook_seconds: int = 600
    refuse_stale: bool = False
    due_day: int = 10
    on_success: tuple[str, ...] = ()
    on_failure: tuple[str, ...] = ()
    hook_seconds: int = 60

    def __post_init__(self) -> None:
        if strange := [name for name in self.languages if name not in LANGUAGES]:
            raise ConfigError(
                f"languages holds '{strange[0]}'{nearest(strange[0], LANGUAGES)}; "
                f"there are {listed(LANGUAGES)}."
            )
        checks.whole(self, "notebook_seconds", least=1)
        checks.whole(self, "hook_seconds", least=1)
        checks.whole(self, "due_day", least=1)
        if self.due_day > LAST_DUE_DAY:
            raise ConfigError(
                f"due_day is {self.due_day}; it is a day that every month has, 1 to {LAST_DUE_DAY}."
            )
        for name in ("on_success", "on_failure"):
            if (words := getattr(self, name)) and not words[0].strip():
                raise ConfigError(
                    f"{name} names no program; write it first and its arguments after it, such "
                    'as ["notify.sh", "reports"].'
                )
