"""What may come onto a page: plain marks, no scripts, no styles of its own, no addresses.

Outputs hold words from the outside: a customer's name, a remark. Whatever wrote them, here they
pass a list of what is allowed; nh3 also closes what they leave open, so that none of them can
break the page around it. The `<style>` that each table brings (10 kB) goes too: `page.css`
dresses all tables once.
"""

import base64
import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

import nh3

from segment import opening
from segment.errors import RunError
from segment.text import phrase
from segment.workspace import FINISHED_MIME

DRAWN = {
    "svg", "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "title",
    "defs",
}  # fmt: skip
TAGS = DRAWN | {
    "a", "abbr", "b", "blockquote", "br", "button", "caption", "code", "col", "colgroup", "dd",
    "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "u", "ul",
}  # fmt: skip
TITLES = {"h1", "h2"}
EVERYWHERE = {
    "class", "id", "title", "role", "lang", "dir", "style", "aria-label", "aria-hidden",
}  # fmt: skip
SHAPE = {
    "viewBox", "width", "height", "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy",
    "r", "rx", "ry", "points", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "opacity", "transform", "text-anchor", "dominant-baseline", "font-size",
    "font-weight",
}  # fmt: skip
ATTRIBUTES = dict.fromkeys(DRAWN, SHAPE) | {
    "*": EVERYWHERE,
    "a": {"href", "download"},
    "button": {"popovertarget"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},  # a header says by its scope which cells are its own
    "th": {"colspan", "rowspan", "scope", "abbr"},
    "col": {"span"},
    "ol": {"start"},
    "details": {"open"},
}
# What a button may do is to open and close a card of the page; see `segment.opening`.
VALUES = {"button": {"popovertargetaction": {"hide"}}, "div": {"popover": {"auto"}}}
ALWAYS = {"button": {"type": "button"}}
STYLES = {"text-align", "width", "color", "background-color", "font-weight"}
PICTURES = {"image/svg+xml", "image/png", "image/jpeg"}
HIDDEN = {
    FINISHED_MIME,
    "application/javascript",
    "application/vnd.jupyter.widget-view+json",
}
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
# Marks of code, but for keywords, texts, comments and numbers, which page.css colours.
UNSTYLED = re.compile(
    r'<span(?: class="(?!(?:k|kn|kc|ow|s1|s2|sa|si|sd|c1|mi|mf)")[^"]*")?>([^<]*)</span>'
)
# Signs that turn the direction of what follows them, to the end of the paragraph, and signs that
# no page shows: a name could make a sentence read backwards (Unicode UAX 9, section 2).
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')  # as nh3 writes one
# A cell of more letters than this gets room, and its column with it; Chinese says more in one.
LONG_CELL = re.compile(r'(<td\b[^>]*\bclass=")([^>]*>(?:[^<]{41}|[^<]*[\u4e00-\u9fff][^<]{11}))')
TABLE_TITLE = re.compile(r"gt_title[^>]*>([^<]*)<")


def output(text: str, language: str) -> str:
    """Return what a cell shows, without what the page alone may say: its title and sections."""
    return html(text, language, TAGS - TITLES)


def html(text: str, language: str, tags: set[str] = TAGS) -> str:
    """Return marked-up text with nothing in it but what a page may hold; tables can scroll."""
    kept = nh3.clean(
        UNSEEN.sub("", text),
        tags=tags,
        attributes=ATTRIBUTES,
        tag_attribute_values=VALUES,
        set_tag_attribute_values=ALWAYS,
        clean_content_tags={"script", "style"},
        url_schemes={"data"},
        link_rel=None,
        filter_style_properties=STYLES,
        attribute_filter=_own_address,
    )
    told = IMAGE.sub(lambda found: _described(found, language), kept)
    return TABLE.sub(lambda found: _scrolling(found.group(), language), told)


def _described(image: re.Match[str], language: str) -> str:
    """Give a picture without alternative text one that says so."""
    if ' alt="' in image[1]:
        return image[0]
    return f'<img{image[1]} alt="{escape(phrase("report.page_words.picture", language))}">'


def code(highlighted: str) -> str:
    """Return highlighted code with the marks alone that the page gives a colour."""
    return UNSTYLED.sub(r"\1", UNSEEN.sub("", highlighted))


def _own_address(tag: str, name: str, value: str) -> str | None:
    """Keep links into the page and its folder, pictures that are in the page, and cards."""
    if name == "href" and (value.startswith(("/", "\\", "data:")) or "//" in value):
        return None
    if name == "popovertarget" and not value.startswith(f"{opening.PREFIX}-"):
        return None
    if name == "src" and not value.startswith("data:image/"):
        return None
    return value


def _scrolling(table: str, language: str) -> str:
    title = TABLE_TITLE.search(table)
    said = unescape(title.group(1)).strip() if title else ""
    label = said or phrase("report.page_words.table", language)
    roomy = LONG_CELL.sub(r"\1long \2", table)
    return f'<div class="wide" role="group" tabindex="0" aria-label="{escape(label)}">{roomy}</div>'


def picture(shown: Mapping[str, Any], name: str) -> str:
    """Return a figure as a picture inside the page, with its title above and its alt text.

    Raises:
        RunError: The figure has no alt text.
    """
    kind = next(kind for kind in shown["data"] if kind in PICTURES)
    said = shown["metadata"].get(kind, {})
    alt, title = str(said.get("alt", "")).strip(), str(said.get("title", "")).strip()
    if not alt:
        raise RunError(
            f"A figure of {name} has no alt text, so a reader who cannot see it learns nothing: "
            "draw it with segment.figures, or give it alt in its output's metadata."
        )
    content = shown["data"][kind]
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    image = f'<img src="data:{kind};base64,{content.strip()}" alt="{escape(alt)}">'
    address = escape(str(said.get("id", "")) or "chart")
    return f'<figure id="{address}">{caption}<div class="wide">{image}</div></figure>'


def is_picture(shown: Mapping[str, Any]) -> bool:
    """Tell whether an output is a figure."""
    return not PICTURES.isdisjoint(shown.get("data", ()))


def is_sentinel(shown: Mapping[str, Any]) -> bool:
    """Tell whether an output only says that its notebook came to the end."""
    return FINISHED_MIME in shown.get("data", ())


def is_shown(shown: Mapping[str, Any]) -> bool:
    """Tell whether a page shows an output: no warnings, scripts or widgets, no sentinel."""
    if shown["output_type"] == "stream":
        return bool(shown["name"] == "stdout")
    return shown["output_type"] != "error" and not HIDDEN & shown["data"].keys()
