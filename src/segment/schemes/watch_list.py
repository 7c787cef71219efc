"""The watch list: key customers at whom something has changed that chance does not explain.

The signs are those of `signals`: each comes with the chance that nothing has changed. A sign shows
where that chance is below `look_chance` and the change is large enough to matter; it is an alarm
below `alarm_chance`, or where signs of two kinds show at once. A silence counts while it is new: of
one that was long a window ago the lifecycle tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from segment import checks, cuts, flags
from segment.errors import ConfigError
from segment.schema import require
from segment.text import as_written, phrase, share_as_written, word

LABEL = "watch"
LABELS = ("alarm", "look", "calm", "unwatched")
SIGNS = ("silence", "drop", "returns", "disputes", "contacts", "dissatisfaction", "late")
KINDS = {  # signs of one kind are seldom independent of each other
    "buying": ("silence", "drop"),
    "returns": ("returns",),
    "complaints": ("disputes", "contacts", "dissatisfaction"),
    "payment": ("late",),
}
ALWAYS = ("silence_chance", "silence_chance_before", "revenue_lately", "drop_chance")


@dataclass(frozen=True, kw_only=True)
class WatchRules:
    """Who is key, how unlikely a change is by chance, and how large it must be.

    A customer is key with one of the codes of any label in `key`. Returns must take `refund_rise`
    more of what is bought than usual, payment come `late_days` later; an answer counts as
    dissatisfied from `dissatisfied_share` of its ticks.
    """

    key: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"abc_class": ("A",), "value_group": ("MVC",)}
    )
    look_chance: float = 0.01
    alarm_chance: float = 0.001
    refund_rise: float = 0.05
    dissatisfied_share: float = 0.30
    late_days: int = 7

    def __post_init__(self) -> None:
        if not (isinstance(self.key, dict) and self.key and all(self.key.values())):
            raise ConfigError(
                f"key is {self.key!r}; it must name a label and its codes, such as "
                'key = { abc_class = ["A"] }.'
            )
        for name in ("look_chance", "alarm_chance", "refund_rise", "dissatisfied_share"):
            checks.share(self, name)
        checks.whole(self, "late_days", least=0)
        if self.alarm_chance > self.look_chance:
            raise ConfigError(
                f"alarm_chance is {self.alarm_chance}; it is at most look_chance, "
                f"{self.look_chance}, because an alarm is the rarer of the two."
            )


def needs(rules: WatchRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; it reads the other signs where they are there."""
    return (*rules.key, *ALWAYS)


def assign(customers: pl.DataFrame, rules: WatchRules) -> pl.DataFrame:
    """Add `watch_signs` (a list of codes) and `watch` to one row per customer.

    Exactly on a chance is not below it; exactly on a size is large enough. Who is not key is
    unwatched, without signs. A sign whose table is not there, or of which nothing is known, does
    not show. With a class, silence or drop unknown it is unknown.

    Raises:
        DataError: `customers` lacks a column, or one holds no numbers.
    """
    require(customers, needs(rules), by="watch_list")
    cuts.require_numbers(customers, ALWAYS, by="watch_list")
    looks = dict(_shows(customers, rules, rules.look_chance))
    alarms = dict(_shows(customers, rules, rules.alarm_chance))
    n_kinds = pl.sum_horizontal(
        pl.any_horizontal(looks[sign] for sign in signs).cast(pl.Int8) for signs in KINDS.values()
    )
    # ticks have no chance: alone they are a reason to look, beside another kind one to act
    is_alarm = (n_kinds > 1) | pl.any_horizontal(
        alarms[sign] for sign in SIGNS if sign != "dissatisfaction"
    )
    is_key = pl.any_horizontal(
        pl.col(label).cast(pl.String).is_in(codes) for label, codes in rules.key.items()
    )
    is_known = pl.all_horizontal(pl.col(needs(rules)).is_not_null())
    code = (
        pl.when(~is_known)
        .then(None)
        .when(~is_key)
        .then(pl.lit("unwatched"))
        .when(is_alarm)
        .then(pl.lit("alarm"))
        .when(n_kinds > 0)
        .then(pl.lit("look"))
        .otherwise(pl.lit("calm"))
    )
    # a silence that had shown before may have become one that alarms
    shown = {sign: is_key & (looks[sign] | alarms[sign]) for sign in SIGNS}
    return customers.with_columns(
        watch_signs=pl.when(is_known).then(flags.named(customers, shown)),
        watch=code.cast(pl.Enum(LABELS)),
    )


def _shows(
    customers: pl.DataFrame, rules: WatchRules, chance: float
) -> Iterator[tuple[str, pl.Expr]]:
    """Yield each sign and whether it shows below `chance`: true or false, never null."""
    later = pl.col("days_late_lately") - pl.col("days_late_usual") >= rules.late_days
    rise = pl.col("refund_share_lately") - pl.col("refund_share_usual").fill_null(0.0)
    below = {sign: pl.col(f"{sign}_chance") < chance for sign in SIGNS}
    # who bought nothing at all is silent; that is told once, by the rhythm
    every = {
        "silence": below["silence"] & ~(pl.col("silence_chance_before") < chance),
        "drop": below["drop"] & (pl.col("revenue_lately") > 0),
        "returns": below["returns"] & (rise >= rules.refund_rise),
        "disputes": below["disputes"],
        "contacts": below["contacts"],
        "dissatisfaction": pl.col("dissatisfied_share") >= rules.dissatisfied_share,
        "late": below["late"] & later,
    }
    for sign in SIGNS:
        there = set(every[sign].meta.root_names()) <= set(customers.columns)
        yield sign, every[sign].fill_null(False) if there else pl.lit(False)


def listed(customers: pl.DataFrame) -> pl.DataFrame:
    """Return those with an alarm, then those to look at, the most revenue of the year first.

    Raises:
        DataError: `customers` has not been through `assign`.
    """
    require(customers, ["customer_id", LABEL, "revenue_last_year"], by="watch_list")
    return customers.filter(pl.col(LABEL).cast(pl.String).is_in(("alarm", "look"))).sort(
        LABEL, "revenue_last_year", "customer_id", descending=[False, True, False], nulls_last=True
    )


def describe(rules: WatchRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    joint = phrase("scheme.and_then", language)
    who = joint.join(
        word(f"scheme.{label}", code, language) for label, codes in rules.key.items()
        for code in codes
    )  # fmt: skip
    return phrase(
        "scheme.watch_list.rule",
        language,
        who=who,
        look=share_as_written(rules.look_chance, language),
        alarm=share_as_written(rules.alarm_chance, language),
        rise=share_as_written(rules.refund_rise, language),
        ticks=share_as_written(rules.dissatisfied_share, language),
        days=as_written(rules.late_days, language),
    )
