"""Months of a backfill begun ahead: three are under way at a time, one at each stage.

What a month reads of those before it is there as soon as their stages are through: the transactions
that were read for them, and their tables. Both are linked into a folder that stands for the
reports, so that they stay as they are when the month itself is published.
"""

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from segment import inputs
from segment.inputs import Inputs, Loaded
from segment.report import making, months, publish
from segment.report.making import Bench
from segment.report.plan import Plan
from segment.report.progress import Steps

N_BEGUN = 3  # months under way at a time: one at each stage
PATIENCE_SECONDS = 0.2  # see `stages`
GIVES_WAY = 10  # the first stage has the most time of all
FOLDER, PAST = "ahead", "past"  # the first among the folders at work, the second within it
TRANSACTIONS = Path("inputs", "transactions.parquet")


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """Where months are begun: for each stage processes of its own and a thread that waits for them.

    `past` holds what is known of the months before, as `reports` would.
    """

    planned: Plan
    loaded: Loaded
    folder: Path
    past: Path
    first: tuple[ThreadPoolExecutor, Bench]
    second: tuple[ThreadPoolExecutor, Bench]
    steps: Steps


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A month that was begun: its folder, and what its stages give once they are through."""

    folder: Path
    steps: Steps
    first: Future[tuple[Inputs, str]]
    second: Future[None]


@contextmanager
def lanes(planned: Plan, loaded: Loaded, days: Sequence[dt.date], steps: Steps) -> Iterator[Lanes]:
    """Open the lanes for the months that end on `days`.

    What is still at work when they close is stopped and thrown away.
    """
    folder = planned.reports / publish.WORK / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    past = folder / PAST
    past.mkdir(parents=True)
    made_here = {months.name(day) for day in days}
    for published in publish.published(planned.reports):
        if published.name not in made_here:
            (past / published.name).symlink_to(published)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        pools = [stack.enter_context(ThreadPoolExecutor(1)) for _ in range(2)]
        first = stack.enter_context(making.bench(1, GIVES_WAY))
        second = stack.enter_context(making.bench())
        for pool in pools:
            stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        yield Lanes(
            planned=planned, loaded=loaded, folder=folder, past=past, steps=steps,
            first=(pools[0], first), second=(pools[1], second),
        )  # fmt: skip


def begin(lanes: Lanes, day: dt.date) -> Begun:
    """Begin the month that ends on `day`, after those that were begun before it."""
    month = months.name(day)
    folder, steps = lanes.folder / month, lanes.steps.of(month)
    first = lanes.first[0].submit(_first, lanes, day, folder, steps)
    second = lanes.second[0].submit(_second, lanes, first, folder, steps)
    return Begun(folder=folder, steps=steps, first=first, second=second)


def take(begun: Begun, work: Path) -> tuple[Inputs, str]:
    """Move a month into its folder once its second stage is through.

    Returns its tables and when it was begun.

    Raises:
        SegmentError: A stage did not come through.
    """
    while not wait([begun.second], timeout=PATIENCE_SECONDS).done:
        pass
    for path in begun.folder.glob("*"):
        path.rename(work / path.name)
    begun.second.result()
    return begun.first.result()


def _first(lanes: Lanes, day: dt.date, folder: Path, steps: Steps) -> tuple[Inputs, str]:
    found = inputs.known_at(lanes.loaded, day)
    bench = lanes.first[1]
    started_at = making.begin(lanes.planned, found, folder, bench, steps, lanes.past)
    _link(folder / TRANSACTIONS, lanes.past / folder.name / TRANSACTIONS)
    return found, started_at


def _second(lanes: Lanes, first: Future[tuple[Inputs, str]], folder: Path, steps: Steps) -> None:
    found, _ = first.result()
    making.proceed(lanes.planned, found, folder, lanes.second[1], steps)
    for table in (folder / "tables").iterdir():
        _link(table, lanes.past / folder.name / "tables" / table.name)


def _link(kept: Path, name: Path) -> None:
    name.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(kept, name)
    except OSError:  # a file system without links
        shutil.copyfile(kept, name)
