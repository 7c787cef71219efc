"""Who stands on a page and in a list: by name, or by the code that leads from one to the other."""

import datetime as dt
import stat

import polars as pl
import pytest

from segment import config, data, privacy, workspace
from segment.errors import ConfigError
from segment.inputs import Inputs

AS_OF = dt.date(2026, 10, 31)
ACTIONS = pl.DataFrame(
    {"priority": [1, 2, 3], "customer_id": ["a", "b", "z"], "name": ["?", "?", "?"],
     "staff_id": ["s", None, None], "owner": ["Sam", None, None]}
)  # fmt: skip
KEPT = pl.DataFrame({"customer_id": ["a"], "kept_reason": ["Ann's aunt"], "kept_owner": ["Sam"]})


def tables() -> dict[str, pl.DataFrame]:
    known = {"customer_id": ["a", "b", "c"], "name": ["Ann", "Ben", "Ben"]}
    bought = {"customer_id": ["a"], "date": [AS_OF], "amount": [5.0]}
    return {"customers": pl.DataFrame(known), "transactions": pl.DataFrame(bought)}


@pytest.fixture
def make_run(tmp_path):
    """Make a run of a small company under rules of privacy."""

    def made(**rules: str) -> workspace.Run:
        rejected = pl.DataFrame(schema=data.loaded.REJECTED)
        found = Inputs(
            as_of=AS_OF, tables=tables(), account=pl.DataFrame(), rejected=rejected, notes=()
        )
        workspace.prepare(found, tmp_path / "work", tmp_path / "reports", tmp_path)
        lines = [f'{name} = "{value}"\n' for name, value in rules.items()]
        path = tmp_path / config.FILE_NAME
        path.write_text("".join(["[privacy]\n", *lines]), encoding="utf-8")
        return workspace.open(str(tmp_path / "work"), str(path))

    return made


def key(run: workspace.Run) -> bytes:
    return bytes.fromhex((run.reports / ".key").read_text(encoding="ascii"))


def names(run: workspace.Run) -> list[str]:
    return workspace.with_names(ACTIONS, run)["name"].to_list()


def test_pages_hold_codes_unless_told_otherwise(make_run):
    run = make_run()

    assert names(run) == [privacy.code(one, key(run)) for one in "abz"]
    assert workspace.masked(ACTIONS, run)["customer_id"].to_list() == names(run)
    leads = pl.DataFrame({"prospect_id": ["a"]})
    assert workspace.masked(leads, run)["prospect_id"].to_list() == names(run)[:1]
    assert workspace.about_codes(run).plain.startswith("Codes stand in for names")


def test_pages_hold_names_where_the_rules_say_so_and_no_key_is_drawn(make_run):
    run = make_run(on_pages="full")

    assert names(run) == ["Ann", "Ben (b)", "z"]  # two are called Ben
    assert workspace.masked(ACTIONS, run) is ACTIONS
    assert workspace.for_lists(ACTIONS, run).columns == ACTIONS.columns
    assert workspace.about_codes(run).html == ""
    assert not (run.reports / ".key").exists()


def test_a_frame_to_compute_with_keeps_its_identifiers(make_run):
    run = make_run()

    assert workspace.with_names(ACTIONS, run)["customer_id"].to_list() == ["a", "b", "z"]
    assert workspace.table(run, "customers").equals(tables()["customers"])


def test_the_code_of_the_page_stands_beside_the_name_in_the_list(make_run):
    run = make_run()
    listed = workspace.for_lists(workspace.with_names(ACTIONS, run), run)

    assert listed.columns == ["priority", "code", "customer_id", "name", "staff_id", "owner"]
    assert listed["code"].to_list() == names(run)
    assert listed["name"].to_list() == ["Ann", "Ben (b)", "z"]


def test_masked_lists_hold_the_code_alone(make_run):
    run = make_run(in_lists="masked")
    listed = workspace.for_lists(ACTIONS, run)

    assert listed.columns == ["priority", "code", "staff_id", "owner"]
    assert listed["code"].to_list() == names(run)
    assert "in the action lists too" in workspace.about_codes(run).plain


def test_a_list_of_prospects_names_them_by_their_identifier(make_run):
    run, leads = make_run(), pl.DataFrame({"prospect_id": ["P1"], "grade": ["A"]})

    assert workspace.for_lists(leads, run).columns == ["code", "prospect_id", "grade"]
    full = make_run(on_pages="full")
    assert workspace.for_lists(leads, full).equals(leads)


def test_what_people_wrote_about_a_customer_is_on_no_masked_page(make_run):
    masked = workspace.without_remarks(KEPT, make_run())

    assert masked.row(0) == ("a", None, "Sam")  # who answers for it is a colleague
    assert workspace.with_names(KEPT, make_run())["kept_reason"].item() is None
    assert workspace.without_remarks(KEPT, make_run(on_pages="full")).equals(KEPT)


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("date", "31.02.2026", "31.02.2026"),
        ("date", "Ann Rosen", None),  # a row whose cells have moved
        ("name", "李娜", None),
        ("customer_id", "12346", None),
        (None, "12,30", None),  # a torn line
    ],
)
def test_a_cell_set_aside_is_shown_where_it_can_name_nobody(make_run, column, value, shown):
    row = {"column": column, "value": value}
    cells = pl.DataFrame([row], schema={"column": pl.String, "value": pl.String})

    assert workspace.without_remarks(cells, make_run())["value"].item() == shown


def test_the_key_is_drawn_once_and_nobody_else_reads_it(make_run):
    run = make_run()
    first = names(run)
    drawn = (run.reports / ".key").read_bytes()

    assert names(run) == first
    assert (run.reports / ".key").read_bytes() == drawn
    assert stat.S_IMODE((run.reports / ".key").stat().st_mode) == 0o600
    assert [path.name for path in run.reports.iterdir()] == [".key"]  # and nothing beside it


def test_a_key_of_ones_own_lies_where_the_config_says(make_run, tmp_path):
    run = make_run(key_file="secret/key")
    first = names(run)

    assert not (run.reports / ".key").exists()
    (tmp_path / "secret" / "key").write_text("ab" * 32)
    assert names(run) != first
    (tmp_path / "secret" / "key").write_text("ab")
    with pytest.raises(ConfigError, match="holds no key of 32 bytes in hexadecimal"):
        names(run)


def test_data_and_lists_are_read_by_their_owner_alone(make_run):
    run = make_run()
    workspace.save(run, "customers", KEPT)
    workspace.save_files(run, "lists", {"actions.csv": b"x"})

    for part in ("inputs", "tables", "rejected", "en/lists"):
        assert stat.S_IMODE((run.folder / part).stat().st_mode) == 0o700, part
    files = [path for path in run.folder.glob("*/**/*") if path.is_file()]
    kept = [run.folder / "rejected.parquet", *files]
    assert len(kept) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_new_lists_replace_those_of_their_kind_alone(make_run):
    run = make_run()
    workspace.save_files(run, "lists", {"actions-S1.csv": b"", "actions.csv": b""})
    workspace.save_files(run, "lists", {"prospects.csv": b""}, replacing="prospects.*")
    workspace.save_files(run, "lists", {"actions.csv": b""}, replacing="actions*")

    assert sorted(path.name for path in (run.folder / "en" / "lists").iterdir()) == [
        "actions.csv", "prospects.csv",
    ]  # fmt: skip
