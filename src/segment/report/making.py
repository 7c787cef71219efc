"""A month in the making: from tables through the notebooks to pages, in a folder of its own.

Nothing outside that folder is changed. `run` publishes it, `verify` compares it.
"""

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import polars as pl

from segment import config, data, inputs, workspace
from segment.errors import DataError, RunError
from segment.report import (
    card,
    execute,
    months,
    notebooks,
    parameters,
    plan,
    privacy,
    rules,
    shelf,
    sources,
    stages,
)
from segment.report.card import RunCard
from segment.report.execute import Job, Worker
from segment.report.plan import Plan
from segment.report.progress import Steps

RULES_COPY = "segment.toml"
LOGS = "logs"
N_WORKERS = max(len(stage) for stage in notebooks.STAGES)


@dataclass(frozen=True)
class Bench:
    """The processes that execute notebooks, and the folder in which they say what happens."""

    workers: Sequence[Worker]
    logs: Path


def make(planned: Plan, found: inputs.Inputs, work: Path, bench: Bench, steps: Steps) -> RunCard:
    """Make the month of `found` in the folder `work` and return its run card.

    Raises:
        SegmentError: The data or a notebook cannot be used, or the run did not complete.
    """
    started_at = begin(planned, found, work, bench, steps)
    proceed(planned, found, work, bench, steps)
    return finish(planned, found, work, started_at, bench, steps)


def begin(
    planned: Plan, found: inputs.Inputs, work: Path, bench: Bench, steps: Steps,
    past: Path | None = None,
) -> str:  # fmt: skip
    """Make the first stage of a month and return when that was begun.

    `past` is where the months before are looked up until `finish`, where not among the reports.

    Raises:
        SegmentError: The data or a notebook cannot be used, or the run did not complete.
    """
    started_at = _now()
    _refuse_stale(found, planned.settings)
    for name in notebooks.NAMES:  # one that lacks a parameter stops the run before it begins
        _bound(notebooks.read(planned.source / f"{name}.ipynb"), name, planned, found.as_of)
    workspace.prepare(found, work, planned.reports, _base(planned), past)
    _keep_rules(planned.settings, work)
    _execute(notebooks.FIRST, planned, found, work, bench, steps)
    return started_at


def proceed(planned: Plan, found: inputs.Inputs, work: Path, bench: Bench, steps: Steps) -> None:
    """Make the stage of a month that needs the results of the month before.

    Raises:
        SegmentError: A notebook cannot be used, or the run did not complete.
    """
    _execute(notebooks.SECOND, planned, found, work, bench, steps)


def finish(
    planned: Plan, found: inputs.Inputs, work: Path, started_at: str, bench: Bench, steps: Steps
) -> RunCard:
    """Make the manager's page of a month and all pages, and return its run card.

    Raises:
        SegmentError: A notebook cannot be used, or the run did not complete.
    """
    workspace.place(work, planned.reports, _base(planned))
    _make_ready()
    _execute(notebooks.LAST, planned, found, work, bench, steps)
    with steps.step("Make the pages", "pages"):
        sources.unchanged(planned.made_from, planned.settings, planned.data_path)
        rules.write(planned.settings, work)
        (work / workspace.PLACES).unlink()
        made = _card(planned, work, found, started_at)
        _pages(made, work, planned.reports)
        privacy.check(work, planned.settings)
    return made


def _execute(
    names: Sequence[str], planned: Plan, found: inputs.Inputs, work: Path, bench: Bench,
    steps: Steps,
) -> None:  # fmt: skip
    """Execute notebooks; a run that fails keeps what the workers said."""
    jobs = [job for name in names for job in _jobs(name, planned, work, found.as_of)]
    try:
        stages.execute(jobs, bench.workers, steps)
    except RunError:
        with suppress(OSError):  # the disk is full, say: the first problem is the one to tell
            shutil.copytree(bench.logs, work / LOGS)
        raise


def _base(planned: Plan) -> Path | None:
    return planned.settings.path.parent if planned.settings.path else None


@contextmanager
def bench(n_workers: int = N_WORKERS, niceness: int = 0) -> Iterator[Bench]:
    """Start the processes for the notebooks; they make ready while the data are read.

    With a `niceness` above 0 they give way to others, as on the command line of Unix.
    """
    with TemporaryDirectory(prefix="segment-") as folder, ExitStack() as stack:
        logs = Path(folder)
        workers = [
            stack.enter_context(execute.worker(logs / f"worker-{place}.log"))
            for place in range(1, n_workers + 1)
        ]
        if niceness and hasattr(os, "setpriority"):
            for worker in workers:
                os.setpriority(os.PRIO_PROCESS, worker.pid, niceness)
        yield Bench(workers, logs)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _refuse_stale(found: inputs.Inputs, settings: config.Settings) -> None:
    """Stop where the data do not reach the end of the month and the company wants none such."""
    end = months.month_end(found.as_of)
    if settings.report.refuse_stale and found.as_of == end and status(found) != "complete":
        last = data.last_day(found.tables["transactions"]["date"])
        raise DataError(
            f"The data end on {last} and do not cover {end:%Y-%m} whole: bring newer data, or set "
            "refuse_stale = false under [report] in segment.toml for a provisional report. "
            "Nothing was published."
        )


def _make_ready() -> None:
    """Import what makes the pages while the notebooks run: nbconvert takes seconds."""
    Thread(target=import_module, args=(f"{__package__}.index",), daemon=True).start()


def _keep_rules(settings: config.Settings, work: Path) -> None:
    """Keep the rules with the month; an empty file is all defaults."""
    if settings.path is None:
        (work / RULES_COPY).touch()
    else:
        shutil.copyfile(settings.path, work / RULES_COPY)


def _values(as_of: dt.date, language: str) -> dict[str, str]:
    """Return the parameters of the notebooks: all that they read lies in the run's folder."""
    return {
        "as_of": as_of.isoformat(),
        "data_dir": "",
        "config_path": RULES_COPY,
        "language": language,
        "run_dir": ".",
    }


def _bound(notebook: Mapping[str, Any], name: str, planned: Plan, as_of: dt.date) -> dict[str, Any]:
    return parameters.bind(notebook, _values(as_of, planned.languages[0]), name)


def _jobs(name: str, planned: Plan, work: Path, as_of: dt.date) -> Iterator[Job]:
    """Give the job of a notebook; none for one whose table is not brought, which says so."""
    path = planned.source / f"{name}.ipynb"
    notebook = notebooks.read(path)
    targets = {it: work / it / notebooks.FOLDER / path.name for it in planned.languages}
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    if lacking := notebooks.lacking(notebook, work):
        for target in targets.values():
            notebooks.write(notebooks.without(notebook, lacking), target)
        return
    yield Job(
        name=name,
        source=path.resolve(),
        targets=targets,
        folder=work,
        parameters=_bound(notebook, name, planned, as_of),
        seconds=planned.settings.report.notebook_seconds,
    )


def _card(planned: Plan, work: Path, found: inputs.Inputs, started_at: str) -> RunCard:
    settings, made_from = planned.settings, planned.made_from
    made = RunCard(
        month=months.name(found.as_of),
        as_of=found.as_of.isoformat(),
        status=status(found),
        company=settings.company.name,
        currency=settings.company.currency,
        languages=planned.languages,
        parameters=_values(found.as_of, planned.languages[0]),
        inputs=made_from.inputs,
        notebooks=made_from.notebooks,
        config=made_from.config,
        lock=made_from.lock,
        code=made_from.code,
        versions=made_from.versions,
        account=tuple(pl.read_parquet(work / "account.parquet").to_dicts()),
        key=plan.key(planned, found.as_of),
        places=planned.places,
        headline=_headline(work),
        started_at=started_at,
        finished_at=_now(),
    )
    card.write(made, work)
    return made


def status(found: inputs.Inputs) -> str:
    """Return whether the report is about a whole month, as a code of `card.STATUSES`.

    A month that has ended in the calendar is provisional while its last days are not in the data.
    """
    if found.as_of != months.month_end(found.as_of):
        return "provisional"
    try:
        covered = data.last_complete_month(found.tables["transactions"]["date"])
    except DataError:
        return "provisional"  # the data hold no whole month
    return "complete" if covered >= found.as_of else "provisional"


def _headline(work: Path) -> dict[str, Any]:
    path = work / "tables" / "headline.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _pages(made: RunCard, work: Path, reports: Path) -> None:
    from segment.report import render  # noqa: PLC0415 (see `_make_ready`)
    from segment.report.around import around  # noqa: PLC0415 (likewise)

    there = shelf.languages(shelf.read(reports, made.company))
    months = dict(sorted((there | {made.month: made.languages}).items()))
    for language, name in product(made.languages, notebooks.NAMES):
        path = work / language / notebooks.FOLDER / f"{name}.ipynb"
        notebook = notebooks.settled(notebooks.read(path))
        notebooks.write(notebook, path)
        text = render.page(notebook, around(made, language, name, months), name)
        (work / language / f"{name}.html").write_text(text, encoding="utf-8", newline="\n")
