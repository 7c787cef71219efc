"""The commands that write: the sample company, a month, many months, the page of all months."""

import datetime as dt
from pathlib import Path

import click

from segment.cli import shared
from segment.errors import RunError
from segment.text import LANGUAGES


@click.command()
@click.argument("folder", type=shared.PATH)
def sample(folder: Path) -> None:
    """Write the tables of a made-up company into FOLDER.

    A wholesaler to try everything on: the same tables every time; a few rows of each are
    damaged, as in real exports.

    \b
    Example:
      segment sample data/sample
    """
    from segment import sample as company

    with shared.steps() as steps, steps.step("Make the sample company"):
        company.write(folder)
    click.echo(f"The sample company is in {folder}; `segment run` makes its report.")


@click.command()
@shared.as_of_option
@shared.config_option
@shared.data_option
@shared.reports_option
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: the company's.")
@shared.notebooks_option
@shared.force_option
def run(
    as_of: dt.date | None,
    config_path: Path | None,
    data_path: Path | None,
    reports: Path | None,
    language: str | None,
    notebooks: Path | None,
    is_forced: bool,
) -> None:
    """Make the report of a month and publish it.

    The notebooks are executed on the data and become pages under reports/; reports/index.html
    lists all months. What was published before stays as it is until the new month is whole. A
    month that is published, and of which neither data nor rules nor code have changed, is not made
    again. How
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
        is_forced=is_forced,
    )
    outcome = attended.attend(request, shared.steps, shared.now, _warn)
    if not outcome.is_new:
        click.echo("Nothing that it is made from has changed, so nothing was run (see --force).")
    click.echo(f"The report of {outcome.month} ({outcome.status}): {outcome.page}")
    click.echo(f"All months: {outcome.index}")


def _warn(said: str) -> None:
    click.echo(said, err=True)


@click.command()
@shared.config_option
@shared.reports_option
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


@click.command()
@click.option(
    "--from", "first", type=shared.Day(), required=True, help="The first month, such as 2026-01."
)
@click.option("--to", "last", type=shared.Day(), required=True, help="The last month, it included.")
@shared.config_option
@shared.data_option
@shared.reports_option
@click.option("--language", type=click.Choice(LANGUAGES), help="Default: those configured.")
@shared.notebooks_option
@shared.force_option
def backfill(
    first: dt.date, last: dt.date, config_path: Path | None, data_path: Path | None,
    reports: Path | None, language: str | None, notebooks: Path | None, is_forced: bool,
) -> None:  # fmt: skip
    """Make the reports of many months, oldest first.

    Each month is made of what the data say was known at its end. A month that fails does not stop
    the others; the last lines say how each ended, and the exit status is 3 if one failed. Months of
    which nothing has changed are not made again. No hook is called.

    \b
    Example:
      segment backfill --from 2025-11 --to 2026-10
    """
    from segment.report import months
    from segment.report import run as running

    days = months.between(first, last)
    request = running.Request(
        here=Path.cwd(), config_path=config_path, data_path=data_path, reports=reports,
        notebooks=notebooks, language=language, is_forced=is_forced,
    )  # fmt: skip
    with shared.steps() as steps:
        outcomes = running.backfill(request, days, steps, lambda one: steps.say(running.line(one)))
    for outcome in outcomes:
        click.echo(running.line(outcome))
    failed = [outcome for outcome in outcomes if outcome.problem]
    made = sum(outcome.is_new for outcome in outcomes)
    click.echo(
        f"{len(outcomes)} months: {made} made, {len(outcomes) - made - len(failed)} as they were, "
        f"{len(failed)} failed."
    )
    if failed:
        raise click.exceptions.Exit(RunError.exit_status)
