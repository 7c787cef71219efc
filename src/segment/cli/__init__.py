"""The command line: `segment run` and what belongs around it.

Exit status 0: done. 1: something the user can mend, said in one sentence. 2: wrong usage.
3: the run did not complete, and nothing was published.
"""

import click

from segment import __version__
from segment.cli import looking, making, shared


@click.group(cls=shared.Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


for command in (
    making.sample, looking.check, making.run, making.backfill, making.index, looking.compare,
    looking.verify, looking.codebook,
):  # fmt: skip
    main.add_command(command)
