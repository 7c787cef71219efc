"""segment.toml: what the words mean, read once into frozen rules.

Each section belongs to the module of its rules and is checked by it; an unknown section or key
is refused with the nearest known name. Paths in the file are relative to the file.
"""

import dataclasses
import datetime as dt
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from segment import exceptions
from segment.backtest import BacktestRules
from segment.clv import ClvRules
from segment.company import Company, ReportRules
from segment.data import SourceRules
from segment.errors import ConfigError, listed, nearest
from segment.exceptions import ExceptionRules
from segment.growth import GrowthRules
from segment.playbook import PlaybookRules
from segment.prospects.rules import ProspectRules
from segment.schema import TABLES
from segment.schemes import lifecycle, pareto, stars, value_groups, watch_list
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.pareto import ParetoRules
from segment.schemes.stars import StarRules
from segment.schemes.value_groups import ValueGroupRules
from segment.schemes.watch_list import WatchRules
from segment.signals import SignalRules
from segment.stability import StabilityRules
from segment.value import ValueRules

FILE_NAME = "segment.toml"
# What a value should be, by the kind of pydantic's error; the rest it says well itself.
WANTED = {
    "bool_type": "true or false",
    "dict_type": "a table of names and values",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "path_type": "text in quotation marks",
    "string_type": "text in quotation marks",
    "tuple_type": "a list in square brackets",
}
BRANCHES = {"str", "tuple[str, ...]"}  # of a value that may be one text or several


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that segment.toml says, with the defaults where it is silent."""

    company: Company = field(default_factory=Company)
    clv: ClvRules = field(default_factory=ClvRules)
    backtest: BacktestRules = field(default_factory=BacktestRules)
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
    stability: StabilityRules = field(default_factory=StabilityRules)
    exceptions: ExceptionRules = field(default_factory=ExceptionRules)
    stars: StarRules = field(default_factory=StarRules)
    signals: SignalRules = field(default_factory=SignalRules)
    watch_list: WatchRules = field(default_factory=WatchRules)
    playbook: PlaybookRules = field(default_factory=PlaybookRules)
    report: ReportRules = field(default_factory=ReportRules)
    data_folder: Path = Path("data/sample")  # with a file, the file's own folder
    sources: dict[str, SourceRules] = field(default_factory=dict)
    path: Path | None = None


def _check_labels(settings: Settings) -> Settings:
    """Return settings in which no two labels share a name and no play waits in vain.

    Raises:
        ConfigError: They do, or one does.
    """
    given: dict[str, tuple[str, ...]] = {
        "value_group": value_groups.LABELS,
        "lifecycle_state": lifecycle.LABELS,
        "exception_state": exceptions.STATES,
        "star": stars.LABELS,
        "watch": watch_list.LABELS,
    }
    for section, rules, codes in (
        ("tiers", settings.tiers, settings.tiers.labels),
        ("abc", settings.abc, pareto.LABELS),
        ("abc_heads", settings.abc_heads, pareto.LABELS),
    ):
        if rules.label in given:
            raise ConfigError(f"[{section}] has the label '{rules.label}', which another has too.")
        given[rules.label] = codes
    _check_known("[stars]", {settings.stars.class_label: ()}, given)
    _check_known("[watch_list]", settings.watch_list.key, given)
    for play in settings.playbook.plays:
        known = {label: codes for label, codes in play.when.items() if label in given}
        _check_known(f"The play '{play.reason}'", known, given)
    return settings


def _check_known(
    who: str, wanted: Mapping[str, Sequence[str]], given: Mapping[str, Sequence[str]]
) -> None:
    for label, codes in wanted.items():
        if label not in given:
            raise ConfigError(
                f"{who} reads the label '{label}', which no system gives{nearest(label, given)}; "
                f"the labels are {listed(list(given), 12)}."
            )
        vain = [code for code in codes if code not in given[label]]
        if vain:
            raise ConfigError(
                f"{who} waits for {label} '{vain[0]}', which is never given"
                f"{nearest(vain[0], given[label])}; it is one of {listed(given[label])}."
            )


RULES: dict[str, Any] = {
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
    data = _section("data", content.pop("data", {}), path)
    base = path.resolve().parent
    folder = data.pop("folder", ".")
    if not isinstance(folder, str):
        raise ConfigError(
            f"In {path}, data.folder is {_shown(folder)}; it is text in quotation marks."
        )
    sections = {
        name: _rules(RULES[name], name, _own(name) | _section(name, values, path), path)
        for name, values in content.items()
    }
    report = sections.get("report", ReportRules())
    settings = Settings(
        **sections
        | {
            "report": dataclasses.replace(report, folder=base / report.folder.expanduser()),
            "data_folder": base / Path(folder).expanduser(),
            "sources": _sources(data, path),
            "path": path.resolve(),
        }
    )
    return _check_labels(settings)


def _own(section: str) -> dict[str, Any]:
    """Return where a section's defaults are not those of its rules: abc_heads goes by heads."""
    usual, own = RULES[section](), getattr(Settings(), section)
    names = [item.name for item in dataclasses.fields(own)]
    return {
        name: getattr(own, name) for name in names if getattr(own, name) != getattr(usual, name)
    }


def _section(name: str, values: Any, path: Path) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ConfigError(f"In {path}, {name} is a section: write [{name}] above its keys.")
    return values


def _sources(data: dict[str, Any], path: Path) -> dict[str, SourceRules]:
    unknown = [name for name in data if name not in TABLES]
    if unknown:
        raise ConfigError(
            f"{path} has the unknown table [data.{unknown[0]}]{nearest(unknown[0], TABLES)}. "
            f"The tables are {', '.join(TABLES)}."
        )
    return {
        name: _rules(SourceRules, f"data.{name}", _section(f"data.{name}", values, path), path)
        for name, values in data.items()
    }


def _rules(kind: Any, section: str, values: dict[str, Any], path: Path) -> Any:
    """Build one section's rules; strict, so that 0.2 in quotes is not taken for a number."""
    try:
        return TypeAdapter(kind).validate_json(
            json.dumps(values, default=_no_text), strict=True, extra="forbid"
        )
    except ConfigError as error:
        raise ConfigError(f"In {path}, [{section}]: {error}") from error
    except ValidationError as error:
        raise ConfigError(f"In {path}, {_said(kind, section, error)}") from error


def _said(kind: Any, section: str, error: ValidationError) -> str:
    """Say the first problem of a section: where, what is there, what should be."""
    problems = error.errors()
    # a key that is not known may be why another one is missing
    problem = next(
        (one for one in problems if one["type"] == "unexpected_keyword_argument"), problems[0]
    )
    places = [place for place in problem["loc"] if place not in BRANCHES]
    where = f"{section}{''.join(_step(place) for place in places)}"
    if problem["type"] == "unexpected_keyword_argument":
        known = [item.name for item in dataclasses.fields(_kind_at(kind, places[:-1]))]
        hint = nearest(str(places[-1]), known)
        return f"{where} is not known{hint}. The keys are {listed(known, 20)}."
    if problem["type"] == "missing":
        return f"{where} is missing."
    found = problem["input"]
    wanted = WANTED.get(problem["type"])
    if wanted is None:
        return f"{where} is {_shown(found)}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
    if len(places) < len(problem["loc"]):
        wanted += ", or a list of such"
    if wanted.endswith("number") and isinstance(found, str):
        wanted += ", without quotation marks"
    return f"{where} is {_shown(found)}; it is {wanted}."


def _no_text(value: dt.date | dt.time) -> str:
    raise ConfigError(
        f"{value} is a day or a time; nothing here is one, unless in quotation marks."
    )


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _step(place: str | int) -> str:
    return f".{place}" if isinstance(place, str) else f" (number {place + 1})"


def _kind_at(kind: Any, places: list[str | int]) -> Any:
    """Return the rules that stand at a place: those of a play inside the playbook's."""
    for place in places:
        parts = (
            [item.type for item in dataclasses.fields(kind) if item.name == place]
            if dataclasses.is_dataclass(kind)
            else [part for part in get_args(kind) if dataclasses.is_dataclass(part)]
        )
        kind = next(iter(parts), kind)
    return kind
