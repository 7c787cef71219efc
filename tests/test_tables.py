"""Tables as readers get them: words for codes, numbers in line, nothing that is markup."""

import ast
import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from segment import history, tables
from segment.errors import DataError
from segment.schemes import levels, value_groups
from segment.text import LANGUAGES, phrases

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
GROUPS = pl.Enum(value_groups.LABELS)
SCRIPT = "<script>alert('1')</script>"


class Cells(HTMLParser):
    """The head and the rows of a table, each cell with its side."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.head: list[str] = []
        self.rows: list[list[str]] = []
        self.sides: list[str] = []
        self.tags: set[str] = set()
        self.cell: list[str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.cell = []
            kinds = (dict(attrs).get("class") or "").split()
            self.sides += [kind for kind in kinds if kind in ("gt_left", "gt_right")]

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td") and self.cell is not None:
            (self.head if tag == "th" else self.rows[-1]).append("".join(self.cell))
            self.cell = None


def shown(frame: pl.DataFrame, language: str = "en", **rules: object) -> Cells:
    usual: dict[str, object] = {"id": "t", "language": language, "currency": "EUR"}
    cells = Cells(tables.table(frame, **(usual | rules)).as_raw_html())
    cells.rows = [row for row in cells.rows if row]
    return cells


def column(
    values: list[object], name: str, dtype: pl.DataType | type | None = None
) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(values, dtype=dtype)})


# --------------------------------------------------------------- what a reader could break


def test_a_name_that_is_markup_is_shown_as_it_is_written():
    hostile = [SCRIPT, "a & b", '"><img src=x onerror=alert(1)>', "=1+1", "**b** {{m^2}}"]
    read = shown(column(hostile, "name"))

    assert [row[0] for row in read.rows] == hostile
    assert read.tags.isdisjoint({"script", "img"})


def test_a_column_that_is_markup_is_shown_as_it_is_written():
    read = shown(pl.DataFrame({SCRIPT: [1], "<b>_x": ["a"]}))

    assert read.head == [SCRIPT, "<b> x"]
    assert "script" not in read.tags


def test_a_code_that_is_markup_is_shown_as_it_is_written():
    read = shown(column([SCRIPT], "reason"), vocabulary={"reason": "reason"})

    assert read.rows == [[SCRIPT]]


# --------------------------------------------------------------- cells and headers


@pytest.mark.parametrize(
    ("name", "value", "head", "cell"),
    [
        ("actual_value", 1234.6, "Actual value (EUR)", "1,235"),
        ("actual_value", -1234.4, "Actual value (EUR)", "−1,234"),
        ("change", 5.0, "Change (EUR)", "5"),
        ("customer_share", 0.1234, "Share of customers", "12.3%"),
        ("share_of_wallet", 0.5, "Share of wallet", "50.0%"),
        ("p_alive", 0.05, "Still a customer", "5.0%"),
        ("n_customers", 1234, "Customers", "1,234"),
        ("recency", 1234, "Days from first to last purchase", "1,234"),
        ("silent_days", 12.6, "Days of silence", "13"),
        ("expected_purchases", 2.345, "Expected purchases", "2.35"),
        ("last_on", dt.date(2024, 2, 29), "Last purchase", "2024-02-29"),
        ("name", "Ōsaka & Söhne", "Name", "Ōsaka & Söhne"),
        ("my_own_count", 7, "my own count", "7"),
    ],
)
def test_what_a_column_holds_follows_from_its_name(name, value, head, cell):
    read = shown(column([value], name))

    assert read.rows == [[cell]]
    assert read.head == [head]


def test_numbers_stand_right_and_text_left():
    frame = pl.DataFrame({"name": ["a"], "revenue": [1.0], "last_on": [dt.date(2026, 1, 1)]})

    assert shown(frame).sides == ["gt_left", "gt_right", "gt_right"] * 2


def test_decimals_are_the_same_down_a_column_and_can_be_asked_for():
    frame = column([1.0, 2.25, None], "expected_purchases")

    assert shown(frame, decimals=3).rows == [["1.000"], ["2.250"], ["—"]]
    assert shown(column([1.0], "money"), money_decimals=2).rows == [["1.00"]]


@pytest.mark.parametrize("name", ["revenue", "p_alive", "expected_purchases"])
@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_what_is_unknown_is_a_dash_and_never_nothing(name, unknown):
    assert shown(column([unknown, 0.0], name, pl.Float64)).rows[0] == ["—"]


def test_a_table_of_nulls_and_one_without_rows_keep_their_headers():
    nulls = pl.DataFrame(
        {"tier": [None], "name": [None]}, schema={"tier": pl.Enum(levels.LABELS), "name": pl.String}
    )

    assert shown(nulls).rows == [["—", "—"]]
    assert shown(nulls.clear()).head == ["Tier", "Name"]
    assert shown(nulls.clear()).rows == []


def test_the_same_table_is_the_same_bytes_under_its_own_name():
    frame = column([1.0], "revenue")
    made = [
        tables.table(frame, id="forecast", language="zh", currency="CNY").as_raw_html()
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert 'id="forecast"' in made[0]


def test_without_a_currency_money_has_no_unit():
    assert shown(column([1.0], "revenue"), currency="").head == ["Revenue"]


# --------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["most valuable (MVC)", "core"]), ("zh", ["最有价值 (MVC)", "一般"])],
)
def test_a_label_is_shown_in_words_and_an_acronym_with_itself(language, words):
    read = shown(column(["MVC", "core"], "value_group", GROUPS), language)

    assert [row[0] for row in read.rows] == words


def test_an_analyst_s_own_label_keeps_its_code():
    assert shown(column(["Gold"], "stars", pl.Enum(["Gold"]))).rows == [["Gold"]]


def test_true_and_false_are_yes_and_no():
    frame = column([True, False, None], "is_on_watch", pl.Boolean)

    assert shown(frame).rows == [["yes"], ["no"], ["—"]]
    assert shown(frame, "zh").rows == [["是"], ["否"], ["—"]]


def test_a_vocabulary_names_the_words_of_a_column():
    frame = pl.DataFrame({"table": ["costs"], "reason": ["postage"], "kind": ["set aside"]})
    read = shown(frame, "zh", vocabulary={"table": "table", "reason": "reason", "kind": "kind"})

    assert read.rows == [["成本", "postage", "搁置"]]


# --------------------------------------------------------------- sums by label


def customers(*rows: tuple[str, str | None, float | None]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "value_group": GROUPS, "actual_value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        revenue_last_year=pl.lit(10.0), expected_revenue=pl.lit(5.0)
    )


def test_every_label_has_its_row_best_first_and_who_has_none_comes_last():
    found = tables.by_label(
        customers(("a", "core", 1.0), ("b", "MVC", 7.0), ("c", "core", None), ("d", None, 9.0)),
        "value_group",
    )

    assert found.select("value_group", "n_customers", "actual_value").rows() == [
        ("MVC", 1, 7.0), ("MGC", 0, 0.0), ("core", 2, 1.0), ("BZC", 0, 0.0), (None, 1, 9.0),
    ]  # fmt: skip
    assert found["customer_share"].to_list() == [0.25, 0.0, 0.5, 0.0, 0.25]
    assert found["revenue_last_year"].to_list() == [10.0, 0.0, 20.0, 0.0, 10.0]


def test_without_a_customer_the_shares_are_unknown():
    found = tables.by_label(customers(), "value_group")

    assert found["customer_share"].to_list() == [None] * 4
    assert found["n_customers"].to_list() == [0] * 4
    assert [row[2] for row in shown(found).rows] == ["—"] * 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.cast({"value_group": pl.String}), "needs labels as an Enum"),
        (lambda frame: frame.drop("value_group"), "needs the column value_group"),
        (lambda frame: frame.drop("expected_revenue"), "needs the column expected_revenue"),
    ],
)
def test_a_frame_that_no_scheme_made_is_refused_in_words(change, said):
    with pytest.raises(DataError, match=said):
        tables.by_label(change(customers(("a", "MVC", 1.0))), "value_group")


# --------------------------------------------------------------- who moved


def month(*rows: tuple[str, str | None]) -> pl.DataFrame:
    schema = {"customer_id": pl.String, "value_group": GROUPS}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(actual_value=pl.lit(1.0))


def test_a_movement_is_a_matrix_from_before_to_now():
    before = month(("a", "MVC"), ("b", "core"), ("c", "core"))
    now = month(("a", "core"), ("b", "core"), ("d", "BZC"))
    wide = tables.matrix(history.movement(before, now, "value_group", "actual_value"))

    assert wide.columns == ["from_label", "MVC", "MGC", "core", "BZC", "left"]
    assert wide.rows() == [
        ("MVC", 0, 0, 1, 0, 0), ("MGC", 0, 0, 0, 0, 0), ("core", 0, 0, 1, 0, 1),
        ("BZC", 0, 0, 0, 0, 0), ("came", 0, 0, 0, 1, 0),
    ]  # fmt: skip


def test_a_label_that_is_not_known_stands_last_and_is_called_unknown():
    before, now = month(("a", "MVC"), ("b", None)), month(("a", None), ("b", "MVC"))
    wide = tables.matrix(history.movement(before, now, "value_group", "actual_value"))
    read = shown(wide, vocabulary={"from_label": "scheme.value_group"}, across="scheme.value_group")

    assert read.head[0] == "From"
    assert read.head[-2:] == ["left", "unknown"]
    assert read.rows[0] == ["most valuable (MVC)", "0", "0", "0", "0", "0", "1"]
    assert read.rows[-1][:2] == ["—", "1"]


def test_no_movement_is_a_matrix_without_rows():
    none = history.movement(None, month(("a", "MVC")), "value_group", "actual_value")

    assert tables.matrix(none).rows() == []


def test_a_movement_without_labels_is_refused_in_words():
    moves = pl.DataFrame({"from_label": ["A"], "to_label": ["B"], "n_customers": [1]})

    with pytest.raises(DataError, match="from_label holds String"):
        tables.matrix(moves)


# --------------------------------------------------------------- headers of what notebooks show


def selected() -> set[str]:
    """Each column that a notebook selects by name."""
    found: set[str] = set()
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "select":
                    names = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
                    found |= {name for name in names if str(name).isidentifier()}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_that_a_notebook_selects_has_a_header(language):
    columns = selected()

    assert len(columns) > 20  # the notebooks were read
    assert {name for name in columns if f"column.{name}" not in phrases(language)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_money_and_of_shares_that_is_known_by_name_has_a_header(language):
    missing = [
        name for name in tables.MONEY | tables.SHARES if f"column.{name}" not in phrases(language)
    ]

    assert missing == []
