"""A passport for every label: value, line, reasons, what would change it, until when it holds.

`issue` makes them as a frame, one row a customer and label, with numbers and codes; `in_words`
adds the sentences for those that are shown or asked for; `show` prints one customer's; `cards`
opens them from the labels of a table, and `rule_cards` the rules from labels alone.
"""

from segment.passports.cards import cards, rule_cards, show
from segment.passports.issuing import issue, issue_grades
from segment.passports.kind import Kind, by_rule, grade, kinds, lines, there
from segment.passports.versions import changed, of_parameters, of_scorecard
from segment.passports.words import in_words

__all__ = [
    "Kind",
    "by_rule",
    "cards",
    "changed",
    "grade",
    "in_words",
    "issue",
    "issue_grades",
    "kinds",
    "lines",
    "of_parameters",
    "of_scorecard",
    "rule_cards",
    "show",
    "there",
]
