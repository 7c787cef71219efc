"""What rules refuse: shares outside 0 to 1, numbers that are none, names that repeat.

Each check reads one field of a rules object, so that its sentence can name the field as it
stands in `segment.toml`. What is no number at all is refused too: rules are also made in notebooks,
where nothing else checks them.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from segment.errors import ConfigError, listed, nearest


def is_number(value: object) -> bool:
    """Tell whether `value` is a finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def share(rules: object, name: str) -> None:
    """Refuse a share that does not lie from 0 to 1.

    Raises:
        ConfigError: It does not.
    """
    value = getattr(rules, name)
    if not (is_number(value) and 0 <= value <= 1):
        raise ConfigError(
            f"{name} is {value!r}; it is a share and lies from 0 to 1 (20% is written 0.20)."
        )


def shares(rules: object, name: str, labels: Sequence[str]) -> None:
    """Refuse shares that are not one for each label, or do not add to 1 as they are written.

    Raises:
        ConfigError: They do not.
    """
    values = getattr(rules, name)
    if not all(is_number(value) and 0 <= value <= 1 for value in values):
        raise ConfigError(f"{name} is {list(values)}; each is a share and lies from 0 to 1.")
    if len(values) != len(labels):
        raise ConfigError(
            f"{name} has {len(values)} shares for {len(labels)} labels; "
            f"give one each to {listed(labels)}."
        )
    total = sum(Decimal(str(value)) for value in values)
    if total != 1:
        raise ConfigError(f"{name} is {list(values)}, which adds to {total}; it must add to 1.")


def whole(rules: object, name: str, *, least: int) -> None:
    """Refuse what is not a whole number of at least `least`.

    Raises:
        ConfigError: It is not.
    """
    value = getattr(rules, name)
    if not (is_number(value) and isinstance(value, int) and value >= least):
        raise ConfigError(f"{name} is {value!r}; it is a whole number, {least} or more.")


def above(rules: object, name: str, floor: float) -> None:
    """Refuse what is not a number above `floor`.

    Raises:
        ConfigError: It is not.
    """
    value = getattr(rules, name)
    if not (is_number(value) and value > floor):
        raise ConfigError(f"{name} is {value!r}; it is a number above {floor:g}.")


def number(rules: object, name: str) -> None:
    """Refuse what is no finite number.

    Raises:
        ConfigError: It is none.
    """
    value = getattr(rules, name)
    if not is_number(value):
        raise ConfigError(f"{name} is {value!r}; it is a number.")


def at_least(rules: object, name: str, floor: float) -> None:
    """Refuse what is not a number of `floor` or more.

    Raises:
        ConfigError: It is not.
    """
    value = getattr(rules, name)
    if not (is_number(value) and value >= floor):
        raise ConfigError(f"{name} is {value!r}; it is a number, {floor:g} or more.")


def falling(rules: object, name: str, labels: Sequence[str]) -> None:
    """Refuse floors that do not fall strictly, one for each label but the lowest.

    Raises:
        ConfigError: They do not.
    """
    values = getattr(rules, name)
    if len(values) != len(labels) - 1:
        raise ConfigError(
            f"{name} has {len(values)} floors for {len(labels)} labels; give one each to "
            f"{listed(labels[:-1])}, best first ({labels[-1]} has none)."
        )
    numbers = all(is_number(value) for value in values)
    if not numbers or any(high <= low for high, low in pairwise(values)):
        raise ConfigError(f"{name} is {list(values)}; floors are numbers, the highest first.")


def text(rules: object, *names: str) -> None:
    """Refuse a name that is empty or no text.

    Raises:
        ConfigError: One is.
    """
    for name in names:
        value = getattr(rules, name)
        if not (isinstance(value, str) and value.strip()):
            raise ConfigError(f"{name} is {value!r}; it must be a name.")


def names(rules: object, name: str, *, least: int) -> None:
    """Refuse a list of names that is too short, holds an empty name or one name twice.

    Raises:
        ConfigError: It does.
    """
    values = getattr(rules, name)
    good = all(isinstance(value, str) and value.strip() for value in values)
    if not good or len(values) < least or len(set(values)) < len(values):
        raise ConfigError(
            f"{name} is {list(values)}; it must hold {least} or more names, each of them once."
        )


def switch(rules: object, name: str) -> None:
    """Refuse what is neither true nor false.

    Raises:
        ConfigError: It is neither.
    """
    value = getattr(rules, name)
    if not isinstance(value, bool):
        raise ConfigError(f"{name} is {value!r}; it is true or false.")


def one_of(rules: object, name: str, known: Sequence[str]) -> None:
    """Refuse a word that is not among `known`.

    Raises:
        ConfigError: It is not; the message offers the nearest.
    """
    value = getattr(rules, name)
    if value not in known:
        raise ConfigError(
            f"{name} is {value!r}; it is one of {listed(known)}{nearest(str(value), known)}."
        )
