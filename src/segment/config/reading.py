"""segment.toml into frozen rules: what is not known is refused, faults are told with place."""

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from segment.company import ReportRules
from segment.config.settings import RULES, Settings, check_labels
from segment.data import SourceRules
from segment.errors import ConfigError, listed, nearest
from segment.schema import TABLES

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
MOVED = {"lists": "it is in_lists of [privacy] now"}  # sections of earlier versions
BRANCHES = {"str", "tuple[str, ...]"}  # of a value that may be one text or several


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
        moved = MOVED.get(unknown[0])
        hint = f" ({moved})" if moved else nearest(unknown[0], known)
        raise ConfigError(
            f"{path} has the unknown section [{unknown[0]}]{hint}. "
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
    return check_labels(settings)


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
            json.dumps(values, default=_as_table), strict=True, extra="forbid"
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


def _as_table(value: Any) -> Any:
    """Write a default that is made of rules, such as a score's criteria, as the file would."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
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
