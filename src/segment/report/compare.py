"""What changed between two published months, in meaning: what a reader of both would ask first.

Every part holds only what is not the same; a part that is None cannot be told, because one of the
months did not keep what it takes.
"""

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from segment import history, keyfigures
from segment.errors import ConfigError
from segment.report.card import FileMark, RunCard
from segment.report.side import Side

Rows = list[dict[str, Any]]
PARTS = (
    "figures", "groups", "moves", "corrections", "rules", "code", "packages", "rows", "files",
)  # fmt: skip
MAIN_LABEL = "value_group"
VALUE = "actual_value"
# Totals over the customers; the main figure is one of them, under its own name.
TOTALS = (VALUE, "expected_revenue", "clv", "growth_potential")
FORMAT = 1  # of the JSON
SAME = 1e-9  # relative; a sum in another order is no change
COUNTS = ("n_in", "n_accepted", "n_set_aside", "n_excluded", "n_later")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two months and, by part, what is not the same; `moved` holds who moved, by label."""

    before: RunCard
    now: RunCard
    parts: Mapping[str, Rows | None]
    moved: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    corrected: pl.DataFrame | None = None


def compare(before: Side, now: Side) -> Comparison:
    """Return what changed from one month to another, or between two builds of one.

    Raises:
        ConfigError: They are reports of two companies.
    """
    old, new = before.card, now.card
    if old.company != new.company:
        raise ConfigError(
            f"{old.month} is a report of {old.company} and {new.month} one of {new.company}; "
            "months are compared within a company."
        )
    corrected = _corrected(before, now)
    moved = _moved(before, now)
    parts: dict[str, Rows | None] = {
        "figures": _figures(before, now),
        "groups": _groups(before, now),
        "moves": None if moved is None else [row for it in moved for row in _ways(it, before, now)],
        "corrections": None if corrected is None else _summed(corrected),
        "rules": None if before.rules is None or now.rules is None
        else _differing(before.rules, now.rules, "key"),
        "code": _code(old, new),
        "packages": _differing(_packages(old), _packages(new), "package"),
        "rows": _rows(old, new),
        "files": _files(old.inputs, new.inputs),
    }  # fmt: skip
    return Comparison(
        before=old, now=new, parts=parts, corrected=corrected,
        moved={label: _customers(label, before, now) for label in moved or ()},
    )  # fmt: skip


def labels(before: Side, now: Side) -> list[str]:
    """Return the labels that both months give, the value group first."""
    kinds = [_labels(side) for side in (before, now)]
    shared = [label for label in kinds[1] if label in kinds[0]]
    return sorted(shared, key=lambda label: label != MAIN_LABEL)


def _labels(side: Side) -> list[str]:
    """Return the labels of the customers: those that have a passport, else what has a line."""
    groups, issued = side.results["groups"], side.results["passports"]
    if groups is None:
        return []
    enums = [name for name, kind in groups.schema.items() if isinstance(kind, pl.Enum)]
    named = set() if issued is None else set(issued["label"].unique())
    lined = {name.removesuffix("_by_line") for name in enums if name.endswith("_by_line")}
    return [name for name in enums if name in (named or lined)]


def _figures(before: Side, now: Side) -> Rows:
    old, new = _measured(before), _measured(now)
    return [
        {
            "figure": name,
            "kind": kind,
            "before": then,
            "now": value,
            "change": None if then is None or value is None else value - then,
        }
        for name, (kind, value) in new.items()
        for _, then in [old.get(name, (kind, None))]
        if not _is_same(then, value)
    ]


def _measured(side: Side) -> dict[str, tuple[str, float | None]]:
    """Return each figure of a month with its kind: money, count or share."""
    found: dict[str, tuple[str, float | None]] = {}
    groups, graded, acts = (side.results[name] for name in ("groups", "prospects", "actions"))
    if groups is not None:
        for name in TOTALS:
            if name in groups.columns:
                found[name] = ("money", float(groups[name].sum()))
        found["n_customers"] = ("count", float(groups.height))
    if side.transactions is not None:
        as_of = dt.date.fromisoformat(side.card.as_of)
        for row in keyfigures.key_figures(side.transactions, as_of).to_dicts():
            found[row["figure"]] = (row["kind"], row["now"])
    if graded is not None and "expected_value" in graded.columns:
        is_open = graded.filter(outcome="open")
        found["n_open_prospects"] = ("count", float(is_open.height))
        found["expected_value"] = ("money", float(is_open["expected_value"].sum()))
    if acts is not None:
        found["n_actions"] = ("count", float(acts.height))
    return found


def _groups(before: Side, now: Side) -> Rows | None:
    old, new = before.results["groups"], now.results["groups"]
    if old is None or new is None:
        return None
    rows: Rows = []
    for label in labels(before, now):
        sizes = [_sizes(frame, label) for frame in (old, new)]
        codes = dict.fromkeys([*_codes(new, label), *_codes(old, label), None])
        for code in codes:
            (n_then, value_then), (n_now, value_now) = (it.get(code, (0, 0.0)) for it in sizes)
            if n_then != n_now or not _is_same(value_then, value_now):
                rows.append(
                    {"label": label, "code": code, "n_before": n_then, "n_now": n_now,
                     "value_before": value_then, "value_now": value_now}
                )  # fmt: skip
    return rows


def _codes(groups: pl.DataFrame, label: str) -> list[str]:
    kind = groups.schema[label]
    return list(kind.categories) if isinstance(kind, pl.Enum) else []


def _sizes(groups: pl.DataFrame, label: str) -> dict[str | None, tuple[int, float]]:
    counted = groups.group_by(label).agg(pl.len(), pl.col(VALUE).cast(pl.Float64).sum())
    return {code: (n, value) for code, n, value in counted.iter_rows()}


def _moved(before: Side, now: Side) -> list[str] | None:
    if before.results["groups"] is None or now.results["groups"] is None:
        return None
    return labels(before, now)


def _ways(label: str, before: Side, now: Side) -> Rows:
    """Return each way on which somebody went, the most customers first."""
    old, new = before.results["groups"], now.results["groups"]
    assert new is not None
    ways = (
        history.movement(old, new, label, VALUE)
        .filter(pl.col("n_customers") > 0, pl.col("from_label").ne_missing(pl.col("to_label")))
        .sort("n_customers", descending=True, maintain_order=True)
    )
    return [{"label": label, **row} for row in ways.to_dicts()]


def _customers(label: str, before: Side, now: Side) -> pl.DataFrame:
    """Return who moved, the most money first: what the customer is worth in the better month."""
    old, new = before.results["groups"], now.results["groups"]
    assert old is not None
    assert new is not None
    moved = history.changes(old, new, label)
    for frame, name in ((old, "value_before"), (new, "value_now")):
        values = frame.select("customer_id", pl.col(VALUE).cast(pl.Float64).alias(name))
        moved = moved.join(values, on="customer_id", how="left")
    most = pl.max_horizontal(pl.col("value_before", "value_now").abs())
    return moved.sort(most, "customer_id", descending=[True, False], nulls_last=True)


def _corrected(before: Side, now: Side) -> pl.DataFrame | None:
    """Return whose rows up to the earlier of the two last days are not the same."""
    if before.transactions is None or now.transactions is None:
        return None
    last_day = min(dt.date.fromisoformat(side.card.as_of) for side in (before, now))
    return history.corrected(before.transactions, now.transactions, last_day)


def _summed(corrected: pl.DataFrame) -> Rows:
    if corrected.is_empty():
        return []
    return [{"n_customers": corrected.height, "change": float(corrected["change"].sum())}]


def _code(old: RunCard, new: RunCard) -> Rows:
    def facts(card: RunCard) -> dict[str, str]:
        named = {"code": card.code, "formats": str(card.format)}
        return named | {mark.name: mark.sha256 for mark in card.notebooks}

    return _differing(facts(old), facts(new), "what")


def _packages(card: RunCard) -> dict[str, str]:
    lock = {card.lock.name: card.lock.sha256} if card.lock else {}
    return {**card.versions, **lock}


def _rows(old: RunCard, new: RunCard) -> Rows:
    """Return each count of rows that is another one, by table.

    How many lie after the last day is told of one and the same last day only.
    """
    told = COUNTS if old.as_of == new.as_of else COUNTS[:-1]
    counts = [
        {(row["table"], name): row.get(name) for row in card.account for name in told}
        for card in (old, new)
    ]
    return [
        {"table": table, "count": name, "before": then, "now": value}
        for table, name in dict.fromkeys([*counts[1], *counts[0]])
        for then, value in [(counts[0].get((table, name)), counts[1].get((table, name)))]
        if then != value
    ]


def _files(old: Iterable[FileMark], new: Iterable[FileMark]) -> Rows:
    """Return the files that are others: None where a file was not there."""
    marks = [{mark.name: asdict(mark) for mark in files} for files in (old, new)]
    return _differing(marks[0], marks[1], "file")


def _differing(old: Mapping[str, Any], new: Mapping[str, Any], what: str) -> Rows:
    return [
        {what: name, "before": old.get(name), "now": new.get(name)}
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    ]


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)


def as_json(found: Comparison, *, customers: bool) -> str:
    """Return everything that changed; the customers only where they are asked for."""

    def facts(card: RunCard) -> dict[str, Any]:
        return {
            name: getattr(card, name)
            for name in ("month", "as_of", "status", "company", "currency", "code", "finished_at")
        }

    content: dict[str, Any] = {
        "format": FORMAT,
        "before": facts(found.before),
        "now": facts(found.now),
        **found.parts,
    }
    if customers:
        content["customers"] = {label: moved.to_dicts() for label, moved in found.moved.items()}
        corrected = found.corrected
        content["corrected_customers"] = [] if corrected is None else corrected.to_dicts()
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)
