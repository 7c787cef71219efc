"""What to do for whom: a strategy for every label, and one action for each customer worth one.

Effort follows value: it is neither spread evenly nor turned upside down. A play says on which
labels it is called for, by when, and which money is at stake; of several plays that fit a
customer the first is played. Whether a below-zero customer is let go is a person's decision,
so that play proposes it; who is kept on purpose is left in peace until the exception ends.
Source: Peppers and Rogers (keep MVCs, grow MGCs, turn BZCs round).
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from segment import checks
from segment.cuts import require_numbers
from segment.errors import ConfigError, listed, nearest
from segment.schema import require
from segment.text import phrase, phrases, word

WORDS = ("why", "what", "who")
STRATEGY_WORDS = ("what", "who", "how_often")


def _reasons() -> list[str]:
    """Return the codes that have words, since an action without words cannot be shown."""
    keys = (key.split(".") for key in phrases("en"))
    return [key[2] for key in keys if key[:2] == ["playbook", "reason"] and key[3] == "what"]


@dataclass(frozen=True, kw_only=True)
class Play:
    """An occasion and its answer: `when` all its columns hold one of their codes, act.

    `reason` has its words in `locale/*/playbook.toml`. `due_days` are days after as_of; `stake`
    is the column with the money at stake. A true or false column has the codes "true" and
    "false".
    """

    reason: str
    when: dict[str, tuple[str, ...]]
    due_days: int
    stake: str

    def __post_init__(self) -> None:
        known = _reasons()
        if self.reason not in known:
            raise ConfigError(
                f"reason is {self.reason!r}, which has no words"
                f"{nearest(str(self.reason), known)}. It is one of {listed(known, 20)}."
            )
        if not self.when or not all(self.when.values()):
            raise ConfigError(
                f"when of the play '{self.reason}' is {self.when!r}; it must name a label and its "
                'codes, such as when = { value_group = ["MVC"] }.'
            )
        checks.whole(self, "due_days", least=0)
        checks.text(self, "stake")


SILENT = ("sleeping", "lost")
STILL_THERE = ("active", "won_back", "new", "sleeping")
NOT_KEPT: dict[str, tuple[str, ...]] = {"value_group": ("BZC",), "is_kept": ("false",)}
USUAL_PLAYS = (
    Play(
        reason="mvc_silent",
        when={"value_group": ("MVC",), "lifecycle_state": SILENT},
        due_days=7,
        stake="revenue_last_year",
    ),
    Play(
        reason="key_silent",
        when={"abc_class": ("A",), "lifecycle_state": SILENT},
        due_days=14,
        stake="revenue_last_year",
    ),
    Play(
        reason="watch_alarm",
        when={"watch": ("alarm",)},
        due_days=7,
        stake="revenue_last_year",
    ),
    Play(
        reason="exception_ends",
        when={"value_group": ("BZC",), "exception_state": ("expires_soon", "expired")},
        due_days=30,
        stake="actual_value",
    ),
    Play(
        reason="bzc_on_watch",
        when=NOT_KEPT | {"is_on_watch": ("true",)},
        due_days=60,
        stake="actual_value",
    ),
    Play(reason="bzc", when=NOT_KEPT, due_days=30, stake="actual_value"),
    Play(
        reason="mgc",
        when={"value_group": ("MGC",), "lifecycle_state": STILL_THERE},
        due_days=30,
        stake="expected_growth",
    ),
    Play(
        reason="star",
        when={"star": ("star",), "lifecycle_state": STILL_THERE},
        due_days=30,
        stake="likely_revenue",
    ),
    Play(
        reason="won_back",
        when={"lifecycle_state": ("won_back",)},
        due_days=14,
        stake="actual_value",
    ),
    Play(reason="new", when={"lifecycle_state": ("new",)}, due_days=14, stake="actual_value"),
    Play(reason="mvc", when={"value_group": ("MVC",)}, due_days=90, stake="actual_value"),
)


@dataclass(frozen=True, kw_only=True)
class PlaybookRules:
    """The plays, the most urgent first."""

    plays: tuple[Play, ...] = USUAL_PLAYS

    def __post_init__(self) -> None:
        reasons = [play.reason for play in self.plays]
        if not reasons or len(set(reasons)) < len(reasons):
            raise ConfigError(
                f"plays are {listed(reasons, 20) or 'none'}; there must be one or more, each once."
            )


def actions(customers: pl.DataFrame, rules: PlaybookRules, as_of: dt.date) -> pl.DataFrame:
    """Return one action a customer worth acting on, the most urgent first, then by money.

    Columns: customer_id, priority (1 is the first play), reason (the play's code),
    money_at_stake (0 or more; for a below-zero customer the loss), due_on, staff_id
    (null where nobody is in charge). A customer whom no play fits has no row; an unknown label
    fits none.

    Raises:
        DataError: `customers` lacks a column that a play names, or its money is no number.
        ConfigError: A play names a code that the label does not have.
    """
    stakes = list(dict.fromkeys(play.stake for play in rules.plays))
    require_numbers(customers, stakes, by="the playbook")
    fits = [_fits(customers, play) for play in rules.plays]
    priority = pl.coalesce(
        pl.when(fit).then(pl.lit(place, pl.Int64)) for place, fit in enumerate(fits, start=1)
    )
    staff_id = pl.col("staff_id") if "staff_id" in customers.columns else pl.lit(None, pl.String)
    reasons = [play.reason for play in rules.plays]
    places = list(range(1, len(reasons) + 1))
    days = [play.due_days for play in rules.plays]
    return (
        customers.with_columns(priority=priority, staff_id=staff_id)
        .filter(pl.col("priority").is_not_null())
        .select(
            "customer_id",
            "priority",
            reason=pl.col("priority").replace_strict(
                places, reasons, return_dtype=pl.Enum(reasons)
            ),
            money_at_stake=_stake(rules),
            due_on=as_of
            + pl.duration(
                days=pl.col("priority").replace_strict(places, days, return_dtype=pl.Int64)
            ),
            staff_id="staff_id",
        )
        .sort(
            "priority", "money_at_stake", "customer_id",
            descending=[False, True, False], nulls_last=True,
        )
    )  # fmt: skip


def _fits(customers: pl.DataFrame, play: Play) -> pl.Expr:
    require(customers, ["customer_id", *play.when], by=f"the play '{play.reason}'")
    for label, codes in play.when.items():
        kind = customers.schema[label]
        known = list(kind.categories) if isinstance(kind, pl.Enum) else list(codes)
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise ConfigError(
                f"The play '{play.reason}' waits for {label} '{unknown[0]}', which is never given"
                f"{nearest(unknown[0], known)}. {label} is one of {listed(known, 12)}."
            )
    return pl.all_horizontal(
        pl.col(label).cast(pl.String).is_in(codes) for label, codes in play.when.items()
    )


def _stake(rules: PlaybookRules) -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("priority") == place).then(pl.col(play.stake).cast(pl.Float64).abs())
        for place, play in enumerate(rules.plays, start=1)
    )


def summed(planned: pl.DataFrame) -> pl.DataFrame:
    """Return one row a play of `actions`: reason, n_customers, money_at_stake, due_on.

    The most urgent play comes first; a play that nobody needs has no row.

    Raises:
        DataError: `planned` is not what `actions` returns.
    """
    require(planned, ["priority", "reason", "money_at_stake", "due_on"], by="the playbook")
    return (
        planned.group_by("priority", "reason")
        .agg(pl.len().alias("n_customers"), pl.col("money_at_stake").sum(), pl.col("due_on").min())
        .sort("priority")
        .drop("priority")
    )


def in_words(frame: pl.DataFrame, language: str = "en") -> pl.DataFrame:
    """Add why, what and who in words to a frame with the column `reason`.

    Raises:
        DataError: `frame` lacks the column reason.
        ConfigError: There is no such language, or a reason has no words.
    """
    require(frame, ["reason"], by="the playbook")
    reasons = frame["reason"].cast(pl.String).unique().drop_nulls().sort().to_list()
    return frame.with_columns(
        pl.col("reason")
        .cast(pl.String)
        .replace_strict(
            reasons,
            [phrase(f"playbook.reason.{reason}.{name}", language) for reason in reasons],
            return_dtype=pl.String,
        )
        .alias(name)
        for name in WORDS
    )


def strategy(label: str, codes: tuple[str, ...], language: str = "en") -> pl.DataFrame:
    """Return what a label asks for, one row a code: code, name, what, who, how_often, in words.

    Raises:
        ConfigError: There is no such language, or the playbook has nothing for a code.
    """
    rows = [
        {"code": code, "name": word(f"scheme.{label}", code, language)}
        | {name: phrase(f"playbook.{label}.{code}.{name}", language) for name in STRATEGY_WORDS}
        for code in codes
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("code", "name", *STRATEGY_WORDS), pl.String))
