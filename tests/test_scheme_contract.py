"""What every grading system promises, asked of each module that lies in `segment/schemes`."""

import dataclasses
import importlib
import math
import pkgutil
import random
from types import ModuleType
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import schemes
from segment.errors import ConfigError, DataError
from segment.schemes.credit import CreditRules
from segment.schemes.levels import LevelRules
from segment.schemes.lifecycle import LifecycleRules
from segment.schemes.lookalike import LookalikeRules
from segment.schemes.matrix import MatrixRules
from segment.schemes.membership import MembershipRules
from segment.schemes.needs import NeedRules
from segment.schemes.pareto import ParetoRules
from segment.schemes.scorecard import Criterion, ScorecardRules
from segment.schemes.stars import StarRules
from segment.schemes.value_groups import ValueGroupRules
from segment.schemes.watch_list import WatchRules
from segment.text import LANGUAGES, phrases

MODULES = [
    importlib.import_module(f"segment.schemes.{found.name}")
    for found in pkgutil.iter_modules(schemes.__path__)
]
# Beside its default rules a scheme is asked with the rules that take another way through it.
OTHER_WAYS = {
    "levels": [LevelRules(by="floors", floors=(80.0, 40.0, 0.0))],
    "pareto": [ParetoRules(by="heads", label="key_class", margin=0.0, grace_months=2)],
    "value_groups": [ValueGroupRules(mvc_by="money", mgc_by="growth_potential")],
    "lifecycle": [LifecycleRules(lost_p_alive=0.0)],
    "lookalike": [
        LookalikeRules(
            least_groups=1, most_groups=2, fewest_customers=2, margin=0.0, weights={"rate": 1.0}
        )
    ],
    "needs": [NeedRules(families={"quality": ("Shoes",)}, share=0.5, margin=0.0)],
    "membership": [MembershipRules(by="count", price_factors=(0.8, 0.85, 0.88, 0.9, 0.95))],
    "stars": [StarRules(share=1.0, near=0.01)],
    "matrix": [
        MatrixRules(
            share_floors=(0.6, 0.3), quantity_by="floors", quantity_floors=(300.0, 100.0),
            grace_months=1,
        ),
    ],
    "credit": [CreditRules(floors=(90.0, 50.0, 20.0), margin=0.0, grace_months=2)],
    "scorecard": [
        ScorecardRules(
            label="card_grade", labels=("A", "B", "C", "D", "E"), floors=(90.0, 70.0, 50.0, 30.0),
            criteria=(
                Criterion(name="outlook", column="card_outlook", weight=0.5, by="codes",
                          is_needed=True),
                Criterion(name="margin", column="margin_rate", weight=0.5, is_needed=True),
            ),
            most_lead=100.0, least_known_share=1.0,
        ),
    ],
    "watch_list": [WatchRules(key={"abc_class": ("C",)}, look_chance=0.5)],
}  # fmt: skip
# One customer a row, the first a regular one. A scheme that reads a new column adds it here.
COLUMNS: dict[str, list[Any]] = {
    "customer_id": ["a", "b", "c", "d", "e"],
    "actual_value": [90.0, 40.0, 40.0, -5.0, 0.0],
    "growth_potential": [10.0, 20.0, 0.0, 5.0, 7.0],
    "expected_growth": [5.0, 15.0, 0.0, 1.0, 2.0],
    "value_high": [120.0, 50.0, 40.0, -1.0, 8.0],
    "revenue_last_year": [500.0, 200.0, 200.0, 0.0, -10.0],
    "frequency": [9, 3, 0, 1, 0],
    "recency": [270, 300, 0, 30, 0],
    "T": [280, 330, 20, 400, 700],
    "last_gap_days": [30, 200, None, 30, None],
    "p_alive": [0.99, 0.9, 0.8, 0.05, 0.2],
    "abc_class": ["C", "B", "A", "C", "C"],
    "value_group": ["core", "MGC", "MVC", "core", "BZC"],
    "likely_revenue": [450.0, 300.0, 900.0, 20.0, 0.0],
    "share_of_wallet": [0.9, 0.4, 0.5, 0.0, 0.2],
    "expected_revenue": [450.0, 210.0, 900.0, 20.0, 0.0],
    "credit_score": [88.0, 75.0, 64.9, 12.0, 50.0],
    "margin_last_year": [125.0, 20.0, 60.0, 0.0, -1.0],
    "margin_rate": [0.25, 0.1, 0.3, 0.2, 0.07],
    "card_outlook": ["A", "C", "B", "E", "D"],
    "silence_chance": [0.3, 0.0005, 0.005, 1.0, 0.9],
    "silence_chance_before": [1.0, 1.0, 1.0, 1.0, 1.0],
    "revenue_lately": [100.0, 0.0, 20.0, 5.0, 0.0],
    "drop_chance": [0.4, 1.0, 0.0001, 1.0, 1.0],
    "fashion_share": [0.6, 0.5, 0.1, 0.0, 0.3],
    "quality_share": [0.3, 0.5, 0.45, 0.0, 0.7],
    "purchases_a_year": [12.0, 3.0, 30.0, 4.0, 6.0],
    "spend_a_purchase": [40.0, 70.0, 12.0, 0.0, 300.0],
    "products_a_purchase": [1.0, 3.5, 2.0, 1.0, 9.0],
    "evenness": [0.9, 0.5, 0.6, 0.3, 0.5],
    "refund_share": [0.0, 0.1, 0.0, 1.0, 0.02],
    "quarter_1_share": [0.25, 0.1, 0.4, 0.0, 0.2],
    "quarter_2_share": [0.25, 0.3, 0.3, 0.0, 0.2],
    "quarter_3_share": [0.25, 0.3, 0.2, 0.1, 0.2],
    "quarter_4_share": [0.25, 0.3, 0.1, 0.9, 0.4],
    "points_in_period": [12_000.0, 3000.0, 999.0, 0.0, -5.0],
    "purchases_in_period": [9, 3, 1, 0, 0],
    "satisfaction": [95.0, 70.0, 60.0, 30.0, 20.0],
    "n_answers": [14, 14, 5, 28, 9],
    "baskets_unpaid": [1, 0, 0, 0, 0],
    "favourites_long": [2, 1, 0, 0, 0],
    "products_viewed": [0, 1, 1, 0, 0],
}
NONSENSE = {
    bool: ["yes", 1],
    float: (math.nan, -1.0, "0.5"), int: (-1, True), str: ("", 3), dict: ({}, {"abc_class": ()}, 3),
}  # fmt: skip


def name_of(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[-1]


def rules_of(module: ModuleType) -> type:
    own = [
        kind
        for name, kind in vars(module).items()
        if name.endswith("Rules") and kind.__module__ == module.__name__
    ]
    assert len(own) == 1, f"{module.__name__} holds one <Name>Rules, not {len(own)}"
    return own[0]


def ways() -> list[Any]:
    return [
        pytest.param(module, rules, id=f"{name_of(module)}{number}")
        for module in MODULES
        for number, rules in enumerate([rules_of(module)(), *OTHER_WAYS.get(name_of(module), [])])
    ]


def customers(module: ModuleType, rules: object) -> pl.DataFrame:
    unknown = set(module.needs(rules)) - COLUMNS.keys()
    assert not unknown, f"add {unknown} to COLUMNS of this test"
    return pl.DataFrame({name: COLUMNS[name] for name in ("customer_id", *module.needs(rules))})


each_scheme = pytest.mark.parametrize("module", MODULES, ids=name_of)
each_way = pytest.mark.parametrize(("module", "rules"), ways())
each_way_with_lines = pytest.mark.parametrize(
    ("module", "rules"), [way for way in ways() if hasattr(way.values[0], "lines")]
)


def test_there_are_schemes_to_ask():
    assert {"levels", "lifecycle", "pareto", "value_groups"} <= {name_of(one) for one in MODULES}


@each_scheme
def test_rules_are_frozen_and_given_by_name(module):
    kind = rules_of(module)
    first = dataclasses.fields(kind)[0].name

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(kind(), first, None)
    with pytest.raises(TypeError):
        kind(getattr(kind(), first))


@each_scheme
def test_rules_refuse_nonsense_and_name_the_field(module):
    for field in dataclasses.fields(rules_of(module)):
        is_list = isinstance(field.default, tuple)
        is_made = field.default is dataclasses.MISSING
        default = field.default_factory() if is_made else field.default  # type: ignore[misc]
        values = [(math.nan,), ("",)] if is_list else NONSENSE[type(default)]
        for value in values:
            with pytest.raises(ConfigError, match=rf"\b{field.name}\b.*\.$"):
                rules_of(module)(**{field.name: value})


@each_way
def test_a_scheme_only_adds_and_the_label_is_last_and_an_enum(module, rules):
    frame = customers(module, rules)

    labelled = module.assign(frame, rules)

    assert labelled.select(frame.columns).equals(frame)
    assert labelled.width > frame.width
    assert isinstance(labelled.dtypes[-1], pl.Enum)
    assert labelled[labelled.columns[-1]].null_count() == 0


@each_way
def test_twice_equals_once(module, rules):
    once = module.assign(customers(module, rules), rules)

    assert module.assign(once, rules).equals(once)


@each_way
def test_empty_in_empty_out_with_the_same_schema(module, rules):
    frame = customers(module, rules)

    assert module.assign(frame.clear(), rules).schema == module.assign(frame, rules).schema
    assert module.assign(frame.clear(), rules).is_empty()


@each_way
def test_null_in_null_label_out_for_that_row_alone(module, rules):
    frame = customers(module, rules)
    is_first = pl.int_range(pl.len()) == 0

    for column in module.needs(rules):
        holed = frame.with_columns(pl.when(~is_first).then(column).alias(column))
        labels = module.assign(holed, rules).to_series(-1)
        assert labels.is_null().to_list() == [True, False, False, False, False], column


@each_way
def test_missing_columns_are_named(module, rules):
    frame = customers(module, rules)

    for column in module.needs(rules):
        with pytest.raises(DataError, match=rf"{name_of(module)} needs the column {column}\b"):
            module.assign(frame.drop(column), rules)


@each_way
def test_text_where_a_number_is_meant_is_named(module, rules):
    frame = customers(module, rules)

    for column in module.needs(rules):
        if frame.schema[column].is_numeric():
            with pytest.raises(DataError, match=rf"numbers in the column {column}\b"):
                module.assign(frame.cast({column: pl.String}), rules)


@each_way
def test_the_order_of_the_rows_does_not_matter(module, rules):
    frame = customers(module, rules)
    order = random.Random(7).sample(range(frame.height), frame.height)

    assert module.assign(frame[order], rules).equals(module.assign(frame, rules)[order])


@each_way
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_is_one_line_with_its_numbers(module, rules, language):
    sentence = module.describe(rules, language)

    assert "\n" not in sentence
    assert any(letter.isdigit() for letter in sentence)
    assert sentence.endswith((".", "。"))


@each_way
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_its_word(module, rules, language):
    label, kind = list(module.assign(customers(module, rules), rules).schema.items())[-1]

    for code in kind.categories:
        assert f"scheme.{label}.{code}" in phrases(language)


numbers = st.none() | st.floats() | st.integers(-3, 3).map(float)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(*[numbers] * len(COLUMNS)), max_size=6))
@each_way
def test_any_numbers_give_a_label_or_null_and_twice_equals_once(module, rules, rows):
    needs = module.needs(rules)
    frame = pl.DataFrame(
        [row[: len(needs)] for row in rows], schema=dict.fromkeys(needs, pl.Float64), orient="row"
    )

    labelled = module.assign(frame, rules)

    assert labelled.height == frame.height
    assert module.assign(labelled, rules).equals(labelled)


# --------------------------------------------------------------- schemes that cut at lines


def test_there_are_schemes_with_lines_to_ask():
    with_lines = {name_of(module) for module in MODULES if hasattr(module, "lines")}

    assert {"levels", "pareto", "value_groups"} <= with_lines


@each_way_with_lines
def test_lines_say_what_is_earned_from_which_value_of_which_column(module, rules):
    frame = customers(module, rules)

    lines = module.lines(frame, rules)

    label, kind = list(module.assign(frame, rules).schema.items())[-1]
    assert lines.schema == {
        "label": pl.String, "code": pl.String, "column": pl.String, "at": pl.Float64,
    }  # fmt: skip
    assert set(lines["label"]) == {label}
    assert set(lines["code"]) < set(kind.categories)
    assert set(lines["column"]) <= set(frame.columns)


@each_way_with_lines
def test_without_a_month_before_the_label_is_what_the_lines_say(module, rules):
    labelled = module.assign(customers(module, rules), rules)
    label = labelled.columns[-1]

    assert labelled[label].equals(labelled[f"{label}_by_line"])


@each_way_with_lines
def test_customers_of_the_month_before_neither_come_nor_change_the_order(module, rules):
    frame = customers(module, rules)
    before = module.assign(frame, rules)
    others = before.with_columns(customer_id="other " + pl.col("customer_id"))

    labelled = module.assign(frame, rules, pl.concat([others, before[::-1]]))

    assert labelled.equals(before)


@each_way_with_lines
def test_a_month_before_without_customer_id_is_named(module, rules):
    frame = customers(module, rules)
    before = module.assign(frame, rules)

    with pytest.raises(DataError, match="needs the column customer_id"):
        module.assign(frame, rules, before.drop("customer_id"))


@each_way_with_lines
def test_lines_of_another_rule_leave_the_label_unknown(module, rules):
    frame = customers(module, rules)
    other = module.lines(frame, rules).with_columns(column=pl.lit("another"))

    assert module.assign(frame, rules, lines=other).to_series(-1).null_count() == frame.height


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(*[numbers] * len(COLUMNS)), max_size=6))
@each_way_with_lines
def test_any_month_again_changes_nothing_and_its_own_lines_are_its_lines(module, rules, rows):
    needs = module.needs(rules)
    frame = pl.DataFrame(
        [row[: len(needs)] for row in rows], schema=dict.fromkeys(needs, pl.Float64), orient="row"
    ).with_row_index("customer_id")

    labelled = module.assign(frame, rules)

    assert module.assign(frame, rules, labelled).equals(labelled)
    assert module.assign(frame, rules, lines=module.lines(frame, rules)).equals(labelled)
