"""How one input table is read: the section `[data.<table>]` of segment.toml.

Everything has a default, so that a file that follows the contract needs no section at all; a
real export says here what its headers, words and number formats mean, and needs no renaming.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import available_timezones

import polars as pl

from segment.errors import ConfigError, nearest

AUTO = "auto"
SEPARATORS = (",", ";", "\t", "|")
WHITESPACE = "whitespace"
DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")
DUPLICATES = ("note", "set_aside")
# What databases and spreadsheets write where there is no value.
EMPTY_WORDS = ("NULL", "NaN", "NaT", "N/A", "#N/A", "None", "<NA>", "\\N")


def _one_of(name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        shown = ", ".join(repr(word) for word in allowed)
        raise ConfigError(f"{name} = {value!r} is not one of {shown}{nearest(value, allowed)}.")


@dataclass(frozen=True, kw_only=True)
class ExcludeRule:
    """Rows that are left out on purpose, such as postage: where `column` holds one of `values`.

    `pattern` is a regular expression that is looked for anywhere in the cell; both ignore case.
    The column is a header of the file or a column of the contract.
    """

    column: str
    reason: str
    values: tuple[str, ...] = ()
    pattern: str = ""

    def __post_init__(self) -> None:
        """Refuse a rule that can match nothing or explains nothing.

        Raises:
            ConfigError: No column, no reason, nothing to look for, or no regular expression.
        """
        if not self.column.strip() or not self.reason.strip():
            raise ConfigError("An exclude rule needs a column and a reason, in words.")
        if not self.values and not self.pattern:
            raise ConfigError(
                f"The exclude rule '{self.reason}' says nothing to look for in '{self.column}'; "
                "give it values or a pattern."
            )
        try:
            pl.Series([""]).str.contains(self.pattern)
        except pl.exceptions.ComputeError:
            raise ConfigError(
                f"The pattern {self.pattern!r} of the exclude rule '{self.reason}' is not a "
                "regular expression; write \\ before ( ) [ ] . * + ? to mean the mark itself."
            ) from None


@dataclass(frozen=True, kw_only=True)
class SourceRules:
    """How one input table is read; the defaults suit a file that follows the contract.

    Attributes:
        files: File, glob or several of them, relative to the data folder; `package:name/path`
            is a file inside an installed package. Empty: the table's name with a known ending.
        sheet: Sheet of a workbook; "*" reads all of them, one below the other. Empty: the first.
        encoding: Of text files; "auto" knows marks, UTF-16, UTF-8 and GB18030.
        separator: Of text files; "auto" weighs comma, semicolon, tab and bar; "whitespace".
        header: Names of the columns, for a file without a header line.
        columns: Contract column to the file's header, or to several of which the first is taken.
        values: Contract column to {word in the file: word of the contract}.
        decimal: Decimal mark of numbers written as text.
        thousands: Mark between thousands; spaces and apostrophes are always understood.
        date_format: "auto", or the format of every day in the file, such as "%d/%m/%Y".
        time_zone: Zone of timestamps that name none; empty: the company's.
        refund_prefix: An order_id that starts with it makes the amount negative.
        exclude: Rows left out on purpose; the first rule that fits gives the reason.
        duplicates: Whole rows that are repeated are kept with a "note", or "set_aside".
        empty_words: Words that mean an empty cell, in any case.
    """

    files: str | tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = AUTO
    separator: str = AUTO
    header: tuple[str, ...] = ()
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    date_format: str = AUTO
    time_zone: str = ""
    refund_prefix: str = ""
    exclude: tuple[ExcludeRule, ...] = ()
    duplicates: Literal["note", "set_aside"] = "note"
    empty_words: tuple[str, ...] = EMPTY_WORDS

    def __post_init__(self) -> None:
        """Refuse settings that cannot mean what they say.

        Raises:
            ConfigError: A setting is not one of its words, or two contradict each other.
        """
        _one_of("separator", self.separator, (AUTO, WHITESPACE, *SEPARATORS))
        _one_of("decimal", self.decimal, DECIMALS)
        _one_of("thousands", self.thousands, THOUSANDS)
        _one_of("duplicates", self.duplicates, DUPLICATES)
        if self.decimal == self.thousands:
            raise ConfigError(f"decimal and thousands are both {self.decimal!r}; one is wrong.")
        if self.time_zone and self.time_zone not in available_timezones():
            hint = nearest(self.time_zone, available_timezones())
            raise ConfigError(f"There is no time zone '{self.time_zone}'{hint}.")
        if self.date_format != AUTO and "%" not in self.date_format:
            raise ConfigError(
                f"date_format = {self.date_format!r} is not a format; write for example "
                '"%d/%m/%Y", or "auto".'
            )
        if len({name.strip().lower() for name in self.header}) < len(self.header):
            raise ConfigError(f"header names a column twice: {', '.join(self.header)}.")
        _known_encoding(self.encoding)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The declared files as a tuple, empty where none is declared."""
        if isinstance(self.files, str):
            return (self.files,) if self.files else ()
        return self.files


def _known_encoding(name: str) -> None:
    if name == AUTO:
        return
    try:
        b" ".decode(name, errors="ignore")
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        raise ConfigError(
            f"There is no encoding {name!r}; common ones are utf-8, utf-16, gb18030, cp1252, "
            'or leave it at "auto".'
        ) from None
