"""Labels that open their card: which card, under which address, and nothing that is markup."""

import re
from html.parser import HTMLParser

import polars as pl
import pytest

from segment import opening, tables
from segment.errors import DataError
from segment.report import clean

SCRIPT = "<script>alert('1')</script>"
CLASSES = pl.Enum(["A", "B", "C"])


class Labels(HTMLParser):
    """The buttons that open a card with their words, and the addresses of the cards."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        its = dict(attrs)
        self.tags.append(tag)
        self.open = tag == "button" and its.get("class") == "opens"
        if self.open:
            self.targets.append(its["popovertarget"] or "")
        if "popover" in its:
            self.addresses.append(its["id"] or "")

    def handle_data(self, data: str) -> None:
        if self.open:
            self.words.append(data)
            self.open = False


def cards(*rows: tuple[str | None, str, str], key: str = "customer_id") -> pl.DataFrame:
    """A card by customer, label and code; its text says whose it is."""
    frame = pl.DataFrame(rows, schema=[key, "label", "code"], orient="row")
    whose = pl.concat_str(pl.col(key).fill_null("all"), "label", "code", separator=" ")
    return frame.with_columns(title=whose, card="<p>" + whose + "</p>")


def customers(**columns: list[object]) -> pl.DataFrame:
    usual = {"customer_id": ["a", "b"], "abc_class": pl.Series(["A", "B"], dtype=CLASSES)}
    return pl.DataFrame(usual | columns)


def made(frame: pl.DataFrame, opens: pl.DataFrame, **rules: object) -> str:
    return str(tables.table(frame, id="t", language="en", opens=opens, **rules).as_raw_html())


BOTH = cards(("a", "abc_class", "A"), ("b", "abc_class", "B"))


def test_each_customer_s_label_opens_the_customer_s_card():
    html = made(customers(), BOTH)
    read = Labels(html)

    assert read.words == ["A", "B"]
    assert read.targets == read.addresses
    assert html.index("a abc_class A</p>") < html.index("b abc_class B</p>")


def test_every_address_is_its_own_also_where_a_label_stands_twice():
    twice = customers(key_class=pl.Series(["A", "A"], dtype=CLASSES)).vstack(
        customers(key_class=pl.Series(["A", "A"], dtype=CLASSES))
    )
    opens = BOTH.vstack(cards(("a", "key_class", "A"), ("b", "key_class", "A")))
    read = Labels(made(twice, opens))

    assert len(read.targets) == 8
    assert len(set(read.addresses)) == 8
    assert all(re.fullmatch(r"passport-[\w-]+", one) for one in read.addresses)


def test_a_label_without_a_card_is_only_its_words():
    read = Labels(made(customers(), BOTH.head(1)))

    assert read.words == ["A"]
    assert read.tags.count("td") == 4


def test_a_label_that_has_changed_does_not_open_the_card_of_the_old_one():
    changed = customers(abc_class=pl.Series(["B", "B"], dtype=CLASSES))

    assert Labels(made(changed, BOTH)).words == ["B"]


def test_an_unknown_label_stays_a_dash():
    unknown = customers(abc_class=pl.Series([None, "B"], dtype=CLASSES))
    html = made(unknown, BOTH)

    assert Labels(html).words == ["B"]
    assert "—" in html


def test_with_a_name_beside_it_the_identifier_only_finds_the_card():
    html = made(customers(name=["Ann & Co", "Bo"]), BOTH)

    assert Labels(html).words == ["A", "B"]
    assert "Ann &amp; Co" in html
    assert "Customer<" not in html


def test_in_a_table_by_label_the_label_opens_its_rule():
    rules = cards((None, "abc_class", "A"), (None, "abc_class", "B"))
    html = made(customers().drop("customer_id"), rules.drop("customer_id"))

    assert Labels(html).words == ["A", "B"]
    assert "all abc_class A</p>" in html


def test_prospects_are_found_by_their_own_key():
    frame = pl.DataFrame({"prospect_id": ["p"], "grade": pl.Series(["A"], dtype=pl.Enum("ABCD"))})
    html = made(frame, cards(("p", "grade", "A"), key="prospect_id"))

    assert Labels(html).words == ["A"]
    assert "p grade A</p>" in html


def test_a_movement_opens_the_rule_from_its_rows_and_its_headers():
    rules = cards((None, "value_group", "MVC"), (None, "value_group", "core")).drop("customer_id")
    wide = pl.DataFrame(
        {"from_label": ["MVC", "came"], "MVC": [1, 2], "core": [3, 4], "left": [5, 6]}
    )
    html = made(
        wide, rules, vocabulary={"from_label": "scheme.value_group"}, across="scheme.value_group"
    )
    read = Labels(html)

    assert read.words == ["most valuable (MVC)", "core", "most valuable (MVC)"]
    assert len(set(read.addresses)) == 3


def test_a_table_can_be_worked_on_as_before():
    chained = tables.table(
        customers(revenue=[1.0, 2.0]), id="t", language="en", opens=BOTH
    ).fmt_number("revenue", decimals=2)
    html = chained.tab_stub("abc_class").as_raw_html()

    assert Labels(html).words == ["A", "B"]
    assert "1.00" in html


def test_words_and_titles_that_are_markup_are_shown_as_they_are_written():
    frame = pl.DataFrame({"customer_id": ["a"], "mine": [SCRIPT]})
    opens = cards(("a", "mine", SCRIPT)).with_columns(card=pl.lit("<p>x</p>"))
    read = Labels(made(frame, opens, vocabulary={"mine": "scheme.mine"}))

    assert read.words == [SCRIPT]
    assert "script" not in read.tags


def test_an_address_holds_nothing_but_letters_digits_and_dashes():
    assert opening.address('a b"><i', 1, "x") == "passport-a-b-i-1-x"


def test_what_is_no_frame_of_cards_is_refused():
    with pytest.raises(DataError, match="the cards of a table needs the columns"):
        made(customers(), customers())


def test_the_page_lets_the_cards_through_as_they_are():
    html = made(customers(), BOTH)
    kept = Labels(clean.output(html, "en"))

    assert kept.targets == kept.addresses == Labels(html).targets
