"""`segment run` and `segment backfill`: months made aside, one after another, and published.

Nothing under `reports/` changes before a month is made whole and has passed the gates.
"""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from segment import inputs
from segment.errors import ConfigError, SegmentError
from segment.report import (
    ahead,
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
from segment.report.plan import Plan, Request
from segment.report.progress import Steps

__all__ = ["Outcome", "Request", "backfill", "line", "run"]


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
            return _as_it_was(known, planned)
        with making.bench() as bench:
            found = inputs.known_at(_loaded(planned, steps), request.as_of)
            if known := plan.kept(planned, found.as_of):
                return _as_it_was(known, planned)
            with _month(planned, found.as_of, steps) as work:
                made = making.make(planned, found, work, bench, steps)
            return _outcome(made, planned)


def backfill(
    request: Request, days: Sequence[dt.date], steps: Steps, tell: Callable[[Outcome], object]
) -> list[Outcome]:
    """Make the months that end on `days`, in their order; one that fails does not stop the others.

    While a month is finished the next ones are begun. `tell` is given each outcome as it comes.

    Raises:
        SegmentError: The config or the data cannot be used at all, or another run is at work.
    """
    planned = plan.plan(request)
    outcomes: list[Outcome] = []
    loaded: inputs.Loaded | None = None

    def end(outcome: Outcome) -> None:
        outcomes.append(outcome)
        tell(outcome)

    with publish.locked(planned.reports):
        while len(outcomes) < len(days):
            if known := plan.kept(planned, days[len(outcomes)]):
                end(_as_it_was(known, planned))
                continue
            loaded = loaded or _loaded(planned, steps)
            _in_a_row(planned, loaded, days[len(outcomes) :], steps, end)
    return outcomes


def _in_a_row(
    planned: Plan, loaded: inputs.Loaded, days: Sequence[dt.date], steps: Steps,
    end: Callable[[Outcome], None],
) -> None:  # fmt: skip
    """Make months until one fails, which takes its workers with it, or need not be made."""
    begun: deque[ahead.Begun] = deque()
    with making.bench(1) as bench, ahead.lanes(planned, loaded, days, steps) as lanes:
        for place, day in enumerate(days):
            if plan.kept(planned, day):
                return
            for following in days[place + len(begun) : place + ahead.N_BEGUN]:
                begun.append(ahead.begin(lanes, following))
            due = begun.popleft()
            try:
                with _month(planned, day, due.steps) as work:
                    found, started_at = ahead.take(due, work)
                    made = making.finish(planned, found, work, started_at, bench, due.steps)
            except (SegmentError, OSError) as problem:
                for one in begun:
                    one.steps.leave()
                end(Outcome(month=months.name(day), is_new=False, problem=problem))
                return
            end(_outcome(made, planned))


def line(outcome: Outcome) -> str:
    """Return what became of a month, in one line."""
    if outcome.problem:
        return f"{outcome.month}  failed: {failures.sentence(outcome.problem)}"
    said = "published" if outcome.is_new else "as it was, nothing has changed"
    return f"{outcome.month}  {said} ({outcome.status})"


def _loaded(planned: Plan, steps: Steps) -> inputs.Loaded:
    """Read the tables; the marks of their files are taken before and looked at again after.

    The page of all months shows a run that could not read them, until one can.
    """
    with _failure_shown(planned, failures.NO_MONTH):
        try:
            with steps.step("Read and check the data", "data"):
                _ = planned.made_from
                loaded = inputs.load(planned.settings, planned.request.data_path)
        except (SegmentError, OSError) as problem:
            failures.leave(planned.reports, failures.NO_MONTH, problem, "data")
            raise
    _forget(planned, failures.NO_MONTH)
    return loaded


def _forget(planned: Plan, *of: str) -> None:
    """Clear failures that are over, from the page of all months as well."""
    if any([failures.forget(planned.reports, month) for month in of]):
        with suppress(OSError, SegmentError):
            _index(planned, of[-1])


def _as_it_was(known: RunCard, planned: Plan) -> Outcome:
    """Return the outcome of a month that need not be made; a failure before is over."""
    _forget(planned, failures.NO_MONTH, known.month)
    return _outcome(known, planned, is_new=False)


@contextmanager
def _month(planned: Plan, as_of: dt.date, steps: Steps) -> Iterator[Path]:
    """Give a folder to make a month in, and publish what was made there."""
    month, reports = months.name(as_of), planned.reports
    _refuse_foreign(reports, month, planned.settings.company.name)
    with ExitStack() as stack:
        stack.enter_context(_failure_shown(planned, month))
        stack.enter_context(endings.making(month))
        work = stack.enter_context(publish.work_folder(reports, month, lambda: steps.failed_at))
        yield work
        with steps.step("Publish", "publish"):
            publish.publish(work, reports, month)
            _index(planned, month)


def _outcome(card_of: RunCard, planned: Plan, *, is_new: bool = True) -> Outcome:
    front = card.page(card_of.month, card_of.languages[0], notebooks.FRONT)
    return Outcome(
        month=card_of.month,
        status=card_of.status,
        page=planned.reports / front,
        index=planned.reports / publish.INDEX,
        is_new=is_new,
    )


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
