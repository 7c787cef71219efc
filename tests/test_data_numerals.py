"""Numbers as people and exports write them."""

from pathlib import Path

import pytest

from data_door import loaded, reasons, refusal
from segment import data


def amounts(folder: Path, *cells: str, **rules: str) -> data.Loaded:
    lines = [f"C{n}|2026-10-30|{cell}" for n, cell in enumerate(cells, start=1)]
    return loaded(folder, "\n".join(["customer_id|date|amount", *lines]), separator="|", **rules)


def sentence(folder: Path, *cells: str, **rules: str) -> str:
    lines = [f"C{n}|2026-10-30|{cell}" for n, cell in enumerate(cells, start=1)]
    return refusal(folder, "\n".join(["customer_id|date|amount", *lines]), separator="|", **rules)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12.50", 12.5),
        ("１２．５０", 12.5),
        ("−12.50", -12.5),
        ("12.50-", -12.5),
        ("(12.50)", -12.5),
        ("- 12.50", -12.5),
        ("+12.50", 12.5),
        ("€ 12.50", 12.5),
        ("-€12.50", -12.5),
        ("(￥12.50)", -12.5),
        ("12.50 元", 12.5),
        ("1 234.50", 1234.5),
        ("1\u00a0234\u00a0567.5", 1234567.5),
        ("1\u2009234", 1234.0),
        ("1'234.50", 1234.5),
        ("1’234.50", 1234.5),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("0.125", 0.125),
    ],
)
def test_a_number_is_read_however_it_is_written(tmp_path: Path, cell: str, value: float):
    assert amounts(tmp_path, cell).rows["amount"].to_list() == [value]


@pytest.mark.parametrize(
    "cell",
    ["abc", "12 50", "1 23", "--5", "(-5)", "5%", "inf", "nan5", "1.2.3", "1e999x", "-", "0x1F"],
)
def test_what_is_no_number_is_set_aside(tmp_path: Path, cell: str):
    found = amounts(tmp_path, "1.00", cell)

    assert reasons(found) == [(2, "amount", "not_a_number")]


def test_a_declared_comma_is_the_decimal_mark(tmp_path: Path):
    found = amounts(tmp_path, "12,50", "1.234,50", "1.234", "7", decimal=",", thousands=".")

    assert found.rows["amount"].to_list() == [12.5, 1234.5, 1234.0, 7.0]


def test_declared_thousands_are_read_in_groups_only(tmp_path: Path):
    found = amounts(tmp_path, "1,234.50", "12,34,567", "12,50", "9.00", thousands=",")

    assert found.rows["amount"].to_list() == [1234.5, 1234567.0, 9.0]  # the second is India's
    assert reasons(found) == [(3, "amount", "not_a_number")]


def test_a_column_of_decimal_commas_is_refused_with_the_lines_to_add(tmp_path: Path):
    told = sentence(tmp_path, "12,50", "1.234,50", "8")

    assert 'decimal = "," and thousands = "."' in told
    assert "'12,50' in row 1 of transactions.csv" in told
    assert "2 of 3 cells of amount" in told
    assert "[data.transactions]" in told


def test_a_column_of_decimal_points_is_refused_where_commas_are_declared(tmp_path: Path):
    assert 'decimal = "." and thousands = ","' in sentence(tmp_path, "12.50", "3", decimal=",")


def test_a_single_comma_among_points_is_set_aside(tmp_path: Path):
    found = amounts(tmp_path, "12.50", "9.99", "12,50")

    assert reasons(found) == [(3, "amount", "not_a_number")]


def test_a_column_split_between_two_conventions_keeps_the_declared_half(tmp_path: Path):
    assert amounts(tmp_path, "12.50", "12,50").rows["amount"].to_list() == [12.5]
    assert "decimal" in sentence(tmp_path, "12.50", "12,50", "12,60")


def test_a_thousand_is_not_read_as_one_beside_a_decimal_comma(tmp_path: Path):
    found = amounts(tmp_path, "12.50", "9.99", "1.234", "12,50", "2.34", "0.125")

    assert found.rows["amount"].to_list() == [12.5, 9.99, 2.34, 0.125]
    assert reasons(found) == [(3, "amount", "not_a_number"), (4, "amount", "not_a_number")]


def test_three_decimals_are_read_where_nothing_speaks_against_them(tmp_path: Path):
    assert amounts(tmp_path, "1.234", "9.99").rows["amount"].to_list() == [1.234, 9.99]


def test_thousands_that_are_mostly_grouped_are_refused_with_the_lines_to_add(tmp_path: Path):
    assert 'decimal = "." and thousands = ","' in sentence(tmp_path, "1,234.50", "12.50", "3.99")


def test_a_grouped_thousand_among_plain_ones_is_set_aside(tmp_path: Path):
    found = amounts(tmp_path, "1,234.50", "1234.50", "3.99")

    assert reasons(found) == [(1, "amount", "not_a_number")]


def test_two_signs_of_currency_are_refused(tmp_path: Path):
    told = sentence(tmp_path, "€5", "€6", "$7")

    assert "($, €)" in told
    assert "'$7' in row 3" in told


def test_an_amount_too_large_to_add_up_exactly_is_set_aside(tmp_path: Path):
    found = amounts(tmp_path, "90071992547409.92", "90071992547409.94", "1e300")

    assert found.rows.height == 1
    assert reasons(found) == [(2, "amount", "out_of_range"), (3, "amount", "out_of_range")]
    assert found.rejected["amount"].to_list() == [None, None]


def test_marks_that_may_all_be_thousands_or_decimals_are_refused_not_guessed(tmp_path: Path):
    rows = "".join(f"C{n},2026-10-0{n},{n}.40{n}\n" for n in range(1, 6))
    content = "customer_id,date,amount\n" + rows

    said = refusal(tmp_path, content)
    assert "all 5 marks in amount have three digits behind them" in said
    decimals = loaded(tmp_path, content, thousands=",").rows["amount"].to_list()
    assert decimals[0] == 1.401
    grouped = loaded(tmp_path, content, decimal=",", thousands=".").rows["amount"].to_list()
    assert grouped[0] == 1401.0


def test_one_number_with_other_decimals_says_that_the_marks_are_decimals(tmp_path: Path):
    rows = "".join(f"C{n},2026-10-0{n},{n}.40{n}\n" for n in range(1, 6))
    content = f"customer_id,date,amount\n{rows}C6,2026-10-06,7.5\n"

    assert loaded(tmp_path, content).rows["amount"][0] == 1.401
