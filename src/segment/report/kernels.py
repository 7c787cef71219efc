"""The kernels of a run: each a process of its own, reached by nobody but its worker.

Importing what a notebook needs takes two seconds of a core, and a month has five notebooks. So
one process imports everything and stands by; each kernel is a fork of it. polars begins the threads
of its queries with the first one, and none is made there, so that a fork is whole.
"""

import importlib
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from segment.report.execute import SOCKETS

POSIX = os.name == "posix"
FORKS = sys.platform == "linux"  # elsewhere libraries of the system may not survive a fork
READY = "segment.report.ready"


class OwnKernel(AsyncKernelManager):
    """A kernel of this very interpreter.

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
        if FORKS:
            self.provisioner = Forking(kernel_id="", kernel_spec=self.kernel_spec, parent=self)

    @property
    def kernel_spec(self) -> KernelSpec:
        """What starts the kernel."""
        return KernelSpec(**get_kernel_dict())


class Fork:
    """A forked kernel as the provisioner sees a process."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return how the process ended, None while it has not."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait until the process has ended."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process unless it has ended."""
        if self.poll() is None and self.pid is not None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


class Forking(LocalProvisioner):
    """Starts a kernel as a fork of the process that has imported everything."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start the kernel in the directory of this process."""
        words = cmd[cmd.index("-f") :]
        process = multiprocessing.get_context("forkserver").Process(
            target=_kernel, args=(words, str(options.get("cwd") or Path.cwd())), daemon=True
        )
        process.start()
        self.process = Fork(process)  # type: ignore[assignment]
        self.pid = process.pid
        return self.connection_info


def make_ready() -> None:
    """Start the process that imports what notebooks need, where kernels are forked."""
    if FORKS:
        multiprocessing.get_context("forkserver").set_forkserver_preload([READY])
        forkserver.ensure_running()


def _end_with_worker() -> None:
    if worker := multiprocessing.parent_process():
        worker.join()
        os._exit(1)  # whatever a cell is at


def _kernel(words: list[str], folder: str) -> None:
    """Be a kernel until told to end, or until its worker is gone.

    What forked it is not enough to look at: that one stays while any of its forks does.
    """
    threading.Thread(target=_end_with_worker, daemon=True).start()
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher", *words]
    app = importlib.import_module("ipykernel.kernelapp")
    app.launch_new_instance(argv=[*words, f"--IPKernelApp.parent_handle={os.getppid()}"])
