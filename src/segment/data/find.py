"""Which files hold a table: as declared, or by the table's name in the data folder."""

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from segment.data.rules import SourceRules
from segment.errors import DataError, listed, nearest

ENDINGS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls")
IN_PACKAGE = "package:"
GLOB_MARKS = "*?["
LOCK_OF_AN_OPEN_WORKBOOK = "~$"


def find(table: str, rules: SourceRules, folder: Path) -> list[Path]:
    """Return the files of a table, none if none is declared and none bears its name.

    Raises:
        DataError: A declared file is not there, or the name alone leaves a choice.
    """
    if not rules.patterns:
        return _by_name(table, folder)
    found = [path for pattern in rules.patterns for path in _declared(table, pattern, folder)]
    return list(dict.fromkeys(found))


def _by_name(table: str, folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(f"There is no data folder {folder}; create it or name another one.")
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.stem.lower() == table and path.suffix.lower() in ENDINGS
    ]
    if len(found) > 1:
        names = [path.name for path in found]
        raise DataError(
            f"{listed(names)} in {folder} could each be the table {table}; name the right one: "
            f'files = "{names[0]}" under [data.{table}] in segment.toml.'
        )
    return found


def _declared(table: str, pattern: str, folder: Path) -> list[Path]:
    try:
        return _matching(table, pattern, folder)
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL, **x, ~nobody
        raise DataError(
            f"{pattern!r} under [data.{table}] of segment.toml is not a file name or glob: {error}."
        ) from None


def _matching(table: str, pattern: str, folder: Path) -> list[Path]:
    if pattern.startswith(IN_PACKAGE):
        return [_in_package(table, pattern)]
    path = folder / Path(pattern).expanduser()
    if path.exists() or not any(mark in pattern for mark in GLOB_MARKS):
        return [_checked(table, path)]
    root = Path(path.anchor)
    matches = [
        match
        for match in sorted(root.glob(str(path.relative_to(root))))
        if match.is_file() and not match.name.startswith(LOCK_OF_AN_OPEN_WORKBOOK)
    ]
    if not matches:
        raise DataError(
            f"No file matches {pattern} under [data.{table}] of segment.toml; "
            f"{_contents(_existing(path.parent))}."
        )
    return matches


def _checked(table: str, path: Path) -> Path:
    if path.is_dir():
        raise DataError(
            f"{path} is a folder; [data.{table}] needs a file, or a glob such as "
            f'files = "{path.name}/*.csv".'
        )
    if not path.is_file():
        folder = _existing(path.parent)
        hint = nearest(path.name, (item.name for item in folder.iterdir()))
        raise DataError(
            f"There is no file {path}, which [data.{table}] of segment.toml names{hint}; "
            f"{_contents(folder)}."
        )
    return path


def _in_package(table: str, pattern: str) -> Path:
    package, _, inside = pattern.removeprefix(IN_PACKAGE).partition("/")
    # The top-level name only: finding a submodule would import its parents.
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"{pattern} under [data.{table}] names the package '{package}', which is not installed."
        )
    return _checked(table, Path(spec.submodule_search_locations[0]) / inside)


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.is_dir())


def _contents(folder: Path) -> str:
    names = sorted(item.name for item in folder.iterdir())
    return f"{folder} holds {listed(names, 8)}" if names else f"{folder} is empty"


def labels(paths: Sequence[Path], folder: Path) -> list[str]:
    """Return how readers are told of each file: its name, with its folder where names repeat."""
    names = Counter(path.name for path in paths)
    return [
        path.name
        if names[path.name] == 1
        else str(path.relative_to(folder) if path.is_relative_to(folder) else path)
        for path in paths
    ]
