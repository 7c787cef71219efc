import datetime as dt

from segment import config, inputs
from segment.report import checking
from toys import company

HEADER = "customer_id,date,amount\n"


def checked(folder, rows):
    path = company(folder)
    with (folder / "data" / "transactions.csv").open("a", encoding="utf-8") as file:
        file.write(rows)
    found = inputs.read(config.load(path), None, dt.date(2026, 10, 31))
    return list(checking.lines(found))


def test_each_table_has_its_counts_in_columns(tmp_path):
    lines = checked(tmp_path, "C1,2026-11-02,5\n")

    head, row = lines[2], lines[3]
    names = "table rows in accepted set aside excluded later than 2026-10-31"
    assert " ".join(head.split()) == names
    assert row.split() == ["transactions", "72", "71", "1", "0", "1"]
    assert len(head) == len(row)


def test_money_adds_up_to_the_penny_in_columns(tmp_path):
    lines = checked(tmp_path, "C1,2026-10-32,5.25\n")

    said = [line.split() for line in lines]
    head = said.index(["table", "money", "in", "accepted", "set", "aside", "excluded"])
    table, *sums = said[head + 1]
    came, accepted, set_aside, excluded = (round(100 * float(it.replace(",", ""))) for it in sums)
    assert table == "transactions"
    assert came == accepted + set_aside + excluded
    assert set_aside >= 525


def test_what_was_set_aside_has_table_column_reason_count_and_example(tmp_path):
    lines = checked(tmp_path, "C1,2026-10-32,5\nC2,2026-10-33,5\n")

    said = [" ".join(line.split()) for line in lines]
    assert "transactions customer_id is empty 1 (transactions.csv, row 71)" in said
    example = "'2026-10-32' (transactions.csv, row 72)"
    assert f"transactions date is not a day of the calendar 2 {example}" in said


def test_data_without_fault_are_said_to_be_so(tmp_path):
    path = company(tmp_path)
    table = tmp_path / "data" / "transactions.csv"
    table.write_text(table.read_text().replace(",2026-10-01,5\n", ""))
    found = inputs.read(config.load(path), None, None)

    assert "No row was set aside or excluded." in checking.lines(found)


def test_columns_line_up_where_letters_are_wide():
    wide, narrow = checking.aligned([["深圳", "1"], ["a", "20"]], right=True)

    assert wide == "深圳   1"  # two letters, four places
    assert narrow == "a     20"
