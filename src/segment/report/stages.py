"""The notebooks in their order, those that do not need one another at the same time."""

from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from segment.errors import ConfigError, RunError
from segment.report import execute as executing
from segment.report import gate, notebooks
from segment.report.execute import Job, Worker
from segment.report.progress import Steps

# Once polars has been at work, Ctrl-C does not wake a thread that waits without end.
PATIENCE_SECONDS = 0.2


def execute(jobs: Sequence[Job], workers: Sequence[Worker], steps: Steps) -> None:
    """Execute the notebooks of `jobs` and pass each through the gate.

    The first one that fails stops those at work beside it; what needs it is not begun.

    Raises:
        RunError: A notebook did not come through.
    """
    by_name = {job.name: job for job in jobs}
    for stage in notebooks.STAGES:
        with ThreadPoolExecutor(len(stage)) as pool:
            under_way = [
                pool.submit(_through, worker, by_name[name], steps)
                for worker, name in zip(workers, stage, strict=False)
                if name in by_name
            ]
            try:
                _wait(under_way)
            except BaseException:  # Ctrl-C as well: the pool would wait for the others
                for worker in workers:
                    executing.stop(worker)
                raise


def _wait(under_way: Iterable[Future[None]]) -> None:
    waiting = set(under_way)
    while waiting:
        done, waiting = wait(waiting, timeout=PATIENCE_SECONDS, return_when=FIRST_COMPLETED)
        for one in done:
            one.result()


def _through(worker: Worker, job: Job, steps: Steps) -> None:
    with steps.step(f"Notebook {job.name}"):
        try:
            executing.execute(worker, job)
        except RunError as problem:
            raise RunError(f"{problem} {_reached(job)}".strip()) from None
        for target in job.targets.values():
            gate.check(notebooks.read(target), job.name)


def _reached(job: Job) -> str:
    begun = [target for target in job.targets.values() if target.is_file()]
    try:
        return gate.reached(notebooks.read(begun[-1])) if begun else ""
    except (OSError, ConfigError):  # stopped while it was written
        return ""
