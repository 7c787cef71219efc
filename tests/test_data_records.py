"""Lines into records: quickly, and never otherwise than the csv module."""

import csv
import io

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segment.data.records import OpenQuotationError, numbered, split

NAMES = ["x", "y"]
BLANK = " \t"
TEXTS = st.lists(
    st.sampled_from(
        [
            '"',
            '""',
            ",",
            "\n",
            "a",
            "b,",
            '"c"',
            '\n"',
            '",',
            "\nd,e\n",
            '\n"f","g"\n',
            '"h,i"',
            " ",
        ]
    )
).map("".join)


def by_csv(text: str) -> list[list[str]]:
    records = csv.reader(io.StringIO(f"{text}\n", newline=""))
    return [record for record in records if "".join(record).strip(BLANK)]


def by_split(text: str) -> tuple[list[list[str]], list[str]]:
    found = split(numbered(text), ",", NAMES, quotes=True)
    return [list(row) for row in found.cells.rows()], found.torn["value"].to_list()


def is_open(text: str) -> bool:
    end = "\0"
    records = list(csv.reader([*(f"{line}\n" for line in text.split("\n")), end]))
    return records[-1] != [end]


@settings(max_examples=500, deadline=None)
@given(text=TEXTS)
@example('a,5" x\nd,"e\nf\ng"\nh,i')  # a stray mark, and a cell of three lines behind it
@example('a,"b\nc,d')
def test_records_are_those_of_the_csv_module(text: str):
    if is_open(text):
        with pytest.raises(OpenQuotationError):
            by_split(text)
        return
    expected = by_csv(text)

    cells, torn = by_split(text)

    assert cells == [record for record in expected if len(record) == len(NAMES)]
    assert torn == [",".join(record) for record in expected if len(record) != len(NAMES)]


def test_each_record_knows_its_first_line():
    found = split(numbered('x,y\n\na,"b\nc"\nd,e\nf\n'), ",", NAMES, quotes=True)

    assert found.place.to_list() == [1, 3, 5]
    assert found.torn.rows() == [(6, "f")]


def test_nothing_gives_no_record():
    found = split(numbered(""), ",", NAMES, quotes=True)

    assert found.cells.schema == pl.Schema(dict.fromkeys(NAMES, pl.String))
    assert found.cells.height == found.torn.height == 0
