"""Whose report it is, where it goes, and whom its lists name."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from segment import checks
from segment.errors import ConfigError, listed, nearest
from segment.text import LANGUAGES

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
    """Where reports go and how long a notebook may take."""

    folder: Path = Path("reports")
    languages: tuple[str, ...] = LANGUAGES
    notebook_seconds: int = 600

    def __post_init__(self) -> None:
        if strange := [name for name in self.languages if name not in LANGUAGES]:
            raise ConfigError(
                f"languages holds '{strange[0]}'{nearest(strange[0], LANGUAGES)}; "
                f"there are {listed(LANGUAGES)}."
            )
        checks.whole(self, "notebook_seconds", least=1)


@dataclass(frozen=True, kw_only=True)
class ListRules:
    """Whether the lists name customers: `full`, or `masked` by a code."""

    identities: Literal["full", "masked"] = "full"

    def __post_init__(self) -> None:
        checks.one_of(self, "identities", ("full", "masked"))
