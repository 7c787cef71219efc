"""What the failure drills share: a company with two published months, and its folder's digest."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psutil
from click.testing import CliRunner

from segment import cli, rulefile
from toys import company, five, published

START = "from segment.cli import main; main()"


def call(folder: Path, *words: str, start: str = START, **more) -> subprocess.CompletedProcess[str]:
    """Call the command line in `folder` and wait for it."""
    words = [sys.executable, "-c", start, *words]
    return subprocess.run(
        words, cwd=folder, capture_output=True, encoding="utf-8", check=False, **more
    )


def begin(folder: Path, *words: str, start: str = START, **more) -> subprocess.Popen[str]:
    """Call the command line in `folder`, in a group of its own, and do not wait."""
    words = [sys.executable, "-c", start, *words]
    return subprocess.Popen(
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        start_new_session=True, **more,
    )  # fmt: skip


def established(folder: Path) -> Path:
    """Make a company with September and October published, and return its folder."""
    company(folder)
    configure(folder)
    five(folder / "notebooks")
    for month in ("2026-09", "2026-10"):
        where = ["--config", str(folder / rulefile.FILE_NAME)]
        said = CliRunner().invoke(cli.main, ["run", *where, "--as-of", month])
        assert said.exit_code == 0, said.output
    return folder


def digest(folder: Path) -> dict[str, str]:
    """Return the digest of every file of the published months, by its relative path.

    The list of the months is not among them: it tells which runs failed.
    """
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in published(folder)
        if not name.startswith("index.")
    }


def configure(folder: Path, **report: object) -> None:
    """Write keys of [report] into the company's segment.toml; one language makes drills quick."""
    report = {"languages": ["en"]} | report
    path = folder / rulefile.FILE_NAME
    lines = [f"{key} = {rulefile.shown(value)}" for key, value in report.items()]
    text = path.read_text(encoding="utf-8").split("[report]")[0]
    path.write_text(text + "[report]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def tree(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return a run and every process that it started, workers and kernels."""
    try:
        run = psutil.Process(process.pid)
        return [run, *run.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def at_work(folder: Path) -> list[psutil.Process]:
    """Return every process but this one whose directory lies in `folder`."""
    running = psutil.process_iter(["cwd"])
    return [
        it
        for it in running
        if it.pid != os.getpid() and (it.info["cwd"] or "").startswith(str(folder))
    ]


def left(processes: list[psutil.Process], seconds: float = 15.0) -> list[str]:
    """Wait until processes are gone and return those that are not."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [str(it) for it in alive if it.status() != psutil.STATUS_ZOMBIE]


def kill(processes: list[psutil.Process]) -> None:
    """Kill processes that may be gone already."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def temporary(folder: Path) -> dict[str, str]:
    """Return an environment whose temporary files lie in `folder`: kills leave some behind."""
    folder.mkdir(exist_ok=True)
    return os.environ | {"TMPDIR": str(folder)}
