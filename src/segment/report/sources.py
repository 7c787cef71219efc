"""The files that a run reads, for its run card."""

from pathlib import Path

from segment.config import Settings
from segment.data import SourceRules
from segment.data.find import find
from segment.schema import TABLES


def files(settings: Settings, data_path: Path) -> list[Path]:
    """Return every input file of every table, in the order of the tables.

    `data_path` is the data folder, or one file of transactions, which is then the only one.

    Raises:
        DataError: A declared file is not there.
    """
    if data_path.is_file():
        return [data_path]
    return [
        path
        for table in TABLES
        for path in find(table, settings.sources.get(table, SourceRules()), data_path)
    ]
