"""Whether an executed notebook is whole: the gate before anything is rendered.

A kernel that dies leaves a notebook in which papermill calls every cell "completed", and which
renders without complaint. So nothing is taken on trust: no error, every cell executed, and the
sentinel that only the last cell shows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segment.errors import RunError
from segment.workspace import FINISHED_MIME

FIRST_LINES = 3
COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal, in tracebacks


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A notebook that is whole."""

    name: str
    n_code_cells: int


def check(notebook: Mapping[str, Any], name: str) -> Verdict:
    """Pass a whole notebook and stop any other.

    Cells are counted as JupyterLab does, code cells only, from 1.

    Raises:
        RunError: A cell failed or did not run, or the last one does not show that it is the end.
    """
    cells = _code_cells(notebook)
    if not cells:
        raise RunError(f"{name} has no code, so there is nothing that it could report.")
    for place, cell in enumerate(cells, start=1):
        failed = next((item for item in cell["outputs"] if item["output_type"] == "error"), None)
        if failed is not None:
            raise RunError(f"Cell {place} of {name} failed.\n{_shown(cell)}\n{_said(failed)}")
        if cell["execution_count"] is None:
            raise RunError(f"{name} did not get past cell {place}.\n{_shown(cell)}")
    if not any(FINISHED_MIME in output.get("data", ()) for output in cells[-1]["outputs"]):
        raise RunError(
            f"{name} came to its end but its last cell does not say so: end it with "
            "workspace.finished(run)."
        )
    return Verdict(name=name, n_code_cells=len(cells))


def reached(notebook: Mapping[str, Any]) -> str:
    """Return at which cell a notebook was stopped, as a sentence; empty if before the first.

    The count of a cell says that it began, and papermill's status that the notebook was given
    up; only the time at which papermill began a cell tells the two apart.
    """
    cells = _code_cells(notebook)
    begun = [
        place
        for place, cell in enumerate(cells, start=1)
        if cell["metadata"].get("papermill", {}).get("start_time")
    ]
    if not begun:
        return ""
    return f"It was at cell {begun[-1]} of {len(cells)}:\n{_shown(cells[begun[-1] - 1])}"


def _code_cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["source"].strip()
    ]


def _shown(cell: Mapping[str, Any]) -> str:
    lines = [line for line in cell["source"].splitlines() if line.strip()]
    cut = ["…"] if len(lines) > FIRST_LINES else []
    return "\n".join(f"    {line}" for line in lines[:FIRST_LINES] + cut)


def _said(error: Mapping[str, Any]) -> str:
    words = COLOURS.sub("", error["evalue"]).strip().splitlines()
    return f"{error['ename']}: {words[0]}" if words else str(error["ename"])
