"""The gate of privacy: finished pages that name somebody are not published.

Masking is done where names are made ready to be read (`workspace.identities`). This looks at what
came of it, whoever wrote the notebook: e-mail addresses and telephone numbers on any page, and on
masked pages the names and identifiers that are in the data. What is found is told by its kind,
its page and its place; it is not repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from segment.config import Settings
from segment.errors import RunError
from segment.privacy import MASKED
from segment.report import naming, notebooks, scanning
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

Pieces = Mapping[str, Sequence[Piece]]  # of each page
Found = Mapping[str, Sequence[tuple[str, str]]]  # of each text, what it holds and its kind


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
    pages = _pages(work)
    shown = {name: list(scanning.pieces(page)) for name, page in pages.items()}
    listed = {name: list(scanning.people(page)) for name, page in pages.items()}
    rules = settings.privacy
    found = _hits(shown, _reaching(_texts(shown), rules.allowed))
    if rules.on_pages == MASKED:
        names, said = naming.of_data(work / "inputs"), [settings.company.name, *rules.allowed]
        found += _hits(shown, _naming(naming.named, names, _texts(shown), work, said))
        found += _hits(listed, _naming(naming.listed, names, _texts(listed), work, said))
    if found:
        raise RunError(_said(found))


def _pages(work: Path) -> dict[str, str]:
    """Return the finished pages of a month and what its executed notebooks show, marked up."""
    found = {path: path.read_text(encoding="utf-8") for path in sorted(work.rglob("*.html"))}
    found |= {path: scanning.shown(notebooks.read(path)) for path in sorted(work.rglob("*.ipynb"))}
    return {str(path.relative_to(work)): page for path, page in found.items()}


def _texts(pages: Pieces) -> set[str]:
    return {piece.text for pieces in pages.values() for piece in pieces}


def _reaching(texts: set[str], allowed: Sequence[str]) -> Found:
    """Return the texts that hold an address or a number, but for those that are allowed."""
    passes = [text.casefold() for text in allowed]
    found = {}
    for text in texts:
        held = [(MAIL, one) for one in scanning.addresses(text)]
        held += [(PHONE, one) for one in scanning.phones(text)]
        found[text] = [
            (kind, one)
            for kind, one in held
            if not any(passing in one.casefold() for passing in passes)
        ]
    return found


def _naming(
    look: Callable[[pl.Series, set[str]], dict[str, list[str]]],
    names: pl.Series, texts: set[str], work: Path, said: Sequence[str],
) -> Found:  # fmt: skip
    """Return the texts that name somebody, but for what the report says in any case."""
    found = look(names, texts)
    if not found:
        return {}
    public = look(names, {*naming.public(work / "inputs"), *said})
    harmless = {one for held in public.values() for one in held}
    return {
        text: [(NAME, one) for one in held if one not in harmless] for text, held in found.items()
    }


def _hits(pages: Pieces, found: Found) -> list[Hit]:
    return [
        Hit(kind=kind, found=one, page=page, near=piece.near)
        for page, pieces in pages.items()
        for piece in pieces
        for kind, one in found.get(piece.text, ())
    ]


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
