"""What a run was asked for, and what follows from it before anything is read.

A month whose run key is that of the published one need not be made again.
"""

import datetime as dt
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from segment import config, inputs
from segment.errors import DataError
from segment.published import month_end
from segment.report import card, months, notebooks, sources
from segment.report.card import RunCard
from segment.report.sources import Sources


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run was asked for; None leaves the choice to segment.toml or the data.

    `here` is the folder from which the config and the notebooks are looked for. With `is_forced`
    a month is made again though nothing that it is made from has changed.
    """

    here: Path
    config_path: Path | None = None
    data_path: Path | None = None
    reports: Path | None = None
    notebooks: Path | None = None
    as_of: dt.date | None = None
    language: str | None = None
    is_forced: bool = False


@dataclass(frozen=True)
class Plan:
    """A request with its rules: the same for every month of one run."""

    request: Request
    settings: config.Settings
    source: Path  # folder of the notebooks
    reports: Path

    @property
    def data_path(self) -> Path:
        """Folder of the input tables, or the one file of transactions."""
        return self.request.data_path or self.settings.data_folder

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages, the company's own first."""
        if self.request.language:
            return (self.request.language,)
        own = self.settings.company.language
        return tuple(dict.fromkeys((own, *self.settings.report.languages)))

    @cached_property
    def made_from(self) -> Sources:
        """The marks of what the run reads, as they are when first asked for."""
        return sources.look(self.settings, self.data_path, self.source)

    @property
    def places(self) -> dict[str, str]:
        """Where data, config and notebooks lie, as seen from the folder of the reports."""
        config_path = self.settings.path
        known = {"data": self.data_path, "config": config_path, "notebooks": self.source}
        return {
            name: os.path.relpath(path.resolve(), self.reports) if path else ""
            for name, path in known.items()
        }


def plan(request: Request) -> Plan:
    """Return the plan of a request.

    Raises:
        ConfigError: The config or the notebooks cannot be used.
        DataError: There is no such folder or file of data.
    """
    settings = config.load(request.config_path or config.find(request.here))
    inputs.where(settings, request.data_path)
    return Plan(
        request,
        settings,
        notebooks.find(request.notebooks, settings.path, request.here),
        (request.reports or settings.report.folder).resolve(),
    )


def key(planned: Plan, as_of: dt.date) -> str:
    """Return the run key that the month of `as_of` has, or would have, by this plan."""
    before = _card(planned.reports / months.name(month_end(as_of)))
    return sources.key(
        planned.made_from, as_of.isoformat(), planned.languages, before.key if before else ""
    )


def kept(planned: Plan, as_of: dt.date) -> RunCard | None:
    """Return the card of the published month if nothing that it is made from has changed."""
    if planned.request.is_forced:
        return None
    published = _card(planned.reports / months.name(as_of))
    if published is None or published.key != key(planned, as_of):
        return None
    pages = [
        planned.reports / card.page(published.month, language, name)
        for language in published.languages
        for name in notebooks.NAMES
    ]
    return published if all(page.is_file() for page in pages) else None


def _card(folder: Path) -> RunCard | None:
    try:
        return card.read(folder)
    except DataError:  # not published, or not readable: then it is made
        return None
