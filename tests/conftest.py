"""What several tests need: published data, and small frames made by hand."""

import datetime as dt
import importlib.util
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import sync_playwright

from chromium import FLAGS


def lifetimes_file(name: str) -> Path:
    """A data set inside the installed lifetimes package, found without importing it."""
    spec = importlib.util.find_spec("lifetimes")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "datasets" / name


@pytest.fixture(scope="session")
def cdnow_sample() -> pl.DataFrame:
    """CDNOW, 1/10 sample: 2,357 customers, as published by Fader and Hardie."""
    rows = [line.split() for line in lifetimes_file("CDNOW_sample.txt").read_text().splitlines()]
    return pl.DataFrame(
        {
            "customer_id": [row[1] for row in rows],
            "date": [dt.datetime.strptime(row[2], "%Y%m%d").date() for row in rows],
            "amount": [float(row[4]) for row in rows],
        }
    )


@pytest.fixture(scope="session")
def cdnow_master() -> pl.DataFrame:
    """CDNOW, all 23,570 customers who first bought in the first quarter of 1997."""
    rows = [line.split() for line in lifetimes_file("CDNOW_master.txt").read_text().splitlines()]
    known = [(row[0], row[1], float(row[3])) for row in rows if row and row[0].isdigit()]
    frame = pl.DataFrame(known, schema=["customer_id", "date", "amount"], orient="row")
    return frame.with_columns(pl.col("date").str.to_date("%Y%m%d"))


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, which `make test` installs where there is npm."""
    path = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    missing = "axe-core is not installed; `make test` does it where there is npm"
    return pytest.fail(missing) if "NOTHING_SKIPPED" in os.environ else pytest.skip(missing)


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, started once a module."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium on this machine; install Debian's package to run these")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()
