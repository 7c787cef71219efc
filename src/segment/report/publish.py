"""Publishing: a month is built aside and moved into place by one rename, under a lock.

`reports/` holds whole months only, whatever interrupts a run. Where a month is replaced, the two
folders change places in one step. A system that cannot do that takes two renames, and a run that
was killed between them is mended by the next one.
"""

import ctypes
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from segment.errors import BusyError, DataError, RunError
from segment.report import card, failures, months

INDEX = "index.html"
LOCK = ".lock"
WORK = ".work"
FAILED = failures.FOLDER
OWN_FOLDER = 0o700  # what was not published may name customers
HALF_WRITTEN = re.compile(r"\..+\.[0-9a-f]{8}")  # see `write_text`
AT_CURRENT_FOLDER, EXCHANGE = -100, 2  # of renameat2, in Linux's fcntl.h and fs.h
REPLACED = re.compile(rf"(?P<month>{months.NAME.pattern})\.replaced")
AT_WORK = re.compile(rf"(?P<month>{months.NAME.pattern})-[0-9a-f]{{8}}")


def published(reports: Path) -> list[Path]:
    """Return the folders of the published months, oldest first."""
    if not reports.is_dir():
        return []
    return sorted(
        folder
        for folder in reports.iterdir()
        if months.is_name(folder.name) and (folder / card.FILE_NAME).is_file()
    )


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Keep every other run away from `reports`, and mend what a killed one left.

    Raises:
        BusyError: Another run is at work there.
    """
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(
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
            continue
        killed = AT_WORK.fullmatch(folder.name)
        if killed and not _was_replaced(folder, reports / killed["month"]):
            failures.leave_killed(reports, killed["month"])
        shutil.rmtree(folder)
    hidden = (path for folder in published(reports) for path in folder.rglob(".*"))
    for path in [*reports.glob(".*"), *hidden]:
        if HALF_WRITTEN.fullmatch(path.name):
            path.unlink()


def _was_replaced(folder: Path, month: Path) -> bool:
    """Tell whether a folder at work is the old month, which a killed run had just replaced."""
    try:
        return card.read(folder).finished_at < card.read(month).finished_at
    except DataError:
        return False  # it had no card yet, or the month was never published


@contextmanager
def work_folder(reports: Path, month: str, at: Callable[[], str] = lambda: "") -> Iterator[Path]:
    """Give a folder to build a month in; keep it under `.failed` where the run fails.

    Whatever fails but Ctrl-C also leaves its sentence there, for the index; `at` gives the step
    that it failed at.

    Raises:
        RunError: The one that the block raised, with where its partial month is kept.
    """
    work = reports / WORK / f"{month}-{secrets.token_hex(4)}"
    work.parent.mkdir(mode=OWN_FOLDER, exist_ok=True)
    work.mkdir()
    given = work.stat().st_ino
    try:
        yield work
    except RunError as problem:
        kept = reports / FAILED / month
        try:
            _remove(kept)
            kept.parent.mkdir(mode=OWN_FOLDER, exist_ok=True)
            work.rename(kept)
        except OSError:  # the disk is full, say
            failures.leave(reports, month, problem, at())
            raise RunError(f"{problem}\nNothing was published.") from problem
        failures.leave(reports, month, problem, at())
        raise RunError(
            f"{problem}\nNothing was published. What was made so far is kept in {kept}"
        ) from problem
    except Exception as problem:
        # where the month was published before, the folder is gone, or is the one it replaced
        if work.exists() and work.stat().st_ino == given:
            shutil.rmtree(reports / FAILED / month, ignore_errors=True)
            failures.leave(reports, month, problem, at())
        raise
    finally:
        _remove(work)


def publish(work: Path, reports: Path, month: str) -> Path:
    """Move a finished month into place and return where it is now."""
    target, replaced = reports / month, reports / WORK / f"{month}.replaced"
    _flush(work)
    if not target.exists():
        work.rename(target)
    elif not _exchanged(work, target):
        target.rename(replaced)
        try:
            work.rename(target)
        except BaseException:
            replaced.rename(target)
            raise
    with suppress(OSError):  # the month is in place; what is left here the next run clears
        _flush_folder(reports)
        _remove(replaced)
        failures.forget(reports, month)
    return target


def _exchanged(one: Path, other: Path) -> bool:
    """Have two folders change places in one step; False where the system cannot do that."""
    try:
        change = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # no Linux, or one before 2014
        return False
    here = AT_CURRENT_FOLDER
    return bool(change(here, os.fsencode(one), here, os.fsencode(other), EXCHANGE) == 0)


def write_text(path: Path, text: str) -> None:
    """Write a file so that readers find the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


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
