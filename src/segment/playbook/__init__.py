"""What to do for whom: a strategy for every label, and one action for each customer worth one.

Effort follows value: it is neither spread evenly nor turned upside down. A play says on which
labels it is called for, by when, and which money is at stake; of several plays that fit a
customer the first is played. Whether a below-zero customer is let go is a person's decision,
so that play proposes it; who is kept on purpose is left in peace until the exception ends.
"""

from segment.playbook import following
from segment.playbook.acting import actions, in_words, summed
from segment.playbook.following import followed
from segment.playbook.plays import USUAL_PLAYS, Play, PlaybookRules
from segment.playbook.strategy import strategy

__all__ = [
    "USUAL_PLAYS", "Play", "PlaybookRules", "actions", "followed", "following", "in_words",
    "strategy", "summed",
]  # fmt: skip
