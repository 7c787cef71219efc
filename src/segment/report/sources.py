"""What a month is made from: files read, notebooks, rules and code, and one key for all of it.

The run key tells whether anything has changed since a month was published. It holds contents and
no places or times, and the key of the month before, whose labels go on.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import segment
from segment.config import Settings
from segment.data import SourceRules
from segment.data.find import find
from segment.errors import RunError
from segment.report import card, notebooks
from segment.report.card import FileMark
from segment.schema import TABLES

PACKAGE = Path(segment.__file__).parent
# Compiled files of the package are no sources.
COMPILED = "__pycache__"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The marks of everything that decides what a month's report says.

    `code` is the commit or release that people know, `package` the SHA-256 of what is installed.
    """

    inputs: tuple[FileMark, ...]
    notebooks: tuple[FileMark, ...]
    config: FileMark | None
    lock: FileMark | None
    code: str
    package: str
    versions: dict[str, str]


def look(settings: Settings, data_path: Path, folder: Path) -> Sources:
    """Return the marks of what a run reads; `folder` holds its notebooks.

    Raises:
        DataError: A declared file is not there.
    """
    return Sources(
        inputs=card.marks(files(settings, data_path)),
        notebooks=card.marks(folder / f"{name}.ipynb" for name in notebooks.NAMES),
        config=card.mark(settings.path) if settings.path else None,
        lock=card.lock(notebooks.CHECKOUT),
        code=card.code(notebooks.CHECKOUT),
        package=package(),
        versions=card.versions(),
    )


def key(made_from: Sources, as_of: str, languages: Sequence[str], before: str) -> str:
    """Return the run key of a month; `before` is that of the month before, empty without one."""
    held = asdict(made_from)
    del held["code"]  # a commit that changes no file of the package changes nothing
    facts = held | {"as_of": as_of, "languages": list(languages), "before": before}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def package() -> str:
    """Return the SHA-256 of the files of this package, by their names and contents."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and COMPILED not in path.parts:
            name = path.relative_to(PACKAGE).as_posix()
            digest.update(f"{name} {card.mark(path).sha256}\n".encode())
    return digest.hexdigest()


def unchanged(made_from: Sources, settings: Settings, data_path: Path) -> None:
    """Stop where an input file is not what it was when the run began to read.

    Raises:
        RunError: A file was written meanwhile.
    """
    now = card.marks(files(settings, data_path))
    for then, again in zip(made_from.inputs, now, strict=True):
        if then != again:
            raise RunError(f"{then.name} was written while the run read it; run again.")


def files(settings: Settings, data_path: Path) -> list[Path]:
    """Return every input file of every table, in the order of the tables.

    `data_path` is the data folder, or one file of transactions, which is then the only one.

    Raises:
        DataError: A declared file is not there.
    """
    if data_path.is_file():
        return [data_path]
    return [
        path
        for table in TABLES
        for path in find(table, settings.sources.get(table, SourceRules()), data_path)
    ]
