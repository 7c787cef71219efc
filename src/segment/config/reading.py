"""segment.toml into frozen rules: what is not known is refused, faults are told with place."""

import dataclasses
from pathlib import Path
from typing import Any

from segment import rulefile
from segment.company import ReportRules
from segment.config.settings import RULES, Settings, check_labels
from segment.data import SourceRules
from segment.errors import ConfigError, nearest
from segment.rulefile import FILE_NAME, find, rules, section, shown
from segment.schema import TABLES

__all__ = ["FILE_NAME", "find", "load"]

MOVED = {"lists": "it is in_lists of [privacy] now"}  # sections of earlier versions


def load(path: Path | None) -> Settings:
    """Read segment.toml; without a path, all defaults.

    Raises:
        ConfigError: The file is absent or no TOML, holds an unknown section or key, or a value
            that its rules refuse.
    """
    if path is None:
        return Settings()
    content = rulefile.content(path)
    known = [*RULES, "data"]
    unknown = [name for name in content if name not in known]
    if unknown:
        moved = MOVED.get(unknown[0])
        hint = f" ({moved})" if moved else nearest(unknown[0], known)
        raise ConfigError(
            f"{path} has the unknown section [{unknown[0]}]{hint}. "
            f"The sections are {', '.join(known)}."
        )
    data = section("data", content.pop("data", {}), path)
    base = path.resolve().parent
    folder = data.pop("folder", ".")
    if not isinstance(folder, str):
        raise ConfigError(
            f"In {path}, data.folder is {shown(folder)}; it is text in quotation marks."
        )
    sections = {
        name: rules(RULES[name], name, _own(name) | section(name, values, path), path)
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


def _sources(data: dict[str, Any], path: Path) -> dict[str, SourceRules]:
    unknown = [name for name in data if name not in TABLES]
    if unknown:
        raise ConfigError(
            f"{path} has the unknown table [data.{unknown[0]}]{nearest(unknown[0], TABLES)}. "
            f"The tables are {', '.join(TABLES)}."
        )
    return {
        name: rules(SourceRules, f"data.{name}", section(f"data.{name}", values, path), path)
        for name, values in data.items()
    }
