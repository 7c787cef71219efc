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
SIZES = 12


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
    here = established(tmp_path / "company")
    reports = small_disk / "reports"
    shutil.copytree(here / "reports", reports, ignore=shutil.ignore_patterns(".*"))
    five(here / "notebooks", n2=f"open('tables/big', 'wb').write(bytes(200_000))\n{TABLE}")
    before, at_rest = digest(reports), used(small_disk)
    words = ("run", "--reports", str(reports), "--as-of", "2026-10-30")
    probe = shutil.copytree(here / "reports", tmp_path / "probe")
    assert call(here, *words[:2], str(probe), *words[3:]).returncode == 0
    needs = sum(-(-it.stat().st_size // 4096) * 4096 for it in (probe / "2026-10-30").rglob("*"))

    steps = []
    for place in range(SIZES):
        resize(small_disk, at_rest + 8192 + place * needs // SIZES)
        done = call(here, *words)
        assert done.returncode == 3, (place, done.stderr)
        assert FULL in done.stderr, (place, done.stderr)
        assert "Nothing was published." in done.stderr
        assert "Traceback" not in done.stderr
        assert digest(reports) == before
        steps.append(failed_step(done.stderr))
    assert {"Notebook", "Make the pages"} < set(steps), steps

    resize(small_disk, 64_000_000)
    assert call(here, *words).returncode == 0
    after = digest(reports)
    assert (reports / "2026-10-30" / "run.json").is_file()
    assert {name for name in before if before[name] != after[name]} <= {
        name
        for name in before
        if name.endswith(".html")  # they lead to the new month
    }


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
