"""Which header of a file holds which column of the contract."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from segment.data.raw import Raw, plain
from segment.data.rules import SourceRules
from segment.errors import DataError, listed
from segment.schema import TABLES

WITH_FEATURES = "prospects"  # its further columns are what a prediction is made from
COMPUTED = {"amount": ("quantity", "unit_price")}  # amount is their product where it is not given
LIKE_DATA = re.compile(r"[\d\s.,:/+-]+")
CLOSE = 0.7  # of 1 for the same letters; below it, amount is as close to country
MOST_HEADERS = 12


def wanted(name: str, rules: SourceRules) -> tuple[str, ...]:
    """Return the headers that may hold a contract column, the preferred first."""
    declared = rules.columns.get(name, name)
    return (declared,) if isinstance(declared, str) else tuple(declared)


def header_of(raw: Raw, names: Iterable[str]) -> str | None:
    """Return the first of `names` that the file has, spelt as in the file.

    Raises:
        DataError: The file has it more than once.
    """
    by_plain = {plain(header): header for header in reversed(raw.cells.columns)}
    for name in names:
        if plain(name) in raw.repeated:
            raise _twice(raw, name)
        if plain(name) in by_plain:
            return by_plain[plain(name)]
    return None


def _twice(raw: Raw, name: str) -> DataError:
    return DataError(
        f"{raw.file} has more than one column '{name}'; rename all but one where the file is "
        "exported."
    )


def headers_of(table: str, raw: Raw, rules: SourceRules) -> dict[str, str]:
    """Return the file's header of every contract column that it has, then of the features.

    Raises:
        DataError: The file lacks a needed column, or has it twice.
    """
    contract = TABLES[table].columns()
    found = {name: header_of(raw, wanted(name, rules)) for name in contract}
    missing = [
        name
        for name, column in contract.items()
        if found[name] is None
        and not column.nullable
        and any(found.get(part) is None for part in _parts(table, name))
    ]
    if missing:
        raise _missing(table, raw, missing)
    present = {name: header for name, header in found.items() if header is not None}
    if table == WITH_FEATURES:
        present |= _features(raw, present, rules)
    return present


def _parts(table: str, name: str) -> tuple[str, ...]:
    parts = COMPUTED.get(name, ())
    return parts if parts and {*parts} <= TABLES[table].columns().keys() else (name,)


def _features(raw: Raw, present: Mapping[str, str], rules: SourceRules) -> dict[str, str]:
    """Return the header of every further column by the name under which it is a feature."""
    contract = TABLES[WITH_FEATURES].columns()
    renamed = {
        header_of(raw, wanted(name, rules)): name for name in rules.columns if name not in contract
    }
    found: dict[str, str] = {}
    for header in raw.cells.columns:
        if header in present.values():
            continue
        name = renamed.get(header, header)
        name = f"{name} (file)" if name in contract else name
        if plain(header) in raw.repeated or name in found:
            raise _twice(raw, name)
        found[name] = header
    return found


def _missing(table: str, raw: Raw, missing: Sequence[str]) -> DataError:
    headers = raw.cells.columns
    like_data = [header for header in headers if LIKE_DATA.fullmatch(header)]
    if 2 * len(like_data) >= len(headers):
        return DataError(
            f"The first line of {raw.file} looks like data, not like a header "
            f"({' | '.join(headers[:MOST_HEADERS])}); name its {len(headers)} columns in order "
            f'under [data.{table}] of segment.toml: header = ["customer_id", "date", ...].'
        )
    needs = [
        f"{name} (or {' and '.join(COMPUTED[name])})" if _parts(table, name) != (name,) else name
        for name in missing
    ]
    lines = "; ".join(f'{name} = "{header}"' for name, header in _guesses(missing, raw).items())
    or_else = "" if len(headers) > 1 else ', or name another separator = ";", "\\t" or "whitespace"'
    return DataError(
        f"{raw.file} has no column for {listed(needs, 20)}. It has "
        f"{listed(headers, MOST_HEADERS)}. Say under [data.{table}.columns] of segment.toml which "
        f"of them is meant, such as {lines}{or_else}."
    )


def _guesses(missing: Sequence[str], raw: Raw) -> dict[str, str]:
    """Return the closest header for each missing column, or words that stand for it."""
    by_stem = {_stem(header): header for header in raw.cells.columns}
    found = {}
    for name in missing:
        matches = get_close_matches(_stem(name), by_stem, n=1, cutoff=CLOSE)
        found[name] = by_stem[matches[0]] if matches else "the header in the file"
    return found


def _stem(name: str) -> str:
    """Return a name with the usual endings of numbers and days made alike."""
    bare = re.sub(r"[\W_]", "", plain(name))
    return re.sub(r"(?<=.)(date|day|on|at)$", "on", re.sub(r"(number|no|nr|code|id)$", "id", bare))
