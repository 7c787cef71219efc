"""Addresses on a page: each table, figure, tile and heading has one, and no two share one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

HEADING = re.compile(r"<h([1-3])\b[^>]*>(.*?)</h\1>", re.DOTALL)
BETWEEN = re.compile(r"[^\w]+")
# Marked-up text has passed `clean`: values stand in double quotes, and none holds one.
TAG = re.compile(r'<[a-z]\w*(?: [\w:-]+(?:="[^"]*")?)* ?/?>')
ID = re.compile(r' id="([^"]*)"')
REFERRING = re.compile(r' (id|popovertarget|href)="(#?)([^"]*)"')
FRAME = frozenset({"main"})  # addresses of what stands around the cells


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its level (1 is the title), its address, its marked-up text."""

    level: int
    address: str
    text: str


def apart(html: str, used: set[str]) -> str:
    """Return what a cell shows with addresses that are not in `used`, which grows by them.

    An address that is taken gets a number behind it, and what leads there within `html` follows.
    """
    changed = {address: _free(address, used) for address in dict.fromkeys(_addresses(html))}
    seen: set[str] = set()

    def moved(found: re.Match[str]) -> str:
        name, mark, address = found.groups()
        if name == "id" and address in seen:
            return ""  # twice in one output: only the first can be reached
        if name == "id":
            seen.add(address)
        is_way = name != "href" or mark
        return f' {name}="{mark}{changed.get(address, address) if is_way else address}"'

    return TAG.sub(lambda tag: REFERRING.sub(moved, _bare(tag.group())), html)


def headed(body: str) -> tuple[str, list[Heading]]:
    """Give each heading of a page an address of its own; return the page's body and them."""
    used = set(FRAME) | set(_addresses(HEADING.sub("", body)))
    found: list[Heading] = []

    def anchor(match: re.Match[str]) -> str:
        level, text = match.groups()
        words = BETWEEN.sub("-", Markup(text).striptags().lower()).strip("-") or "section"
        address = _free(words, used)
        found.append(Heading(int(level), address, text))
        return f'<h{level} id="{address}">{text}</h{level}>'

    return HEADING.sub(anchor, body), found


def _addresses(html: str) -> list[str]:
    return [found for tag in TAG.findall(html) for found in ID.findall(_bare(tag))]


def _bare(tag: str) -> str:
    """Drop the address that great_tables gives each column: nothing leads there."""
    return ID.sub("", tag) if tag.startswith("<th ") else tag


def _free(address: str, used: set[str]) -> str:
    free = next(name for name in _names(address) if name not in used)
    used.add(free)
    return free


def _names(address: str) -> Iterator[str]:
    yield address
    yield from (f"{address}-{place}" for place in count(2))
