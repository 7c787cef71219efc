"""What the door must know of a column beyond its type, and the columns that many tables have."""

import dataframely as dy

KNOWN_ON = {"known_on": True}
LATER = {"later": True}
MONEY = {"money": True}


def identifier(description: str, *, primary_key: bool = False) -> dy.String:
    """Return a column of identifiers, which are never empty."""
    return dy.String(nullable=False, primary_key=primary_key, min_length=1, description=description)


def day(description: str, *, known_on: bool = False) -> dy.Date:
    """Return a column of days, which are always known."""
    return dy.Date(nullable=False, description=description, metadata=KNOWN_ON if known_on else None)
