"""Failure drills: a run that is killed at any moment, around the renames as well."""

import json
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from drills import begin, call, digest, established, kill, left, temporary, tree
from segment import sample
from segment.sample import SampleRules
from toys import TABLE, five

ROOT = Path(__file__).parents[1]
SMALL = SampleRules(n_customers=400, n_prospects=400, n_responses=60)
SEED = 7
MOMENTS, EVENTS = 12, 8
LONGEST = 120.0  # seconds of a run that is to be killed by an event
FOLDERS = {"2026-09", "2026-10"}
CHANGED = f"print('changed')\n{TABLE}"
# Kills the run before its n-th touch of the reports folder; counts them where n is 0.
AUDITED = """
import os, signal, sys
at, seen, reports = int(os.environ["DRILL_AT"]), [0], os.path.join(os.getcwd(), "reports")
TOUCHES = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir")

def hook(event, given):
    if event in TOUCHES and given and isinstance(given[0], (str, os.PathLike)):
        if os.fspath(given[0]).startswith(reports):
            seen[0] += 1
            if seen[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
from segment.cli import main
try:
    main()
finally:
    if not at:
        print("touches:", seen[0], file=sys.stderr)
"""


def month(reports: Path, name: str) -> dict[str, str]:
    """Return the digest of a month but for its run card, which holds the time."""
    found = digest(reports / name)
    assert json.loads((reports / name / "run.json").read_text("utf-8"))["month"] == name
    return {file: mark for file, mark in found.items() if file != "run.json"}


@pytest.mark.drill
def test_what_a_killed_run_started_ends_by_itself(tmp_path):
    here = established(tmp_path / "company")
    five(here / "notebooks", n1="import time\ntime.sleep(600)")
    before = digest(here / "reports")
    with begin(here, "run") as process:
        assert process.stderr.readline().startswith("✓ Read and check the data")
        time.sleep(4)  # the kernel is up
        started = tree(process)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    assert len(started) >= 3  # the run, two workers, a kernel
    assert left(started) == []
    assert digest(here / "reports") == before

    five(here / "notebooks", n1=TABLE)
    assert call(here, "run").returncode == 0
    assert not list((here / "reports").glob(".work/*"))


def killed(here: Path, wait: float, env: dict[str, str], *, everything: bool) -> int:
    """Kill a run after a time, alone or with everything that it started; return how it ended."""
    process = begin(here, "run", start=AUDITED, env=env)
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        started = tree(process)
        kill(started if everything else started[:1])
        process.communicate()  # before psutil takes its exit status
        assert left(started) == []
    process.communicate()
    return process.returncode


@pytest.mark.drill
def test_a_run_killed_at_20_random_moments_leaves_whole_months(tmp_path):
    chance = random.Random(SEED)
    here = established(tmp_path / "company")
    reports, kept = here / "reports", tmp_path / "kept"
    shutil.copytree(reports, kept)
    five(here / "notebooks", n5=CHANGED)
    env = temporary(tmp_path / "tmp") | {"DRILL_AT": "0"}
    began = time.monotonic()
    counted = call(here, "run", start=AUDITED, env=env)
    seconds = time.monotonic() - began
    touches = int(counted.stderr.rsplit("touches: ", 1)[1])
    old, new = month(kept, "2026-10"), month(reports, "2026-10")
    assert old != new
    september, index = month(kept, "2026-09"), (kept / "index.html").read_bytes()
    assert (reports / "index.html").read_bytes() == index  # neither figure nor time is on it

    moments = [((place + chance.random()) * seconds / MOMENTS, 0) for place in range(MOMENTS)]
    events = [(LONGEST, round(touches * (0.5 + 0.5 * chance.random()))) for _ in range(EVENTS)]
    waiting, new_ones = moments + events, []
    while waiting:
        wait, at = waiting.pop()
        shutil.rmtree(reports / "2026-10")  # as it was before any of these
        shutil.copytree(kept / "2026-10", reports / "2026-10")
        status = killed(here, wait, env | {"DRILL_AT": str(at)}, everything=chance.random() < 0.5)

        assert month(reports, "2026-09") == september
        assert month(reports, "2026-10") in (old, new), (wait, at)
        # the page of all months tells of runs that were killed, and is whole
        assert (reports / "index.html").read_bytes().endswith(b"</html>\n")
        assert {name.split("/")[0] for name in digest(reports)} == FOLDERS
        if status == -signal.SIGKILL:
            new_ones.append(month(reports, "2026-10") == new)
        else:  # it was through before, on a machine that has less to do than at first
            assert status == 0
            waiting.append((0.8 * wait, at * 9 // 10))

    assert len(new_ones) == MOMENTS + EVENTS
    assert set(new_ones) == {True, False}  # on both sides of the exchange
    assert call(here, "run").returncode == 0
    assert month(reports, "2026-10") == new
    assert (reports / "index.html").read_bytes() == index
    assert list((reports / ".work").iterdir()) == []
    assert [path.name for path in reports.rglob(".*") if path.is_file()] == [".lock"]


@pytest.mark.drill
def test_a_true_run_killed_in_its_middle_leaves_the_month_before_and_the_next_one_is_whole(
    tmp_path,
):
    shutil.copy(ROOT / "segment.toml", tmp_path)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    sample.write(tmp_path / "data" / "sample", SMALL)
    began = time.monotonic()
    assert call(tmp_path, "run", "--as-of", "2026-09").returncode == 0
    seconds = time.monotonic() - began
    before = digest(tmp_path / "reports")

    with begin(tmp_path, "run") as process:
        time.sleep(seconds / 2)
        started = tree(process)
        process.send_signal(signal.SIGKILL)
    assert left(started) == []
    assert digest(tmp_path / "reports") == before
    asked = call(tmp_path, "check", "--stale")
    assert asked.returncode == 1
    assert "has begun there and not ended: it is at work, or was killed" in asked.stderr

    assert call(tmp_path, "run").returncode == 0
    after = digest(tmp_path / "reports")
    moved = {name for name in before if before[name] != after[name]}
    assert moved <= {name for name in before if name.endswith(".html")}  # the way to the next month
    assert (tmp_path / "reports" / "2026-10" / "run.json").is_file()
