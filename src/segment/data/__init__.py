"""The door: raw files -> typed rows that keep the contract, and every other row with its reason.

`read` one table, `as_known` what was known on a day, `account` for every row and penny.
"""

from segment.data.account import account, by_reason
from segment.data.door import read
from segment.data.known import as_known
from segment.data.loaded import Loaded, Note
from segment.data.months import last_complete_month, last_day
from segment.data.rules import ExcludeRule, SourceRules

__all__ = [
    "ExcludeRule",
    "Loaded",
    "Note",
    "SourceRules",
    "account",
    "as_known",
    "by_reason",
    "last_complete_month",
    "last_day",
    "read",
]
