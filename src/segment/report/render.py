"""A page from an executed notebook: one file, no address outside, no script but our own.

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
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from traitlets.config import Config

from segment.errors import RunError
from segment.report import anchors, clean, notebooks, script, sharing
from segment.report.parameters import TAG
from segment.text import LANGUAGES, phrase, phrases

TEMPLATE = Path(__file__).parent / "template"
REMOVED = {TAG, "injected-parameters", "remove-cell"}
TITLE, SECTION = 1, 2
TITLES = re.compile(r"<h1\b[^>]*>.*?</h1>", re.DOTALL)


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

    `made` is marked-up text from `made`; `status` is complete or provisional; `stem` begins the
    names of the files that a reader saves from the page.
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
    stem: str


def page(notebook: Mapping[str, Any], around: Around, name: str) -> str:
    """Return the page of an executed notebook.

    Raises:
        RunError: The notebook has no title or more than one, or a figure without alt text.
    """
    cells, headings = anchors.headed(sharing.once(_cells(notebook, around.language, name)))
    titles = [heading for heading in headings if heading.level == TITLE]
    if len(titles) != 1:
        raise RunError(
            f"{name} has {len(titles) or 'no'} title{'s' * (len(titles) > 1)} in its cells for "
            f"'{around.language}'; it needs one, a line that starts with a single #."
        )
    facts = vars(around) | {
        "title": Markup(titles[0].text).striptags(),
        "body": TITLES.sub("", cells),
        "contents": [heading for heading in headings if heading.level == SECTION],
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
    admitted = {"policy": script.policy(), "script": script.TEXT}
    return _templates().get_template(template).render(**values, **admitted, words=words)


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
    used = set(anchors.FRAME)
    for filter_name, cleaned in (
        ("clean_text", lambda text: clean.html(text, language)),
        ("clean_output", lambda text: anchors.apart(clean.output(text, language), used)),
        ("clean_code", clean.code),
        ("picture", lambda shown: anchors.apart(clean.picture(shown, name), used)),
    ):
        exporter.register_filter(filter_name, cleaned)
    exporter.environment.tests["picture"] = clean.is_picture
    resources = {
        "with_code": not notebooks.is_for_managers(notebook),
        "code_label": phrase("report.page_words.code", language),
    }
    cells = [
        {**cell, "id": f"cell-{place}"}
        for place, cell in enumerate(_joined(notebook["cells"], removed))
    ]
    node = nbformat.from_dict({**notebook, "cells": cells})
    lexer = node.metadata.get("language_info", {}).get("pygments_lexer", "ipython3")
    exporter.register_filter(
        "highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=exporter)
    )
    # HTMLExporter would parse the whole page anew, for pictures without alt text; ours have theirs.
    body, _ = TemplateExporter.from_notebook_node(exporter, node, resources=resources)
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
