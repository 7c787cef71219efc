from pathlib import Path

import pytest

from segment import codebook
from segment.schema import TABLES


def test_every_column_of_every_table_has_its_line():
    written = codebook.codebook()

    for table, schema in TABLES.items():
        part = written.split(f"\n## {table}\n")[1].split("\n## ")[0]
        for column in schema.columns():
            assert part.count(f"| `{column}` |") == 1


@pytest.mark.parametrize(
    "line",
    [
        "| `customer_id` | text | no |  | Who bought; any text, compared as written. |",
        "| `hours_per_week` | number | yes | at least 0, at most 80 | Hours for customers a week, "
        "0 to 80. |",
        "| `wallet` | number | no | above 0 | Yearly spend with all suppliers, in the company's "
        "currency, above 0. |",
        "| `outcome` | one of a list | no | won, lost, open | won, lost or open. |",
        "| `at` | day and time | no |  | When, in the company's time zone. |",
    ],
)
def test_type_range_and_meaning_stand_in_the_line(line):
    assert f"\n{line}\n" in codebook.codebook()


def test_the_columns_that_know_a_row_are_named():
    assert "A row is known by `response_id` and `indicator`." in codebook.codebook()


def test_the_codebook_in_docs_is_what_the_contracts_say():
    path = Path(__file__).parents[1] / "docs" / "codebook.md"

    assert path.read_text(encoding="utf-8") == codebook.codebook()
