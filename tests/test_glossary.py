"""Every word of the columns and labels stands in the glossary, in both languages."""

import re
from pathlib import Path

import pytest

from segment import deals, exceptions, history
from segment.config import Settings
from segment.config.settings import self_named
from segment.schemes import (
    credit,
    levels,
    lifecycle,
    membership,
    needs,
    pareto,
    satisfaction,
    stars,
    triggers,
    value_groups,
    watch_list,
)
from segment.schemes.matrix import MatrixRules
from segment.text import phrases

GLOSSARY = Path(__file__).parents[1] / "GLOSSARY.md"
VOCABULARY = (
    "customer_id", "as_of", "horizon_days", "frequency", "recency", "T", "monetary_value",
    "p_alive", "expected_purchases", "expected_spend", "expected_revenue", "margin_rate",
    "cost_to_serve", "discount_rate_annual", "clv", "actual_value", "potential_value",
    "growth_potential", "p_growth", "share_of_wallet", "close_probability", "grade", "tier",
    "abc_class", "value_group", "lifecycle_state", "credit_grade", "membership_level",
    "satisfaction_band", "lookalike_group",
    "first_on", "last_on", "last_gap_days", "repeat_value", "revenue", "revenue_last_year",
    "revenue_year_before", "revenue_low", "revenue_high", "value_low", "value_high",
    "expected_growth", "is_on_watch", "rhythm_days", "silent_days", "key_class", "staff_id",
    "prospect_id", "outcome", "probability_low", "probability_high", "reasons",
    "priority", "money_at_stake", "due_on", "revenue_sd", "p_nothing", "purchases_last_year",
    "p_below_zero", "p_served", "cost_basis", "yearly_cost", "activity", "revenue_next_year",
    "evenness", "reorder_share", "web_days", "fashion_share", "quality_share", "lift",
    "pace", "likely_revenue", "is_kept", "overdue_amount", "dissatisfied_share",
    "points_balance", "points_expiring", "points_in_period", "level_until", "price_factor",
    "satisfaction", "shop_level", "trigger", "deal_state", "is_complaint",
    "expected_value", "value_if_won", "is_for_learning", "judged_grade", "place",
    "days_late", "credit_score", "disputed_share", "margin_last_year", "sales_change",
    "criterion", "known_share",
)  # fmt: skip
NINE = MatrixRules(share_floors=(0.6, 0.3), quantity_shares=(0.1, 0.3, 0.6))
NAMED = tuple(self_named(Settings()).values())
LABELS = {
    "tier": levels.LABELS,
    "abc_class": pareto.LABELS,
    "key_class": pareto.LABELS,
    "value_group": value_groups.LABELS,
    "lifecycle_state": lifecycle.LABELS,
    "grade": ("A", "B", "C", "D"),
    "star": stars.LABELS,
    "watch": watch_list.LABELS,
    "credit_grade": credit.LABELS,
    "arrears": credit.ARREARS,
    "matrix_cell": NINE.labels,
    "share_level": NINE.share_codes,
    "quantity_level": NINE.quantity_codes,
    **{rules.label: rules.labels for rules in NAMED},
    "need": needs.LABELS,
    "exception_state": exceptions.STATES,
    "membership_level": membership.LABELS,
    "satisfaction_band": satisfaction.LABELS,
    "trigger": triggers.LABELS,
    "deal_state": deals.STATES,
    "movement": ("came", "left", "up", "down"),
    "cause": history.CAUSES,
    "bridge": ("new", "up", "kept", "down", "lost"),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def entries() -> dict[str, list[str]]:
    """Each heading with the paragraphs below it."""
    _, *parts = re.split(r"^## ", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = [[one.strip() for one in part.strip().split("\n\n")] for part in parts]
    return {heading: paragraphs for heading, *paragraphs in found}


def by_word() -> dict[str, str]:
    """Each word of a heading with the whole text of its entry."""
    return {
        word: "\n".join([heading, *paragraphs])
        for heading, paragraphs in entries().items()
        for word in heading.split(" · ")[0].split(", ")
    }


def test_the_words_stand_in_alphabetical_order_and_once():
    headings = list(entries())

    assert headings == sorted(headings, key=lambda one: one.split(" · ")[0].casefold())
    assert len(by_word()) == sum(len(one.split(" · ")[0].split(", ")) for one in headings)


def test_each_entry_is_a_paragraph_in_english_and_one_in_chinese():
    for heading, paragraphs in entries().items():
        assert len(paragraphs) == 2, heading
        english, chinese = paragraphs
        assert CHINESE.search(chinese), heading
        assert not CHINESE.search(english), heading
        assert CHINESE.search(heading.split(" · ")[1]), heading


@pytest.mark.parametrize("column", VOCABULARY)
def test_every_column_of_the_vocabulary_has_an_entry(column):
    assert column in by_word()


CODES = [(label, code) for label, codes in LABELS.items() for code in codes]


@pytest.mark.parametrize(("label", "code"), CODES)
def test_every_label_code_has_an_entry_or_stands_in_that_of_its_label(label, code):
    words = by_word()

    assert code in words or f"`{code}`" in words[label]


@pytest.mark.parametrize(
    ("label", "code"), [one for one in CODES if "scheme.{}.{}".format(*one) in phrases("zh")]
)
def test_the_glossary_uses_the_words_of_the_report(label, code):
    words = by_word()
    entry = words.get(code, "") + words[label]

    for part in re.split(r"[（）]", phrases("zh")[f"scheme.{label}.{code}"]):
        assert part in entry
