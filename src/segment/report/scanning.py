"""What stands on a finished page, piece by piece, and what in it could reach a person.

A page is read as the browser would: text, the attributes that are read aloud or followed, and the
text of the pictures that are drawn in it. Style sheets and scripts are the report's own.
"""

import base64
import binascii
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from segment.text import LANGUAGES, phrases

# Comments, scripts and style sheets in one piece; a tag with its attributes, which may hold ">".
MARKUP = re.compile(
    r"""<!--.*?-->|<(?P<own>style|script)\b.*?</(?P=own)\s*>"""
    r"""|<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.DOTALL,
)
READ = ("alt", "title", "aria-label", "href", "download", "content")
ATTRIBUTE = re.compile(rf'''\b(id|src|{"|".join(READ)})="([^"]*)"''')
PICTURE = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+)?;base64,(?P<drawn>.*)", re.DOTALL)
UNNAMED = ("passport-", "cell-")  # addresses that tell a reader nothing
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
ROW, HEAD = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<th\b")
CELL = re.compile(r"<t[dh]\b(?P<attributes>[^>]*)>(?P<text>.*?)</t[dh]>", re.DOTALL)
ADDRESS = re.compile(r"""<(?!th\b)[^>]*?\bid="(?!passport-|cell-)([^"]+)\"""")
WHOSE = re.compile(r"<small>(.*?)</small>", re.DOTALL)  # on a card: whose it is
COLUMNS = ("customer_id", "prospect_id", "name")
# E-mail: RFC 5321 as people write it; Chinese around it is no part of it.
MAIL = re.compile(r"[^\W\u3400-\u9fff][\w.%+-]*[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
# Numbers of telephones, by how each is written: with + and country, with 0 and area, mobile in
# China (11 digits, 13 to 19), and in North America. Dates, money and versions are none of these.
GAP = r"[ ./()-]{0,2}"
PHONE = re.compile(
    rf"(?<![A-Za-z0-9_+.,-])(?<!\d )(?:"
    rf"\+[1-9]{GAP}(?:\d{GAP}){{6,13}}\d"
    rf"|00[1-9]\d{{0,2}}[ /-](?:\d{GAP}){{5,11}}\d"
    rf"|\(?0[1-9]\d{{1,3}}\)?[ /-]{{1,2}}\d{{3,8}}(?:[ -]?\d{{2,8}})*"
    rf"|1[3-9]\d{{9}}|1[3-9]\d[ -]\d{{4}}[ -]\d{{4}}"
    rf"|\(\d{{3}}\) ?\d{{3}}-\d{{4}}|\d{{3}}[.-]\d{{3}}[.-]\d{{4}}"
    rf")(?![A-Za-z0-9_,-])"
)
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a number with its area (ITU-T E.164)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A text of a page, and the address that it stands at or below."""

    text: str
    near: str = ""


def pieces(page: str, near: str = "") -> Iterator[Piece]:
    """Give the texts of a page in their order, unescaped, without those of white space alone."""
    last = 0
    for mark in MARKUP.finditer(page):
        if text := unescape(page[last : mark.start()]).strip():
            yield Piece(text=text, near=near)
        last = mark.end()
        attributes = dict(ATTRIBUTE.findall(mark["attributes"] or ""))
        if mark["tag"] != "th" and not attributes.get("id", UNNAMED[0]).startswith(UNNAMED):
            near = attributes["id"]
        for name in READ:
            if attributes.get(name):
                yield Piece(text=unescape(attributes[name]), near=near)
        if drawn := PICTURE.match(attributes.get("src", "")):
            yield from pieces(_decoded(drawn["drawn"]), near)
    if text := unescape(page[last:]).strip():
        yield Piece(text=text, near=near)


def people(page: str) -> Iterator[Piece]:
    """Give the texts that stand where a page says who: in columns of people, and on their cards."""
    headers, near = _headers(), _near(page)
    for table in TABLE.finditer(page):
        rows = [list(CELL.finditer(row)) for row in ROW.findall(table[0])]
        listed = {
            place
            for cells in rows
            for place, cell in enumerate(cells)
            if HEAD.match(cell[0]) and _is_of_people(cell, headers)
        }
        told = [_bare(cells[place]["text"]) for cells in rows for place in listed
                if place < len(cells)]  # fmt: skip
        yield from (Piece(text=text, near=near(table.start())) for text in told)
    for whose in WHOSE.finditer(page):
        yield Piece(text=_bare(whose[1]), near=near(whose.start()))


def shown(notebook: Mapping[str, Any]) -> str:
    """Return what the cells of an executed notebook show, one below the other, marked up."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    texts = [
        text
        for output in outputs
        for text in (output.get("text"), *output.get("data", {}).values(), *_said(output))
        if isinstance(text, str)
    ]
    return "<hr>".join(texts)


def addresses(text: str) -> Iterator[str]:
    """Give the e-mail addresses in a text."""
    if "@" in text or "＠" in text:
        yield from (found[0] for found in MAIL.finditer(text))


def phones(text: str) -> Iterator[str]:
    """Give the telephone numbers in a text."""
    for found in PHONE.finditer(text):
        digits = sum(sign.isdigit() for sign in found[0])
        if FEWEST_DIGITS <= digits <= MOST_DIGITS:
            yield found[0]


def _is_of_people(cell: re.Match[str], headers: frozenset[str]) -> bool:
    address = dict(ATTRIBUTE.findall(cell["attributes"])).get("id", "")
    return address.endswith(COLUMNS) or _bare(cell["text"]) in headers


def _bare(marked_up: str) -> str:
    return unescape(MARKUP.sub("", marked_up)).strip()


def _near(page: str) -> Callable[[int], str]:
    """Return what tells the last address before a place of the page."""
    found = [(mark.start(), mark[1]) for mark in ADDRESS.finditer(page)]
    starts = [start for start, _ in found]

    def near(place: int) -> str:
        before = bisect(starts, place)
        return found[before - 1][1] if before else ""

    return near


def _headers() -> frozenset[str]:
    words = (phrases(language)[f"column.{name}"] for language in LANGUAGES for name in COLUMNS)
    return frozenset((*words, *COLUMNS))


def _decoded(drawn: str) -> str:
    try:
        return base64.b64decode(drawn, validate=False).decode("utf-8", errors="replace")
    except binascii.Error:
        return ""  # no browser would show it


def _said(output: Mapping[str, Any]) -> list[str]:
    """Return what is said about a picture: its title and its alt text."""
    kinds = [said for said in output.get("metadata", {}).values() if isinstance(said, dict)]
    return [str(text) for said in kinds for text in said.values()]
