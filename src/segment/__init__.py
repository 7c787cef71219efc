"""Customer value, growth and grading, from raw tables to a monthly report.

The modules are the shelf: `segment.summary`, `clv`, `value`, `growth`, `schemes`, … hold small
verbs, frame in and frame out. `forecast` is the one that most scripts need.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segment.clv import ClvRules, forecast

__all__ = ["ClvRules", "__version__", "forecast"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import what scripts need when they ask for it: the command line's help needs none of it.

    Raises:
        AttributeError: The package has no such name.
    """
    if name not in ("ClvRules", "forecast"):
        raise AttributeError(f"module 'segment' has no attribute '{name}'")
    from segment import clv  # noqa: PLC0415 (importing it takes seconds)

    return getattr(clv, name)
