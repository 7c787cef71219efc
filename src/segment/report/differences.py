"""Where two builds of a month differ: the first place that does, told so that it can be looked up.

Files are gone through in the order in which a run makes them, so that the first difference is the
nearest to its cause: what came in, then customers, groups, lists, and pages last.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from segment.report import card

FIRST = (
    "segment.toml", "inputs", "account.parquet", "rejected.parquet", "rejected",
    "tables/customers.parquet", "tables/parameters.parquet", "tables/prospects.parquet",
    "tables/groups.parquet", "tables",
)  # fmt: skip
LAST = "html"  # pages show what the others hold
TIMES = ("started_at", "finished_at")
ANCHOR = re.compile(r'\bid="([^"]+)"')
MARKS = re.compile(r"<[^>]*>?|^[^<]*>")
AROUND = 60  # characters shown of a text on either side


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A file that differs: `where` in it, and what stood there `then` and stands there `now`."""

    file: str
    where: str
    then: str
    now: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.then} then, {self.now} now"


def differences(published: Path, again: Path) -> Iterator[Difference]:
    """Return the files of two builds of a month that are not the same bytes, causes first.

    Of the run card the two times do not count.
    """
    names = sorted(_files(published) | _files(again), key=_place)
    for name in names:
        then, now = published / name, again / name
        if not (then.is_file() and now.is_file()):
            there, gone = "is there", "is not there"
            yield Difference(
                file=name, where="", then=there if then.is_file() else gone,
                now=there if now.is_file() else gone,
            )  # fmt: skip
        elif then.read_bytes() != now.read_bytes():
            found = _first(name, then, now)
            if found is not None:
                yield found


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _place(name: str) -> tuple[int, bool, str]:
    rank = next(
        (
            place
            for place, first in enumerate(FIRST)
            if name == first or name.startswith(f"{first}/")
        ),
        len(FIRST),
    )
    return rank, name.endswith(LAST), name


def _first(name: str, then: Path, now: Path) -> Difference | None:
    if name == card.FILE_NAME:
        return _in_card(name, then, now)
    if name.endswith(".parquet"):
        return _in_table(name, pl.read_parquet(then), pl.read_parquet(now))
    return _in_text(name, then.read_bytes(), now.read_bytes())


def _in_card(name: str, then: Path, now: Path) -> Difference | None:
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (then, now))
    for key in sorted(old.keys() | new.keys()):
        if key not in TIMES and old.get(key) != new.get(key):
            return Difference(
                file=name, where=key, then=_short(old.get(key)), now=_short(new.get(key))
            )
    return None


def _in_table(name: str, then: pl.DataFrame, now: pl.DataFrame) -> Difference:
    """Return the first cell that differs: of the first column that does, the first row."""
    if then.schema != now.schema:
        return Difference(
            file=name, where="columns", then=_short(list(then.schema.items())),
            now=_short(list(now.schema.items())),
        )  # fmt: skip
    if then.height != now.height:
        where = _only_once(then, now)
        return Difference(
            file=name, where=where, then=f"{then.height:,} rows", now=f"{now.height:,} rows"
        )
    for column in then.columns:
        apart = then[column].ne_missing(now[column]).arg_true()
        if apart.len():
            row = apart[0]
            key = then.columns[0]
            more = f" ({apart.len():,} of {then.height:,} rows)"
            return Difference(
                file=name, where=f"{column} of {key} {then[key][row]}{more}",
                then=_short(then[column][row]), now=_short(now[column][row]),
            )  # fmt: skip
    return Difference(file=name, where="", then="the same rows", now="written otherwise")


def _only_once(then: pl.DataFrame, now: pl.DataFrame) -> str:
    """Name the first row, by its first column, that one of the tables holds more often."""
    key = then.columns[0]
    counts = (
        pl.concat([then.select(key, n=pl.lit(1)), now.select(key, n=pl.lit(-1))])
        .group_by(key, maintain_order=True)
        .agg(pl.col("n").sum())
        .filter(pl.col("n") != 0)
    )
    return f"{key} {counts[key][0]}" if counts.height else "rows"


def _in_text(name: str, then: bytes, now: bytes) -> Difference:
    """Return the first place in which two texts part, under the last anchor before it."""
    at = next(
        (place for place, (a, b) in enumerate(zip(then, now, strict=False)) if a != b),
        min(len(then), len(now)),
    )
    before = then[:at].decode(errors="replace")
    anchors = ANCHOR.findall(before) if name.endswith(LAST) else []
    where = f"under #{anchors[-1]}" if anchors else f"line {before.count(chr(10)) + 1}"
    return Difference(file=name, where=where, then=_around(then, at), now=_around(now, at))


def _around(content: bytes, at: int) -> str:
    around = content[max(0, at - AROUND) : at + AROUND].decode(errors="replace")
    return repr(" ".join(MARKS.sub(" ", around).split()))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 2 * AROUND else f"{text[: 2 * AROUND]}…"
