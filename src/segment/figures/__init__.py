"""Frame to figure: one message each, drawn as SVG whose text stays text."""

from segment.figures.bars import group_shares, months, seasons, tenths
from segment.figures.closing import calibration, closing_rates, lift
from segment.figures.curves import concentration, reliability
from segment.figures.drawing import Chart

__all__ = [
    "Chart",
    "calibration",
    "closing_rates",
    "concentration",
    "group_shares",
    "lift",
    "months",
    "reliability",
    "seasons",
    "tenths",
]
