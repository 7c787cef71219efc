import datetime as dt
import json

import polars as pl
import pytest

from segment.errors import ConfigError, DataError
from segment.report import card, compare, compared, rules, side
from segment.report.card import FileMark
from toys import run_card

GROUPS = pl.Enum(["MVC", "MGC", "core", "BZC"])
TIERS = pl.Enum(["VIP", "small"])
RULES = {"value_groups": {"mvc_share": 0.2}, "playbook": {"plays": [{"reason": "new", "days": 7}]}}


def groups(rows):
    """One row a customer: who, value group, tier, actual value."""
    names = ("customer_id", "value_group", "tier", "actual_value")
    kinds = {"value_group": GROUPS, "tier": TIERS, "actual_value": pl.Float64}
    frame = pl.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)))
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items()).with_columns(
        pl.col("value_group", "tier").name.suffix("_by_line")
    )


def sold(*rows):
    return pl.DataFrame(
        rows, schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}, orient="row"
    )


SEPTEMBER = [
    ("A", "MVC", "VIP", 90.0),
    ("B", "core", "small", 10.0),
    ("C", "core", "small", 20.0),
    ("D", "BZC", "small", -5.0),  # has left by October
]
OCTOBER = [
    ("A", "MVC", "VIP", 90.0),
    ("B", "BZC", "small", -40.0),
    ("C", "MGC", None, 25.0),  # nobody knows its tier any more
    ("E", "MVC", "VIP", 60.0),  # is new
]
SALES = (("A", dt.date(2026, 9, 1), 100.0), ("B", dt.date(2026, 9, 30), 50.0))


def lay(folder, rows, month, sales=SALES, kept=RULES, **changes):
    facts = run_card(month, as_of="2026-09-30" if month == "2026-09" else "2026-10-31", **changes)
    place = folder / month
    for part in ("tables", "inputs"):
        (place / part).mkdir(parents=True)
    card.write(facts, place)
    groups(rows).write_parquet(place / "tables" / "groups.parquet")
    sold(*sales).write_parquet(place / "inputs" / "transactions.parquet")
    if kept is not None:
        (place / rules.FILE_NAME).write_text(json.dumps(kept), encoding="utf-8")
    return place


@pytest.fixture
def found(tmp_path):
    return between(lay(tmp_path, SEPTEMBER, "2026-09"), lay(tmp_path, OCTOBER, "2026-10"))


def between(before, now):
    return compare.compare(side.read(before), side.read(now))


def said(found, **options):
    """Return what the terminal shows, with one space where it has several."""
    lines = compared.lines(found, **{"customers": False} | options)
    return "\n".join(" ".join(line.split()) for line in lines)


def part(found, name, *columns):
    return [tuple(row[column] for column in columns) for row in found.parts[name]]


def test_figures_that_moved_are_there_and_the_others_are_not(found):
    told = {row["figure"]: row for row in found.parts["figures"]}

    assert (told["actual_value"]["before"], told["actual_value"]["now"]) == (115.0, 135.0)
    assert told["actual_value"]["change"] == 20.0
    assert told["revenue_of_month"]["now"] == 0.0  # nobody bought in October
    assert "n_customers" not in told  # four then and four now
    assert "revenue_of_year" not in told  # unknown then and now
    assert "+17.4%" in said(found)


def test_groups_tell_their_size_and_their_money(found):
    of_value = [row[1:] for row in part(found, "groups", "label", "code", "n_before", "n_now",
                "value_before", "value_now") if row[0] == "value_group"]  # fmt: skip

    assert of_value == [
        ("MVC", 1, 2, 90.0, 150.0),
        ("MGC", 0, 1, 0.0, 25.0),
        ("core", 2, 0, 30.0, 0.0),
        ("BZC", 1, 1, -5.0, -40.0),
    ]
    assert ("tier", None, 0, 1) in part(found, "groups", "label", "code", "n_before", "n_now")


def test_who_moved_is_told_by_the_way(found):
    ways = part(found, "moves", "label", "from_label", "to_label", "n_customers")

    assert {way[1:] for way in ways if way[0] == "value_group"} == {
        ("core", "BZC", 1), ("core", "MGC", 1), ("came", "MVC", 1), ("BZC", "left", 1),
    }  # fmt: skip
    assert "Who moved, Value group: 1 up, 1 down, 1 came, 1 left." in said(found)
    assert "tier 1 to or from unknown, 1 came, 1 left small → unknown (1)" in (said(found))


def test_customers_are_named_only_where_asked_for_the_most_money_first(found):
    assert "customer from" not in said(found)
    assert "customers" not in json.loads(compare.as_json(found, customers=False))

    named = said(found, customers=True).split("the most money first:\n")[1].splitlines()[1:5]
    assert [line.split()[0] for line in named] == ["E", "B", "C", "D"]  # 60, 40, 25 and 5
    held = json.loads(compare.as_json(found, customers=True))["customers"]["value_group"]
    assert [row["customer_id"] for row in held] == ["E", "B", "C", "D"]


def test_another_label_is_shown_whole_where_asked_for(found):
    assert "Who moved, Tier: 1 to or from unknown" in said(found, label="tier")
    with pytest.raises(ConfigError, match=r"no label 'tire' \(did you mean 'tier'\?\)"):
        said(found, label="tire")


def test_a_corrected_past_is_told_with_its_money_and_new_sales_are_none(tmp_path):
    now = (("A", dt.date(2026, 9, 1), 80.0), SALES[1], ("A", dt.date(2026, 10, 5), 7.0))
    found = between(
        lay(tmp_path, SEPTEMBER, "2026-09"), lay(tmp_path, SEPTEMBER, "2026-10", sales=now)
    )

    assert found.parts["corrections"] == [{"n_customers": 1, "change": -20.0}]
    assert "up to 2026-09-30: rows of 1 customers, −\u2060€20.00 together." in said(found)
    assert json.loads(compare.as_json(found, customers=True))["corrected_customers"] == [
        {"customer_id": "A", "change": -20.0}
    ]


def test_a_rule_is_told_by_its_key_with_both_values_and_a_play_by_its_reason(tmp_path):
    changed = {
        "value_groups": {"mvc_share": 0.25},
        "playbook": {"plays": [{"reason": "old", "days": 1}, {"reason": "new", "days": 9}]},
    }
    found = between(
        lay(tmp_path, SEPTEMBER, "2026-09"), lay(tmp_path, SEPTEMBER, "2026-10", kept=changed)
    )

    assert {row[0]: row[1:] for row in part(found, "rules", "key", "before", "now")} == {
        "value_groups.mvc_share": (0.2, 0.25),
        "playbook.plays.new.days": (7, 9),
        "playbook.plays.old.days": (None, 1),
        "playbook.plays.old.reason": (None, "old"),
    }
    assert "value_groups.mvc_share 0.2 0.25" in said(found)
    assert "playbook.plays.old.days not there 1" in said(found)


def test_rules_that_a_month_did_not_keep_are_said_to_be_unknown(tmp_path):
    found = between(
        lay(tmp_path, SEPTEMBER, "2026-09", kept=None), lay(tmp_path, SEPTEMBER, "2026-10")
    )

    assert found.parts["rules"] is None
    assert "Not kept by one of the months, so not compared: rules." in said(found)


def test_code_packages_and_data_are_told(tmp_path):
    sales = FileMark(name="transactions.csv", size=1300, sha256="cd" * 32)
    costs = FileMark(name="costs.csv", size=12, sha256="ef" * 32)
    book = FileMark(name="2-customer-value.ipynb", size=1, sha256="12" * 32)
    account = {"table": "transactions", "n_in": 1080, "n_accepted": 1070, "n_set_aside": 10,
               "n_excluded": 0, "n_later": 4}  # fmt: skip
    found = between(
        lay(tmp_path, SEPTEMBER, "2026-09"),
        lay(
            tmp_path, SEPTEMBER, "2026-10", code="0.1.0 def", versions={"python": "3.12.1"},
            inputs=(sales, costs), notebooks=(book,), account=(account,),
        ),
    )  # fmt: skip

    assert part(found, "code", "what", "before", "now") == [
        ("code", "0.1.0 abc", "0.1.0 def"), ("2-customer-value.ipynb", None, "12" * 32),
    ]  # fmt: skip
    assert part(found, "packages", "package", "before", "now") == [("python", "3.11.7", "3.12.1")]
    assert part(found, "rows", "table", "count", "before", "now") == [
        ("transactions", "n_in", 1071, 1080), ("transactions", "n_set_aside", 1, 10),
    ]  # fmt: skip
    assert [row["file"] for row in found.parts["files"]] == ["transactions.csv", "costs.csv"]
    assert "set aside 1 10 +9" in said(found)
    assert "costs.csv not there 12 efefefefefef" in said(found)


def test_two_builds_of_one_month_are_old_and_new(tmp_path):
    old = lay(tmp_path / "old", SEPTEMBER, "2026-10")
    found = between(old, lay(tmp_path / "new", OCTOBER, "2026-10"))

    assert "Figure old new change" in said(found)


def test_nothing_changed_is_one_line(tmp_path):
    place = lay(tmp_path, SEPTEMBER, "2026-09")

    lines = said(between(place, place)).splitlines()
    assert lines[1:-1] == [""]
    assert lines[-1].startswith("Nothing changed in figures, groups, who moved, corrections of")


def test_a_sum_in_another_order_is_no_change():
    assert compare._is_same(0.1 + 0.2, 0.3)
    assert not compare._is_same(0.3, 0.3001)
    assert not compare._is_same(None, 0.0)
    assert compare._is_same(None, None)


def test_months_without_groups_are_compared_in_the_rest(tmp_path):
    place = lay(tmp_path, SEPTEMBER, "2026-09")
    (place / "tables" / "groups.parquet").unlink()
    (place / "inputs" / "transactions.parquet").unlink()

    found = between(place, lay(tmp_path, OCTOBER, "2026-10"))

    unknown = "Not kept by one of the months, so not compared: groups, who moved, corrections of"
    assert unknown in said(found)
    assert "unknown" in said(found)  # the figures of then


def test_two_companies_are_not_compared(tmp_path):
    old = lay(tmp_path, SEPTEMBER, "2026-09", company="Another")

    with pytest.raises(ConfigError, match=r"2026-09 is a report of Another and 2026-10 one of"):
        between(old, lay(tmp_path, OCTOBER, "2026-10"))


def test_a_month_is_found_by_its_name_its_last_day_or_its_folder(tmp_path):
    place = lay(tmp_path, SEPTEMBER, "2026-09")

    for text in ("2026-09", "2026-09-30", str(place)):
        assert side.find(text, tmp_path) == place
    with pytest.raises(ConfigError, match=r"no report of 2026-08 in .*did you mean '2026-09'"):
        side.find("2026-08", tmp_path)
    with pytest.raises(ConfigError, match="There is none yet"):
        side.find("2026-09", tmp_path / "elsewhere")


def test_a_table_that_cannot_be_read_is_named(tmp_path):
    place = lay(tmp_path, SEPTEMBER, "2026-09")
    (place / "tables" / "groups.parquet").write_bytes(b"x")

    with pytest.raises(DataError, match=r"groups.parquet cannot be read"):
        side.read(place)
