"""Cross-sell: what customers alike buy and this one does not, if that beats what everybody buys.

`judge` tries each way of recommending on the last months, beside the most popular products;
`offers` makes the list of today by the way that won, or nothing where none did; `favourites` says
what each look-alike group buys more than others, and `words` how the list fared.
"""

from segment.crosssell import words
from segment.crosssell.judging import Verdict, judge
from segment.crosssell.offering import favourites, offers
from segment.crosssell.rules import CrossSellRules

__all__ = ["CrossSellRules", "Verdict", "favourites", "judge", "offers", "words"]
