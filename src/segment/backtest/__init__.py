"""How far off the forecast would have been, had it been made on earlier days.

`plan` finds the days, `replay` makes the forecast again on each and lays what happened beside it,
`measure` says how far off it was, `choose` takes the model that came closest. Naive rules are
measured beside the models, and `words` says where one of them wins.
"""

from segment.backtest import words
from segment.backtest.judging import Win, beside, choose, overall, past_miss, wins
from segment.backtest.measures import gini, measure, tenths
from segment.backtest.origins import Plan, plan
from segment.backtest.replay import replay
from segment.backtest.rules import BacktestRules

__all__ = [
    "BacktestRules",
    "Plan",
    "Win",
    "beside",
    "choose",
    "gini",
    "measure",
    "overall",
    "past_miss",
    "plan",
    "replay",
    "tenths",
    "wins",
    "words",
]
