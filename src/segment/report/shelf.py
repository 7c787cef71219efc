"""Every month that a folder of reports knows of: published, failed, damaged, or another company's.

One damaged month hides no other: it stands in the list as what it is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from segment.errors import DataError
from segment.report import card, failures, notebooks, publish
from segment.report.card import RunCard
from segment.report.failures import Failure
from segment.report.months import parse

UNREADABLE, FOREIGN, NO_PAGES = "unreadable", "foreign", "no_pages"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A month: its card where one can be read, what is wrong with it, and its last failed run.

    `fault` is empty or one of unreadable, foreign and no_pages; `pages` are the notebooks whose
    pages are there, by language. A month that was never published has a failure alone.
    """

    month: str
    card: RunCard | None = None
    fault: str = ""
    pages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def is_published(self) -> bool:
        """Whether the month has a report that can be opened."""
        return self.card is not None and not self.fault


def read(reports: Path, company: str) -> list[Entry]:
    """Return the months of a folder, newest first; those of others than `company` are marked."""
    failed = failures.left(reports)
    folders = {folder.name: folder for folder in publish.published(reports)}
    names = sorted(failed.keys() | folders.keys(), key=lambda name: (parse(name), name))
    return [
        _entry(reports, name, company, failed.get(name))
        if name in folders
        else Entry(month=name, failure=failed[name])
        for name in reversed(names)
    ]


def languages(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the months that can be opened, oldest first, with the languages of their pages."""
    return {item.month: tuple(item.pages) for item in reversed(entries) if item.is_published}


def _entry(reports: Path, month: str, company: str, failure: Failure | None) -> Entry:
    try:
        held = card.read(reports / month)
        dt.date.fromisoformat(held.as_of)
        dt.datetime.fromisoformat(held.finished_at)
        if held.month != month:
            raise ValueError("the card of another month")
    except (DataError, ValueError, TypeError):
        return Entry(month=month, fault=UNREADABLE, failure=failure)
    if held.company != company:
        return Entry(month=month, card=held, fault=FOREIGN, failure=failure)
    pages = {
        language: [
            name
            for name in notebooks.NAMES
            if (reports / card.page(month, language, name)).is_file()
        ]
        for language in held.languages
    }
    there = {language: names for language, names in pages.items() if names}
    fault = "" if there else NO_PAGES
    mended = failure is not None and _is_before(failure.failed_at, held.finished_at)
    return Entry(
        month=month, card=held, fault=fault, pages=there, failure=None if mended else failure
    )


def _is_before(failed_at: str, finished_at: str) -> bool:
    """Tell whether a failure is older than the report: its run was killed while clearing it."""
    return bool(failed_at) and _moment(failed_at) < _moment(finished_at)


def _moment(text: str) -> dt.datetime:
    """Return a moment; one without a zone is of UTC."""
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
