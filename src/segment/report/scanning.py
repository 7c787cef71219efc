"""What stands on a finished page, piece by piece, and what in it could reach a person.

A page is read as the browser would: text, the attributes that are read aloud or followed, and the
text of the pictures that are drawn in it. Style sheets and scripts are the report's own.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
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
ATTRIBUTE = re.compile(r"""\b(id|alt|title|aria-label|href|download|content|src|scope)="([^"]*)\"""")
READ = ("alt", "title", "aria-label", "href", "download", "content")
PICTURE = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+)?;base64,(?P<drawn>.*)", re.DOTALL)
UNNAMED = ("passport-", "cell-")  # addresses that tell a reader nothing
COLUMNS = ("customer_id", "prospect_id", "name")
# E-mail: RFC 5321 as people write it; Chinese around it is no part of it.
MAIL = re.compile(r"[^\W\u3400-\u9fff][\w.%+-]*[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
# Numbers of telephones, by how each is written: with + and country, with 0 and area, mobile in
# China (11 digits, 13 to 19), and in North America. Dates, money and versions are none of these.
GAP = r"[ ./()-]{0,2}"
PHONE = re.compile(
    rf"(?<![\w+.,-])(?:"
    rf"\+[1-9]{GAP}(?:\d{GAP}){{6,13}}\d"
    rf"|00[1-9]\d{{0,2}}[ /-](?:\d{GAP}){{5,11}}\d"
    rf"|\(?0[1-9]\d{{1,3}}\)?[ /-]{{1,2}}\d{{3,8}}(?:[ -]?\d{{2,8}})*"
    rf"|1[3-9]\d{{9}}|1[3-9]\d[ -]\d{{4}}[ -]\d{{4}}"
    rf"|\(\d{{3}}\) ?\d{{3}}-\d{{4}}|\d{{3}}[.-]\d{{3}}[.-]\d{{4}}"
    rf")(?![\w,-])"
)
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a number with its area (ITU-T E.164)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A text of a page: `near` is the address it stands at, `is_listed` in a column of people."""

    text: str
    near: str = ""
    is_listed: bool = False


def pieces(page: str, near: str = "") -> Iterator[Piece]:
    """Give the texts of a page in their order, unescaped, without those of white space alone."""
    listed: set[int] = set()
    column, heads, is_head, is_small, last = -1, -1, False, False, 0
    headers = _headers()
    for mark in MARKUP.finditer(page):
        text = unescape(page[last : mark.start()]).strip()
        last = mark.end()
        if text:
            if is_head and text in headers:
                listed.add(heads)
            yield Piece(text=text, near=near, is_listed=is_small or column in listed)
        tag, is_close = (mark["tag"] or "").lower(), bool(mark["close"])
        attributes = dict(ATTRIBUTE.findall(mark["attributes"] or ""))
        if not is_close and "id" in attributes and not attributes["id"].startswith(UNNAMED):
            near = attributes["id"]
        for name in READ:
            if attributes.get(name):
                yield Piece(text=unescape(attributes[name]), near=near)
        if drawn := PICTURE.match(attributes.get("src", "")):
            yield from pieces(_decoded(drawn["drawn"]), near)
        if tag == "table":
            listed, heads, column = set(), -1, -1
        elif tag == "tr":
            column, is_head = -1, False
        elif tag in ("td", "th") and not is_close:
            column += 1
            is_head = tag == "th"
            if is_head:
                heads = column
                if attributes.get("id", "").endswith(COLUMNS):
                    listed.add(column)
        elif tag in ("td", "th"):
            is_head = False
        elif tag == "small":
            is_small = not is_close  # whose card it is
    if text := unescape(page[last:]).strip():
        yield Piece(text=text, near=near)


def of_outputs(notebook: Mapping[str, Any]) -> Iterator[Piece]:
    """Give the texts that the cells of an executed notebook show."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            texts = [output.get("text", ""), *output.get("data", {}).values()]
            texts += [one for said in output.get("metadata", {}).values() for one in _values(said)]
            for text in texts:
                joined = "".join(text) if isinstance(text, list) else text
                if isinstance(joined, str):
                    yield from pieces(joined, near=str(cell.get("id", "")))


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


def _headers() -> frozenset[str]:
    words = (phrases(language)[f"column.{name}"] for language in LANGUAGES for name in COLUMNS)
    return frozenset((*words, *COLUMNS))


def _decoded(drawn: str) -> str:
    try:
        return base64.b64decode(drawn, validate=False).decode("utf-8", errors="replace")
    except binascii.Error:
        return ""  # no browser would show it


def _values(said: Any) -> list[Any]:
    return list(said.values()) if isinstance(said, dict) else []
