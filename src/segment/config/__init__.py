"""segment.toml: what the words mean, read once into frozen rules.

Each section belongs to the module of its rules and is checked by it; an unknown section or key
is refused with the nearest known name. Paths in the file are relative to the file.
"""

from segment.config.effective import effective
from segment.config.reading import FILE_NAME, find, load
from segment.config.settings import RULES, Settings, scored

__all__ = ["FILE_NAME", "RULES", "Settings", "effective", "find", "load", "scored"]
