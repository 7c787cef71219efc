"""Failure drills: a disk that is full at the door, in a notebook, at the pages, at publishing."""

import re
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from drills import call, digest, established
from toys import TABLE, five

FULL = "No space left on device"
BLOCK = 512  # bytes of st_blocks
SHARES = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.85, 0.9, 0.94, 0.98)  # of the room that a month takes


def mounted(folder: Path, *words: str) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run([*words, str(folder)], check=True, capture_output=True)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, made smaller and larger by `resize`."""
    folder = tmp_path / "disk"
    try:
        mounted(folder, "mount", "-t", "tmpfs", "-o", "size=64m", "none")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(disk: Path, n_bytes: int) -> None:
    words = ["mount", "-o", f"remount,size={n_bytes}", str(disk)]
    subprocess.run(words, check=True, capture_output=True)


def used(disk: Path) -> int:
    return shutil.disk_usage(disk).used


def failed_step(said: str) -> str:
    """Return which step of a run failed, without its number."""
    found = re.search(r"^✗ (Notebook|[A-Z][a-z ]+)", said, re.M)
    return found[1].strip() if found else ""


@pytest.mark.drill
def test_a_disk_that_fills_at_any_step_leaves_whole_months(tmp_path, small_disk):
    here, reports = established(tmp_path / "company"), small_disk / "reports"
    shutil.copytree(
        here / "reports", reports, ignore=shutil.ignore_patterns(".*", "heartbeat.json")
    )
    five(here / "notebooks", n2=f"open('tables/big', 'wb').write(bytes(200_000))\n{TABLE}")
    words = ("run", "--reports", str(reports), "--as-of", "2026-10-30")
    assert call(here, *words).returncode == 0
    month = reports / "2026-10-30"
    needs = sum(path.stat().st_blocks * BLOCK for path in month.rglob("*"))
    shutil.rmtree(month)
    assert call(here, "index", "--reports", str(reports)).returncode == 0
    before, at_rest = digest(reports), used(small_disk)

    steps = []
    for share in SHARES:
        resize(small_disk, at_rest + round(share * needs))
        done = call(here, *words)
        assert done.returncode == 3, (share, done.stderr)
        assert FULL in done.stderr, (share, done.stderr)
        assert "Nothing was published." in done.stderr
        assert "Traceback" not in done.stderr
        assert digest(reports) == before
        steps.append(failed_step(done.stderr))
        shutil.rmtree(reports / ".failed", ignore_errors=True)  # what is kept takes room as well
    assert set(steps) == {"", "Notebook", "Make the pages"}, steps  # the first: at the door

    resize(small_disk, at_rest + needs + BLOCK)  # room for the month, none for the next index
    done = call(here, *words)
    assert done.returncode == 1, done.stderr
    assert "is published, but not listed on the page of all months" in done.stderr
    assert {name for name in digest(reports) if name not in before} == {
        name for name in digest(reports) if name.startswith("2026-10-30/")
    }
    resize(small_disk, 64_000_000)
    assert call(here, "index", "--reports", str(reports)).returncode == 0
    assert "2026-10-30/" in (reports / "index.html").read_text("utf-8")
    whole = digest(month)
    assert call(here, *words, "--force").returncode == 0
    assert {name for name in whole if digest(month)[name] != whole[name]} == {"run.json"}


@pytest.mark.drill
@pytest.mark.parametrize("n_bytes", [500, 2_000, 6_000, 20_000])
def test_a_file_that_may_not_grow_is_told_and_the_months_stay_whole(tmp_path, n_bytes):
    here = established(tmp_path / "company")
    five(here / "notebooks", n2=f"open('tables/big', 'wb').write(bytes(200_000))\n{TABLE}")
    before = digest(here / "reports")
    done = call(
        here, "run", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes,) * 2)
    )  # fmt: skip

    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert "Nothing was published." in done.stderr
    assert digest(here / "reports") == before
    five(here / "notebooks")
    assert call(here, "run").returncode == 0
