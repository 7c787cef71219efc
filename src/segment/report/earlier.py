"""Executes one notebook into a try's folder: `python -m segment.report.earlier NOTEBOOK FOLDER`.

A notebook opened alone in JupyterLab needs results of an earlier one; this makes them, by the
earlier notebook itself.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from segment import config
from segment.errors import SegmentError
from segment.report import execute, gate, notebooks, parameters
from segment.report.execute import Job


def make(name: str, folder: Path, here: Path) -> None:
    """Execute the notebook `name` for the run in `folder`, unless the table it is about is absent.

    Raises:
        SegmentError: The notebook is not there or did not come through.
    """
    config_path = config.find(here)
    settings = config.load(config_path)
    source = notebooks.find(None, config_path, here) / f"{name}.ipynb"
    notebook = notebooks.read(source)
    if notebooks.lacking(notebook, folder):
        return
    values = {"config_path": str(config_path or ""), "run_dir": str(folder)}
    with TemporaryDirectory(prefix="segment-") as aside:
        target = Path(aside) / source.name
        job = Job(
            name=name,
            source=source.resolve(),
            target=target,
            folder=folder,
            parameters=parameters.bind(notebook, values, name),
            seconds=settings.report.notebook_seconds,
        )
        with execute.worker(Path(aside) / "log") as worker:
            execute.execute(worker, job)
        gate.check(notebooks.read(target), name)


def main() -> None:
    """Do so for the notebook and the folder that are named."""
    name, folder = sys.argv[1:]
    try:
        make(name, Path(folder).resolve(), Path.cwd())
    except SegmentError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
