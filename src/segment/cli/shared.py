"""What the commands share: their options, the clock, the steps that they show, and their errors."""

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segment.errors import ConfigError, SegmentError, ending

if TYPE_CHECKING:
    from segment.report.progress import Steps

PATH = click.Path(path_type=Path)
LAST_MONTH = "last-month"


class Commands(click.Group):
    """Commands whose errors are sentences on stderr, never tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command; leave with the status of what stopped it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of a pipe has gone; click leaves without a word
        except (SegmentError, KeyboardInterrupt, OSError) as problem:
            said, status = ending(problem)
        click.echo(said, err=True)
        ctx.exit(status)


def steps() -> AbstractContextManager["Steps"]:
    """Show the steps of a command on stderr."""
    from rich.console import Console

    from segment.report import progress

    return progress.steps(Console(stderr=True))


def now() -> dt.datetime:
    """Return the time, with the zone of this machine: the only clock outside a run card."""
    return dt.datetime.now().astimezone()


class Day(click.ParamType[dt.date]):
    """A day, a month that stands for its last day, or the month before today's."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Return the day that the text means."""
        from segment.report import months

        if value == LAST_MONTH:
            return now().date().replace(day=1) - dt.timedelta(days=1)
        try:
            return months.parse(str(value))
        except ConfigError as problem:
            self.fail(str(problem), param, ctx)


config_option = click.option(
    "--config", "config_path", type=PATH,
    help="The segment.toml to follow. Default: the one here or in a folder above.",
)  # fmt: skip
data_option = click.option(
    "--data", "data_path", type=PATH,
    help="Folder of the input tables, or one file of transactions. Default: as configured.",
)  # fmt: skip
as_of_option = click.option(
    "--as-of", type=Day(),
    help="Last day counted, such as 2026-10-31; 2026-10 is its last day, last-month that of the "
    "month before today's. "
    "Default: the last month that the data cover whole.",
)  # fmt: skip
notebooks_option = click.option(
    "--notebooks", type=PATH, help="Folder of the five notebooks. Default: notebooks/."
)
force_option = click.option(
    "--force", "is_forced", is_flag=True, help="Make it again though nothing has changed."
)
reports_option = click.option(
    "--reports", type=PATH, help="Folder of the reports. Default: as configured."
)
