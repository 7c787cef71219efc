"""Phrases and numbers as readers see them; both languages say the same things."""

import ast
import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from segment import text
from segment.errors import ConfigError
from segment.schema import TABLES
from segment.text import LANGUAGES, marks, phrase, phrases

ROOT = Path(__file__).parents[1]
LOCALE = resources.files("segment") / "locale"
SECTIONS = sorted({key.split(".")[0] for key in phrases("en")})
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LETTERS = re.compile(r"[A-Za-z]{2,}")
# What Chinese readers write in Latin letters too: names of models and systems, codes of columns.
NAMES = re.compile(
    r"\b(?:(?:Pareto/)?NBD|gamma-gamma|segment|SHA|TOML|VIP|NULL|RFM|[A-Z]{2,3}/[A-Z]{3,4})\b"
)
ASKS = {"phrase", "say", "Note"}


def files(language: str) -> dict[str, str]:
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in (LOCALE / language).iterdir()
        if file.name.endswith(".toml")
    }


def test_both_languages_have_the_same_files_and_keys():
    assert files("en").keys() == files("zh").keys()
    assert phrases("en").keys() == phrases("zh").keys()


def test_a_phrase_has_the_same_marks_in_both_languages():
    english, chinese = phrases("en"), phrases("zh")

    assert [key for key in english if marks(english[key]) != marks(chinese[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_filled_in_and_says_something(language):
    for key, said in phrases(language).items():
        filled = phrase(key, language, **dict.fromkeys(marks(said), "x"))
        assert filled.strip(), key
        assert "{" not in filled, key


def test_no_mark_is_called_as_the_parameters_of_phrase():
    used = {mark for said in phrases("en").values() for mark in marks(said)}

    assert {"key", "language"}.isdisjoint(used)


def test_chinese_is_not_left_in_english():
    """A phrase of two Latin words or more is Chinese, or the same name in both languages."""
    english, chinese = phrases("en"), phrases("zh")
    left = [
        key
        for key, said in chinese.items()
        if not CHINESE.search(said) and LETTERS.search(NAMES.sub("", re.sub(r"\{.*?\}", "", said)))
    ]

    assert left == []
    assert not [key for key, said in english.items() if CHINESE.search(said)]


def test_a_key_is_written_once_in_a_file():
    for language in LANGUAGES:
        for name, content in files(language).items():
            tomllib.loads(content)  # refuses a key that is there twice
            assert content.endswith("\n"), name


# --------------------------------------------------------------- every phrase that is asked for


def sources() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield path.name, ast.parse("".join(cell["source"]))


def asked() -> Iterator[tuple[str, str]]:
    """Each key that the sources ask for, as a regular expression: what is filled in is any."""
    begins = re.compile(rf"({'|'.join(SECTIONS)})\.")
    for name, tree in sources():
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and _name(call.func) in ASKS):
                continue
            keys = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "key")]
            for node in [node for key in keys for node in _texts(key)]:
                if begins.match(_pattern(node).replace("\\", "")):
                    yield name, _pattern(node)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(key: ast.expr) -> Iterator[ast.expr]:
    """The texts of a key, both of "one" if … else "other", all of a dictionary's values."""
    if isinstance(key, ast.Constant | ast.JoinedStr):
        yield key
        return
    for part in ast.iter_child_nodes(key):
        yield from _texts(part) if isinstance(part, ast.expr) else ()


def _pattern(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+" for part in parts
    )


def test_every_key_in_the_sources_has_its_phrase():
    missing = [
        f"{name}: {wanted}"
        for name, wanted in asked()
        if not any(re.fullmatch(wanted, key) for key in phrases("en"))
    ]

    assert len(list(asked())) > 50  # the sources were read
    assert missing == []


@pytest.mark.parametrize("section", ["absent", "data", "figure", "keyfigure", "page", "passport"])
def test_no_phrase_is_left_that_nothing_asks_for(section):
    patterns = [re.compile(wanted) for _, wanted in asked()]
    written = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    keys = [key for key in phrases("en") if key.startswith(f"{section}.") and key not in written]

    assert [key for key in keys if not any(one.fullmatch(key) for one in patterns)] == []


def test_every_table_has_a_name_and_a_line_for_its_absence():
    assert all(
        f"{kind}.{table}" in phrases("en") for kind in ("absent", "table") for table in TABLES
    )


# --------------------------------------------------------------- phrases


def test_a_phrase_is_filled_in():
    assert phrase("page.up", "en", by="5%") == "up 5%"
    assert phrase("page.up", "zh", by="5%") == "上升 5%"


def test_braces_in_a_value_stay_as_they_are():
    assert phrase("page.up", by="{by}") == "up {by}"


@pytest.mark.parametrize(
    ("key", "language", "values", "said"),
    [
        ("page.upp", "en", {}, r"no phrase 'page\.upp' in en.*did you mean 'page\.up'"),
        ("zzz", "zh", {}, r"no phrase 'zzz' in zh\.$"),
        ("page.up", "en", {}, "'page.up' needs a value for by"),
        ("page.up", "fr", {"by": 1}, "no language 'fr'.*there are en, zh"),
        ("page.up", "EN", {"by": 1}, "did you mean 'en'"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(key, language, values, said):
    with pytest.raises(ConfigError, match=said):
        phrase(key, language, **values)


def test_a_code_without_a_word_stands_for_itself_and_no_code_is_unknown():
    assert text.word("scheme.tier", "large", "zh") != "large"
    assert text.word("scheme.tier", "platinum", "zh") == "platinum"
    assert text.word("scheme.tier", None, "zh") == "未知"


# --------------------------------------------------------------- numbers, money, days


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1234567, 0, "1,234,567"),
        (1234.5, 2, "1,234.50"),
        (-0.4, 0, "0"),  # never minus nothing
        (-0.6, 0, "−1"),
        (0.005, 2, "0.01"),  # a little more than it is written as
        (1e15, 0, "1,000,000,000,000,000"),
    ],
)
def test_numbers_have_separators_and_the_decimals_asked_for(value, decimals, said):
    assert text.number(value, "en", decimals) == said


@pytest.mark.parametrize(
    ("value", "currency", "language", "said"),
    [
        (1234.4, "EUR", "en", "€1,234"),
        (-1234.6, "EUR", "en", "−\u2060€1,235"),
        (-0.2, "EUR", "en", "€0"),
        (12.0, "CNY", "zh", "¥12"),
        (12.0, "QQQ", "en", "QQQ12"),  # a code that Babel does not know stays a code
    ],
)
def test_money_has_its_currency(value, currency, language, said):
    assert text.money(value, currency, language).replace("\xa0", "") == said


def test_money_to_the_penny_has_two_decimals_in_a_currency_without_pennies_too():
    assert text.money(5, "JPY", "zh", 2).endswith("5.00")


@pytest.mark.parametrize(
    ("value", "language", "said"),
    [
        (0, "en", "0"),
        (999.94, "en", "999.9"),
        (999.96, "en", "1K"),
        (999_940, "en", "999.9K"),
        (999_960, "en", "1M"),  # not 1000K
        (-1_200_000, "en", "−1.2M"),
        (9_999.94, "zh", "9999.9"),
        (9_999.96, "zh", "1万"),
        (99_999_960, "zh", "1亿"),
        (1_200_000, "zh", "120万"),
    ],
)
def test_a_large_number_is_brief_on_both_sides_of_the_next_unit(value, language, said):
    assert text.short(value, language) == said


@pytest.mark.parametrize(
    ("share", "decimals", "said"), [(0.256, 0, "26%"), (0.256, 1, "25.6%"), (-0.001, 0, "0%"),
                                    (1.5, 0, "150%")],
)  # fmt: skip
def test_a_share_is_written_as_a_percentage(share, decimals, said):
    assert text.percent(share, "en", decimals) == said


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(("language", "said"), [("en", "unknown"), ("zh", "未知")])
def test_what_is_no_number_is_unknown_in_words(value, language, said):
    written = [
        text.number(value, language), text.money(value, "EUR", language),
        text.short(value, language), text.percent(value, language),
    ]  # fmt: skip

    assert written == [said] * 4


@pytest.mark.parametrize(
    ("value", "said"), [(2.0, "2"), (2.5, "2.5"), (10_000, "10,000"), (1e-07, "0.0000001"),
                        (0.1234567, "0.1234567")],
)  # fmt: skip
def test_a_rule_shows_its_number_with_the_decimals_it_was_given_with(value, said):
    assert text.as_written(value) == said


@pytest.mark.parametrize(("share", "said"), [(0.07, "7%"), (0.075, "7.5%"), (1 / 3, "33.33333")])
def test_a_rule_shows_its_share_with_the_decimals_it_needs(share, said):
    assert text.share_as_written(share).startswith(said)


def test_days_and_months_are_written_out():
    day = dt.date(2024, 2, 29)

    assert (text.day(day), text.day(day, "zh")) == ("29 February 2024", "2024年2月29日")
    assert (text.month(day), text.month(day, "zh")) == ("February 2024", "2024年2月")


@pytest.mark.parametrize(
    "write",
    [
        lambda: text.number(1, "fr"),
        lambda: text.money(1, "EUR", "fr"),
        lambda: text.short(1, "fr"),
        lambda: text.percent(1, "fr"),
        lambda: text.as_written(1, "fr"),
        lambda: text.share_as_written(1, "fr"),
        lambda: text.day(dt.date(2026, 1, 1), "fr"),
        lambda: text.month(dt.date(2026, 1, 1), "fr"),
        lambda: text.number(None, "fr"),
    ],
)
def test_no_number_is_written_in_a_language_that_is_not_there(write):
    with pytest.raises(ConfigError, match="no language 'fr'"):
        write()
