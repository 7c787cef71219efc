"""From five notebooks to a published month: bound, executed, gated, rendered, moved into place.

The order of the verbs is in `run`; everything that touches disk, clock or another process on the
way from the door to the page is in this package.
"""
