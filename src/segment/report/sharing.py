"""A card that several labels open stands on the page once: the later labels open the first one."""

import re

CARD = re.compile(
    r'<div (?=[^>]*class="passport")[^>]*?\bid="(?P<address>[^"]+)"[^>]*>(?P<text>.*?)'
    r'<button (?=[^>]*class="closes")[^>]*popovertarget="(?P=address)"[^>]*>[^<]*</button></div>',
    re.DOTALL,
)
TITLE = re.compile(r'aria-label="([^"]*)"')
TARGET = re.compile(r'popovertarget="([^"]+)"')


def once(body: str) -> str:
    """Return the cells of a page without the cards that say what an earlier one says."""
    addresses: dict[tuple[str, str], str] = {}
    instead: dict[str, str] = {}

    def first_only(card: re.Match[str]) -> str:
        said = TITLE.findall(card[0])[0], card["text"]
        kept = addresses.setdefault(said, card["address"])
        if kept == card["address"]:
            return card[0]
        instead[card["address"]] = kept
        return ""

    left = CARD.sub(first_only, body)
    return TARGET.sub(lambda it: f'popovertarget="{instead.get(it[1], it[1])}"', left)
