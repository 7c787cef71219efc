"""What a company brings, as known on a day: small tables written out in full."""

import datetime as dt
from pathlib import Path

import pytest

from segment import config, inputs
from segment.data import SourceRules
from segment.errors import DataError

AS_OF = dt.date(2026, 10, 31)
TRANSACTIONS = """customer_id,date,amount
a,2026-09-01,10
b,2026-10-28,20
a,2026-10-31,5
b,2026-11-01,7
,2026-10-01,99
"""


@pytest.fixture
def bring(tmp_path):
    """Write tables as CSV; return the settings that look for them."""

    def brought(**tables: str) -> config.Settings:
        for name, content in ({"transactions": TRANSACTIONS} | tables).items():
            (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
        return config.Settings(data_folder=tmp_path)

    return brought


# --------------------------------------------------------------- which day


@pytest.mark.parametrize(
    ("as_of", "n_known"),
    [("2026-09-01", 1), ("2026-10-31", 3), ("2026-11-01", 4), ("2026-11-30", 4)],
)
def test_what_lies_after_the_day_waits(bring, as_of, n_known):
    found = inputs.read(bring(), None, dt.date.fromisoformat(as_of))

    assert found.tables["transactions"].height == n_known
    row = found.account.row(0, named=True)
    assert (row["n_in"], row["n_accepted"], row["n_set_aside"]) == (5, 4, 1)
    assert row["n_later"] == 4 - n_known


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2026-08-31", "as_of 2026-08-31 is before the first transaction, 2026-09-01"),
        ("2026-12-01", "as_of 2026-12-01 is after the data, which end on 2026-11-01: bring newer"),
    ],
)
def test_a_day_outside_the_data_is_refused_with_their_edge(bring, as_of, said):
    with pytest.raises(DataError, match=said):
        inputs.read(bring(), None, dt.date.fromisoformat(as_of))


@pytest.mark.parametrize(
    ("last", "as_of", "is_read"),
    [
        ("2024-02-05", "2024-02-29", True),  # the data end within the month
        ("2024-02-05", "2024-03-01", False),
        ("2026-12-31", "2026-12-31", True),
        ("2026-12-31", "2027-01-01", False),
    ],
)
def test_the_month_in_which_the_data_end_may_be_counted_to_its_end(bring, last, as_of, is_read):
    settings = bring(transactions=f"customer_id,date,amount\na,{last},5\n")
    day = dt.date.fromisoformat(as_of)

    if is_read:
        assert inputs.read(settings, None, day).as_of == day
    else:
        with pytest.raises(DataError, match="is after the data"):
            inputs.read(settings, None, day)


def test_without_a_day_it_is_the_last_month_that_the_data_cover_whole(bring):
    first = dt.date(2026, 8, 1)
    days = [first + dt.timedelta(days=n) for n in range(80)]  # up to 19 October
    rows = "".join(f"a,{day},5\n" for day in days)
    found = inputs.read(bring(transactions=f"customer_id,date,amount\n{rows}"), None, None)

    assert found.as_of == dt.date(2026, 9, 30)
    assert found.tables["transactions"].height == 61


# --------------------------------------------------------------- which tables


def test_a_table_is_found_by_its_name_and_what_is_not_there_is_not(bring):
    found = inputs.read(bring(staff="staff_id,name\ns,Ann\n"), None, AS_OF)

    assert list(found.tables) == ["transactions", "staff"]
    assert found.account["table"].to_list() == ["transactions", "staff"]
    assert found.rejected.select("table", "row", "reason").rows() == [("transactions", 5, "empty")]


def test_facts_that_came_later_are_withheld_in_every_table(bring):
    invoices = (
        "invoice_id,customer_id,issued_on,due_on,settled_on,amount\n"
        "1,a,2026-10-01,2026-10-30,2026-11-02,5\n"
        "2,a,2026-11-01,2026-11-30,,5\n"
    )
    found = inputs.read(bring(invoices=invoices), None, AS_OF)

    assert found.tables["invoices"].select("invoice_id", "settled_on").rows() == [("1", None)]


def test_a_table_of_which_everything_came_later_is_there_and_empty(bring):
    found = inputs.read(bring(costs="customer_id,date,amount\na,2026-11-05,5\n"), None, AS_OF)

    assert found.tables["costs"].is_empty()


def test_a_file_in_place_of_a_folder_holds_the_transactions_and_is_all_there_is(bring, tmp_path):
    settings = bring(staff="staff_id,name\ns,Ann\n")
    elsewhere = tmp_path / "export [2026]"  # marks that a pattern would read
    elsewhere.mkdir()
    path = (tmp_path / "transactions.csv").rename(elsewhere / "sales *.csv")
    (tmp_path / "staff.csv").rename(elsewhere / "staff.csv")
    found = inputs.read(settings, path, AS_OF)

    assert list(found.tables) == ["transactions"]
    assert found.tables["transactions"].height == 3


def test_a_file_is_read_by_the_rules_of_the_transactions(bring, tmp_path):
    bring()
    other = "who,date,amount\na,2026-10-01,5\n"
    (tmp_path / "sales.csv").write_text(other, encoding="utf-8")
    rules = SourceRules(files="gone.csv", columns={"customer_id": "who"})
    settings = config.Settings(data_folder=tmp_path, sources={"transactions": rules})

    assert inputs.read(settings, tmp_path / "sales.csv", AS_OF).tables["transactions"].height == 1


def test_a_folder_in_place_of_the_configured_one_is_read_by_the_same_rules(bring, tmp_path):
    settings = config.Settings(data_folder=tmp_path / "nowhere")
    bring()

    assert inputs.read(settings, tmp_path, AS_OF).tables["transactions"].height == 3


# --------------------------------------------------------------- what is missing


def test_without_transactions_it_is_said_what_to_bring(bring, tmp_path):
    settings = bring(staff="staff_id,name\ns,Ann\n")
    (tmp_path / "transactions.csv").unlink()

    with pytest.raises(DataError, match=r"no transactions in .*put a file transactions\.csv"):
        inputs.read(settings, None, AS_OF)


@pytest.mark.parametrize("data_dir", [None, Path("nowhere"), Path("nowhere.csv")])
def test_a_folder_that_is_not_there_is_said(tmp_path, data_dir):
    settings = config.Settings(data_folder=tmp_path / "nowhere")

    with pytest.raises(DataError, match=r"There is no .*nowhere"):
        inputs.read(settings, data_dir and tmp_path / data_dir, AS_OF)


# --------------------------------------------------------------- who is nobody's customer


def test_rows_of_a_customer_whom_no_other_table_knows_are_noted(bring):
    costs = "customer_id,date,amount\na,2026-10-01,5\nstranger,2026-10-02,7\n"

    found = inputs.read(bring(costs=costs), None, AS_OF)

    notes = [note.words() for note in found.notes]
    assert any(it.startswith("costs: rows whose customer is in neither") for it in notes)
    assert [it for it in notes if it.endswith("enter no figure: 1.")] == notes[-1:]


def test_who_is_registered_but_never_bought_is_known(bring):
    tables = {
        "customers": "customer_id,name\nstranger,S\n",
        "costs": "customer_id,date,amount\nstranger,2026-10-02,7\n",
    }

    assert inputs.read(bring(**tables), None, AS_OF).notes == ()


def test_a_day_typed_wrongly_does_not_stretch_the_data(bring):
    days = "".join(f"a,2026-{month:02}-{day:02},1\n" for month in (9, 10) for day in range(1, 31))
    settings = bring(transactions=f"customer_id,date,amount\n{days}a,2206-10-31,1\n")

    with pytest.raises(DataError, match="as_of 2030-12-31 is after the data, which end on 2026-10"):
        inputs.read(settings, None, dt.date(2030, 12, 31))


def test_sales_written_as_negative_are_refused_in_words(bring):
    settings = bring(transactions="customer_id,date,amount\na,2026-10-01,-5\n")

    with pytest.raises(DataError, match="No transaction is a purchase"):
        inputs.read(settings, None, AS_OF)
