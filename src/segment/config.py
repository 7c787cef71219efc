"""segment.toml: what the words mean, read once into frozen rules.

Each section belongs to the module of its rules and is checked by it; an unknown section or key
is refused with the nearest known name. Paths in the file are relative to the file.
"""

import dataclasses
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, ValidationError

from segment.clv import ClvRules
from segment.data import SourceRules
from segment.errors import ConfigError, listed, nearest
from segment.growth import GrowthRules
from segment.playbook import PlaybookRules
from segment.prospects.rules import ProspectRules
from segment.schema import TABLES
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.pareto import ParetoRules
from segment.schemes.value_groups import ValueGroupRules
from segment.text import LANGUAGES
from segment.value import ValueRules

FILE_NAME = "segment.toml"


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose report it is."""

    name: str = "Our company"
    currency: str = "EUR"
    language: str = "en"
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ConfigError(
                f"company.language is '{self.language}'; there are {', '.join(LANGUAGES)}."
            )
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigError(
                f"company.time_zone is '{self.time_zone}', which is no time zone; "
                "write one such as 'Europe/London' or 'Asia/Shanghai'."
            ) from error
        if not (len(self.currency) == 3 and self.currency.isupper()):  # noqa: PLR2004 (ISO 4217)
            raise ConfigError(
                f"company.currency is '{self.currency}'; write its three-letter code, such as EUR."
            )


@dataclass(frozen=True, kw_only=True)
class ReportRules:
    """Where reports go and how long a notebook may take."""

    folder: Path = Path("reports")
    notebook_seconds: int = 600

    def __post_init__(self) -> None:
        if self.notebook_seconds < 1:
            raise ConfigError("report.notebook_seconds is 1 or more.")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that segment.toml says, with the defaults where it is silent."""

    company: Company = field(default_factory=Company)
    clv: ClvRules = field(default_factory=ClvRules)
    value: ValueRules = field(default_factory=ValueRules)
    growth: GrowthRules = field(default_factory=GrowthRules)
    prospects: ProspectRules = field(default_factory=ProspectRules)
    tiers: LevelRules = field(default_factory=LevelRules)
    abc: ParetoRules = field(default_factory=ParetoRules)
    abc_heads: ParetoRules = field(
        default_factory=lambda: ParetoRules(by="heads", label="key_class")
    )
    value_groups: ValueGroupRules = field(default_factory=ValueGroupRules)
    lifecycle: LifecycleRules = field(default_factory=LifecycleRules)
    playbook: PlaybookRules = field(default_factory=PlaybookRules)
    report: ReportRules = field(default_factory=ReportRules)
    data_folder: Path = Path("data/sample")  # with a file, the file's own folder
    sources: dict[str, SourceRules] = field(default_factory=dict)
    path: Path | None = None


RULES = {
    section.name: section.type
    for section in dataclasses.fields(Settings)
    if dataclasses.is_dataclass(section.type)
}


def find(start: Path) -> Path | None:
    """Return the segment.toml of `start` or of the nearest folder above it, if there is one."""
    folders = [start.resolve(), *start.resolve().parents]
    return next((path for folder in folders if (path := folder / FILE_NAME).is_file()), None)


def load(path: Path | None) -> Settings:
    """Read segment.toml; without a path, all defaults.

    Raises:
        ConfigError: The file is absent or no TOML, holds an unknown section or key, or a value
            that its rules refuse.
    """
    if path is None:
        return Settings()
    if not path.is_file():
        raise ConfigError(f"There is no config file {path}; name one with --config.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    known = [*RULES, "data"]
    unknown = [name for name in content if name not in known]
    if unknown:
        raise ConfigError(
            f"{path} has the unknown section [{unknown[0]}]{nearest(unknown[0], known)}. "
            f"The sections are {', '.join(known)}."
        )
    data = content.pop("data", {})
    base = path.resolve().parent
    sections = {name: _rules(RULES[name], name, values, path) for name, values in content.items()}
    report = sections.get("report", ReportRules())
    return Settings(
        **sections
        | {
            "report": dataclasses.replace(report, folder=base / report.folder),
            "data_folder": base / str(data.pop("folder", ".")),
            "sources": _sources(data, path),
            "path": path.resolve(),
        }
    )


def _sources(data: dict[str, Any], path: Path) -> dict[str, SourceRules]:
    unknown = [name for name in data if name not in TABLES]
    if unknown:
        raise ConfigError(
            f"{path} has the unknown table [data.{unknown[0]}]{nearest(unknown[0], TABLES)}. "
            f"The tables are {', '.join(TABLES)}."
        )
    return {
        name: _rules(SourceRules, f"data.{name}", values, path) for name, values in data.items()
    }


def _rules(kind: Any, section: str, values: Any, path: Path) -> Any:
    """Build one section's rules; strict, so that 0.2 in quotes is not taken for a number."""
    if not isinstance(values, dict):
        raise ConfigError(f"In {path}, {section} is a section: write [{section}] above its keys.")
    try:
        return TypeAdapter(kind).validate_json(
            json.dumps(values, default=str), strict=True, extra="forbid"
        )
    except ConfigError as error:
        raise ConfigError(f"In {path}, [{section}]: {error}") from error
    except ValidationError as error:
        problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "unexpected_keyword_argument":
        known = [item.name for item in dataclasses.fields(kind)]
        key = str(problem["loc"][-1])
        said = f"is not known{nearest(key, known)}. The keys are {listed(known, 20)}."
    elif problem["type"] == "missing":
        said = "is missing."
    else:
        said = f"is {problem['input']!r}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
    raise ConfigError(f"In {path}, {section}.{where} {said}")
