"""What the door makes of a table: columns by their headers, rows by the contract."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from data_door import HEADER, loaded, reasons, refusal
from segment import data
from segment.data.verdict import LOOK_AT
from segment.errors import ConfigError
from segment.schema import TABLES
from segment.text import phrases

DAY = "2026-10-30"


def test_rows_have_the_contracts_columns_in_its_order(tmp_path: Path):
    found = loaded(tmp_path, f"amount;x;date;customer_id\n5;?;{DAY};C1\n")

    assert found.rows.schema == {
        name: column.dtype for name, column in TABLES["transactions"].columns().items()
    }
    assert found.rows.row(0)[:4] == ("C1", dt.date(2026, 10, 30), 5.0, None)


@pytest.mark.parametrize("header", [" Customer_ID ", "\ufeffcustomer_id", "ＣＵＳＴＯＭＥＲ＿ＩＤ"])
def test_headers_are_compared_without_case_width_and_marks(tmp_path: Path, header: str):
    assert loaded(tmp_path, f"{header},date,amount\nC1,{DAY},5\n").rows.height == 1


def test_the_first_of_several_names_that_is_there_is_taken(tmp_path: Path):
    found = loaded(tmp_path, f"B,A,date,amount\nb,a,{DAY},5\n",
                   columns={"customer_id": ("Z", "A", "B")})  # fmt: skip

    assert found.rows["customer_id"].to_list() == ["a"]


def test_a_declared_header_counts_more_than_the_contracts_name(tmp_path: Path):
    content = f"customer_id,Account,date,amount\nwrong,right,{DAY},5\n"

    assert loaded(tmp_path, content, columns={"customer_id": "account"}).rows.row(0)[0] == "right"


def test_missing_columns_are_named_with_the_nearest_header_and_the_line_to_write(tmp_path: Path):
    told = refusal(tmp_path, f"Customer No.,InvoiceDate,Total\nC1,{DAY},5\n")

    assert "no column for customer_id, date, amount (or quantity and unit_price)" in told
    assert "[data.transactions.columns]" in told
    assert 'customer_id = "Customer No."' in told


def test_a_declared_header_that_is_nowhere_is_named(tmp_path: Path):
    told = refusal(tmp_path, f"customer_id,date,amount,Famly\nC1,{DAY},5,x\n",
                   columns={"family": "Family"})  # fmt: skip

    assert "did you mean 'Famly'" in told


def test_an_unknown_column_of_the_rules_is_named(tmp_path: Path):
    told = refusal(tmp_path, HEADER, columns={"custmer_id": "A"})

    assert "did you mean 'customer_id'" in told


def test_a_word_that_the_contract_does_not_have_is_named(tmp_path: Path):
    told = refusal(tmp_path, "x\n", "orders", values={"status": {"Done": "complete"}})

    assert "did you mean 'completed'" in told


def test_an_unknown_table_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match="did you mean 'transactions'"):
        data.read("transaction", data.SourceRules(), tmp_path, time_zone="UTC", currency="EUR")


def test_columns_that_no_one_reads_are_noted(tmp_path: Path):
    found = loaded(tmp_path, f"customer_id,date,amount,Colour,empty\nC1,{DAY},5,red,\n")

    assert [note.key for note in found.notes] == ["data.unused"]
    assert "Colour" in found.notes[0].words("en")
    assert "empty" not in found.notes[0].words("zh")


def test_identifiers_stay_as_written_but_for_spaces_and_a_spreadsheets_point(tmp_path: Path):
    lines = "".join(f"{cell},{DAY},1\n" for cell in (" 007", "13085.0", "1.50", "Ａ1", "C-1.0"))

    assert loaded(tmp_path, HEADER + lines).rows["customer_id"].to_list() == [
        "007", "13085", "1.50", "Ａ1", "C-1.0",
    ]  # fmt: skip


def test_words_for_nothing_are_empty(tmp_path: Path):
    lines = "".join(f"{cell},{DAY},1\n" for cell in ("NULL", "nan", "n/a", "C1"))
    found = loaded(tmp_path, HEADER + lines)

    assert reasons(found) == [(row, "customer_id", "empty") for row in (1, 2, 3)]
    assert loaded(tmp_path, HEADER + lines, empty_words=()).rows.height == 4


def test_a_null_in_a_nullable_column_is_no_fault(tmp_path: Path):
    found = loaded(tmp_path, f"customer_id,date,amount,quantity\nC1,{DAY},5,\nC2,{DAY},5,x\n")

    assert found.rows["quantity"].to_list() == [None]
    assert reasons(found) == [(2, "quantity", "not_a_number")]


def test_a_row_with_several_faults_is_set_aside_once_for_the_first(tmp_path: Path):
    content = "response_id,indicator,customer_id,responded_on,level\nR1,safety,C1,2026-10-30,fair\n"
    found = loaded(tmp_path, content + ",price,,31 June,fine\n", "survey")

    assert reasons(found) == [(2, "indicator", "not_one_of")]  # the contract's order of columns


def test_a_rejected_row_is_on_record_whole(tmp_path: Path):
    found = loaded(tmp_path, f"customer_id,date,amount,Größe\nC1,{DAY},5,x\nC2,31 June,7.5,甲\n")
    row = found.rejected.row(0, named=True)

    assert json.loads(row.pop("record")) == {
        "customer_id": "C2", "date": "31 June", "amount": "7.5", "Größe": "甲",
    }  # fmt: skip
    assert row == {
        "table": "transactions", "file": "transactions.csv", "row": 2, "kind": "set aside",
        "column": "date", "reason": "not_a_day", "value": "31 June", "amount": 7.5,
    }  # fmt: skip


def test_words_are_matched_whatever_their_case_and_width_and_by_the_rules(tmp_path: Path):
    content = "order_id,customer_id,ordered_on,status,amount\n" + "".join(
        f"{n},C1,{DAY},{word},1\n"
        for n, word in enumerate(["Open", " ＯＰＥＮ", "Erledigt", "", "x"])
    )
    found = loaded(
        tmp_path, content, "orders", values={"status": {"ERLEDIGT": "completed", "": "open"}}
    )

    assert found.rows["status"].to_list() == ["open", "open", "completed", "open"]
    assert reasons(found) == [(5, "status", "not_one_of")]


def test_yes_and_no_are_read_in_both_languages(tmp_path: Path):
    cells = ("Yes", "no", "1", "0", "是", "否", "TRUE", "", "maybe")
    content = "invoice_id,customer_id,issued_on,due_on,amount,is_disputed\n" + "".join(
        f"{n},C1,{DAY},{DAY},1,{cell}\n" for n, cell in enumerate(cells)
    )
    found = loaded(tmp_path, content, "invoices")

    assert found.rows["is_disputed"].to_list() == [
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        None,
    ]
    assert reasons(found) == [(9, "is_disputed", "not_yes_or_no")]


def test_every_reason_that_the_contracts_give_has_words_and_a_column():
    rules = {
        name
        for schema in TABLES.values()
        for name in vars(schema)
        if name in phrases("en") or f"reason.{name}" in phrases("en")
    }

    assert rules == LOOK_AT.keys()


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("I1,C1,2026-10-30,2026-10-29,,5", "due_on", "due_before_issued"),
        ("I1,C1,2026-10-30,2026-10-30,2026-10-29,5", "settled_on", "settled_before_issued"),
        ("I1,C1,2026-10-30,2026-10-30,,0", "amount", "out_of_range"),
        (",C1,2026-10-30,2026-10-30,,5", "invoice_id", "empty"),
    ],
)
def test_a_broken_contract_is_named_by_its_rule(
    tmp_path: Path, line: str, column: str, reason: str
):
    header = "invoice_id,customer_id,issued_on,due_on,settled_on,amount\n"
    on_the_edge = "I0,C1,2026-10-30,2026-10-30,2026-10-30,0.01\n"
    found = loaded(tmp_path, f"{header}{on_the_edge}{line}\n", "invoices")

    assert found.rows["invoice_id"].to_list() == ["I0"]
    assert reasons(found) == [(2, column, reason)]


def test_of_a_repeated_key_the_first_usable_row_is_kept(tmp_path: Path):
    content = (
        "product_id,margin_rate\n"
        "P1,35\n"  # out of range, so that it is not the one to keep
        "P1,0.35\nP1,0.40\nP2,0.1\n"
    )
    found = loaded(tmp_path, content, "products")

    assert found.rows["margin_rate"].to_list() == [0.35, 0.1]
    assert reasons(found) == [(1, "margin_rate", "out_of_range"), (3, "product_id", "duplicate")]


def test_a_key_of_two_columns_repeats_as_a_pair(tmp_path: Path):
    content = "response_id,indicator,customer_id,responded_on,level\n" + "".join(
        f"R1,{indicator},C1,{DAY},fair\n" for indicator in ("safety", "delivery", "safety")
    )

    assert reasons(loaded(tmp_path, content, "survey")) == [(3, "response_id", "duplicate")]


def test_lines_without_a_number_repeat_none(tmp_path: Path):
    content = "customer_id,date,amount,line_id\n" + "".join(
        f"C{n},{DAY},1,{line}\n" for n, line in enumerate(["L1", "", "", "L1"])
    )

    assert reasons(loaded(tmp_path, content)) == [(4, "line_id", "duplicate")]


IDENTICAL = HEADER + f"C1,{DAY},5\nC1,{DAY},5\nC1,{DAY},6\nC1,{DAY},5\n"


def test_identical_rows_are_kept_and_noted(tmp_path: Path):
    found = loaded(tmp_path, IDENTICAL)

    assert found.rows.height == 4
    assert [(note.key, note.values["count"]) for note in found.notes] == [("data.identical", 2)]


def test_identical_rows_are_set_aside_where_the_rules_say_so(tmp_path: Path):
    found = loaded(tmp_path, IDENTICAL, duplicates="set_aside")

    assert found.rows["amount"].to_list() == [5.0, 6.0]
    assert reasons(found) == [(2, None, "duplicate"), (4, None, "duplicate")]


def test_rows_that_differ_in_an_unread_column_are_not_identical(tmp_path: Path):
    found = loaded(tmp_path, f"customer_id,date,amount,seat\nC1,{DAY},5,1\nC1,{DAY},5,2\n",
                   duplicates="set_aside")  # fmt: skip

    assert found.rows.height == 2


def test_an_amount_is_quantity_times_price_where_it_is_not_given(tmp_path: Path):
    content = f"customer_id,date,quantity,unit_price\nC1,{DAY},3,2.50\nC1,{DAY},,2\nC1,{DAY},x,2\n"
    found = loaded(tmp_path, content)

    assert found.rows["amount"].to_list() == [7.5]
    assert reasons(found) == [(2, "amount", "empty"), (3, "quantity", "not_a_number")]


def test_a_given_amount_counts_more_than_quantity_times_price(tmp_path: Path):
    content = f"customer_id,date,amount,quantity,unit_price\nC1,{DAY},7,3,2.50\n"

    assert loaded(tmp_path, content).rows["amount"].to_list() == [7.0]


def test_a_refund_is_negative_whatever_its_sign(tmp_path: Path):
    content = "customer_id,date,amount,order_id\n" + "".join(
        f"C1,{DAY},{amount},{order}\n" for order, amount in (("c1", 5), ("C2", -5), ("1C", 5))
    )

    assert loaded(tmp_path, content, refund_prefix="C").rows["amount"].to_list() == [-5, -5, 5]


def test_a_refund_that_stood_above_zero_is_noted_since_it_changes_the_sum(tmp_path: Path):
    content = f"order_id,customer_id,date,amount\nC1,a,{DAY},5.25\nC2,a,{DAY},-5\n3,a,{DAY},5\n"

    found = loaded(tmp_path, content, refund_prefix="C")

    assert [note.words() for note in found.notes] == [
        "transactions: refunds by refund_prefix that stood above zero and were made negative: 1, "
        "together 5.25."
    ]


def test_a_refund_prefix_needs_the_orders_number(tmp_path: Path):
    assert "needs the column order_id" in refusal(tmp_path, IDENTICAL, refund_prefix="C")
    assert "no order amounts" in refusal(tmp_path, "x\n", "customers", refund_prefix="C")


MIXED = "customer_id,date,amount,currency\n" + "".join(
    f"C1,{DAY},5,{code}\n" for code in ("EUR", "eur", "", "USD")
)


def test_rows_in_another_currency_are_set_aside_without_their_money(tmp_path: Path):
    found = loaded(tmp_path, MIXED)

    assert found.rows.height == 3
    assert reasons(found) == [(4, "currency", "other_currency")]
    assert found.rejected["amount"].to_list() == [None]  # dollars are in no sum of euros


def test_a_file_of_torn_lines_alone_is_refused_as_such(tmp_path: Path):
    told = refusal(tmp_path, "customer_id,date,amount,currency\nC1\nC2\n")

    assert "another number of fields" in told


def test_no_row_in_the_companys_currency_is_refused(tmp_path: Path):
    content = "customer_id,date,amount,currency\n" + f"C1,{DAY},5,USD\nC1,{DAY},5,€\n"

    assert "No row of transactions is in EUR" in refusal(tmp_path, content)
    assert loaded(tmp_path, content, values={"currency": {"€": "EUR"}}).rows.height == 1


POSTAGE = (
    data.ExcludeRule(column="Article", values=("post",), reason="postage"),
    data.ExcludeRule(column="order_id", pattern="^man", reason="manual correction"),
)


def test_declared_rows_are_excluded_before_anything_else_is_held_against_them(tmp_path: Path):
    content = "customer_id,date,amount,order_id,Article\n" + "".join(
        f"{line}\n"
        for line in (
            f"C1,{DAY},5,1,Pen",
            f",{DAY},6,2, POST ",
            "C1,31 June,7,Manual,POST",
            f"C1,{DAY},8,MAN9,Pen",
            f"C1,{DAY},9,1 man,Pen",
        )
    )
    found = loaded(tmp_path, content, exclude=POSTAGE)

    assert found.rows["amount"].to_list() == [5.0, 9.0]
    columns = ("row", "kind", "column", "reason", "value", "amount")
    assert found.rejected.select(columns).rows() == [
        (2, "excluded", "Article", "postage", " POST ", 6.0),
        (3, "excluded", "Article", "postage", "POST", 7.0),
        (4, "excluded", "order_id", "manual correction", "MAN9", 8.0),
    ]


def test_a_rule_about_a_column_that_is_not_there_is_refused(tmp_path: Path):
    rule = data.ExcludeRule(column="Artikel", values=("x",), reason="postage")

    assert "did you mean 'Article'" in refusal(
        tmp_path, f"customer_id,date,amount,Article\nC1,{DAY},5,x\n", exclude=(rule,)
    )


def test_a_table_of_which_nothing_is_left_is_refused_with_the_reasons(tmp_path: Path):
    told = refusal(tmp_path, HEADER + f"C1,yesterday,5\nC2,today,5\n,{DAY},5\nC3,{DAY}\n")

    assert "None of the 4 rows of transactions" in told
    assert (
        "date: is not a day of the calendar (2 rows, such as 'yesterday' (transactions.csv, row 1))"
        in told
    )


def test_features_of_prospects_are_kept_under_their_headers(tmp_path: Path):
    content = (
        "prospect_id,created_on,outcome,closed_on,Source ,size\n"
        f"P1,{DAY},Won,2026-10-31,fair, 12 \nP2,{DAY},open,,,NULL\n"
    )
    found = loaded(tmp_path, content, "prospects", columns={"n_staff": "Size"})

    assert found.rows.columns[4:] == ["Source", "n_staff"]
    assert found.rows.select("Source", "n_staff").rows() == [("fair", "12"), (None, None)]
    assert found.notes == ()


def test_two_features_of_one_name_are_refused(tmp_path: Path):
    line = f"P1,{DAY},open,,a,b\n"
    header = "prospect_id,created_on,outcome,closed_on,"

    assert "more than one column 'Size'" in refusal(
        tmp_path, f"{header}Size,Size\n{line}", "prospects"
    )
    assert "more than one column 'Size'" in refusal(
        tmp_path, f"{header}Size,Staff\n{line}", "prospects", columns={"Size": "Staff"}
    )


def test_a_feature_may_be_called_like_a_column_of_the_contract(tmp_path: Path):
    content = f"prospect_id,created_on,outcome,closed_on,end\nP1,{DAY},won,soon,2026-10-31\n"
    found = loaded(tmp_path, content, "prospects", columns={"closed_on": "end"})

    assert found.rows.select("closed_on", "closed_on (file)").rows() == [
        (dt.date(2026, 10, 31), "soon")
    ]


def test_the_same_input_gives_the_same_output(tmp_path: Path):
    first, second = (loaded(tmp_path, MIXED) for _ in range(2))

    assert first.rows.equals(second.rows)
    assert first.rejected.equals(second.rejected)
    assert isinstance(first.rows, pl.DataFrame)
