"""The page of all months: each with its status, its figures, its pages, and what went wrong."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from segment import page
from segment.report import card as cards
from segment.report import headline, notebooks, render, trend
from segment.report.around import MANAGERS_FIRST, counted, month_words, page_words
from segment.report.card import RunCard
from segment.report.failures import Failure
from segment.report.render import Link
from segment.report.shelf import FOREIGN, Entry
from segment.report.trend import Point
from segment.text import day, money, number, phrase, word

SEARCHED = 3  # fewer months than these are seen at a glance


def front(
    entries: Sequence[Entry], unread: Failure | None, *, company: str, language: str, code: str
) -> str:
    """Return the page of all months, newest first.

    `unread` is the failure of a run that could not read the data.
    """
    published = [item.card for item in entries if item.is_published and item.card]
    line = trend.points(published)
    shown = [_entry(item, published, line, language) for item in entries]
    facts = {
        "language": language,
        "company": company,
        "title": phrase("report.index.title", language),
        "failure": _failure(unread, None, published, language),
        "failed": phrase("report.status.failed", language),
        "months": shown,
        "is_searched": len(shown) >= SEARCHED,
        "signature": phrase("report.signature", language, code=code),
    }
    return render.fill("front.html.j2", language, page=facts)


def _entry(
    item: Entry, published: Sequence[RunCard], line: Sequence[Point], language: str
) -> dict[str, Any]:
    """Return what the template shows of a month; what it lacks is empty."""
    is_newest = bool(published) and item.card is published[0]
    return {
        "month": item.month,
        "label": month_words(item.month, language),
        "href": _front_page(item, language),
        "pills": _pills(item, language),
        "counted": counted(item.card.as_of, language) if item.is_published and item.card else "",
        "figures": _figures(item, line, language),
        "trend": trend.svg(line, language) if is_newest else "",
        "trend_words": trend.caption(line, language) if is_newest else "",
        "points": _points(item, language),
        "languages": _languages(item, language),
        "fault": _fault(item, language),
        "failure": _failure(item.failure, item, published, language),
        "is_newest": is_newest,
    }


def _points(item: Entry, language: str) -> list[str]:
    """Return the main points; those of another company are not for this one's readers."""
    if item.card is None or item.fault == FOREIGN:
        return []
    return headline.main_points(item.card, language)


def _front_page(item: Entry, language: str) -> str:
    """Return the way to the manager's page in the reader's language, else in the month's first."""
    having = [name for name, pages in item.pages.items() if notebooks.FRONT in pages]
    if not having:
        return ""
    return cards.page(item.month, language if language in having else having[0], notebooks.FRONT)


def _pills(item: Entry, language: str) -> list[tuple[str, str]]:
    """Return the kind and the words of each status: complete, provisional, failed, unreadable."""
    kinds = [item.card.status] if item.is_published and item.card else []
    kinds += ["unreadable"] if item.fault else []
    kinds += ["failed"] if item.failure else []
    return [(kind, phrase(f"report.status.{kind}", language)) for kind in kinds]


def _figures(item: Entry, line: Sequence[Point], language: str) -> list[dict[str, str]]:
    if not item.is_published or item.card is None:
        return []
    figures = []
    if main := headline.main_figure(item.card):
        past = trend.before(item.month, line)
        since = phrase("page.month_ago", language)
        moved = past and page.change(main.value, past.figure.value, "money", since, language)
        label, value = word("column", main.label, language), main.value
        amount = money(value, main.currency, language)
        figures.append({"label": label, "value": amount, "change": moved or ""})
    if (n_customers := headline.n_customers(item.card)) is not None:
        label = phrase("report.index.n_customers", language)
        figures.append({"label": label, "value": number(n_customers, language), "change": ""})
    return figures


def _languages(item: Entry, language: str) -> list[dict[str, Any]]:
    """Return the pages of a month, a list for each of its languages, the reader's first."""
    if not item.is_published:
        return []
    order = sorted(item.pages, key=lambda name: name != language)
    return [
        {
            "code": name,
            "name": phrase("report.page_words.this_language", name),
            "pages": [
                Link(label=page_words(it, name), href=cards.page(item.month, name, it))
                for it in MANAGERS_FIRST
                if it in item.pages[name]
            ],
        }
        for name in order
    ]


def _fault(item: Entry, language: str) -> str:
    """Say what is wrong with the folder of a month, and what to do about it."""
    if not item.fault:
        return ""
    company = item.card.company if item.card else ""
    return phrase(f"report.index.{item.fault}", language, month=item.month, company=company)


def _failure(
    failure: Failure | None, item: Entry | None, published: Sequence[RunCard], language: str
) -> dict[str, str]:
    """Return when the last run failed and at what, why (in English), and which report holds."""
    if failure is None:
        return {}
    named = (
        page_words(failure.step, language)
        if failure.step in notebooks.NAMES
        else word("report.step", failure.step, language)
    )
    where = phrase("report.index.at", language, step=named) if failure.step else ""
    said = phrase("report.index.failed", language, where=where)
    if failure.failed_at:
        at = dt.datetime.fromisoformat(failure.failed_at).astimezone(dt.UTC)
        said = phrase(
            "report.index.failed_on", language, day=day(at.date(), language),
            time=f"{at:%H:%M} UTC", where=where,
        )  # fmt: skip
    instead = _instead(item, published, language)
    return {"said": said, "sentence": failure.sentence, "instead": instead}


def _instead(item: Entry | None, published: Sequence[RunCard], language: str) -> str:
    """Say which report holds: the month's own of an earlier day, else the last one published."""
    if item and item.is_published and item.card:
        made_on = dt.datetime.fromisoformat(item.card.finished_at).date()
        return phrase("report.index.still", language, day=day(made_on, language))
    if not published:
        return phrase("report.index.none_yet", language)
    last = month_words(published[0].month, language)
    return phrase("report.index.last_published", language, month=last)
