"""The seeded sample company: a wholesaler whose hidden truth is written beside its tables.

`make` is pure and returns the company as it truly is; `write` damages a few rows of every table
in the ways real exports are, and writes the files that the reports run on.
"""

from pathlib import Path

from segment.sample import files
from segment.sample.company import Company, make
from segment.sample.rules import SampleRules

__all__ = ["Company", "SampleRules", "make", "write"]


def write(folder: Path, rules: SampleRules | None = None) -> None:
    """Write the sample company into `folder` and its hidden truth into `folder`/truth.

    The same rules give the same bytes, on every day and every machine.

    Raises:
        RunError: A file cannot be written there.
    """
    files.write(make(rules or SampleRules()), folder)
