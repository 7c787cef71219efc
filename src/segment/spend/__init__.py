"""What a purchase will bring: the gamma-gamma model, fitted by lifetimes.

Purchases of a customer are gamma(p, nu) and customers differ in nu ~ gamma(q, gamma), so that a
customer's own mean is drawn towards everybody's, the more the fewer purchases are behind it.
Source: Fader & Hardie, note 025 (2013).
"""

from segment.spend.evidence import Evidence, Record, evidence, repeat_record
from segment.spend.fitting import fit
from segment.spend.model import SpendModel, expected, sampled, scaled

__all__ = [
    "Evidence",
    "Record",
    "SpendModel",
    "evidence",
    "expected",
    "fit",
    "repeat_record",
    "sampled",
    "scaled",
]
