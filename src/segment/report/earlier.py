"""Executes a notebook for a try: `python -m segment.report.earlier NOTEBOOK FOLDER RULES`.

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


def make(name: str, folder: Path, config_path: Path | None, here: Path) -> None:
    """Execute the notebook `name` for the run in `folder`, unless the table it is about is absent.

    `config_path` is the segment.toml of the notebook that asks, None where it has none.

    Raises:
        SegmentError: The notebook is not there or did not come through.
    """
    settings = config.load(config_path)
    source = notebooks.find(None, config_path, here) / f"{name}.ipynb"
    notebook = notebooks.read(source)
    if notebooks.lacking(notebook, folder):
        return
    values = {
        "config_path": str(config_path or ""),
        "language": settings.company.language,
        "run_dir": str(folder),
    }
    with TemporaryDirectory(prefix="segment-") as aside:
        target = Path(aside) / source.name
        job = Job(
            name=name,
            source=source.resolve(),
            targets={values["language"]: target},
            folder=folder,
            parameters=parameters.bind(notebook, values, name),
            seconds=settings.report.notebook_seconds,
        )
        with execute.worker(Path(aside) / "log") as worker:
            execute.execute(worker, job)
        gate.check(notebooks.read(target), name)


def main() -> None:
    """Do so for the notebook and the folder that are named."""
    name, folder, rules = sys.argv[1:]
    try:
        make(name, Path(folder).resolve(), Path(rules) if rules else None, Path.cwd())
    except SegmentError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
