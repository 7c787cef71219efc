"""What stands on a page, and what of it is an address or a number of somebody."""

import base64

import pytest

from segment.report import scanning
from toys import code, displayed, notebook, text

DRAWN = base64.b64encode("<svg><title>Up</title><text>李娜 &amp; Co</text></svg>".encode()).decode()
TABLE = """<div id="best"><table><thead><tr><th id="best-customer_id">Customer</th>
<th id="best-clv">Value</th></tr></thead><tbody><tr><td>12346</td><td>77</td></tr>
<tr><td><b>K17</b></td><td>78</td></tr></tbody></table></div>"""


def texts(page: str) -> list[str]:
    return [piece.text for piece in scanning.pieces(page)]


def people(page: str) -> list[str]:
    return [piece.text for piece in scanning.people(page)]


def test_a_page_is_read_as_a_browser_shows_it():
    page = (
        "<!-- a@b.example --><style>c@d { }</style><script>'e@f.example'</script>"
        '<p title="said &lt;aloud&gt;">Ann &amp; <b>Ben</b></p>'
        f'<img alt="a > b" src="data:image/svg+xml;base64,{DRAWN}">'
    )

    assert texts(page) == ["said <aloud>", "Ann &", "Ben", "a > b", "Up", "李娜 & Co"]


def test_a_text_is_told_by_the_last_address_that_a_reader_can_use():
    page = '<h2 id="who">Who?</h2><div id="passport-a-1"><p>one</p></div><p id="cell-3">two</p>'

    assert {piece.near for piece in scanning.pieces(page)} == {"who"}
    assert {piece.near for piece in scanning.people(TABLE)} == {"best"}


@pytest.mark.parametrize("header", ["Customer", "prospect_id", "名称"])
def test_a_column_of_people_is_known_by_its_header_or_its_address(header):
    frame = f"<table><tr><th>n</th><th>{header}</th></tr><tr><td>5</td><td>12346</td></tr></table>"

    assert people(frame) == [header, "12346"]
    assert people(TABLE) == ["Customer", "12346", "K17"]
    assert people(frame.replace(header, "Revenue")) == []


def test_a_card_says_whose_it_is_beside_its_title():
    assert people("<p><b>A</b> <small>12346</small></p>") == ["12346"]


def test_what_a_notebook_shows_is_read_in_every_form():
    cells = [
        text("# Prose is the analyst's own"),
        code("x", outputs=[displayed(text_html="<b>one</b>", text_plain="two")]),
        code("x", outputs=[{"output_type": "stream", "name": "stderr", "text": "three"}]),
        code("x", outputs=[displayed({"image/png": {"alt": "four"}}, image_png="AAAA")]),
    ]

    found = texts(scanning.shown(notebook(*cells)))
    assert found == ["one", "two", "three", "AAAA", "four"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("a@b.co", ["a@b.co"]),
        ("write to <anna.b+c@x-y.example>, or not", ["anna.b+c@x-y.example"]),
        ("请写信给anna@rosen.example。", ["anna@rosen.example"]),
        ("a＠b.com", ["a＠b.com"]),
        ("matplotlib@3.1", []),
        ("@media, x @ y.z, foo@bar", []),
    ],
)
def test_an_e_mail_address_is_found_wherever_it_stands(said, found):
    assert list(scanning.addresses(said)) == found


@pytest.mark.parametrize(
    "number",
    [
        "+49 30 1234567", "(030) 123-4567", "020 7946 0958", "0161/4960000", "0049 30 1234567",
        "+1 (555) 123-4567", "(555) 123-4567", "555-123-4567", "13812345678", "138 1234 5678",
        "+86 138 1234 5678", "010-62551234",
    ],
)  # fmt: skip
def test_a_telephone_number_is_found_as_people_write_it(number):
    for said in (number, f"Tel. {number}.", f"电话：{number}。"):
        assert [one.strip(" .") for one in scanning.phones(said)] == [number]


@pytest.mark.parametrize(
    "said",
    [
        "2026-10-31", "31.10.2026", "01-10-2026", "1995-05-17", "2026-10-31 12:00:00",  # days
        "1,234,567", "€1,234,567.89", "+1,234,567", "-1,234", "+3.2 (−1.2)", "5 of 12 000 000",
        "10,000-20,000", "0.123456789", "1.5-2.5",  # money and figures
        "numpy 2.1.3, scipy 1.14.1", "0.1.0 4f3a2b1c", "abcd1234567890ef", "f32bfae1",  # versions
        "00012345", "Order 0012345678", "85123A", "C0001234567", "1234567890123",  # identifiers
        "k45.678.923", "4539 1488 0343 6467", "24(2), 275–284", "(2007). 276-283",  # codes, sources
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(said):
    assert list(scanning.phones(said)) == []
