import json

import polars as pl
import pytest

from segment.report import card, differences
from toys import run_card


@pytest.fixture
def two(tmp_path):
    """Two builds of a month that are the same."""
    for name in ("then", "now"):
        folder = tmp_path / name
        for part in ("inputs", "tables", "en"):
            (folder / part).mkdir(parents=True)
        rows = pl.DataFrame({"customer_id": ["C1", "C2"], "amount": [1.0, 2.0]})
        rows.write_parquet(folder / "inputs" / "transactions.parquet")
        rows.write_parquet(folder / "tables" / "groups.parquet")
        page = '<h2 id="who">Who?</h2><p>C1</p><h2 id="what">What?</h2><p>12 of 13</p>'
        (folder / "en" / "page.html").write_text(page, encoding="utf-8")
        card.write(run_card(finished_at=f"of {name}"), folder)
    return tmp_path / "then", tmp_path / "now"


def found(two):
    return list(differences.differences(*two))


def test_two_builds_of_the_same_month_differ_in_nothing_but_their_times(two):
    assert found(two) == []


def test_what_came_in_is_told_before_what_follows_from_it(two):
    _, now = two
    other = pl.DataFrame({"customer_id": ["C1", "C2"], "amount": [1.0, 2.5]})
    other.write_parquet(now / "inputs" / "transactions.parquet")
    other.write_parquet(now / "tables" / "groups.parquet")
    (now / "en" / "page.html").write_text("<p>other</p>", encoding="utf-8")

    first, second, third = found(two)

    assert (first.file, second.file, third.file) == (
        "inputs/transactions.parquet", "tables/groups.parquet", "en/page.html",
    )  # fmt: skip
    assert (first.where, first.then, first.now) == (
        "amount of customer_id C2 (1 of 2 rows)", "2.0", "2.5",
    )  # fmt: skip


def test_a_row_that_only_one_build_has_is_named(two):
    more = pl.DataFrame({"customer_id": ["C1", "C2", "C3"], "amount": [1.0, 2.0, 3.0]})
    more.write_parquet(two[1] / "tables" / "groups.parquet")

    assert str(found(two)[0]) == ("tables/groups.parquet, customer_id C3: 2 rows then, 3 rows now")


def test_a_null_is_not_what_is_known(two):
    rows = pl.DataFrame({"customer_id": ["C1", "C2"], "amount": [None, 2.0]})
    rows.write_parquet(two[1] / "tables" / "groups.parquet")

    assert (found(two)[0].then, found(two)[0].now) == ("1.0", "None")


def test_a_column_of_another_kind_is_a_difference(two):
    rows = pl.DataFrame({"customer_id": ["C1", "C2"], "amount": [1, 2]})
    rows.write_parquet(two[1] / "tables" / "groups.parquet")

    assert found(two)[0].where == "columns"


def test_a_page_parts_under_the_last_anchor_before(two):
    path = two[1] / "en" / "page.html"
    path.write_text(path.read_text(encoding="utf-8").replace("12 of", "11 of"), encoding="utf-8")

    (one,) = found(two)

    assert one.where == "under #what"
    assert "12 of 13" in one.then
    assert "11 of 13" in one.now


def test_a_file_that_is_gone_is_a_difference(two):
    (two[1] / "en" / "page.html").unlink()

    assert str(found(two)[0]) == "en/page.html: is there then, is not there now"


def test_of_the_card_everything_but_the_times_counts(two):
    path = two[1] / card.FILE_NAME
    held = json.loads(path.read_text(encoding="utf-8")) | {"code": "another"}
    path.write_text(json.dumps(held), encoding="utf-8")

    (one,) = found(two)

    assert (one.file, one.where, one.now) == ("run.json", "code", "another")
