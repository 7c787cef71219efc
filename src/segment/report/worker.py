"""The process that executes notebooks: a job a line comes in, how it ended a line goes out.

papermill changes the directory of the whole process, so that each of two notebooks at a time
needs a process of its own. A worker takes one notebook after another, which saves importing
papermill each time. It ends when its input does, and its kernel ends with it.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError

from segment.report.execute import ENDED, KERNEL_DIED, REFUSED, SOCKETS

START_SECONDS = 60  # a kernel that is not up by then will not come
POSIX = os.name == "posix"


class OwnKernel(AsyncKernelManager):
    """A kernel of this very interpreter, reached by nobody but this process.

    Kernels that the user has installed are not looked at. Sockets in a private folder stand in
    for open ports where the system has them, and what passes is encrypted.
    """

    def __init__(self, **options: Any) -> None:
        folder = Path(os.environ[SOCKETS])
        super().__init__(
            transport="ipc" if POSIX else "tcp",
            transport_encryption="auto",
            # short: the name of a socket may have about a hundred characters
            connection_file=str(folder / f"k{os.getpid()}.json"),
            **options,
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        """What starts the kernel."""
        return KernelSpec(**get_kernel_dict())


def execute(job: dict[str, Any]) -> str:
    """Execute one notebook into its target and return how that ended.

    A cell that fails is not reported here: the gate finds it in the target.
    """
    try:
        execute_notebook(
            job["source"],
            job["target"],
            parameters=job["parameters"],
            cwd=job["folder"],
            kernel_name="python3",
            language="python",
            kernel_manager_class=OwnKernel,
            start_timeout=START_SECONDS,
            shutdown_kernel="immediate",  # a finished kernel has nothing left to save
            autosave_cell_every=0,  # papermill saves after each cell as it is
            progress_bar=False,
            record_timing=False,
        )
    except DeadKernelError:
        return KERNEL_DIED
    except PapermillExecutionError:
        return ENDED
    except OSError as problem:  # the disk is full, say
        return f"{REFUSED}{problem.strerror or problem}"
    return ENDED


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
    jobs: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin, jobs), daemon=True).start()
    while True:
        ended = execute(jobs.get())
        answers.write(ended + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
