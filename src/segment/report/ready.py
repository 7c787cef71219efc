"""What notebooks import, imported: the process that kernels are forked from loads this module.

Nothing is done here but importing; a thread begun before the fork would be missing after it.
"""

import importlib
import pkgutil

import segment

WITH = ("ipykernel.kernelapp", "ipykernel.ipkernel", "matplotlib.pyplot", "great_tables")
NOT_FOR_NOTEBOOKS = ("segment.cli", "segment.report", "segment.sample")

for name in (
    *WITH,
    *(it.name for it in pkgutil.walk_packages(segment.__path__, "segment.")),
):
    if not name.startswith(NOT_FOR_NOTEBOOKS):
        importlib.import_module(name)
