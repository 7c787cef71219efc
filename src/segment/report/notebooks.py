"""The five notebooks: where they lie, in which order they run, and reading one.

The order is what each needs of the others; those of a stage do not need one another and run at
the same time. The first stage reads of the month before no more than the transactions that were
read for it, the second its results, and the last what was published.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from segment.errors import ConfigError, listed, nearest
from segment.text import LANGUAGES, phrase

FIRST = ("1-data-check", "2-customer-value")
SECOND = ("3-prospects", "4-customer-groups")
LAST = ("5-monthly-report",)
STAGES = (FIRST, SECOND, LAST)
NAMES = tuple(name for stage in STAGES for name in stage)
FRONT = "5-monthly-report"  # the manager's page; the others are its appendices
FORMAT = 4
ONCE = "once"  # the tag of a cell that needs no words: one execution serves every language
FOLDER = "notebooks"
CHECKOUT = Path(__file__).parents[3]


def find(given: Path | None, config_path: Path | None, here: Path) -> Path:
    """Return the folder of the notebooks: as given, beside the config, here, or the checkout's.

    `here` is the current folder; `given` wins and is not replaced where it does not serve.

    Raises:
        ConfigError: There is no such folder, or a notebook is missing in it.
    """
    beside = [config_path.resolve().parent] if config_path else []
    folders = [given] if given else [base / FOLDER for base in (*beside, here, CHECKOUT)]
    folder = next((item for item in folders if item.is_dir()), None)
    if folder is None:
        raise ConfigError(
            f"There is no folder {listed([str(item) for item in folders])}; name the folder of "
            "the notebooks with --notebooks."
        )
    missing = [name for name in NAMES if not (folder / f"{name}.ipynb").is_file()]
    if missing:
        present = [path.stem for path in folder.glob("*.ipynb")]
        raise ConfigError(
            f"{folder} lacks the notebook{'s' * (len(missing) > 1)} {listed(missing)}"
            f"{nearest(missing[0], present)}. Name another folder with --notebooks."
        )
    return folder


def read(path: Path) -> dict[str, Any]:
    """Return a notebook as plain data, the source of each cell as one text.

    Raises:
        ConfigError: The file is no notebook of format 4.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not a notebook: {error}.") from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != FORMAT:
        raise ConfigError(f"{path} is not a notebook of format {FORMAT}; save it in JupyterLab.")
    for cell in notebook["cells"]:
        cell["source"] = _text(cell["source"])
        for output in cell.get("outputs", ()):
            for kind, content in output.get("data", {}).items():
                output["data"][kind] = _text(content)
            if "text" in output:
                output["text"] = _text(output["text"])
    return notebook


def _text(content: Any) -> Any:
    is_lines = isinstance(content, list) and all(isinstance(line, str) for line in content)
    return "".join(content) if is_lines else content


def settled(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return an executed notebook without times and random names: same input, same bytes.

    Where an output is marked up, its plain form goes too: it may tell where in memory it lay.
    """
    cells = [
        cell
        | {
            "id": f"cell-{place}",
            "metadata": {key: it for key, it in cell["metadata"].items() if key != "papermill"},
            **({"outputs": [_settled(it) for it in cell["outputs"]]} if "outputs" in cell else {}),
        }
        for place, cell in enumerate(notebook["cells"], start=1)
    ]
    metadata = {key: it for key, it in notebook["metadata"].items() if key != "papermill"}
    return {**notebook, "cells": cells, "metadata": metadata, "nbformat_minor": 5}


def _settled(output: Mapping[str, Any]) -> dict[str, Any]:
    data = output.get("data", {})
    if "text/html" not in data:
        return dict(output)
    return {**output, "data": {kind: it for kind, it in data.items() if kind != "text/plain"}}


def spoken(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook without the cells that are executed once for all languages."""
    return {**notebook, "cells": [cell for cell in notebook["cells"] if not _is_once(cell)]}


def whole(made: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook executed as `spoken`, with the other cells as they came out at `first`."""
    cells = iter(made["cells"])
    return {
        **made,
        "cells": [cell if _is_once(cell) else next(cells) for cell in first["cells"]],
    }


def _is_once(cell: Mapping[str, Any]) -> bool:
    return ONCE in cell["metadata"].get("tags", ())


def write(notebook: Mapping[str, Any], path: Path) -> None:
    """Write a notebook as JupyterLab does, keys in order."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def lacking(notebook: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the input tables that a notebook is all about and the run in `folder` lacks.

    A notebook names them in its metadata: `"segment": {"needs": ["prospects"]}`.
    """
    needs = notebook["metadata"].get("segment", {}).get("needs", [])
    return [name for name in needs if not (folder / "inputs" / f"{name}.parquet").is_file()]


def without(notebook: Mapping[str, Any], tables: Sequence[str]) -> dict[str, Any]:
    """Return a notebook reduced to its titles and, in every language, what would fill it."""
    titles = [cell for cell in notebook["cells"] if cell["source"].startswith("# ")]
    remarks = [
        {
            "cell_type": "markdown",
            "metadata": {"tags": [language]},
            "source": "\n\n".join(phrase(f"absent.{table}", language) for table in tables),
        }
        for language in LANGUAGES
    ]
    return {**notebook, "cells": [*titles, *remarks]}


def is_for_managers(notebook: Mapping[str, Any]) -> bool:
    """Tell whether a notebook asks to be shown without code: `segment.audience` is manager."""
    return bool(notebook["metadata"].get("segment", {}).get("audience") == "manager")
