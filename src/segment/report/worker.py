"""The process that executes notebooks: a job a line comes in, how it ended a line goes out.

papermill changes the directory of the whole process, so that each of two notebooks at a time
needs a process of its own. A worker takes one notebook after another, which saves importing
papermill each time. It ends when its input does, and its kernel ends with it.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

import nbformat
from nbclient.exceptions import DeadKernelError
from papermill import execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from segment.report import kernels, notebooks
from segment.report.execute import ENDED, KERNEL_DIED, REFUSED
from segment.report.kernels import OwnKernel

START_SECONDS = 60  # a kernel that is not up by then will not come
ENGINE = "segment"


class SavingOnce(NBClientEngine):  # type: ignore[misc]
    """papermill's way to execute, saving at the end, however that comes.

    As it is, papermill writes the whole notebook before and after each cell: seconds of work. And
    it leaves the channels to a kernel that it was given open, which then ask for it for ever.
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Execute the cells; papermill saves after this returns or raises."""
        save, nb_man.save = nb_man.save, _not_yet
        client = PapermillNotebookClient(
            nb_man,
            km=options["km"],
            kernel_name=kernel_name,
            startup_timeout=START_SECONDS,
            record_timing=False,
        )
        try:
            client.execute()
        finally:
            nb_man.save = save
            if client.kc is not None:
                client.kc.stop_channels()


def _not_yet(**_: Any) -> None:
    pass


papermill_engines.register(ENGINE, SavingOnce)


def execute(job: dict[str, Any]) -> str:
    """Execute one notebook into its targets and return how that ended.

    A cell that fails is not reported here: the gate finds it in the target.
    """
    kernel = OwnKernel()
    source = notebooks.read(Path(job["source"]))
    first: dict[str, Any] | None = None
    try:
        for language, target in job["targets"].items():
            _execute(source, Path(target), job, language, kernel)
            made = notebooks.read(Path(target))
            if first is None:
                first, source = made, notebooks.spoken(source)
            else:
                notebooks.write(notebooks.whole(made, first), Path(target))
    except DeadKernelError:
        return KERNEL_DIED
    except PapermillExecutionError:
        return ENDED
    except OSError as problem:  # the disk is full, say
        return f"{REFUSED}{problem.strerror or problem}"
    finally:
        asyncio.run(_end(kernel))
    return ENDED


def _execute(
    source: Mapping[str, Any], target: Path, job: dict[str, Any], language: str, kernel: OwnKernel
) -> None:
    execute_notebook(
        nbformat.from_dict(source),
        target,
        parameters=job["parameters"] | {"language": language},
        cwd=job["folder"],
        kernel_name="python3",
        language="python",
        engine_name=ENGINE,
        km=kernel,
        autosave_cell_every=0,
        progress_bar=False,
    )


async def _end(kernel: OwnKernel) -> None:
    if kernel.has_kernel:
        await kernel.shutdown_kernel(now=True)  # a finished kernel has nothing left to save


def _read(lines: IO[str], jobs: SimpleQueue[dict[str, Any]]) -> None:
    for line in lines:
        jobs.put(json.loads(line))
    os.kill(os.getpid(), signal.SIGTERM)  # whoever gave the jobs is gone


def _leave(*_: object) -> None:
    sys.exit()


def main() -> None:
    """Serve until the input ends, or until told to stop in the middle of a notebook."""
    # An exit by exception lets nbclient end its kernel, even one that answers nothing.
    signal.signal(signal.SIGTERM, _leave)
    # What libraries print goes to the log, not between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    kernels.make_ready()
    jobs: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin, jobs), daemon=True).start()
    while True:
        ended = execute(jobs.get())
        answers.write(ended + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
