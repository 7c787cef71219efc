"""Cards that say the same stand on a page once."""

from segment import opening
from segment.opening import Card
from segment.report import clean, sharing


def cells(*cards: tuple[str, str, str]) -> str:
    """One label a card: title, text, address."""
    shown = (opening.marked_up("A", Card(*card), "en") or "" for card in cards)
    return clean.html("".join(f"<p>{one}</p>" for one in shown), "en")


def test_a_card_that_says_the_same_is_left_out_and_the_first_is_opened():
    made = sharing.once(
        cells(
            ("Class: A", "<p>why</p><dl><div><dt>x</dt><dd>y</dd></div></dl>", "passport-a-0-0"),
            ("Class: A", "<p>other</p>", "passport-a-0-1"),
            ("Class: A", "<p>why</p><dl><div><dt>x</dt><dd>y</dd></div></dl>", "passport-b-0-0"),
        )
    )

    assert made.count('id="passport-') == 2
    assert 'id="passport-b-0-0"' not in made
    assert made.count('popovertarget="passport-a-0-0"') == 3  # two labels, one way to close it
    assert made.count('popovertarget="passport-a-0-1"') == 2
    assert "passport-b-0-0" not in made


def test_a_card_of_another_title_is_another_card():
    shown = cells(("Class: A", "<p>why</p>", "passport-1"), ("Tier: A", "<p>why</p>", "passport-2"))

    assert sharing.once(shown) == shown


def test_a_page_without_cards_is_as_it_was():
    assert sharing.once("<p>nothing</p>") == "<p>nothing</p>"
