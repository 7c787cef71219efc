"""The page of all months and its feed, made anew from what lies in the folders of the months.

It also keeps the ways from month to month true: a page that was the newest when it was made
gets its way to the next month here.
"""

import re
from pathlib import Path

from segment.report import card, failures, feed, front, publish, shelf
from segment.report.around import months_nav

MONTHS_NAV = re.compile(r'<nav class="months".*?</nav>', re.DOTALL)


def rebuild(reports: Path, *, company: str, language: str, code: str) -> Path:
    """Write the page of all months and the feed, mend the ways between the months.

    Returns the path of the page. A month that is damaged stands there as that and stops nothing.
    """
    reports.mkdir(parents=True, exist_ok=True)
    entries = shelf.read(reports, company)
    unread = failures.of_no_month(reports)
    made = {"company": company, "language": language, "code": code}
    path = reports / publish.INDEX
    publish.write_text(path, front.front(entries, unread, **made))
    publish.write_text(reports / feed.FILE_NAME, feed.feed(entries, unread, **made))
    months = shelf.languages(entries)
    for item in entries:
        for spoken, names in item.pages.items():
            for name in names:
                nav = months_nav(item.month, spoken, name, months)
                _relink(reports / card.page(item.month, spoken, name), nav)
    return path


def _relink(page: Path, nav: str) -> None:
    text = page.read_text(encoding="utf-8")
    linked = MONTHS_NAV.sub(lambda _: nav, text, count=1)
    if linked != text:
        publish.write_text(page, linked)
