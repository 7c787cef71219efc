"""How likely a prospect closes, graded A to D where that can be believed.

`fit` learns from won, lost and open leads what is known at the end of a day, leaves out fields
that know the outcome, judges itself on later leads and abstains where it cannot be told from
guessing; `undeclared` are the fields of which nobody has said when they become known. `predict`
adds the chance with its interval, the grade and the reasons; `add_value` what a lead is worth,
`add_grade` the grade in the way that the rules say. `goodness` and `following` tell how good the
grades are, `words` and `sentences` tell all of it to readers.
"""

from segment.prospects import following, goodness, judgement, sentences, words
from segment.prospects.fitting import fit
from segment.prospects.grades import GradeRules
from segment.prospects.grading import predict
from segment.prospects.judgement import add_judgement
from segment.prospects.model import Abstention, Model, Quality
from segment.prospects.rules import GRADES, ProspectRules
from segment.prospects.undeclared import undeclared
from segment.prospects.ways import add_grade
from segment.prospects.worklist import worklist
from segment.prospects.worth import add_value

__all__ = [
    "GRADES",
    "Abstention",
    "GradeRules",
    "Model",
    "ProspectRules",
    "Quality",
    "add_grade",
    "add_judgement",
    "add_value",
    "fit",
    "following",
    "goodness",
    "judgement",
    "predict",
    "sentences",
    "undeclared",
    "words",
    "worklist",
]
