"""The gate of privacy: finished pages that name somebody are not published.

Masking is done where names are made ready to be read (`workspace.identities`). This looks at what
came of it, whoever wrote the notebook: e-mail addresses and telephone numbers on any page, and on
masked pages the names and identifiers that are in the data. What is found is told by its kind,
its page and its place; it is not repeated.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segment.config import Settings
from segment.errors import RunError
from segment.privacy import MASKED
from segment.report import naming, notebooks, scanning
from segment.report.naming import Naming
from segment.report.scanning import Piece

MAIL, PHONE, NAME = "mail", "phone", "name"
WORDS = {  # one, and several
    MAIL: ("e-mail address", "e-mail addresses"),
    PHONE: ("telephone number", "telephone numbers"),
    NAME: ("name or identifier of customers or prospects",
           "names or identifiers of customers or prospects"),
}  # fmt: skip
SHOWN_SIGNS = 2  # of what was found: enough to find it, too little to publish it
FEWEST_SIGNS = 5  # a shorter one is not shown at all
MOST_PLACES = 5
WITHIN = "{}, in the output of {}"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that a page must not hold: its kind, itself, and where it stands."""

    kind: str
    found: str
    page: str
    near: str


def check(work: Path, settings: Settings) -> None:
    """Refuse a month of which a page, or the output of a notebook, holds what it must not.

    `work` is the folder of the month, with its pages in all languages and its input tables.

    Raises:
        RunError: One does; the sentence says what kind, how many and where.
    """
    rules = settings.privacy
    known: Naming | None = None
    if rules.on_pages == MASKED:
        known = naming.of_data(work / "inputs", [settings.company.name, *rules.allowed])
    look = _looking(known, rules.allowed)
    hits = [hit for name, found in _files(work) for hit in _hits(name, found, look)]
    if hits:
        raise RunError(_said(hits))


def _files(work: Path) -> Iterator[tuple[str, Iterator[Piece]]]:
    """Give the pages of a month and its executed notebooks, with the texts of each."""
    for path in sorted(work.rglob("*.html")):
        yield str(path.relative_to(work)), scanning.pieces(path.read_text(encoding="utf-8"))
    for path in sorted(work.rglob("*.ipynb")):
        yield str(path.relative_to(work)), scanning.of_outputs(notebooks.read(path))


def _looking(
    known: Naming | None, allowed: Iterable[str]
) -> Callable[[str, bool], list[tuple[str, str]]]:
    """Return what looks at a text: kind and content of what it holds; each text is read once."""
    passes = [text.casefold() for text in allowed]
    read: dict[tuple[str, bool], list[tuple[str, str]]] = {}

    def look(text: str, is_listed: bool) -> list[tuple[str, str]]:
        if (text, is_listed) not in read:
            found = [(MAIL, one) for one in scanning.addresses(text)]
            found += [(PHONE, one) for one in scanning.phones(text)]
            if known is not None:
                found += [(NAME, one) for one in known.found(text, is_listed=is_listed)]
            read[text, is_listed] = [
                (kind, one)
                for kind, one in found
                if not any(passing in one.casefold() for passing in passes)
            ]
        return read[text, is_listed]

    return look


def _hits(
    page: str, found: Iterable[Piece], look: Callable[[str, bool], list[tuple[str, str]]]
) -> Iterator[Hit]:
    for piece in found:
        for kind, one in look(piece.text, piece.is_listed):
            yield Hit(kind=kind, found=one, page=page, near=piece.near)


def _said(hits: list[Hit]) -> str:
    lines = []
    for kind, (one, several) in WORDS.items():
        own = [hit for hit in hits if hit.kind == kind]
        places = dict.fromkeys((hit.page, hit.near, _shortened(hit.found)) for hit in own)
        shown = [
            f"{page} near #{near} ({found})" if near else f"{page} ({found})"
            for page, near, found in list(places)[:MOST_PLACES]
        ]
        more = f" and {len(places) - MOST_PLACES} places more" if len(places) > MOST_PLACES else ""
        if own:
            lines.append(f"  {len(own)} {one if len(own) == 1 else several}: "
                         f"{'; '.join(shown)}{more}")  # fmt: skip
    return "\n".join(
        [
            "The pages hold what must not be published:",
            *lines,
            "Show customers by workspace.with_names and prospects by workspace.masked, mend the "
            "data, or name what may be shown under allowed of [privacy] in segment.toml.",
        ]
    )


def _shortened(found: str) -> str:
    return f"{found[:SHOWN_SIGNS]}…" if len(found) >= FEWEST_SIGNS else "…"
