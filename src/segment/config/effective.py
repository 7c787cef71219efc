"""The rules as they were in force: what segment.toml says and its defaults, as plain values.

Two months are told apart by these and not by the file, in which a comment may have moved. Where
files lie and what else belongs to a machine is no rule.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segment.config.settings import RULES, Settings

OF_THE_MACHINE = ("report",)  # folders, time limits: they change no number and no word


def effective(settings: Settings) -> dict[str, Any]:
    """Return every rule by its section and key, also those where segment.toml is silent."""
    sections = {
        name: _plain(getattr(settings, name)) for name in RULES if name not in OF_THE_MACHINE
    }
    return sections | {"data": _plain(settings.sources)}


def _plain(value: Any) -> Any:
    """Return a value without its classes; paths are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(it) for key, it in value.items() if not isinstance(it, Path)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(it) for it in value if not isinstance(it, Path)]
    return value
