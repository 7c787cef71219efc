"""`segment run`: the verbs of this package in their order, from raw tables to the published month.

Nothing under `reports/` changes before everything is made and has passed the gate.
"""

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import polars as pl

from segment import config, data, inputs, workspace
from segment.errors import ConfigError, DataError, RunError
from segment.report import card, execute, months, notebooks, parameters, publish, sources, stages
from segment.report.card import RunCard
from segment.report.execute import Job, Worker
from segment.report.progress import Steps

RULES_COPY = "segment.toml"
LOGS = "logs"
N_WORKERS = max(len(stage) for stage in notebooks.STAGES)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run was asked for; None leaves the choice to segment.toml or the data.

    `here` is the folder from which the config and the notebooks are looked for.
    """

    here: Path
    config_path: Path | None = None
    data_path: Path | None = None
    reports: Path | None = None
    notebooks: Path | None = None
    as_of: dt.date | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A month that was published."""

    month: str
    status: str
    page: Path
    index: Path


def run(request: Request, steps: Steps) -> Outcome:
    """Make the report of a month and publish it.

    Raises:
        SegmentError: The config, the data or a notebook cannot be used, or the run did not
            complete; nothing was published then.
    """
    started_at = _now()
    settings = config.load(request.config_path or config.find(request.here))
    source = notebooks.find(request.notebooks, settings.path, request.here)
    reports = (request.reports or settings.report.folder).resolve()
    with ExitStack() as stack:
        stack.enter_context(publish.locked(reports))
        workers, logs = stack.enter_context(_workers())
        with steps.step("Read and check the data"):
            found = inputs.read(settings, request.data_path, request.as_of)
        month = months.name(found.as_of)
        _refuse_foreign(reports, month, settings.company.name)
        work = stack.enter_context(publish.work_folder(reports, month))
        workspace.prepare(found, work, reports)
        languages = _languages(settings, request)
        _keep_rules(settings, work)
        values = _values(found.as_of, languages[0])
        jobs = [
            job
            for name in notebooks.NAMES
            for job in _jobs(name, source, work, values, languages, settings)
        ]
        _make_ready()
        try:
            stages.execute(jobs, workers, steps)
        except RunError:
            shutil.copytree(logs, work / LOGS)
            raise
        with steps.step("Make the pages"):
            made = _card(request, settings, source, work, values, languages, found, started_at)
            _pages(made, work, publish.published(reports))
        with steps.step("Publish"):
            publish.publish(work, reports, month)
            index = _index(reports, made)
    page = reports / card.page(month, languages[0], notebooks.FRONT)
    return Outcome(month=month, status=made.status, page=page, index=index)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _refuse_foreign(reports: Path, month: str, company: str) -> None:
    """Stop before anything is run where the index could not be written, or would mix companies.

    The month that is made anew may hold anything: it is replaced.
    """
    for folder in publish.published(reports):
        if folder.name != month and (other := card.read(folder).company) != company:
            raise ConfigError(
                f"{reports} holds reports of {other}, and this is {company}: give another folder "
                "with --reports, or under [report] in a segment.toml of the company's own."
            )


@contextmanager
def _workers() -> Iterator[tuple[list[Worker], Path]]:
    """Start the processes for the notebooks; they make ready while the data are read."""
    with TemporaryDirectory(prefix="segment-") as folder, ExitStack() as stack:
        logs = Path(folder)
        yield (
            [
                stack.enter_context(execute.worker(logs / f"worker-{place}.log"))
                for place in range(1, N_WORKERS + 1)
            ],
            logs,
        )


def _make_ready() -> None:
    """Import what makes the pages while the notebooks run: nbconvert takes seconds."""
    Thread(target=import_module, args=(f"{__package__}.index",), daemon=True).start()


def _languages(settings: config.Settings, request: Request) -> tuple[str, ...]:
    """Return the languages of the pages, the company's own first."""
    if request.language:
        return (request.language,)
    return tuple(dict.fromkeys((settings.company.language, *settings.report.languages)))


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


def _jobs(
    name: str, source: Path, work: Path, values: dict[str, str], languages: Sequence[str],
    settings: config.Settings,
) -> Iterator[Job]:  # fmt: skip
    """Give the job of a notebook; none for one whose table is not brought, which says so."""
    path = source / f"{name}.ipynb"
    notebook = notebooks.read(path)
    targets = {it: work / it / notebooks.FOLDER / path.name for it in languages}
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
        parameters=parameters.bind(notebook, values, name),
        seconds=settings.report.notebook_seconds,
    )


def _card(
    request: Request, settings: config.Settings, source: Path, work: Path,
    values: dict[str, str], languages: tuple[str, ...], found: inputs.Inputs, started_at: str,
) -> RunCard:  # fmt: skip
    data_path = request.data_path or settings.data_folder
    made = RunCard(
        month=months.name(found.as_of),
        as_of=found.as_of.isoformat(),
        status=status(found),
        company=settings.company.name,
        currency=settings.company.currency,
        languages=languages,
        parameters=values,
        inputs=card.marks(sources.files(settings, data_path)),
        notebooks=card.marks(source / f"{name}.ipynb" for name in notebooks.NAMES),
        config=card.mark(settings.path) if settings.path else None,
        lock=card.lock(notebooks.CHECKOUT),
        code=card.code(notebooks.CHECKOUT),
        versions=card.versions(),
        account=tuple(pl.read_parquet(work / "account.parquet").to_dicts()),
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


def _pages(made: RunCard, work: Path, published: Sequence[Path]) -> None:
    from segment.report import render  # noqa: PLC0415 (see `_make_ready`)
    from segment.report.around import around  # noqa: PLC0415 (likewise)

    others = {folder.name: card.read(folder).languages for folder in published}
    months = dict(sorted((others | {made.month: made.languages}).items()))
    for language, name in product(made.languages, notebooks.NAMES):
        path = work / language / notebooks.FOLDER / f"{name}.ipynb"
        notebook = notebooks.settled(notebooks.read(path))
        notebooks.write(notebook, path)
        text = render.page(notebook, around(made, language, name, months), name)
        (work / language / f"{name}.html").write_text(text, encoding="utf-8", newline="\n")


def _index(reports: Path, made: RunCard) -> Path:
    from segment.report import index  # noqa: PLC0415 (see `_make_ready`)

    return index.rebuild(reports, company=made.company, language=made.languages[0], code=made.code)
