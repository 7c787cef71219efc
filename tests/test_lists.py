"""Action lists: one of all and one of each owner."""

import datetime as dt
import io

import fastexcel
import polars as pl
import pytest

from segment import lists
from segment.errors import DataError

GROUPS = pl.Enum(("MVC", "MGC"))


def actions(*rows: tuple[str, str, str | None, str | None]) -> pl.DataFrame:
    """One action a row: customer, name, owner's id, owner."""
    schema = dict.fromkeys(("customer_id", "name", "staff_id", "owner"), pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(
        value_group=pl.lit("MVC").cast(GROUPS), money_at_stake=pl.lit(12.5),
        due_on=pl.lit(dt.date(2026, 11, 7)),
    )  # fmt: skip


TWO = actions(
    ("C1", "Ann's shop", "S1", "Ada"), ("C2", "=cmd()", "S2", "Ben"), ("C3", "Cy", None, None),
    ("C4", "Di", "S1", "Ada"),
)  # fmt: skip


def made(frame: pl.DataFrame, language: str = "en") -> dict[str, bytes]:
    return lists.files(frame, language=language, currency="EUR")


def read(content: bytes) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(content), infer_schema=False)


def test_there_is_a_list_of_all_and_one_of_each_owner():
    found = made(TWO)

    assert sorted(found) == [
        "actions-S1.csv", "actions-S1.xlsx", "actions-S2.csv", "actions-S2.xlsx",
        "actions-nobody.csv", "actions-nobody.xlsx", "actions.csv", "actions.xlsx",
    ]  # fmt: skip
    assert read(found["actions-S1.csv"])["Name"].to_list() == ["Ann's shop", "Di"]
    assert read(found["actions.csv"]).height == TWO.height
    book = fastexcel.read_excel(found["actions.xlsx"])
    assert book.sheet_names == ["All", "Nobody in charge", "Ada", "Ben"]


def test_money_is_written_in_cents_and_what_is_unknown_stays_so():
    sums = TWO.with_columns(money_at_stake=pl.Series([23398.129999999997, 12.346, None, -1.0]))

    written = read(made(sums)["actions.csv"])["Money at stake (EUR)"].to_list()

    assert written == ["23398.13", "12.35", None, "-1.0"]


def test_a_list_is_in_the_words_of_its_reader_and_calculates_nothing():
    english, chinese = read(made(TWO)["actions.csv"]), read(made(TWO, "zh")["actions.csv"])

    assert english["Value group"].to_list()[0] == "most valuable (MVC)"
    assert "Money at stake (EUR)" in english.columns
    assert english["Name"].to_list()[1] == "'=cmd()"
    assert chinese["价值分组"].to_list()[0] == "最有价值 (MVC)"


def test_owners_whose_names_no_file_can_have_get_files_of_their_own():
    odd = actions(("C1", "a", "../x", "X"), ("C2", "b", "x", "X"), ("C3", "c", "..x", "Y"))
    found = made(odd)

    assert len(found) == 8
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for name in found)
    assert fastexcel.read_excel(found["actions.xlsx"]).sheet_names[1:] == ["X", "Y", "X (x)"]


def test_no_actions_make_the_list_of_all_with_its_header_alone():
    found = made(TWO.clear())

    assert sorted(found) == ["actions.csv", "actions.xlsx"]
    assert read(found["actions.csv"]).height == 0


def test_what_is_no_action_list_is_refused():
    with pytest.raises(DataError, match="owner"):
        made(TWO.drop("owner"))


def test_a_single_list_is_the_rows_as_they_are_in_both_files():
    found = lists.one("prospects", TWO, language="en", currency="EUR")

    assert sorted(found) == ["prospects.csv", "prospects.xlsx"]
    assert read(found["prospects.csv"])["Value group"].unique().to_list() == ["most valuable (MVC)"]
    assert fastexcel.read_excel(found["prospects.xlsx"]).sheet_names == ["prospects"]
