"""When each field becomes known, as declared: at creation, after closing, or on a day of its own.

A lead is judged from its creation: that is how the score is learned, and how it is tried on later
leads. So a value that is known from the day in another column counts only where that day is the
creation or lies before it; elsewhere it is hidden, and unknown, for past and open leads alike. An
open lead whose day has come since is no exception: among leads of its age those with the value
are not what those were who had it from the start, and nothing here has tried what it is worth
then. A field known after closing is not used at all. A declaration is no proof: a field that was
declared as known at creation is still looked at (`leaks`).
"""

from collections.abc import Iterable

import polars as pl

from segment.errors import DataError, nearest
from segment.prospects.contract import CONTRACT
from segment.prospects.features import as_days, is_of_days
from segment.prospects.rules import AFTER_CLOSING, CREATION, ProspectRules

MOMENTS = (CREATION, AFTER_CLOSING)


def moments(names: Iterable[str], rules: ProspectRules) -> dict[str, str | None]:
    """Return for each field when it is known, None where nobody has said.

    A column of days by which another field is known is itself known on its days.
    """
    clocks = set(rules.known.values())
    return {name: rules.known.get(name, name if name in clocks else None) for name in names}


def hide(
    prospects: pl.DataFrame, names: Iterable[str], rules: ProspectRules, *, by: str
) -> pl.DataFrame:
    """Return the prospects with null for what was not known at creation, among the fields `names`.

    A value whose day is missing is not known. A day on the creation counts as known.

    Raises:
        DataError: A field is declared by what is neither a moment nor a column of days.
    """
    dated = {
        name: moment
        for name, moment in moments(names, rules).items()
        if moment is not None and moment not in MOMENTS
    }
    # What was declared comes first, so that a sentence is about what somebody wrote.
    ordered = sorted(dated, key=lambda name: name not in rules.known)
    days = {dated[name]: _days(prospects, name, dated[name], by) for name in ordered}
    is_known = {moment: column <= prospects["created_on"] for moment, column in days.items()}
    return prospects.with_columns(
        pl.when(is_known[moment]).then(pl.col(name)).alias(name) for name, moment in dated.items()
    )


def _days(prospects: pl.DataFrame, name: str, clock: str, by: str) -> pl.Series:
    """Return the days of the column by which a field is known."""
    says = f"{by} is told by prospects.known that the field '{name}' is known by '{clock}', which"
    known = [column for column in prospects.columns if column not in CONTRACT]
    if clock not in prospects.columns:
        hint = nearest(clock, [*MOMENTS, *known])
        raise DataError(
            f'{says} is neither "{CREATION}" nor "{AFTER_CLOSING}" nor a column of the '
            f"prospects{hint}. Correct it in segment.toml."
        )
    if not is_of_days(prospects[clock]):
        raise DataError(
            f"{says} is a column of {prospects[clock].dtype} in which no days can be read. Name a "
            f'column of days, or say "{CREATION}" or "{AFTER_CLOSING}".'
        )
    return as_days(prospects[clock])
