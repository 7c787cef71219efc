import datetime as dt
import io
import json
import shutil

import polars as pl
import pytest
from rich.console import Console

from segment import inputs
from segment.errors import AfterwardsError, ConfigError, DataError, RunError
from segment.report import card, failures, index, making, progress, rules, run
from toys import company, five, published

PAGES = [
    "1-data-check.html",
    "2-customer-value.html",
    "3-prospects.html",
    "4-customer-groups.html",
    "5-monthly-report.html",
]


def started(folder, *, is_forced=True, **asked):
    said = io.StringIO()
    asked["is_forced"] = is_forced
    with progress.steps(Console(file=said)) as steps:
        outcome = run.run(run.Request(here=folder, **asked), steps)
    return outcome, said.getvalue()


def contents(reports):
    return {name: (reports / name).read_bytes() for name in published(reports)}


def months(reports):
    """Everything in the folders of the months; the page of all months shows failures too."""
    return {name: held for name, held in contents(reports).items() if "/" in name}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A published month, the company it is of, and what the terminal said."""
    folder = tmp_path_factory.mktemp("company")
    company(folder)
    five(folder / "notebooks")
    outcome, said = started(folder)
    return folder, outcome, said


@pytest.fixture
def copied(made, tmp_path):
    folder = tmp_path / "copied"
    shutil.copytree(made[0], folder)
    return folder


def test_a_run_ends_with_five_pages_and_the_page_of_all_months(made):
    folder, outcome, _ = made
    names = published(folder / "reports")

    assert [name for name in names if name.endswith(".html")] == [
        *(f"2026-10/{language}/{page}" for language in ("en", "zh") for page in PAGES),
        "index.html",
    ]
    assert outcome.month == "2026-10"
    assert outcome.status == "complete"
    assert outcome.page.is_file()
    assert outcome.index == folder / "reports" / "index.html"


def test_each_step_is_a_line_with_its_time(made):
    said = made[2].splitlines()

    assert len(said) == 8
    assert said[0].startswith("✓ Read and check the data (")
    assert said[-1].startswith("✓ Publish (")
    assert all(line.endswith(" s)") for line in said)


def test_the_card_tells_what_the_month_was_made_from(made):
    folder, _, _ = made
    found = card.read(folder / "reports" / "2026-10")

    assert found.company == "Rosen & Töchter"
    assert found.as_of == found.parameters["as_of"] == "2026-10-31"
    assert found.inputs == (card.mark(folder / "data" / "transactions.csv"),)
    assert found.config == card.mark(folder / "segment.toml")
    assert found.account[0]["n_in"] == 71
    assert found.account[0]["n_set_aside"] == 1
    assert [it.name for it in found.notebooks] == [page.replace("html", "ipynb") for page in PAGES]


def test_the_pages_name_no_folder_of_the_machine(made):
    folder, _, _ = made

    for page in PAGES:
        assert str(folder) not in (folder / "reports/2026-10/en" / page).read_text("utf-8")


def test_what_was_set_aside_lies_beside_the_pages(made):
    rows = pl.read_csv(made[0] / "reports" / "2026-10" / "rejected" / "transactions.csv")

    assert rows["reason"].to_list() == ["empty"]


def test_the_same_input_makes_the_same_pages_and_notebooks(made, copied):
    before = contents(made[0] / "reports")
    started(copied)
    after = contents(copied / "reports")

    same = [name for name in before if name.endswith((".html", ".ipynb", ".parquet", ".csv"))]
    moved = [name for name in same if before[name] != after[name]]
    held = [name for name in moved if name.endswith(".ipynb")]
    assert moved == held  # the executed notebooks alone say where the data lie
    assert after.keys() == before.keys()


def test_a_run_that_fails_leaves_the_published_month_and_keeps_the_part(copied):
    before = months(copied / "reports")
    five(copied / "notebooks", n1="raise ValueError('no such column')")

    said = r"(?s)Cell 4 of 1-data-check failed.*no such column.*Nothing was published"
    with pytest.raises(RunError, match=said) as caught:
        started(copied)

    assert caught.value.exit_status == 3
    assert months(copied / "reports") == before
    assert (copied / "reports/.failed/2026-10/en/notebooks/1-data-check.ipynb").is_file()
    assert (copied / "reports/.failed/2026-10/logs/worker-1.log").is_file()


def test_a_notebook_without_parameters_is_refused_before_anything_runs(copied):
    path = copied / "notebooks" / "3-prospects.ipynb"
    before = months(copied / "reports")
    path.write_text(path.read_text("utf-8").replace('"parameters"', '"other"'), "utf-8")

    with pytest.raises(ConfigError, match="3-prospects has no cell tagged 'parameters'"):
        started(copied)

    assert months(copied / "reports") == before
    assert list((copied / "reports" / ".work").iterdir()) == []


def test_data_that_cannot_be_read_stop_the_run_with_their_sentence(copied):
    before = contents(copied / "reports")
    with pytest.raises(DataError, match="There is no folder or file"):
        started(copied, data_path=copied / "nowhere")

    assert contents(copied / "reports") == before


def test_data_that_cannot_be_read_are_shown_on_the_index_until_they_can_be(copied):
    path = copied / "data" / "transactions.csv"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("amount", "sum", 1), "utf-8")
    with pytest.raises(DataError):
        started(copied)
    shown = (copied / "reports" / "index.html").read_text("utf-8")
    left = json.loads((copied / "reports" / "index.json").read_text("utf-8"))["_segment"]["failed"]
    path.write_text(whole, "utf-8")
    started(copied, is_forced=False)

    assert "UTC, at this step: reading the data. <span" in shown
    assert "The last published report is that of October 2026." in shown
    assert [(it["month"], it["step"]) for it in left] == [("", "data")]
    assert "failed" not in (copied / "reports" / "index.html").read_text("utf-8").split("<main")[1]


def test_a_failure_is_over_where_the_month_need_not_be_made_again(copied):
    notebook = copied / "notebooks" / "1-data-check.ipynb"
    as_it_was = notebook.read_text("utf-8")
    five(copied / "notebooks", n1="1 / 0")
    with pytest.raises(RunError):
        started(copied)
    notebook.write_text(as_it_was, "utf-8")

    outcome, _ = started(copied, is_forced=False)

    assert not outcome.is_new
    assert failures.left(copied / "reports") == {}
    assert "failed" not in (copied / "reports" / "index.html").read_text("utf-8").split("<main")[1]


def test_a_damaged_card_of_another_month_stops_no_run_and_is_shown_as_damaged(copied):
    (copied / "reports" / "2026-10" / "run.json").write_text("{")

    outcome, _ = started(copied, as_of=dt.date(2026, 10, 30))

    shown = outcome.index.read_text("utf-8")
    assert "The run card of this month cannot be read." in shown
    assert 'href="2026-10-30/en/5-monthly-report.html"' in shown


def test_a_run_that_fails_is_shown_on_the_index_until_one_comes_through(copied):
    five(copied / "notebooks", n1="raise ValueError('no such column')")
    with pytest.raises(RunError):
        started(copied)
    shown = (copied / "reports" / "index.html").read_text("utf-8")
    five(copied / "notebooks")
    started(copied)

    assert "at this step: Data check." in shown
    assert "Cell 4 of 1-data-check failed." in shown
    assert "no such column" not in shown  # what a cell says may name a customer
    assert "What stands here was published on" in shown
    assert "failed" not in (copied / "reports" / "index.html").read_text("utf-8").split("<main")[1]


def test_a_notebook_that_cannot_be_begun_is_shown_too(copied):
    path = copied / "notebooks" / "3-prospects.ipynb"
    path.write_text(path.read_text("utf-8").replace('"parameters"', '"other"'), "utf-8")
    with pytest.raises(ConfigError):
        started(copied)

    shown = (copied / "reports" / "index.html").read_text("utf-8")
    assert "3-prospects has no cell tagged" in shown


@pytest.mark.parametrize("day", [30, 31])  # a month that is new, and one that is replaced
def test_a_month_whose_index_alone_could_not_be_written_has_not_failed(copied, monkeypatch, day):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index, "rebuild", full)
    with pytest.raises(AfterwardsError, match="is published, but not listed"):
        started(copied, as_of=dt.date(2026, 10, day))

    assert failures.left(copied / "reports") == {}


def test_an_index_that_cannot_be_written_does_not_hide_the_failure(copied, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    five(copied / "notebooks", n1="1 / 0")
    monkeypatch.setattr(run, "_index", full)

    with pytest.raises(RunError, match="Cell 4 of 1-data-check failed"):
        started(copied)


def test_the_rules_that_were_in_force_lie_beside_the_pages(made):
    kept = rules.read(made[0] / "reports" / "2026-10")

    assert kept["company.name"] == "Rosen & Töchter"
    assert kept["value_groups.mvc_share"] == 0.2  # a default, which the file does not name
    assert not [name for name in kept if name.startswith("report")]


def brought(last, as_of):
    days = [last - dt.timedelta(days=place) for place in range(90)]
    return inputs.Inputs(
        as_of=as_of, tables={"transactions": pl.DataFrame({"date": days})},
        account=pl.DataFrame(), rejected=pl.DataFrame(), notes=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "as_of", "status"),
    [
        (dt.date(2026, 10, 31), dt.date(2026, 10, 31), "complete"),
        (dt.date(2026, 10, 30), dt.date(2026, 10, 31), "provisional"),  # a day of trade is missing
        (dt.date(2026, 10, 30), dt.date(2026, 10, 30), "provisional"),
        (dt.date(2026, 10, 31), dt.date(2026, 9, 30), "complete"),
    ],
)
def test_a_month_is_complete_when_it_is_over_in_the_data(last, as_of, status):
    assert making.status(brought(last, as_of)) == status


def test_data_that_cover_no_month_whole_are_provisional():
    days = [dt.date(2026, 10, 20), dt.date(2026, 10, 31)]
    found = inputs.Inputs(
        as_of=days[1], tables={"transactions": pl.DataFrame({"date": days})},
        account=pl.DataFrame(), rejected=pl.DataFrame(), notes=(),
    )  # fmt: skip

    assert making.status(found) == "provisional"


def test_a_headline_becomes_the_figure_of_the_index(made, copied):
    headline = {"main_figure": {"label": "actual_value", "value": 1200.0}, "n_customers": 7}
    path = "pathlib.Path(run_dir, 'tables', 'headline.json')"
    five(copied / "notebooks", n5=f"import pathlib\n{path}.write_text({json.dumps(headline)!r})")

    outcome, _ = started(copied, language="zh", as_of=dt.date(2026, 10, 30))

    assert "¥" not in outcome.index.read_text("utf-8")
    assert "€1,200" in outcome.index.read_text("utf-8")
    assert "<h1>标题 5</h1>" in outcome.page.read_text("utf-8")
    assert outcome.month == "2026-10-30"
    assert outcome.status == "provisional"


def test_months_of_another_company_are_not_mixed_in(copied):
    before = (copied / "reports" / "index.html").read_bytes()
    card_path = copied / "reports" / "2026-10" / "run.json"
    held = json.loads(card_path.read_text("utf-8"))
    card_path.write_text(json.dumps(held | {"company": "Another"}), "utf-8")

    with pytest.raises(ConfigError, match="holds reports of Another, and this is"):
        started(copied, as_of=dt.date(2026, 10, 30))
    assert (copied / "reports" / "index.html").read_bytes() == before  # it is the other company's
    started(copied)  # the month itself is made anew, whatever it held
