"""Random points ledgers, and a slow, obvious model of what became of them."""

import datetime as dt
import random
from calendar import monthrange
from dataclasses import dataclass, field

FIRST = dt.date(2023, 1, 28)  # ledgers soon meet the end of February, of a leap year too
KINDS = ("earned", "earned", "earned", "referral", "activity", "adjusted", "redeemed", "redeemed")
ROWS = tuple[str, dt.date, str, float]


def later(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last of a shorter month."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ledger(member: str, chance: random.Random, n_days: int, most: int = 30) -> list[ROWS]:
    """A member's postings: some days busy, some takings beyond what is there, some halves."""
    rows = []
    for _ in range(chance.randint(1, most)):
        kind = chance.choice(KINDS)
        size = chance.choice((100, 0.5, chance.randint(1, 900), chance.randint(1, 900) + 0.25))
        is_taken = kind == "redeemed" or (kind == "adjusted" and chance.random() < 0.5)
        day = FIRST + dt.timedelta(days=chance.randrange(n_days))
        rows.append((member, day, kind, -size if is_taken else size))
    return rows


@dataclass
class Lot:
    """Points that were earned together: when, how many, and what became of them."""

    earned_on: dt.date
    expires_on: dt.date
    kind: str
    points: float
    used: float = 0.0
    expired: float = 0.0

    @property
    def left(self) -> float:
        return self.points - self.used - self.expired


@dataclass
class Account:
    """One member's account, day by day: expire, earn, take from the oldest lot that has some."""

    months: int
    lots: list[Lot] = field(default_factory=list)
    debt: float = 0.0  # taken beyond what was there: what comes next pays it

    def pass_day(self, day: dt.date, postings: list[ROWS]) -> float:
        """Take in a day, and return the points that expired on it."""
        gone = 0.0
        for lot in self.lots:
            if lot.expires_on == day:
                gone += lot.left
                lot.expired += lot.left
        for _, _, kind, points in sorted(postings, key=lambda row: row[2]):
            if points > 0:
                lot = Lot(day, later(day, self.months), kind, points)
                self.lots.append(lot)
        owed, self.debt = self.debt - sum(min(row[3], 0) for row in postings), 0.0
        for lot in self.lots:
            taken = min(lot.left, owed)
            lot.used += taken
            owed -= taken
        self.debt = owed
        return gone

    @property
    def balance(self) -> float:
        return sum(lot.left for lot in self.lots) - self.debt
