"""The first stage of a month, executed while the month before it is still in the making.

Of the month before it needs no more than the transactions that were read for it, which are there
from the start; they are linked, so that they stay as they are when that month is published.
"""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from segment import inputs
from segment.report import making, months, publish
from segment.report.making import Bench
from segment.report.plan import Plan
from segment.report.progress import Steps

PATIENCE_SECONDS = 0.2  # see `stages`
GIVES_WAY = 10  # the month that is due comes first
FOLDER = "ahead"  # among the folders at work
KEPT = Path("inputs", "transactions.parquet")


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Where months are begun ahead: a worker of its own and a thread that waits for it."""

    planned: Plan
    folder: Path
    bench: Bench
    pool: ThreadPoolExecutor
    steps: Steps


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A month that was begun ahead: its tables, its folder, and when its first stage is through."""

    found: inputs.Inputs
    folder: Path
    started_at: Future[str]


@contextmanager
def lane(planned: Plan, steps: Steps) -> Iterator[Lane]:
    """Open a lane; what is still at work when it closes is stopped and thrown away."""
    folder = planned.reports / publish.WORK / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with ThreadPoolExecutor(1) as pool, making.bench(1, GIVES_WAY) as bench:
            yield Lane(planned=planned, folder=folder, bench=bench, pool=pool, steps=steps)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def begin(lane: Lane, found: inputs.Inputs, before: Path) -> Begun:
    """Begin a month while the one before it is made in the folder `before`."""
    month = months.name(found.as_of)
    folder, past = lane.folder / month, lane.folder / f"before-{month}"
    folder.mkdir(parents=True)
    kept = past / before.name[: len(month)] / KEPT
    kept.parent.mkdir(parents=True)
    os.link(before / KEPT, kept)
    begun = lane.pool.submit(
        making.begin, lane.planned, found, folder, lane.bench, lane.steps, past
    )
    return Begun(found=found, folder=folder, started_at=begun)


def take(begun: Begun, work: Path) -> str:
    """Move a month that was begun into its folder, once its first stage is through.

    Raises:
        SegmentError: The first stage did not come through.
    """
    while not wait([begun.started_at], timeout=PATIENCE_SECONDS).done:
        pass
    for path in begun.folder.iterdir():
        path.rename(work / path.name)
    return begun.started_at.result()
