"""Words for readers: every phrase by its key, in each language of `locale/`.

Frames carry codes ("MVC"); words are put in at the end, from here. A key is the file's name and
the key inside it: `phrase("reason.empty", "zh")` reads `locale/zh/reason.toml`. Numbers, money
and days are written by Babel as the language writes them.
"""

import datetime as dt
import math
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from importlib import resources
from string import Formatter
from typing import TypeGuard

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from segment.errors import ConfigError, nearest

LANGUAGES = ("en", "zh")
YEAR_DAYS = 365
LOCALES = {"en": "en_GB", "zh": "zh_CN"}
MINUS, JOINER = "\u2212", "\u2060"  # without the second a line may end between minus and currency
SHORT_STEPS = {"en": 1_000, "zh": 10_000}  # K, M, B and 万, 亿


@cache
def phrases(language: str) -> dict[str, str]:
    """Return every phrase of a language by its dotted key.

    Raises:
        ConfigError: There is no such language.
    """
    _locale(language)
    folder = resources.files("segment") / "locale" / language
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            section = file.name.removesuffix(".toml")
            found |= dict(_flat(section, tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


def _flat(prefix: str, table: dict[str, object]) -> Iterable[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}.{name}", value)
        else:
            yield f"{prefix}.{name}", str(value)


def phrase(key: str, language: str = "en", **values: object) -> str:
    """Return the phrase of `key` with its marks filled in.

    Raises:
        ConfigError: There is no such phrase, or a mark of it has no value.
    """
    known = phrases(language)
    if key not in known:
        raise ConfigError(f"There is no phrase '{key}' in {language}{nearest(key, known)}.")
    missing = marks(known[key]) - values.keys()
    if missing:
        raise ConfigError(f"The phrase '{key}' needs a value for {', '.join(sorted(missing))}.")
    return known[key].format(**values)


def word(section: str, code: str | None, language: str = "en") -> str:
    """Return the word for a code, or the code itself where it needs no word (such as "A")."""
    if code is None:
        return phrase("word.unknown", language)
    return phrases(language).get(f"{section}.{code}", code)


def marks(text: str) -> set[str]:
    """Return the names of the marks, such as {count}, in a phrase."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _locale(language: str) -> str:
    if language not in LOCALES:
        raise ConfigError(
            f"There is no language '{language}'{nearest(language, LANGUAGES)}; "
            f"there are {', '.join(LANGUAGES)}."
        )
    return LOCALES[language]


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _shape(pattern: str) -> str:
    """Return a pattern of babel whose negative numbers have the minus sign of tables."""
    return f"{pattern};{MINUS}{JOINER if pattern.startswith('¤') else ''}{pattern}"


def number(value: float | None, language: str = "en", decimals: int = 0) -> str:
    """Write a number with the language's separators; what is no number is unknown.

    Raises:
        ConfigError: There is no such language.
    """
    if not _is_known(value):
        return phrase("word.unknown", language)
    places = "." + "0" * decimals if decimals else ""
    return format_decimal(round(value, decimals) + 0.0, _shape(f"#,##0{places}"), _locale(language))


def money(value: float | None, currency: str, language: str = "en", decimals: int = 0) -> str:
    """Write money with its currency, in whole units unless told otherwise.

    Raises:
        ConfigError: There is no such language.
    """
    if not _is_known(value):
        return phrase("word.unknown", language)
    places = "." + "0" * decimals if decimals else ""
    return format_currency(
        round(value, decimals) + 0.0, currency, _shape(f"¤#,##0{places}"), _locale(language),
        currency_digits=False,
    )  # fmt: skip


def short(value: float | None, language: str = "en") -> str:
    """Write a large number briefly, such as 1.2M or 120万.

    Raises:
        ConfigError: There is no such language.
    """
    locale = _locale(language)
    if not _is_known(value):
        return phrase("word.unknown", language)
    # Babel chooses K or M before it rounds, which would make 999,950 into 1000K
    size = 1
    while abs(value) >= size * SHORT_STEPS[language]:
        size *= SHORT_STEPS[language]
    rounded = round(value / size, 1) * size
    written = format_compact_decimal(rounded, locale=locale, fraction_digits=1)
    return written.replace("-", MINUS)


def percent(share: float | None, language: str = "en", decimals: int = 0) -> str:
    """Write a share of 0..1 as a percentage.

    Raises:
        ConfigError: There is no such language.
    """
    if not _is_known(share):
        return phrase("word.unknown", language)
    places = "." + "0" * decimals if decimals else ""
    rounded = round(share, decimals + 2) + 0.0
    return format_percent(rounded, _shape(f"#,##0{places}%"), _locale(language))


def as_written(value: float, language: str = "en") -> str:
    """Write a rule's number with the decimals it was given with, such as 2.5 or 10,000.

    Raises:
        ConfigError: There is no such language.
    """
    return format_decimal(
        Decimal(str(value)), _shape("#,##0.#"), _locale(language), decimal_quantization=False
    )


def share_as_written(share: float, language: str = "en") -> str:
    """Write a rule's share of 0..1 as a percentage with the decimals it needs, such as 7.5%.

    Raises:
        ConfigError: There is no such language.
    """
    return format_percent(
        Decimal(str(share)), _shape("#,##0.#%"), _locale(language), decimal_quantization=False
    )


def day(value: dt.date, language: str = "en") -> str:
    """Write a day in full, such as 31 October 2026 or 2026年10月31日.

    Raises:
        ConfigError: There is no such language.
    """
    return format_date(value, "long", _locale(language))


def span(days: int, language: str = "en") -> str:
    """Write a length of time, such as 12 months for 365 days, else in days."""
    if days == YEAR_DAYS:
        return phrase("word.year", language)
    return phrase("word.days", language, days=number(days, language))


def month(value: dt.date, language: str = "en") -> str:
    """Write a month, such as October 2026 or 2026年10月.

    Raises:
        ConfigError: There is no such language.
    """
    locale = _locale(language)
    return format_date(value, {"en": "MMMM y", "zh": "y年M月"}[language], locale)


def month_name(number: int, language: str = "en", *, short: bool = False) -> str:
    """Write a month of the year, 1 to 12, such as October, Oct or 10月.

    Raises:
        ConfigError: There is no such language.
    """
    pattern = "LLL" if short else "LLLL"
    return format_date(dt.date(2001, number, 1), pattern, _locale(language))
