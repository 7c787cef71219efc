"""How far a line must be passed before a label changes, in words."""

from segment.text import as_written, phrase, share_as_written


def with_margin(rule: str, margin: float, grace_months: int, language: str) -> str:
    """Return a rule in words with its margin and its grace, where it has them.

    Raises:
        ConfigError: There is no such language.
    """
    if margin > 0:
        share = share_as_written(margin, language)
        rule = phrase("scheme.cuts.margin", language, rule=rule, margin=share)
    if grace_months > 0:
        months = as_written(grace_months, language)
        rule = phrase("scheme.cuts.grace", language, rule=rule, months=months)
    return rule
