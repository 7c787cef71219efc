"""Fashion, quality, ordinary: told by what is bought, once the families are declared."""

import polars as pl
import pytest

from alike import AS_OF, bought, customers
from segment.errors import ConfigError
from segment.schemes import needs
from segment.schemes.needs import NeedRules
from segment.text import LANGUAGES

FAMILIES = {"fashion": ("Scarves", "Hats"), "quality": ("Coats",)}
RULES = NeedRules(families=FAMILIES, share=0.40, margin=0.20)


def frame(*shares: tuple[float | None, float | None]) -> pl.DataFrame:
    schema = {"fashion_share": pl.Float64, "quality_share": pl.Float64}
    return pl.DataFrame(list(shares), schema=schema, orient="row").with_columns(
        customer_id=pl.int_range(pl.len()).cast(pl.String)
    )


def told(
    *shares: tuple[float | None, float | None], before: pl.DataFrame | None = None
) -> list[str | None]:
    return needs.assign(frame(*shares), RULES, before)["need"].to_list()


def shares(*rows: tuple[str, int, float, str | None, str | None], **more: object) -> list[tuple]:
    lines = bought(*rows)
    rules = more.pop("rules", RULES)
    measured = needs.measure(customers(lines), lines, AS_OF, rules, **more)
    return measured.select("fashion_share", "quality_share").rows()


def test_just_on_the_line_earns_the_label():
    assert told((0.40, 0.0), (0.399999, 0.0), (0.0, 0.40)) == ["fashion", "ordinary", "quality"]


def test_of_two_kinds_the_larger_counts_and_fashion_of_equal_ones():
    assert told((0.5, 0.45), (0.45, 0.5), (0.5, 0.5)) == ["fashion", "quality", "fashion"]


def test_an_unknown_share_gives_no_label():
    assert told((None, 0.9), (0.9, None), (None, None)) == [None, None, None]


def test_last_months_label_stays_within_the_margin():
    before = needs.assign(frame((0.5, 0.0), (0.1, 0.5), (0.1, 0.1)), RULES)

    # a fifth below the line one stays, a fifth above it one enters
    assert told((0.32, 0.0), (0.0, 0.32), (0.47, 0.0), before=before) == [
        "fashion", "quality", "ordinary",
    ]  # fmt: skip
    assert told((0.31, 0.0), (0.0, 0.31), (0.48, 0.0), before=before) == [
        "ordinary", "ordinary", "fashion",
    ]  # fmt: skip


def test_who_was_of_one_kind_is_of_the_other_once_that_is_larger_and_passed():
    before = needs.assign(frame((0.5, 0.1), (0.1, 0.5)), RULES)

    assert told((0.45, 0.47), (0.47, 0.45), before=before) == ["fashion", "quality"]
    assert told((0.45, 0.48), (0.48, 0.45), before=before) == ["quality", "fashion"]


def test_shares_are_of_the_money_of_a_year_that_has_a_family():
    rows = [
        ("a", 10, 30.0, None, "Scarves"),
        ("a", 364, 10.0, None, "Hats"),
        ("a", 365, 99.0, None, "Coats"),  # a year ago to the day
        ("a", 20, 40.0, None, "Coats"),
        ("a", 20, 20.0, None, "Socks"),
        ("a", 5, 500.0, None, None),  # of no known family
        ("a", 3, -20.0, None, "Coats"),  # a refund
    ]

    assert shares(*rows) == [(0.4, 0.4)]


def test_a_customer_without_a_known_family_in_the_year_is_unknown():
    rows = [("a", 10, 30.0, None, None), ("b", 500, 30.0, None, "Coats")]

    assert shares(*rows) == [(None, None), (None, None)]


def test_the_family_of_the_product_counts_before_that_of_the_line():
    products = pl.DataFrame({"product_id": ["p"], "family": ["Coats"]})

    assert shares(("a", 1, 5.0, "p", "Hats"), products=products) == [(0.0, 1.0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_declared_families_nobody_is_told_and_the_rule_says_so(language):
    rules = NeedRules()

    assert shares(("a", 1, 5.0, None, "Hats"), rules=rules) == [(None, None)]
    assert "[retail_needs]" in needs.describe(rules, language)
    assert "[retail_needs]" not in needs.describe(RULES, language)
    assert "Scarves" in needs.describe(RULES, language)


@pytest.mark.parametrize(
    ("families", "said"),
    [
        ({"fashions": ("Hats",)}, r"\(did you mean 'fashion'\?\)"),
        ({"fashion": ("Hats",), "quality": ("Hats",)}, "families names 'Hats' twice"),
        ({}, "families is {}"),
    ],
)
def test_a_family_is_of_one_kind_that_is_known(families, said):
    with pytest.raises(ConfigError, match=said):
        NeedRules(families=families)
