"""The folder of one run: what the door let in, what each notebook made, for the next to read.

`prepare` writes the inputs into the folder, and `open` gives a notebook its run. A notebook opened
alone in JupyterLab has no folder given: it gets `reports/.lab`, filled anew from the raw tables.
"""

from segment.workspace.folder import LAB, PLACES, Run, open, place, prepare
from segment.workspace.identities import (
    about_codes,
    for_lists,
    masked,
    with_names,
    without_remarks,
)
from segment.workspace.reading import (
    absent,
    account,
    notes,
    rejected,
    table,
    with_customers,
    with_owners,
)
from segment.workspace.results import (
    FINISHED_MIME,
    Finished,
    corrected,
    finished,
    headline,
    last_month,
    past,
    result,
    save,
    save_files,
    uncorrected,
)

__all__ = [
    "FINISHED_MIME", "LAB", "PLACES", "Finished", "Run", "about_codes", "absent", "account",
    "corrected", "finished", "for_lists", "headline", "last_month", "masked", "notes", "open",
    "past", "place", "prepare", "rejected", "result", "save", "save_files", "table", "uncorrected",
    "with_customers", "with_names", "with_owners", "without_remarks",
]  # fmt: skip
