"""Small notebooks and a small company, for the tests of the run."""

import datetime as dt
import json
from pathlib import Path

from segment.report import around, notebooks
from segment.report.card import FileMark, RunCard

PARAMETERS = """\
as_of = ""
data_dir = ""
config_path = ""
language = ""
run_dir = ""
"""
FINISHED = """\
from IPython.display import display
display({"application/vnd.segment.finished+json": {"as_of": as_of}}, raw=True)"""
TABLE = """\
from IPython.display import HTML
HTML("<table><tr><th>who</th></tr><tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr></table>")
"""


def code(source, *tags, outputs=(), count=None):
    return {
        "cell_type": "code", "source": source, "metadata": {"tags": list(tags)},
        "outputs": list(outputs), "execution_count": count, "id": "c",
    }  # fmt: skip


def text(source, *tags):
    return {"cell_type": "markdown", "source": source, "metadata": {"tags": list(tags)}, "id": "t"}


def displayed(metadata=None, **data):
    """An output; `image_svg__xml` stands for the kind image/svg+xml."""
    kinds = {name.replace("__", "+").replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": metadata or {}}


def sentinel():
    kind = "application/vnd.segment.finished+json"
    return {"output_type": "display_data", "data": {kind: {}}, "metadata": {}}


def notebook(*cells, audience="analyst"):
    placed = [cell | {"id": f"{cell['id']}{place}"} for place, cell in enumerate(cells)]
    return {
        "cells": placed,
        "metadata": {"language_info": {"name": "python"}, "segment": {"audience": audience}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def five(folder, **bodies):
    """Write the five notebooks; `bodies` replaces the code of one: `n1` of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(notebooks.NAMES, start=1):
        made = notebook(
            text(f"# Title {place}", "en"),
            text(f"# 标题 {place}", "zh"),
            code(PARAMETERS, "parameters"),
            code("import os"),
            text("## What was counted?", "en"),
            code(bodies.get(f"n{place}", TABLE)),
            code(FINISHED),
            audience="manager" if name == notebooks.FRONT else "analyst",
        )
        (folder / f"{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")
    return folder


def company(folder, *, last=dt.date(2026, 10, 31)):
    """Write a company that buys something every day of ten weeks up to `last`."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    days = [last - dt.timedelta(days=place) for place in range(70)]
    lines = [f"C{place % 7},{day},{10 + place}" for place, day in enumerate(reversed(days))]
    rows = "\n".join(["customer_id,date,amount", *lines, ",2026-10-01,5"])  # nobody bought it
    (folder / "data" / "transactions.csv").write_text(rows + "\n", encoding="utf-8")
    path = folder / "segment.toml"
    path.write_text('[company]\nname = "Rosen & Töchter"\n[data]\nfolder = "data"\n', "utf-8")
    return path


def published(reports: Path) -> list[str]:
    """Return everything under `reports` that a reader sees, as relative paths."""
    return sorted(
        str(path.relative_to(reports))
        for path in reports.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(reports).parts)
    )


def placed(facts, name, months=("2026-10",), language="en"):
    """What stands around a page of `facts` while `months` are published."""
    known = {month: facts.languages for month in months}
    return around.around(facts, language, name, known)


def run_card(month="2026-10", **changes):
    facts = {
        "month": month,
        "as_of": "2026-10-31",
        "status": "complete",
        "company": "Rosen & Töchter",
        "currency": "EUR",
        "languages": ("en",),
        "parameters": {"as_of": "2026-10-31", "run_dir": "."},
        "inputs": (FileMark(name="transactions.csv", size=1228, sha256="ab" * 32),),
        "notebooks": (),
        "config": None,
        "lock": None,
        "code": "0.1.0 abc",
        "versions": {"python": "3.11.7"},
        "account": ({"table": "transactions", "n_in": 1071, "n_accepted": 1070, "n_set_aside": 1,
                     "n_excluded": 0, "n_later": 0},),
        "headline": {
            "main_figure": {"label": "actual_value", "value": 1234567.8}, "n_customers": 7,
        },
        "started_at": "2026-11-01T06:00:00+00:00",
        "finished_at": "2026-11-01T06:00:40+00:00",
    }  # fmt: skip
    return RunCard(**facts | changes)
