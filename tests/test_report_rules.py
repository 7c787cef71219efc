import json
from dataclasses import replace
from pathlib import Path

import pytest

from segment import config
from segment.company import Company, ReportRules
from segment.report import rules


def kept(folder, content):
    (folder / rules.FILE_NAME).write_text(json.dumps(content), encoding="utf-8")
    return rules.read(folder)


def test_the_rules_in_force_hold_the_defaults_and_no_folder_of_the_machine(tmp_path):
    settings = replace(
        config.Settings(),
        company=Company(name="Rosen & Töchter"),
        report=ReportRules(folder=Path("/somewhere/reports")),
        data_folder=Path("/somewhere/data"),
    )
    rules.write(settings, tmp_path)

    held = rules.read(tmp_path)
    assert held["company.name"] == "Rosen & Töchter"
    assert held["tiers.labels"] == ["VIP", "large", "medium", "small"]
    assert held["weighted.criteria.credit.weight"] == config.Settings().weighted.criteria[0].weight
    assert "/somewhere" not in (tmp_path / rules.FILE_NAME).read_text(encoding="utf-8")


def test_the_same_rules_are_the_same_bytes(tmp_path):
    (tmp_path / "again").mkdir()
    for folder in (tmp_path, tmp_path / "again"):
        rules.write(config.Settings(), folder)

    assert (tmp_path / rules.FILE_NAME).read_bytes() == (
        tmp_path / "again" / rules.FILE_NAME
    ).read_bytes()


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([{"name": "a", "x": 1}], {"s.k.a.name": "a", "s.k.a.x": 1}),
        ([{"name": "a"}, {"name": "a"}], {"s.k.1.name": "a", "s.k.2.name": "a"}),  # no name of one
        ([1, 2], {"s.k": [1, 2]}),
        ([], {"s.k": []}),
        ({}, {"s.k": {}}),
    ],
)
def test_a_rule_among_several_is_known_by_what_no_other_is_called(tmp_path, listed, found):
    assert kept(tmp_path, {"s": {"k": listed}}) == found


def test_rules_that_are_not_there_or_damaged_are_unknown(tmp_path):
    assert rules.read(tmp_path) is None
    (tmp_path / rules.FILE_NAME).write_text("{")
    assert rules.read(tmp_path) is None
    assert kept(tmp_path, [1]) is None
