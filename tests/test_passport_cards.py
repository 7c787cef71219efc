"""Passports as cards: of one customer, of those who are shown, and of the rules."""

from html.parser import HTMLParser

import polars as pl
import pytest

from passports_data import (
    AS_OF,
    LINES,
    abc,
    classed,
    groups_kind,
    issued,
    lines,
    states_kind,
)
from segment import passports
from segment.passports.words import WORDS
from segment.text import LANGUAGES

SCRIPT = "<script>alert('1')</script>"


class Marks(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


# --------------------------------------------------------------- cards


def test_one_customer_is_printed_as_text_and_as_html():
    made = issued(classed(("C1", 5120.0, "A"), ("C2", 1.0, "C")), abc())
    piece = passports.show(made, "C1", currency="EUR")

    assert piece.plain.startswith("C1\n\nABC class: A\n  Rule: Revenue of the last year: €5,120; ")
    assert Marks(piece.html).tags.count("dl") == 1
    assert "C2" not in piece.html


def test_who_has_no_passport_is_named():
    made = issued(classed(("C1", 5120.0, "A")), abc())
    piece = passports.show(made, SCRIPT)

    assert piece.plain == f"There is no passport of {SCRIPT} here."
    assert Marks(piece.html).tags == ["p"]


def test_cards_are_made_of_those_who_are_shown_with_their_names():
    made = issued(classed(("C1", 5120.0, "A"), ("C2", 1.0, "C")), abc())
    shown = pl.DataFrame({"customer_id": ["C2"], "name": [SCRIPT], "abc_class": ["C"]})
    cards = passports.cards(made, shown, currency="EUR")

    assert cards.columns == ["customer_id", "label", "code", "title", "card"]
    assert cards["customer_id"].to_list() == ["C2"]
    assert SCRIPT in Marks(cards["card"][0]).text
    assert set(Marks(cards["card"][0]).tags) <= {"p", "b", "small", "dl", "div", "dt", "dd"}


def test_who_has_no_name_is_called_by_the_identifier():
    made = issued(classed(("C2", 1.0, "C")), abc())
    shown = pl.DataFrame(
        {"customer_id": ["C2"], "name": [None], "abc_class": ["C"]},
        schema_overrides={"name": pl.String},
    )

    assert "C2" in Marks(passports.cards(made, shown)["card"][0]).text


def test_without_passports_there_are_no_cards():
    none = issued(classed(), abc())
    cards = passports.cards(none, pl.DataFrame({"customer_id": ["C2"], "abc_class": ["C"]}))

    assert cards.columns == ["customer_id", "label", "code", "title", "card"]
    assert cards.is_empty()


def test_only_labels_that_are_shown_have_a_card():
    made = issued(classed(("C1", 5120.0, "A")), abc())

    assert passports.cards(made, pl.DataFrame({"customer_id": ["C1"]})).is_empty()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_card_holds_the_rule_its_lines_and_its_version(language):
    cards = passports.rule_cards([abc(), states_kind()], LINES, AS_OF, language=language)
    text = " ".join(Marks(cards["card"][0]).text)

    assert cards.height == 3 + 8
    assert "80%" in text
    assert "3,440" in text
    assert "2026" in text


def test_a_rule_card_tells_a_line_that_one_falls_below():
    by = LINES.filter(code="MVC").vstack(lines(("value_group", "BZC", "actual_value", 0.0)))
    cards = passports.rule_cards([groups_kind()], by, AS_OF, currency="EUR")

    assert "below zero (BZC): below €0 (Actual value)." in Marks(cards["card"][0]).text


def test_words_are_added_and_nothing_is_taken_away():
    made = issued(classed(("C1", 5120.0, "A")), abc())
    told = passports.in_words(made)

    assert told.columns == [*made.columns, *WORDS]
    assert told["rule"][0] == "Revenue of the last year: 5,120; A begins at 3,440."  # no currency
