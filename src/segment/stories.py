"""Each group as a short story: who is in it, how they buy, who came and left, what is done."""

from collections.abc import Sequence
from html import escape

import polars as pl

from segment import counting, playbook, tables
from segment.counting import customers
from segment.page import Piece
from segment.schema import require
from segment.schemes import lifecycle
from segment.text import day, money, number, percent, phrase

NEEDED = (
    "customer_id", "actual_value", "revenue_last_year", "purchases_last_year", "lifecycle_state",
)  # fmt: skip
MOST_STATES = 3  # of the lifecycle that are told, the largest


def of_label(
    groups: pl.DataFrame, label: str, codes: Sequence[str], actions: pl.DataFrame,
    before: pl.DataFrame | None, language: str, currency: str,
) -> Piece:  # fmt: skip
    """Return a card for each code of a label, best first; a code that nobody has is left out.

    `groups` is one row a customer, `actions` what the playbook asks for, `before` the groups of
    last month, None without one.

    Raises:
        DataError: `groups` lacks a column.
    """
    require(groups, [*NEEDED, label], by="stories")
    total = float(groups["actual_value"].clip(0).sum())
    cards, lines = [], []
    for code in codes:
        own = groups.filter(pl.col(label).cast(pl.String) == code)
        if own.is_empty():
            continue
        title = tables.label(code, f"scheme.{label}", language)
        told = (
            [
                phrase("story.few", language, n=customers(own.height, language)),
                _done(label, code, language),
            ]
            if counting.are_few(own.height)
            else [
                _who(own, groups.height, total, language, currency),
                _how(own, language, currency),
                _states(own, language),
                _moved(own, groups, before, label, code, language),
                _done(label, code, language),
                _now(own, actions, language),
            ]
        )
        said = [one for one in told if one]
        items = "".join(f"<li>{escape(one)}</li>" for one in said)
        cards.append(
            f'<section class="story" id="story-{label}-{code}"><h3>{escape(title)}</h3>'
            f"<ul>{items}</ul></section>"
        )
        lines += [title, *(f"  {one}" for one in said)]
    return Piece(f'<div class="stories">{"".join(cards)}</div>', "\n".join(lines))


def _who(own: pl.DataFrame, n_all: int, total: float, language: str, currency: str) -> str:
    value = float(own["actual_value"].sum())
    said = {
        "n": customers(own.height, language),
        "customers": counting.share(own.height, n_all, language),
        "value": money(value, currency, language),
    }
    if value <= 0:
        return phrase("story.who_below", language, **said)
    share = float(own["actual_value"].clip(0).sum()) / total
    return phrase("story.who", language, **said, share=percent(share, language))


def _how(own: pl.DataFrame, language: str, currency: str) -> str:
    bought = own.filter(pl.col("purchases_last_year") > 0)
    if bought.is_empty():
        return phrase("story.how_not", language)
    middle = bought.select(pl.col("purchases_last_year", "revenue_last_year").median()).row(0)
    return phrase(
        "story.how", language, n=customers(bought.height, language),
        share=counting.share(bought.height, own.height, language),
        times=number(middle[0], language), money=money(middle[1], currency, language),
    )  # fmt: skip


def _states(own: pl.DataFrame, language: str) -> str:
    counts = (
        own.drop_nulls("lifecycle_state")
        .group_by(pl.col("lifecycle_state").cast(pl.Enum(lifecycle.LABELS)))
        .len("n")
        .sort("n", "lifecycle_state", descending=[True, False])
        .head(MOST_STATES)
    )
    if counts.is_empty():
        return ""
    states = ", ".join(
        phrase(
            "story.state", language, share=counting.share(n, own.height, language),
            state=tables.label(state, "scheme.lifecycle_state", language),
        )
        for state, n in counts.iter_rows()
    )  # fmt: skip
    return phrase("story.states", language, states=states)


def _moved(
    own: pl.DataFrame, groups: pl.DataFrame, before: pl.DataFrame | None, label: str, code: str,
    language: str,
) -> str:  # fmt: skip
    """Say who came into the group and who left it; nothing without a month before."""
    if before is None or label not in before.columns:
        return ""
    then = before.filter(pl.col(label).cast(pl.String) == code)["customer_id"]
    came = own.filter(~pl.col("customer_id").is_in(then.implode())).height
    is_here = groups["customer_id"].is_in(then.implode())
    left = len(then) - own.height + came
    gone = len(then) - int(is_here.sum())
    if not came and not left:
        return phrase("story.not_moved", language)
    said = {"came": customers(came, language), "left": customers(left, language)}
    if not gone:
        return phrase("story.moved", language, **said)
    return phrase("story.moved_gone", language, gone=customers(gone, language), **said)


def _done(label: str, code: str, language: str) -> str:
    plan = playbook.strategy(label, (code,), language).row(0, named=True)
    return phrase("story.done", language, **{name: plan[name] for name in ("what", "who")})


def _now(own: pl.DataFrame, actions: pl.DataFrame, language: str) -> str:
    its = actions.filter(pl.col("customer_id").is_in(own["customer_id"].implode()))
    if its.is_empty():
        return phrase("story.no_actions", language)
    first = its.select(pl.col("due_on").min()).item()
    return phrase(
        "story.now", language, n=number(its.height, language),
        day=day(first, language),
    )  # fmt: skip
