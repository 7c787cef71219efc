"""The commands that look: at the data, at what is due, at months, at what a month was made from."""

import datetime as dt
from pathlib import Path

import click

from segment.cli import shared
from segment.errors import ConfigError

CODEBOOK = Path("docs/codebook.md")


@click.command()
@shared.config_option
@shared.data_option
@shared.as_of_option
@shared.reports_option
@click.option("--stale", is_flag=True, help="Tell instead whether the report that is due is there.")
@click.option(
    "--within", type=click.IntRange(min=1), metavar="DAYS",
    help="With --stale: any complete report of the last DAYS days will do. "
    "Default: last month's, from the configured due_day of the month on.",
)  # fmt: skip
def check(
    config_path: Path | None,
    data_path: Path | None,
    as_of: dt.date | None,
    reports: Path | None,
    stale: bool,
    within: int | None,
) -> None:
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
    with shared.steps() as steps, steps.step("Read and check the data"):
        found = inputs.read(settings, data_path, as_of)
    for line in checking.lines(found):
        click.echo(line)


def _check_stale(config_path: Path | None, reports: Path | None, within: int | None) -> None:
    from segment import rulefile  # not config, which takes a second
    from segment.report import alarm

    what = alarm.watched(config_path or rulefile.find(Path.cwd()), reports)
    click.echo(alarm.look(what, shared.now(), within))


@click.command()
@click.argument("before")
@click.argument("now")
@click.option("--label", default="value_group", show_default=True, help="The label to show whole.")
@click.option("--customers", is_flag=True, help="Also name who moved, the most money first.")
@click.option("--json", "is_json", is_flag=True, help="For machines: everything that changed.")
@shared.config_option
@shared.reports_option
def compare(
    before: str, now: str, label: str, customers: bool, is_json: bool,
    config_path: Path | None, reports: Path | None,
) -> None:  # fmt: skip
    """Tell what changed from one month to another.

    BEFORE and NOW are published months, or the folders of two builds of one: their figures,
    groups, who moved, corrections of the past, rules, code, packages and data.

    \b
    Examples:
      segment compare 2026-09 2026-10
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
        return
    for line in compared.lines(found, label=label, customers=customers):
        click.echo(line)


@click.command()
@click.argument("month")
@shared.config_option
@shared.data_option
@shared.reports_option
def verify(
    month: str, config_path: Path | None, data_path: Path | None, reports: Path | None
) -> None:
    """Make a published MONTH again, aside, and tell whether it comes out the same.

    It is made from the data, rules and notebooks that its run card names, or from those given here.
    Exit status 0: every file came out byte for byte. 1: something differs; the first difference is
    named, with what it is made from that has changed. Nothing is published.

    \b
    Example:
      segment verify 2026-10
    """
    from segment import config
    from segment.report import run as running
    from segment.report import verify as verifying

    folder = reports or config.load(config_path or config.find(Path.cwd())).report.folder
    request = running.Request(here=Path.cwd(), config_path=config_path, data_path=data_path)
    with shared.steps() as steps:
        verdict = verifying.verify(folder.resolve(), month, request, steps)
    for line in verifying.lines(verdict):
        click.echo(line)
    if not verdict.is_same:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--check", "is_check", is_flag=True, help="Only tell whether the file is up to date.")
@click.option("--output", type=shared.PATH, default=CODEBOOK, show_default=True)
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
