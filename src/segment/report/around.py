"""What stands around the cells of a page: period, status, ways to the other pages, run card."""

import datetime as dt
from collections.abc import Mapping, Sequence

from segment.report import card as run_cards
from segment.report import notebooks, render
from segment.report.card import RunCard
from segment.report.months import name as month_name
from segment.report.months import parse
from segment.report.render import Around, Link
from segment.text import day, month, number, phrase, word

SHOWN_DIGITS = 16  # of a SHA-256; enough to tell two files apart, and still fits a line
MANAGERS_FIRST = (
    notebooks.FRONT,
    *(name for name in notebooks.NAMES if name != notebooks.FRONT),
)


def around(
    card: RunCard, language: str, name: str, published: Mapping[str, Sequence[str]]
) -> Around:
    """Return what stands around the page `name` of a month in a language.

    `published` are all the months, each with the languages of its pages, its own first.
    """
    previous, following = neighbours(card.month, list(published))
    return Around(
        company=card.company,
        language=language,
        month=month_words(card.month, language),
        status=card.status,
        status_words=phrase(f"report.status.{card.status}", language),
        counted=counted(card.as_of, language),
        pages=[
            Link(label=page_words(page, language), href="" if page == name else f"{page}.html")
            for page in MANAGERS_FIRST
        ],
        languages=[
            Link(
                label=phrase("report.page_words.this_language", other),
                href="" if other == language else f"../{other}/{name}.html",
                language=other,
            )
            for other in card.languages
        ],
        previous=_to(previous, name, language, published),
        next=_to(following, name, language, published),
        made=made(card, language),
        signature=phrase("report.signature", language, code=card.code),
    )


def neighbours(month: str, published: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the published months just before and just after `month`."""
    before = [other for other in published if parse(other) < parse(month)]
    after = [other for other in published if parse(other) > parse(month)]
    return max(before, key=parse, default=None), min(after, key=parse, default=None)


def months_nav(month: str, language: str, name: str, published: Mapping[str, Sequence[str]]) -> str:
    """Return the part of a page that leads to the other months."""
    previous, following = neighbours(month, list(published))
    links = {
        "previous": _to(previous, name, language, published),
        "next": _to(following, name, language, published),
    }
    return render.fill("months.html.j2", language, page=links).strip()


def _to(
    other: str | None, name: str, language: str, published: Mapping[str, Sequence[str]]
) -> Link | None:
    """Lead to the same page of another month, in its own language where it lacks this one."""
    if other is None:
        return None
    there = published[other]
    place = run_cards.page(other, language if language in there else there[0], name)
    return Link(label=month_words(other, language), href=f"../../{place}")


def month_words(name: str, language: str) -> str:
    """Return a month as its reader writes it; a report about another day carries the day."""
    as_of = parse(name)
    is_whole = month_name(as_of) == name and len(name) == len("2026-10")
    return month(as_of, language) if is_whole else day(as_of, language)


def page_words(name: str, language: str) -> str:
    """Return what the page of a notebook is called."""
    return phrase(f"report.page.{name}", language)


def counted(as_of: str, language: str) -> str:
    """Return the sentence about the last day that a report counts."""
    return phrase("report.counted", language, day=day(dt.date.fromisoformat(as_of), language))


def made(card: RunCard, language: str) -> str:
    """Return the run card as the foot of a page shows it."""

    def words(key: str) -> str:
        return phrase(f"report.made.{key}", language)

    config = card.config
    facts = [
        (words("as_of"), card.as_of),
        (words("language"), language),
        (words("config"), _file(config.name, config.sha256) if config else words("defaults")),
        (words("code"), card.code),
        (words("versions"), ", ".join(f"{name} {it}" for name, it in card.versions.items())),
    ]
    if card.lock:
        facts.insert(4, (words("lock"), _file(card.lock.name, card.lock.sha256)))
    counts = ("n_in", "n_accepted", "n_set_aside", "n_excluded", "n_later")
    tables = [
        {
            "title": words("rows"),
            "numbers": True,
            "header": [words("table"), *(words(name) for name in counts)],
            "rows": [
                [
                    word("table", row["table"], language),
                    *(number(row[name], language) for name in counts),
                ]
                for row in card.account
            ],
        },
        {
            "title": words("inputs"),
            "numbers": False,
            "header": [words("file"), words("size"), words("sha256")],
            "rows": [
                [file.name, number(file.size, language), file.sha256[:SHOWN_DIGITS]]
                for file in card.inputs
            ],
        },
    ]
    return render.fill("made.html.j2", language, facts=facts, tables=tables)


def _file(name: str, sha256: str) -> str:
    return f"{name} ({sha256[:SHOWN_DIGITS]})"
