"""One file into cells, by what it holds and not by what it is called.

Exports lie about themselves: a page of text is called .xls, a workbook .csv.
"""

from pathlib import Path

from segment.data.decode import decode
from segment.data.delimited import parse
from segment.data.parquet import read_parquet
from segment.data.raw import Raw
from segment.data.rules import SourceRules
from segment.data.workbook import read_workbook
from segment.errors import DataError

PARQUET, ZIP, OLD_EXCEL = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UNREADABLE = {
    b"\x1f\x8b": "a compressed file (gzip); unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"%PDF": "a PDF; export the table as CSV or Excel",
    b"SQLite format 3": "an SQLite database; export the table as CSV or Parquet",
}


def read_file(path: Path, label: str, rules: SourceRules) -> list[Raw]:
    """Return the cells of a file, one item a sheet; `label` is its name for readers.

    Raises:
        DataError: It cannot be opened, is of an unknown kind, or holds nothing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
            if head.startswith((ZIP, OLD_EXCEL)):
                return read_workbook(path, label, rules)
            if head.startswith(PARQUET):
                return [read_parquet(path, label, rules)]
            content = head + file.read()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from None
    kind = next((kind for mark, kind in UNREADABLE.items() if head.startswith(mark)), None)
    if kind:
        raise DataError(f"{label} is {kind}.")
    if not content.strip():
        raise DataError(f"{label} is empty; export it again.")
    return [parse(decode(content, rules.encoding, label), rules, label)]
