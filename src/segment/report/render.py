"""A page from an executed notebook: one file, no address outside, no script.

nbconvert makes the cells into HTML with `template/index.html.j2`; `template/page.html.j2` puts
the page around them. What an output may hold is for `clean` to say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from segment.errors import RunError
from segment.report import clean, notebooks, sharing
from segment.report.parameters import TAG
from segment.text import LANGUAGES, phrase, phrases

TEMPLATE = Path(__file__).parent / "template"
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
REMOVED = {TAG, "injected-parameters", "remove-cell"}
HEADING = re.compile(r"<h([1-3])\b[^>]*>(.*?)</h\1>", re.DOTALL)
TITLE, SECTION = "1", "2"
ADDRESS = re.compile(r"[^\w]+")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link to another page; without an address it is the page itself.

    `language` is that of the other page where it is another one.
    """

    label: str
    href: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands around the cells of a page; all texts as the reader sees them.

    `made` is marked-up text from `made`; `status` is complete or provisional.
    """

    company: str
    language: str
    month: str
    status: str
    status_words: str
    counted: str
    pages: Sequence[Link]
    languages: Sequence[Link]
    previous: Link | None
    next: Link | None
    made: str
    signature: str


def page(notebook: Mapping[str, Any], around: Around, name: str) -> str:
    """Return the page of an executed notebook.

    Raises:
        RunError: The notebook has no title or more than one, or a figure without alt text.
    """
    cells, headings = _anchored(sharing.once(_cells(notebook, around.language, name)))
    titles = [heading for heading in headings if heading[0] == TITLE]
    if len(titles) != 1:
        raise RunError(
            f"{name} has {len(titles) or 'no'} title{'s' * (len(titles) > 1)} in its cells for "
            f"'{around.language}'; it needs one, a line that starts with a single #."
        )
    facts = vars(around) | {
        "title": _plain(titles[0][2]),
        "body": HEADING.sub(lambda found: "" if found[1] == TITLE else found[0], cells),
        "contents": [(anchor, text) for level, anchor, text in headings if level == SECTION],
    }
    return fill("page.html.j2", around.language, page=facts)


def fill(template: str, language: str, **values: Any) -> str:
    """Return a template of the folder `template/` with its values, escaped, filled in."""
    start = "report.page_words."
    words = {
        key.removeprefix(start): text
        for key, text in phrases(language).items()
        if key.startswith(start)
    }
    return _templates().get_template(template).render(**values, words=words, policy=POLICY)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _cells(notebook: Mapping[str, Any], language: str, name: str) -> str:
    removed = REMOVED | {other for other in LANGUAGES if other != language}
    exporter = HTMLExporter(
        config=Config(TagRemovePreprocessor={"remove_cell_tags": removed}),
        template_name=TEMPLATE.name,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
    exporter.register_filter("clean_text", lambda text: clean.html(text, language))
    exporter.register_filter("clean_output", lambda text: clean.output(text, language))
    exporter.register_filter("clean_code", clean.code)
    exporter.register_filter("picture", lambda shown: clean.picture(shown, name))
    exporter.environment.tests["picture"] = clean.is_picture
    resources = {
        "with_code": not notebooks.is_for_managers(notebook),
        "code_label": phrase("report.page_words.code", language),
    }
    cells = [
        {**cell, "id": f"cell-{place}"}
        for place, cell in enumerate(_joined(notebook["cells"], removed))
    ]
    body, _ = exporter.from_notebook_node(
        nbformat.from_dict({**notebook, "cells": cells}), resources=resources
    )
    return str(body)


def _joined(cells: Sequence[Mapping[str, Any]], removed: Set[str]) -> Iterator[Mapping[str, Any]]:
    """Show the code of cells that show nothing with that of the next cell that does.

    Cells that a page leaves out are not joined; nor is the last one, which only says it is.
    """
    waiting: list[str] = []
    for cell in cells:
        outputs = [item for item in cell.get("outputs", ()) if clean.is_shown(item)]
        is_last = any(clean.is_sentinel(item) for item in cell.get("outputs", ()))
        if cell["cell_type"] != "code" or removed & set(cell["metadata"].get("tags", ())):
            yield from _code(waiting)
            waiting = []
            yield cell
        elif not is_last:
            waiting.append(cell["source"])
            if outputs:
                yield {**cell, "source": "\n\n".join(waiting), "outputs": outputs}
                waiting = []
    yield from _code(waiting)


def _code(sources: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    if sources:
        yield nbformat.v4.new_code_cell("\n\n".join(sources))


def _anchored(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Give each heading an address of its own; return the text and (level, address, heading)."""
    found: list[tuple[str, str, str]] = []
    used: set[str] = set()

    def anchor(match: re.Match[str]) -> str:
        level, content = match.groups()
        base = ADDRESS.sub("-", _plain(content).lower()).strip("-") or "section"
        address = next(
            name
            for place in range(1, len(used) + 2)
            if (name := base if place == 1 else f"{base}-{place}") not in used
        )
        used.add(address)
        found.append((level, address, content))
        return f'<h{level} id="{address}">{content}</h{level}>'

    return HEADING.sub(anchor, text), found


def _plain(marked_up: str) -> str:
    return Markup(marked_up).striptags()
