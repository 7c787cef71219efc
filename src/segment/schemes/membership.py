"""Membership levels: ordinary, silver, gold, platinum, diamond, by what a member did in a period.

Whoever reaches a level has it at once and holds it for a period. At the end of the period it is
renewed if it was earned again, by the last period's points, money or purchases; if not, and not
within the grace either, the member falls by one level and a new period begins. So a level cannot
flicker. What a level brings stands in the playbook, and what it takes off a price in
`price_factors`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import polars as pl

from segment import checks, cuts, points
from segment.errors import ConfigError, listed
from segment.schema import require
from segment.text import as_written, phrase, word

LABEL = "membership_level"
LABELS = ("diamond", "platinum", "gold", "silver", "ordinary")
UNTIL, ASSESSED = "level_until", "assessed_on"
COLUMNS = {
    "points": "points_in_period", "amount": "amount_in_period", "count": "purchases_in_period",
}  # fmt: skip
FEWEST_LEVELS = 2


@dataclass(frozen=True, kw_only=True)
class MembershipRules:
    """How levels are called (best first), what they are earned by, and how long they hold.

    `floors` are one a level but the lowest, in points, money or purchases of a period of
    `period_months`; `grace_months` pass after a period before a level falls. `price_factors` are
    what a price is multiplied with, one a level, or none. A ledger that is not `from_the_start` of
    the club tells nobody's level until it holds a whole period.
    """

    by: Literal["points", "amount", "count"] = "points"
    labels: tuple[str, ...] = LABELS
    floors: tuple[float, ...] = (10_000.0, 5_000.0, 3_000.0, 1_000.0)
    price_factors: tuple[float, ...] = ()
    period_months: int = 12
    grace_months: int = 1
    from_the_start: bool = True

    def __post_init__(self) -> None:
        checks.one_of(self, "by", tuple(COLUMNS))
        checks.names(self, "labels", least=FEWEST_LEVELS)
        checks.falling(self, "floors", self.labels)
        checks.whole(self, "period_months", least=1)
        checks.whole(self, "grace_months", least=0)
        checks.switch(self, "from_the_start")
        factors = self.price_factors
        in_range = all(checks.is_number(one) and 0 < one <= 1 for one in factors)
        if factors and not (in_range and len(factors) == len(self.labels)):
            raise ConfigError(
                f"price_factors is {list(factors)}; give one above 0 and up to 1 each to "
                f"{listed(self.labels)}, or none."
            )


def needs(rules: MembershipRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; it reads assessed_on too where it is there."""
    return (COLUMNS[rules.by],)


def add(
    customers: pl.DataFrame,
    ledger: pl.DataFrame | None,
    as_of: dt.date,
    rules: MembershipRules,
    club: points.PointRules,
    transactions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add assessed_on, the members' points, and last what their levels are earned by.

    The points are those of `points.balances`. A member is who has a posting by `as_of`; of all
    others, and of everybody where there is no ledger, everything added is null; the last column of
    everybody too while a ledger that begins later than the club holds no whole period. It is
    points_in_period (points that were used count, points taken back do not), amount_in_period or
    purchases_in_period (purchase days); the two latter are read off `transactions`.

    Raises:
        DataError: A frame lacks a column, or the transactions are needed and absent.
    """
    require(customers, ["customer_id"], by="membership")
    postings = points.no_postings() if ledger is None else ledger
    bought = pl.DataFrame() if transactions is None else transactions
    months = rules.period_months
    if rules.by == "points":
        rows, done = postings, points.gained(postings, as_of, months)
    else:
        rows, done = bought, points.bought(bought, as_of, months, by=rules.by)
    is_told = rules.from_the_start or points.is_whole(rows, as_of, months)
    done = done.rename({points.IN_PERIOD: COLUMNS[rules.by]})
    earned = pl.col(COLUMNS[rules.by]).cast(pl.Float64).fill_null(0)
    told = (
        points.balances(postings, as_of, club)
        .join(done, on="customer_id", how="left", maintain_order="left")
        .select(
            "customer_id",
            pl.lit(as_of).alias(ASSESSED),
            *points.TOTALS,
            pl.when(is_told).then(earned).alias(COLUMNS[rules.by]),
        )
    )
    alone = customers.drop(told.columns[1:], strict=False)
    return alone.join(told, on="customer_id", how="left", maintain_order="left")


def lines(frame: pl.DataFrame, rules: MembershipRules) -> pl.DataFrame:
    """Return the lines of all levels but the lowest: label, code, column and at.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers.
    """
    cuts.require_numbers(frame, needs(rules), by="membership")
    return cuts.line_frame(*_kind(rules), cuts.exact(rules.floors))


def assign(
    frame: pl.DataFrame,
    rules: MembershipRules,
    before: pl.DataFrame | None = None,
    lines: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add level_until, price_factor where there are some, the level by the lines, and the level.

    Exactly on a floor earns the higher level. `before` is the frame of the last assessment with
    its levels and level_until; who was not in it has the level of the lines. On level_until the
    period is over. Without assessed_on nobody holds a level for longer than it is earned. `lines`
    are other lines than the rules', such as last month's; those of another rule leave the level
    unknown.

    Raises:
        DataError: `frame` lacks the column, or the column holds no numbers; a frame lacks
            customer_id where there is an assessment before, or that holds a customer twice.
    """
    cuts.require_numbers(frame, needs(rules), by="membership")
    own = cuts.exact(rules.floors) if lines is None else cuts.read_lines(lines, *_kind(rules))
    values = cuts.amounts(frame, COLUMNS[rules.by])
    if own is None:
        by_line = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True)
    else:
        by_line = cuts.place(values, [cuts.band(line) for line in own])
    places, until = _held(frame, by_line, before, rules)
    factors = pl.Series(rules.price_factors, dtype=pl.Float64)
    priced = {"price_factor": factors.gather(places)} if rules.price_factors else {}
    return cuts.settle(
        frame.with_columns(until.alias(UNTIL), **priced),
        by_line, places, None, label=LABEL, labels=rules.labels, grace_months=0,
    )  # fmt: skip


def _held(
    frame: pl.DataFrame, by_line: pl.Series, before: pl.DataFrame | None, rules: MembershipRules
) -> tuple[pl.Series, pl.Series]:
    """Return the place that each member holds, and the day on which the period of it is over."""
    today = frame[ASSESSED] if ASSESSED in frame.columns else _no_days(frame.height)
    last = cuts.last_month(frame, before, LABEL, rules.labels)
    was, until = pl.repeat(None, frame.height, dtype=pl.UInt32, eager=True), _no_days(frame.height)
    if last is not None and before is not None and UNTIL in before.columns:
        past = frame.select("customer_id").join(
            before.select("customer_id", UNTIL), on="customer_id", how="left", maintain_order="left"
        )
        was, until = last.place, past[UNTIL]
    period, grace = f"{rules.period_months}mo", f"{rules.grace_months}mo"
    earned, held, day, over = (pl.col(name) for name in ("earned", "held", "day", "over"))
    is_fresh = held.is_null() | day.is_null() | over.is_null() | (earned < held)
    stays = (day < over) | ((earned > held) & (day < over.dt.offset_by(grace)))
    told = pl.DataFrame({"earned": by_line, "held": was, "day": today, "over": until}).select(
        place=pl.when(is_fresh)
        .then(earned)
        .when(stays | (earned <= held))
        .then(held)
        .otherwise(held + 1),
        over=pl.when(earned.is_not_null()).then(
            pl.when(~is_fresh & stays).then(over).otherwise(day.dt.offset_by(period))
        ),
    )
    return told["place"].set(by_line.is_null(), None), told["over"]


def _no_days(n: int) -> pl.Series:
    return pl.repeat(None, n, dtype=pl.Date, eager=True)


def replay(
    ledger: pl.DataFrame,
    days: list[dt.date],
    rules: MembershipRules,
    club: points.PointRules,
    transactions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the levels as assessed on each of `days` in turn, the earliest first.

    One row a member and day, of those who had a posting by then: what `add` and `assign` add. It
    stands in for the months that were not published, such as those before the first report.

    Raises:
        DataError: As `add`.
    """
    who = ledger.select(pl.col("customer_id").unique().sort())
    found: list[pl.DataFrame] = []
    for day in sorted(days):
        before = found[-1] if found else None
        told = add(who, ledger, day, rules, club, transactions).filter(
            pl.col(ASSESSED).is_not_null()
        )
        found.append(assign(told, rules, before))
    return pl.concat([assign(add(who.clear(), None, dt.date.min, rules, club), rules), *found])


def held(
    before: pl.DataFrame | None,
    ledger: pl.DataFrame | None,
    as_of: dt.date,
    rules: MembershipRules,
    club: points.PointRules,
    transactions: pl.DataFrame | None = None,
) -> pl.DataFrame | None:
    """Return the last assessment before `as_of`, or None where nothing is known of one.

    It is last month's frame where that has levels; else the levels are replayed at the month ends
    since the first posting, so that the first report knows who holds a level and until when.

    Raises:
        DataError: As `add`.
    """
    if ledger is None or (before is not None and UNTIL in before.columns):
        return before
    first = ledger.filter(pl.col("date") < as_of)["date"].min()
    if not isinstance(first, dt.date):
        return None
    ends = pl.date_range(first, as_of, "1d", eager=True).dt.month_end().unique()
    days = ends.filter(ends < as_of).to_list()
    if not days:
        return None
    return replay(ledger, days, rules, club, transactions).filter(pl.col(ASSESSED) == max(days))


def _kind(rules: MembershipRules) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what tells these lines from others: the label, the codes, the columns compared."""
    codes = rules.labels[:-1]
    return LABEL, codes, (COLUMNS[rules.by],) * len(codes)


def describe(rules: MembershipRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    words = [word(f"scheme.{LABEL}", code, language) for code in rules.labels]
    joint = phrase("scheme.and_then", language)
    steps = [
        phrase("scheme.levels.floor", language, label=name, line=as_written(floor, language))
        for name, floor in zip(words, rules.floors, strict=False)
    ]
    rule = phrase(
        "scheme.membership.rule",
        language,
        column=word("scheme.column", COLUMNS[rules.by], language),
        period=as_written(rules.period_months, language),
        grace=as_written(rules.grace_months, language),
        steps=joint.join(steps),
        lowest=words[-1],
    )
    if not rules.from_the_start:
        rule = phrase("scheme.membership.later", language, rule=rule)
    if not rules.price_factors:
        return rule
    prices = [
        f"{name} {as_written(factor, language)}"
        for name, factor in zip(words, rules.price_factors, strict=True)
    ]
    return phrase("scheme.membership.prices", language, rule=rule, prices=joint.join(prices))
