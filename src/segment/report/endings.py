"""What stops a run, told as it is: of which month, and before or after that was published."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from segment.errors import AfterwardsError, RunError, SegmentError, ending, refused

# How polars says what the system said when a table is written.
REFUSED = re.compile(r"([^:]+) \(os error \d+\)")


@contextmanager
def making(month: str) -> Iterator[None]:
    """Let what stops the making of a month know it.

    Raises:
        RunError: The system refused something, a full disk say; nothing was published then.
    """
    try:
        yield
    except SegmentError as problem:
        problem.month = month
        raise
    except OSError as problem:
        raise _unpublished(refused(problem), month) from problem
    except pl.exceptions.PolarsError as problem:
        if not (found := REFUSED.search(str(problem))):
            raise
        said = f"The system refused a table of the run: {found[1].strip()}."
        raise _unpublished(said, month) from problem


def _unpublished(said: str, month: str) -> RunError:
    problem = RunError(f"{said}\nNothing was published.")
    problem.month = month
    return problem


@contextmanager
def listing(month: str) -> Iterator[None]:
    """Let what stops the listing of a month say that the month itself is published.

    Raises:
        AfterwardsError: The listing was stopped.
    """
    try:
        yield
    except (SegmentError, OSError, KeyboardInterrupt) as problem:
        was_stopped = isinstance(problem, KeyboardInterrupt)
        raise AfterwardsError(
            f"The report of {month} is published, but not listed on the page of all months: "
            f"{'it was stopped.' if was_stopped else ending(problem)[0]} Mend that and list it "
            "with `segment index`."
        ) from problem
