"""What each label asks for: what to do, who does it, how often, how well, for how much."""

import polars as pl

from segment.playbook.plays import PlaybookRules
from segment.text import phrase, word

STRATEGY_WORDS = ("what", "who", "how_often", "service")


def strategy(
    label: str, codes: tuple[str, ...], language: str = "en", rules: PlaybookRules | None = None
) -> pl.DataFrame:
    """Return what a label asks for, one row a code, in words.

    Columns: code, name, what, who, how_often, service, and budget_share (0 to 1) where the rules
    have a budget for the label.

    Raises:
        ConfigError: There is no such language, or the playbook has nothing for a code.
    """
    shares = {} if rules is None else rules.budget.get(label, {})
    rows = [
        {"code": code, "name": word(f"scheme.{label}", code, language)}
        | {name: phrase(f"playbook.{label}.{code}.{name}", language) for name in STRATEGY_WORDS}
        | {"budget_share": shares.get(code)}
        for code in codes
    ]
    schema = dict.fromkeys(("code", "name", *STRATEGY_WORDS), pl.String)
    plan = pl.DataFrame(rows, schema=schema | {"budget_share": pl.Float64})
    return plan if shares else plan.drop("budget_share")
