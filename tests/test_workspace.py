"""The folder of a run: a small company through the door, and what a notebook finds there."""

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from segment import config, data, inputs, page, sample, tables, workspace
from segment.errors import ConfigError, DataError
from segment.inputs import Inputs
from segment.report import notebooks
from segment.sample import SampleRules
from segment.schema import TABLES
from segment.text import phrases

AS_OF = dt.date(2026, 10, 31)
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    """A folder with a segment.toml and the tables of a small company."""
    folder = tmp_path_factory.mktemp("company")
    sample.write(folder / "in", SampleRules(n_customers=300, n_prospects=300, n_responses=60))
    (folder / config.FILE_NAME).write_text('[data]\nfolder = "in"\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(company) -> Inputs:
    return inputs.read(config.load(company / config.FILE_NAME), None, AS_OF)


@pytest.fixture(scope="module")
def prepared(company, found) -> Path:
    """The folder of a run of that company."""
    folder = company / "work"
    workspace.prepare(found, folder, company / "reports")
    return folder


@pytest.fixture(scope="module")
def run(company, prepared) -> workspace.Run:
    return workspace.open(str(prepared), str(company / config.FILE_NAME))


def transactions(*rows: tuple[str, str, float]) -> pl.DataFrame:
    days = [(who, dt.date.fromisoformat(day), amount) for who, day, amount in rows]
    schema = {"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}
    return pl.DataFrame(days, schema=schema, orient="row")


@pytest.fixture
def make_run(tmp_path):
    """Make a run of a few invented tables."""

    def made(**brought: pl.DataFrame) -> workspace.Run:
        every = {"transactions": transactions(("a", "2026-10-01", 5.0))} | brought
        rejected = pl.DataFrame(schema=data.loaded.REJECTED)
        made_of = Inputs(
            as_of=AS_OF, tables=every, account=pl.DataFrame(), rejected=rejected, notes=()
        )
        workspace.prepare(made_of, tmp_path / "work", tmp_path / "reports")
        (tmp_path / config.FILE_NAME).touch()
        return workspace.open(str(tmp_path / "work"), str(tmp_path / config.FILE_NAME))

    return made


# --------------------------------------------------------------- what a notebook finds


def test_a_run_knows_its_day_its_language_and_where_reports_go(run, company, prepared):
    assert (run.as_of, run.language) == (AS_OF, "en")
    assert (run.folder, run.reports.resolve()) == (prepared, company / "reports")
    assert run.settings.path == company / config.FILE_NAME


def test_tables_come_back_as_the_door_let_them_in(run, found):
    assert all(workspace.table(run, name).equals(rows) for name, rows in found.tables.items())
    assert workspace.absent(run) == [name for name in TABLES if name not in found.tables]
    assert workspace.account(run).equals(found.account)
    assert workspace.rejected(run).equals(found.rejected)


def test_the_sample_brings_every_table_and_nothing_after_the_day(run):
    assert workspace.absent(run) == []
    assert workspace.table(run, "transactions")["date"].max() <= AS_OF
    assert workspace.table(run, "invoices")["settled_on"].max() <= AS_OF
    closed = workspace.table(run, "prospects").filter(pl.col("closed_on") > AS_OF)
    assert closed.is_empty()


def test_a_table_that_is_not_brought_is_none(make_run):
    run = make_run()

    assert workspace.table(run, "costs") is None
    assert "costs" in workspace.absent(run)
    assert "transactions" not in workspace.absent(run)


def test_the_language_of_the_parameter_goes_before_that_of_the_company(prepared, company):
    path = str(company / config.FILE_NAME)

    assert workspace.open(str(prepared), path, language="zh").language == "zh"
    with pytest.raises(ConfigError, match="language is 'fr'; it is one of en, zh"):
        workspace.open(str(prepared), path, language="fr")


@pytest.mark.parametrize(("language", "said"), [("en", "kept: 1,234."), ("zh", "有 1,234 行")])
def test_notes_of_the_door_are_read_in_the_language_of_the_run(make_run, found, language, said):
    run = make_run()
    note = data.Note(key="data.identical", values={"table": "costs", "count": 1234})
    workspace.prepare(replace(found, notes=(note,)), run.folder, run.reports)
    told = workspace.notes(replace(run, language=language))

    assert len(told) == 1
    assert said in told[0]


def test_results_are_kept_for_the_notebooks_that_follow(make_run):
    run, frame = make_run(), pl.DataFrame({"customer_id": ["鹿鸣"]})
    workspace.save(run, "customers", frame)

    assert workspace.result(run, "customers").equals(frame)
    assert workspace.result(run, "groups") is None


@pytest.mark.parametrize(
    ("as_of", "before"),
    [
        (dt.date(2026, 10, 31), "2026-09"),
        (dt.date(2026, 10, 1), "2026-09"),
        (dt.date(2026, 1, 31), "2025-12"),
        (dt.date(2024, 3, 31), "2024-02"),
    ],
)
def test_last_month_is_what_was_published_for_the_month_before(make_run, as_of, before):
    run = replace(make_run(), as_of=as_of)
    frame = pl.DataFrame({"customer_id": ["a"]})
    folder = run.reports / before / "tables"
    folder.mkdir(parents=True)
    frame.write_parquet(folder / "groups.parquet")

    assert workspace.last_month(run, "groups").equals(frame)
    assert workspace.last_month(run, "actions") is None
    assert workspace.last_month(replace(run, as_of=dt.date(2022, 1, 31)), "groups") is None


def test_a_month_without_a_customer_in_common_is_another_companys(make_run):
    run = make_run()
    folder = run.reports / "2026-09" / "tables"
    folder.mkdir(parents=True)
    pl.DataFrame({"customer_id": ["nobody here"]}).write_parquet(folder / "groups.parquet")

    assert workspace.last_month(run, "groups") is None


def test_the_headline_is_kept_for_the_index(make_run):
    run = make_run()
    workspace.headline(run, main_figure={"label": "actual_value", "value": 1.5}, n_customers=3)

    content = json.loads((run.folder / "tables" / "headline.json").read_text(encoding="utf-8"))
    assert content == {"main_figure": {"label": "actual_value", "value": 1.5}, "n_customers": 3}


def test_the_last_cell_says_that_the_notebook_ended(run):
    shown = workspace.finished(run)._repr_mimebundle_()

    assert shown == {workspace.FINISHED_MIME: {"as_of": "2026-10-31"}}


# --------------------------------------------------------------- names


def people(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(("customer_id", "name", "staff_id"), pl.String), orient="row"
    )
    return frame.with_columns(
        region=pl.lit("north"),
        industry=pl.lit(None, dtype=pl.String),
        blocked_on=pl.lit(None, dtype=pl.Date),
        yearly_cost=pl.lit(None, dtype=pl.Float64),
    )


def team(*rows: tuple[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"staff_id": pl.String, "name": pl.String}, orient="row")


FRAME = pl.DataFrame({"customer_id": ["c", "a", "b"], "staff_id": ["s", "t", None]})


def names(frame: pl.DataFrame, run: workspace.Run) -> list[tuple[str, str | None]]:
    return workspace.with_names(frame, run).select("name", "owner").rows()


def test_customers_and_owners_get_their_names_where_they_are_known(make_run):
    run = make_run(
        customers=people(("a", "Ann & Söhne", "t"), ("c", None, None)),
        staff=team(("s", "Sam"), ("t", None)),
    )

    assert names(FRAME, run) == [("c", "Sam"), ("Ann & Söhne", "t"), ("b", None)]


def test_without_customers_or_staff_the_identifiers_stand_for_the_names(make_run):
    assert names(FRAME, make_run()) == [("c", "s"), ("a", "t"), ("b", None)]


def test_without_staff_the_customers_have_names_and_owners_identifiers(make_run):
    run = make_run(customers=people(("a", "Ann", "t")))

    assert names(FRAME, run) == [("c", "s"), ("Ann", "t"), ("b", None)]


def test_a_frame_without_owners_has_none(make_run):
    run = make_run(staff=team(("s", "Sam")))

    assert names(FRAME.drop("staff_id"), run) == [("c", None), ("a", None), ("b", None)]
    assert workspace.with_names(FRAME.clear(), run).is_empty()


def test_what_is_known_of_a_customer_is_added_once_and_in_the_order_of_the_rows(make_run):
    run = make_run(customers=people(("a", "Ann", "t"), ("b", "Bob", None)))
    once = workspace.with_customers(FRAME.select("customer_id"), run)

    assert once.columns == [
        "customer_id", "region", "industry", "staff_id", "blocked_on", "yearly_cost",
    ]  # fmt: skip
    assert once["region"].to_list() == [None, "north", "north"]
    assert workspace.with_customers(once, run).equals(once)


def test_without_customers_nothing_is_added(make_run):
    assert workspace.with_customers(FRAME, make_run()).equals(FRAME)


# --------------------------------------------------------------- rows that were set aside


def test_rows_set_aside_are_a_file_a_table_which_a_spreadsheet_reads(prepared, found):
    files = {path.stem: path.read_bytes() for path in (prepared / "rejected").glob("*.csv")}

    assert set(files) == set(found.rejected["table"])
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 170", "'+49 170"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),  # begins like a number and is calculated all the same
        ("-2,300.50", "-2,300.50"),
        ("-.5", "-.5"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("31.02.2026", "31.02.2026"),
        ("", None),
    ],
)
def test_a_cell_that_a_spreadsheet_would_calculate_is_text_in_the_file(
    make_run, tmp_path, value, written
):
    run = make_run()
    row = {name: None for name in data.loaded.REJECTED} | {"table": "costs", "value": value}
    rejected = pl.DataFrame([row], schema=data.loaded.REJECTED)
    made = Inputs(as_of=AS_OF, tables={}, account=pl.DataFrame(), rejected=rejected, notes=())
    workspace.prepare(made, run.folder, tmp_path)

    read = pl.read_csv(run.folder / "rejected" / "costs.csv", infer_schema=False)
    assert (read["value"].item() or None) == written
    assert workspace.rejected(run)["value"].item() == value  # as it came, for who computes with it


# --------------------------------------------------------------- a try in JupyterLab


def test_a_notebook_opened_alone_has_the_data_at_hand(company, found):
    run = workspace.open(config_path=str(company / config.FILE_NAME), as_of="2026-10-31")

    assert run.folder == company / "reports" / workspace.LAB
    assert workspace.table(run, "costs").equals(found.tables["costs"])


def test_a_try_on_other_data_forgets_what_was_made_before(tmp_path):
    for name, rows in (("one", "a,2026-10-01,5\n"), ("other", "a,2026-10-01,6\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "transactions.csv").write_text(f"customer_id,date,amount\n{rows}")
    (tmp_path / "one" / "staff.csv").write_text("staff_id,name\ns,Ann\n")
    path = tmp_path / config.FILE_NAME
    path.touch()

    def tried(folder: str, as_of: str = "2026-10-31") -> workspace.Run:
        return workspace.open("", str(path), str(tmp_path / folder), as_of)

    def keeps() -> bool:
        return (tmp_path / "reports" / workspace.LAB / "tables" / "mine.parquet").is_file()

    workspace.save(tried("one"), "mine", FRAME)
    run = tried("one")
    assert keeps()  # the same data: a second notebook finds what the first one made
    assert workspace.result(run, "nobody's") is None
    assert workspace.table(tried("other"), "staff") is None
    assert not keeps()

    workspace.save(run, "mine", FRAME)
    tried("other", "2026-10-30")
    assert not keeps()  # another day

    workspace.save(run, "mine", FRAME)
    path.write_text("[clv]\nseed = 7\n")
    tried("other", "2026-10-30")
    assert not keeps()  # other rules


def test_a_table_without_money_that_changed_is_other_data(tmp_path):
    (tmp_path / "transactions.csv").write_text("customer_id,date,amount\na,2026-10-01,5\n")
    path = tmp_path / config.FILE_NAME
    path.touch()
    for margin in ("0.1", "0.2"):
        products = f"product_id,family,margin_rate\np,tea,{margin}\n"
        (tmp_path / "products.csv").write_text(products)
        run = workspace.open("", str(path), as_of="2026-10-31")
        assert workspace.result(run, "mine") is None
        workspace.save(run, "mine", FRAME)


# --------------------------------------------------------------- what cannot be opened


@pytest.mark.parametrize("as_of", ["31.10.2026", "2026-10", "2026-02-29", "yesterday"])
def test_a_day_that_is_none_is_said(company, as_of):
    with pytest.raises(ConfigError, match=f"as_of is '{as_of}', which is no day; write it as"):
        workspace.open(config_path=str(company / config.FILE_NAME), as_of=as_of)


@pytest.mark.parametrize("folder", ["nowhere", "in"])
def test_a_folder_without_a_run_is_said(company, folder):
    with pytest.raises(DataError, match=r"no run in .*leave run_dir empty"):
        workspace.open(str(company / folder), str(company / config.FILE_NAME))


# --------------------------------------------------------------- what the notebooks show


def cells(path: Path) -> Iterator[tuple[str, bool]]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"]), "parameters" in cell["metadata"].get("tags", [])


def executed(path: Path, parameters: dict[str, str]) -> list[Any]:
    """Execute a notebook's cells here; return what each shows."""
    known: dict[str, Any] = {}
    shown = []
    for source, is_parameters in cells(path):
        *statements, last = ast.parse(source).body
        if not isinstance(last, ast.Expr):
            statements.append(last)
        exec(compile(ast.Module(statements, []), path.name, "exec"), known)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), known))
        if is_parameters:
            known |= parameters
    return shown


def test_every_notebook_shows_what_it_has_in_chinese(prepared, company, monkeypatch):
    """On the small company, with warnings as errors, and a header for every column."""
    columns: dict[str, list[str]] = {}
    table = tables.table

    def recorded(frame: pl.DataFrame, **rules: Any) -> Any:
        if not rules.get("across"):
            columns[rules["id"]] = frame.columns
        return table(frame, **rules)

    monkeypatch.setattr(tables, "table", recorded)
    parameters = {
        "run_dir": str(prepared), "config_path": str(company / config.FILE_NAME), "language": "zh",
    }  # fmt: skip
    for name in notebooks.NAMES:
        *shown, last = executed(NOTEBOOKS / f"{name}.ipynb", parameters)
        assert isinstance(last, workspace.Finished), name
        for one in shown:
            if hasattr(one, "as_raw_html"):
                assert "NaN" not in one.as_raw_html()
            elif isinstance(one, page.Piece):
                assert not one.plain or CHINESE.search(one.plain), one.plain
            elif one is not None:  # saved, not shown
                assert CHINESE.search(one.alt), one.alt

    assert len(columns) > 10
    for language in ("en", "zh"):
        known = phrases(language)
        assert not [
            (place, column)
            for place, names in columns.items()
            for column in names
            if f"column.{column}" not in known
        ]
