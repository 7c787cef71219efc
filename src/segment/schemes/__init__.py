"""Grading systems, one module each: a customer in, a label out, and the rule in words.

Each module holds `<Name>Rules`, frozen, which refuse nonsense; `needs(rules)`, the columns it
reads; `assign(frame, rules)`, which adds its columns, the label last as an Enum, best first; and
`describe(rules, language)`, the rule in one line with its numbers.

A scheme that cuts values at lines also has `lines(frame, rules)`, and its `assign` takes last
month's frame, whose labels stay within a margin, and other lines than the frame's own. Lifecycle
has neither: silence must show at once. `tests/test_scheme_contract.py` asks the same promises of
all of them.
"""
