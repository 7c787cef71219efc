"""The rules that a month was made by, kept beside its tables, so that months can be compared."""

import json
from pathlib import Path
from typing import Any

from segment import config

FILE_NAME = "rules.json"
NAMES = ("name", "reason", "column", "label")  # what a rule among several of a kind is called by


def write(settings: config.Settings, folder: Path) -> None:
    """Write the rules in force into the folder of a month."""
    kept = config.effective(settings)
    text = json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True, default=str)
    (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8", newline="\n")


def read(folder: Path) -> dict[str, Any] | None:
    """Return the rules of a month by dotted key; None where they were not kept or are damaged."""
    try:
        held = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return dict(_flat("", held)) if isinstance(held, dict) else None


def _flat(prefix: str, value: Any) -> list[tuple[str, Any]]:
    """Return the values below a key: those of a play by its reason, not by its place."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        value = dict(zip(_called(value), value, strict=True))
    if not isinstance(value, dict) or not value:
        return [(prefix, value)]
    below = (_flat(f"{prefix}.{key}" if prefix else key, it) for key, it in value.items())
    return [pair for pairs in below for pair in pairs]


def _called(items: list[dict[str, Any]]) -> list[str]:
    """Return what tells the rules of a list apart: a name that no two share, else their places."""
    for name in NAMES:
        names = [str(item[name]) for item in items if name in item]
        if len(set(names)) == len(items):
            return names
    return [str(place) for place in range(1, len(items) + 1)]
