"""Addresses on a page: everything has one, nothing shares one, and ways follow what moved."""

import re

from segment.report import anchors


def addresses(html):
    return re.findall(r' id="([^"]*)"', html)


def test_an_address_that_is_taken_gets_a_number_and_what_leads_there_follows():
    used = {"main"}
    first = anchors.apart('<div id="t"><a href="#t">a</a></div>', used)
    second = anchors.apart('<div id="t"><a href="#t">a</a><a href="t.csv">b</a></div>', used)
    card = '<button popovertarget="main">a</button><div id="main">b</div>'

    assert first == '<div id="t"><a href="#t">a</a></div>'
    assert second == '<div id="t-2"><a href="#t-2">a</a><a href="t.csv">b</a></div>'
    assert anchors.apart(card, used) == card.replace('"main"', '"main-2"')
    assert used == {"main", "main-2", "t", "t-2"}


def test_an_address_that_stands_twice_in_one_output_stays_at_the_first():
    assert anchors.apart('<p id="a">1</p><p id="a">2</p>', set()) == '<p id="a">1</p><p>2</p>'


def test_a_column_of_a_table_has_no_address():
    head = '<th class="x" id="t-name" scope="col">a</th>'

    assert anchors.apart(head, set()) == '<th class="x" scope="col">a</th>'
    assert anchors.apart('<thead id="a"><tr>', set()) == '<thead id="a"><tr>'


def test_words_that_look_like_an_address_stay_words():
    said = '<p title="a > b">write id="a" and <b id="a">id="a"</b> href="#a"</p>'

    assert anchors.apart(said, {"a"}) == said.replace('<b id="a">', '<b id="a-2">')


def test_headings_keep_clear_of_each_other_and_of_tables():
    body = '<h1>T</h1><h2 class="x">Groups</h2><div id="groups"></div><h2>Groups</h2><h3>?!</h3>'
    made, found = anchors.headed(body)

    assert addresses(made) == ["t", "groups-2", "groups", "groups-3", "section"]
    assert [(it.level, it.address) for it in found] == [
        (1, "t"), (2, "groups-2"), (2, "groups-3"), (3, "section"),
    ]  # fmt: skip
    assert anchors.headed("<h2>Main</h2>")[1][0].address == "main-2"


def test_a_page_without_headings_stays_as_it_is():
    assert anchors.headed("<p>a</p>") == ("<p>a</p>", [])
