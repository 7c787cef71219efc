"""Signs of a change at a customer, each with the chance that it is no change at all.

`add` reads whatever tables are there: silence and a drop of purchases are told by transactions,
returns too; complaints by invoices, costs and the survey; late payment by invoices. What a sign
means, and at whom it matters, is for `schemes.watch_list` to say.
"""

from segment.signals import words
from segment.signals.adding import add
from segment.signals.rules import SignalRules

__all__ = ["SignalRules", "add", "words"]
