"""What a customer will likely bring: purchases times spend, with a range and discounted.

`fit` learns the clock and the two models from a history, `predict` adds the forecast to customers,
`forecast` does both from transactions; `total` adds up groups. The range is that of the outcome,
not of its mean.
Source: Fader & Hardie 2005 ("RFM and CLV: using iso-value curves"); discounting by the day.
"""

from segment.clv import words
from segment.clv.fitting import ClvModel, fit, on_the_clock, refit
from segment.clv.prediction import expected, forecast, may_buy, predict
from segment.clv.rules import ClvRules
from segment.clv.totals import total

__all__ = [
    "ClvModel", "ClvRules", "expected", "fit", "forecast", "may_buy", "on_the_clock", "predict",
    "refit", "total", "words",
]  # fmt: skip
