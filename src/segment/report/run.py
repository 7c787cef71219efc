"""`segment run` and `segment backfill`: months made aside, one after another, and published.

Nothing under `reports/` changes before a month is made whole and has passed the gates.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from segment import inputs
from segment.errors import ConfigError, SegmentError
from segment.report import (
    card,
    endings,
    failures,
    making,
    months,
    notebooks,
    plan,
    publish,
    shelf,
)
from segment.report.card import RunCard
from segment.report.execute import Worker
from segment.report.plan import Plan, Request
from segment.report.progress import Steps

__all__ = ["Outcome", "Request", "backfill", "line", "run"]

Workers = tuple[list[Worker], Path]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a month that was asked for.

    `status` is that of the published month. It is not `is_new` where nothing that it is made from
    has changed, so that nothing was run; `problem` is what stopped it, and nothing was published.
    """

    month: str
    status: str = ""
    page: Path | None = None
    index: Path | None = None
    is_new: bool = True
    problem: Exception | None = None


def run(request: Request, steps: Steps) -> Outcome:
    """Make the report of a month and publish it, unless it is and nothing has changed.

    Raises:
        SegmentError: The config, the data or a notebook cannot be used, or the run did not
            complete; nothing was published then.
    """
    planned = plan.plan(request)
    with publish.locked(planned.reports):
        if request.as_of and (known := plan.kept(planned, request.as_of)):
            return _as_it_is(known, planned)
        with making.workers() as workers:
            with steps.step("Read and check the data", "data"):
                found = inputs.known_at(_loaded(planned), request.as_of)
            if known := plan.kept(planned, found.as_of):
                return _as_it_is(known, planned)
            return _month(planned, found, workers, steps)


def backfill(
    request: Request, days: Sequence[dt.date], steps: Steps, tell: Callable[[Outcome], object]
) -> list[Outcome]:
    """Make the months that end on `days`, in their order; one that fails does not stop the others.

    `tell` is given each outcome as it comes.

    Raises:
        SegmentError: The config or the data cannot be used at all, or another run is at work.
    """
    planned = plan.plan(request)
    outcomes: list[Outcome] = []
    with publish.locked(planned.reports):
        loaded: inputs.Loaded | None = None
        while len(outcomes) < len(days):
            with ExitStack() as stack:  # a month that fails takes its workers with it
                workers: Workers | None = None
                for day in days[len(outcomes) :]:
                    if known := plan.kept(planned, day):
                        outcomes.append(_as_it_is(known, planned))
                        tell(outcomes[-1])
                        continue
                    workers = workers or stack.enter_context(making.workers())
                    if loaded is None:
                        with steps.step("Read and check the data", "data"):
                            loaded = _loaded(planned)
                    outcomes.append(_tried(planned, loaded, day, workers, steps))
                    tell(outcomes[-1])
                    if outcomes[-1].problem:
                        break
    return outcomes


def line(outcome: Outcome) -> str:
    """Return what became of a month, in one line."""
    if outcome.problem:
        return f"{outcome.month}  failed: {failures.sentence(outcome.problem)}"
    said = "published" if outcome.is_new else "as it was, nothing has changed"
    return f"{outcome.month}  {said} ({outcome.status})"


def _tried(
    planned: Plan, loaded: inputs.Loaded, day: dt.date, workers: Workers, steps: Steps
) -> Outcome:
    try:
        return _month(planned, inputs.known_at(loaded, day), workers, steps)
    except (SegmentError, OSError) as problem:
        return Outcome(month=months.name(day), is_new=False, problem=problem)


def _loaded(planned: Plan) -> inputs.Loaded:
    """Read the tables; the marks of their files are taken before and looked at again after."""
    _ = planned.made_from
    return inputs.load(planned.settings, planned.request.data_path)


def _month(planned: Plan, found: inputs.Inputs, workers: Workers, steps: Steps) -> Outcome:
    month, reports = months.name(found.as_of), planned.reports
    _refuse_foreign(reports, month, planned.settings.company.name)
    with ExitStack() as stack:
        stack.enter_context(_failure_shown(planned, month))
        stack.enter_context(endings.making(month))
        work = stack.enter_context(publish.work_folder(reports, month, lambda: steps.failed_at))
        made = making.make(planned, found, work, *workers, steps)
        with steps.step("Publish", "publish"):
            publish.publish(work, reports, month)
            index = _index(planned, month)
    return Outcome(month=month, status=made.status, page=_front(made, planned), index=index)


def _as_it_is(known: RunCard, planned: Plan) -> Outcome:
    return Outcome(
        month=known.month,
        status=known.status,
        page=_front(known, planned),
        index=planned.reports / "index.html",
        is_new=False,
    )


def _front(made: RunCard, planned: Plan) -> Path:
    return planned.reports / card.page(made.month, made.languages[0], notebooks.FRONT)


def _refuse_foreign(reports: Path, month: str, company: str) -> None:
    """Stop before anything is run where the index would mix companies.

    The month that is made anew may hold anything: it is replaced. One whose card cannot be read
    is shown as that, and stops no other.
    """
    for item in shelf.read(reports, company):
        if item.month != month and item.fault == shelf.FOREIGN and item.card:
            raise ConfigError(
                f"{reports} holds reports of {item.card.company}, and this is {company}: give "
                "another folder with --reports, or under [report] in a segment.toml of the "
                "company's own."
            )


@contextmanager
def _failure_shown(planned: Plan, month: str) -> Iterator[None]:
    """Have the page of all months show a run that failed; where it cannot, the failure stands."""
    try:
        yield
    except Exception:
        with suppress(OSError, SegmentError):
            _index(planned, month)
        raise


def _index(planned: Plan, month: str) -> Path:
    from segment.report import index  # noqa: PLC0415 (making pages takes seconds to import)

    company = planned.settings.company
    with endings.listing(month):
        return index.rebuild(
            planned.reports,
            company=company.name,
            language=company.language,
            code=planned.made_from.code,
        )
