"""How much of a customer's buying is looked at, and how much of it there must be."""

from dataclasses import dataclass

from segment import checks


@dataclass(frozen=True, kw_only=True)
class BehaviourRules:
    """Of how many purchase days in the last year a behaviour can be told, and of which families.

    Who bought on fewer than `fewest_purchases` days of the last 365 has no behaviour yet. The
    `most_families` that bring the most money are told apart, the others count together.
    """

    fewest_purchases: int = 3
    most_families: int = 8

    def __post_init__(self) -> None:
        checks.whole(self, "fewest_purchases", least=2)
        checks.whole(self, "most_families", least=1)
