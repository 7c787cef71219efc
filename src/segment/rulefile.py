"""segment.toml as a file: where it lies, and one section of it as frozen rules.

Faults are told with their place. What needs one section alone reads it from here and does not
wait for all others.
"""

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from segment.errors import ConfigError, listed, nearest

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


def find(start: Path) -> Path | None:
    """Return the segment.toml of `start` or of the nearest folder above it, if there is one."""
    folders = [start.resolve(), *start.resolve().parents]
    return next((path for folder in folders if (path := folder / FILE_NAME).is_file()), None)


def content(path: Path) -> dict[str, Any]:
    """Return what a segment.toml says, as it stands there.

    Raises:
        ConfigError: The file is absent or no TOML.
    """
    if not path.is_file():
        raise ConfigError(f"There is no config file {path}; name one with --config.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def section(name: str, values: Any, path: Path) -> dict[str, Any]:
    """Return a section's keys.

    Raises:
        ConfigError: It is a value and no section.
    """
    if not isinstance(values, dict):
        raise ConfigError(f"In {path}, {name} is a section: write [{name}] above its keys.")
    return values


def rules(kind: Any, section: str, values: dict[str, Any], path: Path) -> Any:
    """Build one section's rules; strict, so that 0.2 in quotes is not taken for a number.

    Raises:
        ConfigError: A key is unknown, or a value is refused by the rules.
    """
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
        return f"{where} is {shown(found)}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
    if len(places) < len(problem["loc"]):
        wanted += ", or a list of such"
    if wanted.endswith("number") and isinstance(found, str):
        wanted += ", without quotation marks"
    return f"{where} is {shown(found)}; it is {wanted}."


def _as_table(value: Any) -> Any:
    """Write a default that is made of rules, such as a score's criteria, as the file would."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise ConfigError(
        f"{value} is a day or a time; nothing here is one, unless in quotation marks."
    )


def shown(value: Any) -> str:
    """Return a value as it would stand in the file."""
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
