"""The satisfaction survey: ticks into scores, remarks that contradict them, how sure a mean is.

`judge` scores each answer, `add` each customer, `by_indicator` the company.
"""

from segment.survey import words
from segment.survey.judging import judge
from segment.survey.rules import SurveyRules
from segment.survey.scoring import add, by_indicator

__all__ = ["SurveyRules", "add", "by_indicator", "judge", "words"]
