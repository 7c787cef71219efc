"""The page of all months, made anew from the run cards that lie in their folders.

It also keeps the ways from month to month true: a page that was the newest when it was made
gets its way to the next month here.
"""

import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from segment.report import card, notebooks, publish, render
from segment.report.around import counted, month_words, months_nav, page_words
from segment.report.card import RunCard
from segment.report.months import parse
from segment.report.render import Link
from segment.text import money, number, phrase, word

FILE_NAME = "index.html"
MONTHS_NAV = re.compile(r'<nav class="months".*?</nav>', re.DOTALL)


def rebuild(reports: Path, *, company: str, language: str, code: str) -> Path:
    """Write the page of all months, mend the ways between them, and return the page's path.

    Raises:
        DataError: The run card of a month cannot be read.
    """
    cards = [card.read(folder) for folder in publish.published(reports)]
    reports.mkdir(parents=True, exist_ok=True)
    path = reports / FILE_NAME
    publish.write_text(path, front(cards, company=company, language=language, code=code))
    published = {item.month: item.languages for item in cards}
    for item, name in product(cards, notebooks.NAMES):
        for spoken in item.languages:
            nav = months_nav(item.month, spoken, name, published)
            _relink(reports / card.page(item.month, spoken, name), nav)
    return path


def front(cards: Sequence[RunCard], *, company: str, language: str, code: str) -> str:
    """Return the page of all months, newest first."""
    newest_first = sorted(cards, key=lambda item: parse(item.month), reverse=True)
    facts = {
        "language": language,
        "company": company,
        "title": phrase("report.index.title", language),
        "months": [_entry(item, language) for item in newest_first],
        "signature": phrase("report.signature", language, code=code),
    }
    return render.fill("front.html.j2", language, page=facts)


def _entry(item: RunCard, language: str) -> dict[str, Any]:
    figures = []
    if main := item.headline.get("main_figure"):
        label, value = word("column", main["label"], language), main["value"]
        figures.append({"label": label, "value": money(value, item.currency, language)})
    if "n_customers" in item.headline:
        label = phrase("report.index.n_customers", language)
        figures.append({"label": label, "value": number(item.headline["n_customers"], language)})
    shown = language if language in item.languages else item.languages[0]
    return {
        "href": card.page(item.month, shown, notebooks.FRONT),
        "label": month_words(item.month, language),
        "status": item.status,
        "status_words": phrase(f"report.status.{item.status}", language),
        "counted": counted(item.as_of, language),
        "figures": figures,
        "appendices": [
            Link(label=page_words(name, language), href=card.page(item.month, shown, name))
            for name in notebooks.NAMES
            if name != notebooks.FRONT
        ],
        "languages": [
            Link(
                label=phrase("report.page_words.this_language", other),
                href=card.page(item.month, other, notebooks.FRONT),
                language=other,
            )
            for other in item.languages
            if other != shown
        ],
    }


def _relink(page: Path, nav: str) -> None:
    text = page.read_text(encoding="utf-8")
    linked = MONTHS_NAV.sub(lambda _: nav, text, count=1)
    if linked != text:
        publish.write_text(page, linked)
