"""What notebooks import, imported: the process that kernels are forked from loads this module.

Nothing is done here but importing; a thread begun before the fork would be missing after it.
"""

import gc
import importlib
import pkgutil

import segment

WITH = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "great_tables", "matplotlib.pyplot",
    "matplotlib.backends.backend_svg", "rich.progress", "sklearn.cluster", "sklearn.ensemble",
    "sklearn.isotonic", "sklearn.linear_model", "sklearn.metrics", "sklearn.pipeline",
    "sklearn.preprocessing",
)  # fmt: skip
NOT_FOR_NOTEBOOKS = ("segment.cli", "segment.report", "segment.sample")

for name in (
    *WITH,
    *(it.name for it in pkgutil.walk_packages(segment.__path__, "segment.")),
):
    if not name.startswith(NOT_FOR_NOTEBOOKS):
        importlib.import_module(name)

# What lifetimes changes on its import is put back.
importlib.import_module("segment.estimator").fitted(lambda lifetimes: lifetimes)

gc.freeze()  # what every kernel shares need not be looked through in each
