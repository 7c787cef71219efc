"""Customer value, growth and grading, from raw tables to a monthly report.

The modules are the shelf: `segment.summary`, `clv`, `value`, `growth`, `schemes`, … hold small
verbs, frame in and frame out. `forecast` is the one that most scripts need.
"""

from segment.clv import ClvRules, forecast

__all__ = ["ClvRules", "__version__", "forecast"]
__version__ = "0.1.0"
