"""`segment verify`: a published month made once more, from what its run card names, and compared.

A page that proves its numbers: every file is compared byte by byte, so that every figure is. The
second making happens aside and publishes nothing; it may read the months before, whose labels go
on, as the first one did.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from segment import inputs
from segment.errors import DataError, nearest
from segment.report import card, differences, making, months, plan, publish
from segment.report.card import FileMark, RunCard
from segment.report.differences import Difference
from segment.report.plan import Request
from segment.report.progress import Steps
from segment.report.sources import Sources

MOST_SHOWN = 5  # differences; the first is the nearest to the cause


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a month came out the same.

    `changed` are the sentences about what it is made from that is no longer what the card names;
    `n_files` is how many files were compared.
    """

    month: str
    n_files: int
    changed: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every file came out byte for byte."""
        return not self.differences


def verify(reports: Path, month: str, request: Request, steps: Steps) -> Verdict:
    """Make a published month again and compare it.

    What `request` leaves open (data, config, notebooks) is taken from the places on the card.

    Raises:
        DataError: The month is not published, or its card cannot be read.
        SegmentError: It cannot be made again.
    """
    folder = _published(reports, month)
    then = card.read(folder)
    planned = plan.plan(_as_then(request, then, reports))
    changed = tuple(_changed(then, planned.made_from))
    with TemporaryDirectory(prefix="segment-") as aside, making.bench() as bench:
        again = Path(aside) / folder.name
        with steps.step("Read and check the data", "data"):
            loaded = inputs.load(planned.settings, planned.request.data_path)
            found = inputs.known_at(loaded, dt.date.fromisoformat(then.as_of))
        making.make(planned, found, again, bench, steps)
        with steps.step("Compare"):
            apart = tuple(differences.differences(folder, again))
            n_files = sum(path.is_file() for path in folder.rglob("*"))
    return Verdict(month=folder.name, n_files=n_files, changed=changed, differences=apart)


def lines(verdict: Verdict) -> Iterator[str]:
    """Return the verdict for a person at the terminal, most important first."""
    if verdict.is_same:
        yield (
            f"Same: {verdict.month} was made again and all its {verdict.n_files} files came out "
            "byte for byte, and with them every figure on its pages."
        )
    else:
        n = len(verdict.differences)
        yield (
            f"Different: {verdict.month} was made again, and {n} of its {verdict.n_files} files "
            "came out otherwise. The first difference:"
        )
        for place, found in enumerate(verdict.differences[:MOST_SHOWN]):
            if place == 1:
                yield "Then:"
            yield f"  {found}"
        if n > MOST_SHOWN:
            yield f"  and {n - MOST_SHOWN} more files."
    yield from verdict.changed


def _published(reports: Path, month: str) -> Path:
    name = months.name(months.parse(month))
    there = [folder.name for folder in publish.published(reports)]
    if name not in there:
        raise DataError(
            f"{reports} holds no report of {month}{nearest(name, there)}; "
            f"it holds {', '.join(there) or 'none'}."
        )
    return reports / name


def _as_then(request: Request, then: RunCard, reports: Path) -> Request:
    """Fill what the request leaves open with where the card says that things lay."""
    known = {name: (reports / place).resolve() for name, place in then.places.items() if place}
    return replace(
        request,
        config_path=request.config_path or known.get("config"),
        data_path=request.data_path or known.get("data"),
        notebooks=request.notebooks or known.get("notebooks"),
        reports=reports,
        as_of=dt.date.fromisoformat(then.as_of),
        language=then.languages[0] if len(then.languages) == 1 else None,
    )


def _changed(then: RunCard, now: Sources) -> Iterator[str]:
    """Say what a month is made from that is not what the card names."""
    old = {mark.name: mark for mark in (*then.inputs, *then.notebooks)}
    new = {mark.name: mark for mark in (*now.inputs, *now.notebooks)}
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"{name}, which the run card names, is not there any more."
        elif name not in old:
            yield f"{name} is read now and was not then."
        elif old[name] != new[name]:
            yield f"{name} is another file: {_said(old[name])} then, {_said(new[name])} now."
    if then.config != now.config:
        yield f"The rules are others: {_said(then.config)} then, {_said(now.config)} now."
    if then.code != now.code:
        yield f"The code is another one: {then.code} then, {now.code} now."
    for name in sorted(then.versions.keys() | now.versions.keys()):
        was, it_is = (held.get(name, "absent") for held in (then.versions, now.versions))
        if was != it_is:
            yield f"{name} was {was} then and is {it_is} now."


def _said(mark: FileMark | None) -> str:
    return f"{mark.size:,} bytes, sha256 {mark.sha256[:12]}" if mark else "all defaults"
