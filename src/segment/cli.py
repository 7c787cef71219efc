"""The command line: `segment run` and what belongs around it.

Exit status 0: done. 1: something the user can mend, said in one sentence. 2: wrong usage.
3: the run did not complete, and nothing was published.
"""

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segment import __version__
from segment.errors import ConfigError, SegmentError, ending
from segment.text import LANGUAGES

if TYPE_CHECKING:
    from segment.report.progress import Steps

PATH = click.Path(path_type=Path)
LAST_MONTH = "last-month"
CODEBOOK = Path("docs/codebook.md")


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


def _steps() -> AbstractContextManager["Steps"]:
    from rich.console import Console

    from segment.report import progress

    return progress.steps(Console(stderr=True))


def _now() -> dt.datetime:
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
            return _now().date().replace(day=1) - dt.timedelta(days=1)
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
reports_option = click.option(
    "--reports", type=PATH, help="Folder of the reports. Default: as configured."
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="segment %(version)s")
def main() -> None:
    """Turn a company's raw tables into a monthly report on the value of its customers.

    \b
    A first try, with a made-up company:
      segment sample data/sample
      segment run

    \b
    With your own tables (transactions.csv is enough to begin with):
      segment check --data my/tables
      segment run --data my/tables --as-of 2026-10

    Each command explains itself: segment run --help
    """
    # The commands import what they need themselves: help should not wait for polars.


@main.command()
@click.argument("folder", type=PATH)
def sample(folder: Path) -> None:
    """Write the tables of a made-up company into FOLDER.

    A wholesaler to try everything on: the same tables every time; a few rows of each are
    damaged, as in real exports.

    \b
    Example:
      segment sample data/sample
    """
    from segment import sample as company

    with _steps() as steps, steps.step("Make the sample company"):
        company.write(folder)
    click.echo(f"The sample company is in {folder}; `segment run` makes its report.")


@main.command()
@config_option
@data_option
@as_of_option
@reports_option
@click.option("--stale", is_flag=True, help="Tell instead whether the report that is due is there.")
@click.option(
    "--within", type=click.IntRange(min=1), metavar="DAYS",
    help="With --stale: any complete report of the last DAYS days will do. "
    "Default: last month's, from the configured due_day of the month on.",
)  # fmt: skip
def check(
    config_path: Path | None, data_path: Path | None, as_of: dt.date | None,
    reports: Path | None, stale: bool, within: int | None,
) -> None:  # fmt: skip
    """Tell what of the data was set aside, and why.

    Reads every table as a run would, and changes nothing.

    With --stale it reads no data and asks whether the report that is due was published: status 0
    if so; 1 if it is missing, failed or only provisional, with the reason. A scheduler that asks
    every day hears of the report that did not come.

    \b
    Examples:
      segment check
      segment check --data my/transactions.xlsx
      segment check --stale
      segment check --stale --within 35
    """
    if stale:
        if data_path or as_of:
            raise click.UsageError("--stale looks at the reports: leave out --data and --as-of.")
        _check_stale(config_path, reports, within)
        return
    if within or reports:
        raise click.UsageError("--within and --reports go with --stale.")
    from segment import config, inputs
    from segment.report import checking

    settings = config.load(config_path or config.find(Path.cwd()))
    with _steps() as steps, steps.step("Read and check the data"):
        found = inputs.read(settings, data_path, as_of)
    for line in checking.lines(found):
        click.echo(line)


def _check_stale(config_path: Path | None, reports: Path | None, within: int | None) -> None:
    from segment import rulefile  # not config, which takes a second
    from segment.report import alarm

    what = alarm.watched(config_path or rulefile.find(Path.cwd()), reports)
    click.echo(alarm.look(what, _now(), within))


@main.command()
@as_of_option
@config_option
@data_option
@reports_option
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: the company's.")
@click.option("--notebooks", type=PATH, help="Folder of the five notebooks. Default: notebooks/.")
def run(
    as_of: dt.date | None, config_path: Path | None, data_path: Path | None,
    reports: Path | None, language: str | None, notebooks: Path | None,
) -> None:  # fmt: skip
    """Make the report of a month and publish it.

    The notebooks are executed on the data and become pages under reports/; reports/index.html
    lists all months. What was published before stays as it is until the new month is whole. How
    the run ended is written to reports/heartbeat.json and told to the hook in segment.toml.
    docs/schedules.md has the lines for cron, systemd and JupyterLab.

    \b
    Examples:
      segment run
      segment run --as-of 2026-10 --language zh
      segment run --as-of last-month
      segment run --config examples/cdnow/segment.toml --as-of 1997-09-30
    """
    from segment.report import attended
    from segment.report import run as running

    request = running.Request(
        here=Path.cwd(),
        config_path=config_path,
        data_path=data_path,
        reports=reports,
        notebooks=notebooks,
        as_of=as_of,
        language=language,
    )
    outcome = attended.attend(request, _steps, _now, lambda said: click.echo(said, err=True))
    click.echo(f"The report of {outcome.month} ({outcome.status}): {outcome.page}")
    click.echo(f"All months: {outcome.index}")


@main.command()
@config_option
@reports_option
def index(config_path: Path | None, reports: Path | None) -> None:
    """Write the page of all months anew."""
    from segment import config
    from segment.report import card, notebooks, publish
    from segment.report import index as all_months

    settings = config.load(config_path or config.find(Path.cwd()))
    folder = reports or settings.report.folder
    with publish.locked(folder):
        path = all_months.rebuild(
            folder,
            company=settings.company.name,
            language=settings.company.language,
            code=card.code(notebooks.CHECKOUT),
        )
    click.echo(str(path))


@main.command()
@click.argument("before")
@click.argument("now")
@click.option("--label", default="value_group", show_default=True, help="The label to show whole.")
@click.option("--customers", is_flag=True, help="Also name who moved, the most money first.")
@click.option("--json", "is_json", is_flag=True, help="For machines: everything that changed.")
@config_option
@reports_option
def compare(
    before: str, now: str, label: str, customers: bool, is_json: bool,
    config_path: Path | None, reports: Path | None,
) -> None:  # fmt: skip
    """Tell what changed from one month to another.

    BEFORE and NOW are published months, or the folders of two builds of one: their figures,
    groups, who moved, corrections of the past, rules, code, packages and data.

    \b
    Examples:
      segment compare 2026-09 2026-10 --label tier --customers
      segment compare old/2026-10 reports/2026-10 --json
    """
    from segment import config
    from segment.report import compare as comparing
    from segment.report import compared, side

    folder = reports or config.load(config_path or config.find(Path.cwd())).report.folder
    found = comparing.compare(*(side.read(side.find(text, folder)) for text in (before, now)))
    if is_json:
        click.echo(comparing.as_json(found, customers=customers))
    else:
        click.echo("\n".join(compared.lines(found, label=label, customers=customers)))


@main.command()
@click.option("--check", "is_check", is_flag=True, help="Only tell whether the file is up to date.")
@click.option("--output", type=PATH, default=CODEBOOK, show_default=True)
def codebook(is_check: bool, output: Path) -> None:
    """Write what every input column means."""
    from segment.codebook import codebook as written

    text = written()
    if not is_check:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(output))
    elif not output.is_file() or output.read_text(encoding="utf-8") != text:
        raise ConfigError(f"{output} is not what the contracts say; run `segment codebook`.")
