"""Cutting customers at lines: where a line falls, and who passes it, this month and next.

A line is a value. One passes it by reaching it; whoever had a label a month ago keeps it until the
line is missed or passed by more than a margin. Lines are found by shares or given as floors.
"""

from segment.cuts.exact import LARGEST, MILLION, amounts, exact, require_numbers
from segment.cuts.labels import LastMonth, labelled, last_month, named, settle
from segment.cuts.lines import (
    by_floors,
    by_heads,
    by_money,
    head_lines,
    line_frame,
    money_lines,
    read_lines,
    whole_share,
)
from segment.cuts.passing import Band, band, passes, place, points
from segment.cuts.words import with_margin

__all__ = [
    "LARGEST",
    "MILLION",
    "Band",
    "LastMonth",
    "amounts",
    "band",
    "by_floors",
    "by_heads",
    "by_money",
    "exact",
    "head_lines",
    "labelled",
    "last_month",
    "line_frame",
    "money_lines",
    "named",
    "passes",
    "place",
    "points",
    "read_lines",
    "require_numbers",
    "settle",
    "whole_share",
    "with_margin",
]
