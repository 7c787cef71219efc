"""Publishing: a month is built aside and moved into place by one rename, under a lock.

`reports/` holds whole months only, whatever interrupts a run. Where a month is replaced, the old
one is moved aside first; a run that was killed between the two renames is mended by the next one.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from segment.errors import RunError
from segment.report import card, months

LOCK = ".lock"
WORK = ".work"
FAILED = ".failed"
OWN_FOLDER = 0o700  # what was not published may name customers
REPLACED = re.compile(rf"(?P<month>{months.NAME.pattern})\.replaced")


def published(reports: Path) -> list[Path]:
    """Return the folders of the published months, oldest first."""
    if not reports.is_dir():
        return []
    return sorted(
        folder
        for folder in reports.iterdir()
        if months.NAME.fullmatch(folder.name) and (folder / card.FILE_NAME).is_file()
    )


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Keep every other run away from `reports`, and mend what a killed one left.

    Raises:
        RunError: Another run is at work there.
    """
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunError(
            f"Another run is writing to {reports}; wait until it has ended, or give this one "
            "another folder with --reports."
        ) from None
    try:
        _mend(reports)
        yield
    finally:
        lock.release()


def _mend(reports: Path) -> None:
    """Put a month back whose run was killed while replacing it; clear what killed runs left."""
    for folder in (reports / WORK).glob("*"):
        found = REPLACED.fullmatch(folder.name)
        if found and not (reports / found["month"]).exists():
            folder.rename(reports / found["month"])
        else:
            shutil.rmtree(folder)


@contextmanager
def work_folder(reports: Path, month: str) -> Iterator[Path]:
    """Give a folder to build a month in; keep it under `.failed` where the run fails.

    Raises:
        RunError: The one that the block raised, with where its partial month is kept.
    """
    work = reports / WORK / f"{month}-{secrets.token_hex(4)}"
    work.parent.mkdir(mode=OWN_FOLDER, exist_ok=True)
    work.mkdir()
    try:
        yield work
    except RunError as problem:
        kept = reports / FAILED / month
        _remove(kept)
        kept.parent.mkdir(mode=OWN_FOLDER, exist_ok=True)
        work.rename(kept)
        raise RunError(
            f"{problem}\nNothing was published. What was made so far is kept in {kept}"
        ) from problem
    finally:
        _remove(work)


def publish(work: Path, reports: Path, month: str) -> Path:
    """Move a finished month into place and return where it is now."""
    target, replaced = reports / month, reports / WORK / f"{month}.replaced"
    _flush(work)
    if target.exists():
        target.rename(replaced)
    work.rename(target)
    _flush_folder(reports)
    _remove(replaced)
    _remove(reports / FAILED / month)
    return target


def write_text(path: Path, text: str) -> None:
    """Write a file so that readers find the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _flush(folder: Path) -> None:
    """Have the system write a folder's files to the disk before they get their name."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in (folder, *(item for item in folder.rglob("*") if item.is_dir())):
        _flush_folder(path)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # other systems cannot open a folder
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
