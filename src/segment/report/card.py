"""The run card: what a report was made from, so that it can be made again and compared.

Its file `run.json` is also what the index knows about a month.
"""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from segment.errors import ConfigError, DataError

FILE_NAME = "run.json"
FORMAT = 2
STATUSES = ("complete", "provisional")
PACKAGES = (
    "segment", "polars", "dataframely", "lifetimes", "scikit-learn", "numpy", "scipy", "pandas",
    "matplotlib", "great-tables", "papermill", "nbconvert",
)  # fmt: skip
LOCKS = ("pylock.toml", "requirements.lock", "uv.lock", "requirements.txt")
# What decides the numbers; a changed README does not make a report another one.
CODE = ("src", "notebooks", "pyproject.toml")


@dataclass(frozen=True, kw_only=True)
class FileMark:
    """A file as it was: its name, size in bytes and content."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RunCard:
    """Everything that a published month was made from.

    `languages` are those of its pages, the company's own first. `account` holds one row a table:
    n_in, n_accepted, n_set_aside, n_excluded, n_later and the money of each. The two times are
    the only ones that a report holds, and no page shows them.
    """

    month: str
    as_of: str
    status: str
    company: str
    currency: str
    languages: tuple[str, ...]
    parameters: Mapping[str, str]
    inputs: tuple[FileMark, ...]
    notebooks: tuple[FileMark, ...]
    config: FileMark | None
    lock: FileMark | None
    code: str
    versions: Mapping[str, str]
    account: tuple[Mapping[str, Any], ...]
    headline: Mapping[str, Any]
    started_at: str
    finished_at: str
    format: int = FORMAT

    def __post_init__(self) -> None:
        """Refuse a card that cannot be true.

        Raises:
            ConfigError: The status is no status, or the format is another one.
        """
        if self.status not in STATUSES:
            raise ConfigError(f"The status '{self.status}' is none of {', '.join(STATUSES)}.")
        if self.format != FORMAT:
            raise ConfigError(f"The run card has format {self.format}; this version has {FORMAT}.")


def mark(path: Path) -> FileMark:
    """Return the name, size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileMark(name=path.name, size=path.stat().st_size, sha256=digest)


def marks(paths: Iterable[Path]) -> tuple[FileMark, ...]:
    """Return the marks of files, in their order."""
    return tuple(mark(path) for path in paths)


def versions() -> dict[str, str]:
    """Return the version of Python and of every package that numbers pass through."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def code(checkout: Path) -> str:
    """Return which code ran: the commit where the package is a checkout, else its version.

    A commit with changes that are not in it ends in "+changes".
    """
    release = version("segment")
    if not (checkout / ".git").exists():
        return release
    commit = _git(checkout, "rev-parse", "--short=12", "HEAD")
    if not commit:
        return release
    changed = _git(checkout, "status", "--porcelain", "--", *CODE)
    return f"{release} {commit}{'+changes' if changed else ''}"


def _git(folder: Path, *words: str) -> str:
    try:
        said = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""  # no git here, or a checkout that is another user's
    return said.stdout.strip()


def lock(checkout: Path) -> FileMark | None:
    """Return the mark of the file that pins the packages, if the checkout has one."""
    path = next((checkout / name for name in LOCKS if (checkout / name).is_file()), None)
    return mark(path) if path else None


def page(month: str, language: str, name: str) -> str:
    """Return where the page `name` of a month is, as seen from the folder of the reports."""
    return f"{month}/{language}/{name}.html"


def write(card: RunCard, folder: Path) -> None:
    """Write the card into the folder of its month."""
    text = json.dumps(asdict(card), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / FILE_NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> RunCard:
    """Read the card of a published month.

    Raises:
        DataError: The card is not readable as one.
    """
    path = folder / FILE_NAME
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        files = {
            name: tuple(FileMark(**item) for item in held[name]) for name in ("inputs", "notebooks")
        }
        single = {
            name: FileMark(**held[name]) if held[name] else None for name in ("config", "lock")
        }
        listed = {name: tuple(held[name]) for name in ("languages", "account")}
        return RunCard(**held | files | single | listed)
    except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
        raise DataError(
            f"{path} cannot be read as a run card ({error}); make the month again with "
            f"`segment run --as-of {folder.name}`, or move its folder away."
        ) from None
