"""The months for machines: `index.json`, a JSON Feed 1.1 that feed readers can subscribe to.

What is ours stands under `_segment`, as the format provides, with a number that changes with its
shape. Source: Manton Reece and Brent Simmons, JSON Feed version 1.1, jsonfeed.org.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from segment.report import card as cards
from segment.report import headline, notebooks
from segment.report.around import counted, month_words
from segment.report.card import RunCard
from segment.report.failures import Failure
from segment.report.shelf import Entry
from segment.text import phrase

FILE_NAME = "index.json"
KIND = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
FORMAT = 1


def feed(
    entries: Sequence[Entry], unread: Failure | None, *, company: str, language: str, code: str
) -> str:
    """Return the feed, newest month first; all addresses are relative to it.

    A month that cannot be shown or was never published is no item: it stands under
    `_segment.failed` or `_segment.unreadable`. `unread` is the failure of a run that could not read
    the data; its month is empty.
    """
    shown = [(item, item.card) for item in entries if item.is_published and item.card]
    failed = [item.failure for item in entries if item.failure]
    title = phrase("report.index.title", language)
    content = {
        "version": VERSION,
        "title": f"{title} · {company}",
        "language": language,
        "home_page_url": "index.html",
        "feed_url": FILE_NAME,
        "items": [_item(item, held, language) for item, held in shown],
        "_segment": {
            "format": FORMAT,
            "company": company,
            "code": code,
            "failed": [asdict(it) for it in ([unread] if unread else []) + failed],
            "unreadable": [
                {"month": item.month, "fault": item.fault} for item in entries if item.fault
            ],
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _item(item: Entry, held: RunCard, language: str) -> dict[str, Any]:
    pages = {
        name: {it: cards.page(item.month, name, it) for it in its}
        for name, its in item.pages.items()
    }
    first = language if language in pages else next(iter(pages))
    front = pages[first].get(notebooks.FRONT, next(iter(pages[first].values())))
    status = phrase(f"report.status.{held.status}", language)
    points = headline.main_points(held, language)
    return {
        "id": f"{item.month}/{held.finished_at}",  # a month made again is news
        "url": front,
        "title": f"{month_words(item.month, language)} ({status})",
        "content_text": "\n".join(points or [counted(held.as_of, language)]),
        "date_published": held.finished_at,
        "language": first,
        "_segment": {
            "month": item.month,
            "as_of": held.as_of,
            "status": held.status,
            "currency": held.currency,
            "languages": list(pages),
            "pages": pages,
            "headline": {
                name: value for name, value in held.headline.items() if name != "main_points"
            },
            "run_card": f"{item.month}/{cards.FILE_NAME}",
            "run_key": held.key,
            "code": held.code,
            "last_run_failed": item.failure is not None,
        },
    }
