"""How an input table is read: rules that mean nothing are refused in words."""

from typing import Any

import pytest

from segment.data import ExcludeRule, Note, SourceRules
from segment.errors import ConfigError
from segment.text import marks, phrases


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"separator": "tab"}, "'tab' is not one of"),
        ({"decimal": "·"}, "is not one of '.', ','"),
        ({"thousands": "_"}, "is not one of"),
        ({"decimal": ",", "thousands": ","}, "are both ','"),
        ({"duplicates": "drop"}, "is not one of"),
        ({"time_zone": "Europe/Lonon"}, "did you mean 'Europe/London'"),
        ({"date_format": "DD/MM/YYYY"}, '"%d/%m/%Y"'),
        ({"encoding": "utf-9"}, "no encoding 'utf-9'"),
        ({"encoding": "hex"}, "no encoding 'hex'"),
        ({"header": ("date", "Date ")}, "names a column twice"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rules: dict[str, Any], told: str):
    with pytest.raises(ConfigError) as refused:
        SourceRules(**rules)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"column": " ", "reason": "x", "values": ("a",)}, "needs a column"),
        ({"column": "x", "reason": "", "values": ("a",)}, "needs a column and a reason"),
        ({"column": "x", "reason": "postage"}, "nothing to look for"),
        ({"column": "x", "reason": "postage", "pattern": "("}, "not a regular expression"),
    ],
)
def test_an_exclude_rule_says_where_what_and_why(rule: dict[str, Any], told: str):
    with pytest.raises(ConfigError, match=told):
        ExcludeRule(**rule)


def test_one_file_or_several_are_both_patterns():
    assert SourceRules().patterns == ()
    assert SourceRules(files="a.csv").patterns == ("a.csv",)
    assert SourceRules(files=("a.csv", "b/*.csv")).patterns == ("a.csv", "b/*.csv")


def test_a_note_is_a_sentence_in_each_language():
    note = Note(key="data.identical", values={"table": "costs", "count": 11665})

    assert "11,665" in note.words("en")
    assert "costs" in note.words("zh")


def test_both_languages_have_the_same_notes_with_the_same_marks():
    english, chinese = (
        {key: marks(text) for key, text in phrases(language).items() if key.startswith("data.")}
        for language in ("en", "zh")
    )

    assert english == chinese
    assert len(english) == 4
