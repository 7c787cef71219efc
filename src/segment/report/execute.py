"""Executes notebooks by papermill, each in a worker process, within a time limit.

Whether the notebook is whole is for `gate` to say: papermill calls every cell "completed" when
the kernel was killed.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from segment.errors import ConfigError, RunError

SOCKETS = "SEGMENT_SOCKETS"
ENDED, KERNEL_DIED, REFUSED = "ended", "kernel died", "refused: "
# A user's own start-up files, kernels and search paths must not change a report.
FOREIGN = ("PYTHONSTARTUP", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH")
LEAVE_SECONDS = 5.0
# not by -m: each kernel would import the worker first, as a process of multiprocessing does
WORKER = "from segment.report import worker; worker.main()"

Worker = subprocess.Popen[str]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One notebook to execute from `source`, with `folder` as its directory.

    `targets` are where it goes in each language. One process executes it in all of them, one
    after another; cells tagged `once` are executed for the first alone.
    """

    name: str
    source: Path
    targets: Mapping[str, Path]
    folder: Path
    parameters: Mapping[str, str]
    seconds: float

    def __post_init__(self) -> None:
        """Refuse a job that cannot run.

        Raises:
            ConfigError: There is no target, or the time limit is not above 0.
        """
        if not self.targets:
            raise ConfigError(f"{self.name} is to be executed in no language.")
        if not self.seconds > 0:
            raise ConfigError(f"The time limit of {self.name} is {self.seconds}; it is above 0.")


@contextmanager
def worker(log: Path) -> Iterator[Worker]:
    """Start a process that executes notebooks, and end it however the block is left.

    What its kernels say on stderr goes to `log`.
    """
    with (
        tempfile.TemporaryDirectory(prefix="segment-") as private,
        log.open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-c", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
            env=_environment(private),
            start_new_session=True,  # Ctrl-C is answered here, in order
        ) as process,
    ):
        try:
            yield process
        finally:
            stop(process)
            _hang_up(process)


def _environment(private: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {
        SOCKETS: private,
        "IPYTHONDIR": private,
        "JUPYTER_RUNTIME_DIR": private,
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONHASHSEED": "0",  # same input, same bytes
        "PYTHONUTF8": "1",
    }


def _hang_up(process: Worker) -> None:
    """Close the line to a worker that has ended; it may have ended before a job reached it."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()


def stop(process: Worker) -> None:
    """End a worker, and the kernel that it may have at work."""
    process.terminate()
    try:
        process.wait(LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def execute(process: Worker, job: Job) -> None:
    """Have `process` execute a notebook and wait until it is through.

    A worker whose notebook took too long is ended with it and takes no further job.

    Raises:
        RunError: The time was up, or the kernel or the worker died.
    """
    message = asdict(job) | {
        "source": str(job.source),
        "targets": {language: str(target) for language, target in job.targets.items()},
        "folder": str(job.folder),
    }
    is_late = threading.Event()

    def give_up() -> None:
        is_late.set()
        stop(process)

    clock = threading.Timer(job.seconds, give_up)
    clock.start()
    try:
        ended = _ask(process, json.dumps(message))
    finally:
        clock.cancel()
    if is_late.is_set():
        raise RunError(
            f"{job.name} took longer than {job.seconds:g} seconds and was stopped; if it needs "
            "more, raise notebook_seconds under [report] in segment.toml."
        )
    if ended == KERNEL_DIED:
        raise RunError(
            f"The Python process of {job.name} died while a cell ran; the usual reason is too "
            "little memory."
        )
    if ended.startswith(REFUSED):
        raise RunError(f"The system refused what {job.name} writes: {ended.removeprefix(REFUSED)}.")
    if ended != ENDED:
        raise RunError(f"The process that executes {job.name} ended before the notebook did.")


def _ask(process: Worker, message: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(message + "\n")
        process.stdin.flush()
    except BrokenPipeError:
        return ""
    return process.stdout.readline().strip()
