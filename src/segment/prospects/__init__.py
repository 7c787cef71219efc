"""How likely a prospect closes, graded A to D where that can be believed.

`fit` learns from won, lost and open leads what is known at the end of a day, leaves out fields
that know the outcome, judges itself on later leads and abstains where it cannot be told from
guessing. `predict` adds the chance with its interval, the grade and the reasons; `undeclared` is
the fields of which nobody has said when they become known. `words` tells them to readers.
"""

from segment.prospects import words
from segment.prospects.fitting import fit
from segment.prospects.grading import predict
from segment.prospects.model import Abstention, Model, Quality
from segment.prospects.rules import GRADES, ProspectRules
from segment.prospects.undeclared import undeclared
from segment.prospects.worklist import worklist

__all__ = [
    "GRADES",
    "Abstention",
    "Model",
    "ProspectRules",
    "Quality",
    "fit",
    "predict",
    "undeclared",
    "words",
    "worklist",
]
