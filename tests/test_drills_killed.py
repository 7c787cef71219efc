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
from toys import TABLE, five

SEED = 7
MOMENTS, EVENTS = 12, 8
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


def test_what_a_killed_run_started_ends_by_itself(here):
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


def month(reports: Path, name: str) -> dict[str, str]:
    """Return the digest of a month but for its run card, which holds the time."""
    found = digest(reports / name)
    assert json.loads((reports / name / "run.json").read_text("utf-8"))["month"] == name
    return {file: mark for file, mark in found.items() if file != "run.json"}


@pytest.mark.drill
def test_a_run_killed_at_20_random_moments_leaves_whole_months(tmp_path):
    chance = random.Random(SEED)
    old = established(tmp_path / "old")
    new = tmp_path / "new"
    shutil.copytree(old, new)
    five(new / "notebooks", n5=CHANGED)
    before = digest(old / "reports")
    env = temporary(tmp_path / "tmp") | {"DRILL_AT": "0"}
    began = time.monotonic()
    counted = call(new, "run", start=AUDITED, env=env)
    seconds = time.monotonic() - began
    touches = int(counted.stderr.rsplit("touches: ", 1)[1])
    shutil.rmtree(old / "notebooks")
    shutil.copytree(new / "notebooks", old / "notebooks")
    whole = [month(folder / "reports", "2026-10") for folder in (old, new)]
    index = {digest(folder / "reports")["index.html"] for folder in (old, new)}
    assert whole[0] != whole[1]

    moments = [(place + chance.random()) * seconds / MOMENTS for place in range(MOMENTS)]
    events = [round(touches * (0.5 + 0.5 * chance.random())) for _ in range(EVENTS)]
    seen = []
    for wait, at in [*((it, 0) for it in moments), *((60.0, it) for it in events)]:
        process = begin(old, "run", start=AUDITED, env=env | {"DRILL_AT": str(at)})
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            kill(tree(process) if chance.random() < 0.5 else tree(process)[:1])
        started = tree(process)
        process.communicate()
        after = digest(old / "reports")
        now = month(old / "reports", "2026-10")
        assert left(started) == []
        assert now in whole, (wait, at)
        assert {k: v for k, v in after.items() if k.startswith("2026-09")} == {
            k: v for k, v in before.items() if k.startswith("2026-09")
        }
        assert after["index.html"] in index
        assert {name.split("/")[0] for name in after} == {"2026-09", "2026-10", "index.html"}
        seen.append((process.returncode, whole.index(now)))

    assert [code for code, _ in seen].count(-signal.SIGKILL) >= MOMENTS + EVENTS - 3, seen
    assert call(old, "run").returncode == 0
    assert month(old / "reports", "2026-10") == whole[1]
    assert list((old / "reports" / ".work").iterdir()) == []
    assert [path for path in (old / "reports").rglob(".index*")] == []
