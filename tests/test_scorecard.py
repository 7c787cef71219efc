"""Weighted scores: points, what is missing, and that no single measure decides."""

import dataclasses

import polars as pl
import pytest

from segment import config
from segment.config import Settings
from segment.errors import ConfigError, DataError
from segment.schemes import scorecard
from segment.schemes.scorecard import Criterion, ScorecardRules

N_OTHERS = 98


def criterion(name: str, weight: float, **more: object) -> Criterion:
    return Criterion(name=name, column=name, weight=weight, **({"full_at": 100.0} | more))


def rules(*criteria: Criterion, **more: object) -> ScorecardRules:
    usual = {"label": "score", "labels": ("good", "poor"), "floors": (50.0,), "most_lead": 100.0}
    return ScorecardRules(criteria=criteria, **(usual | more))


PAIR = rules(criterion("a", 0.5), criterion("b", 0.5), least_known_share=0.6)
TRIPLE = rules(criterion("a", 0.5), criterion("b", 0.3), criterion("c", 0.2),
               least_known_share=0.7)  # fmt: skip


def scored(of: ScorecardRules, **columns: list[object]) -> pl.DataFrame:
    return scorecard.assign(pl.DataFrame(columns, strict=False), of)


# --------------------------------------------------------------- the two cases of the source


def company(**last: object) -> dict[str, object]:
    """The last of a hundred customers, among others of whom each buys more than the one before."""
    others = pl.DataFrame(
        {
            "credit_score": [80.0] * N_OTHERS,
            "revenue_last_year": [100.0 * (place + 1) for place in range(N_OTHERS)],
            "margin_last_year": [25.0 * (place + 1) for place in range(N_OTHERS)],
            "margin_rate": [0.25] * N_OTHERS,
            "card_outlook": [None] * N_OTHERS,
        },
        schema_overrides={"card_outlook": pl.String},
    )
    own = pl.DataFrame([last], schema=others.schema)
    return scorecard.assign(pl.concat([others, own]), ScorecardRules()).row(-1, named=True)


@pytest.mark.parametrize("outlook", [None, "A", "C"])
def test_a_perfect_payer_who_buys_little_is_not_of_high_value(outlook):
    row = company(credit_score=100.0, revenue_last_year=250.0, margin_last_year=75.0,
                  margin_rate=0.30, card_outlook=outlook)  # fmt: skip

    assert row["weighted_grade_credit_points"] == 100.0
    assert row["weighted_grade_amount_points"] < 5.0
    assert row["weighted_grade"] != "high"


@pytest.mark.parametrize("outlook", [None, "A"])
def test_a_big_buyer_of_thin_margin_goods_who_pays_late_is_not_of_high_value(outlook):
    row = company(credit_score=55.0, revenue_last_year=90_000.0, margin_last_year=4_500.0,
                  margin_rate=0.05, card_outlook=outlook)  # fmt: skip

    assert row["weighted_grade_amount_points"] == 100.0  # the most of all
    assert row["weighted_grade_profit_points"] == 100.0  # thin, but of much
    assert row["weighted_grade"] != "high"


def test_one_who_buys_much_at_a_good_margin_and_pays_in_time_is():
    row = company(credit_score=82.0, revenue_last_year=9_500.0, margin_last_year=2_400.0,
                  margin_rate=0.25, card_outlook="B")  # fmt: skip

    assert row["weighted_grade"] == "high"


@pytest.mark.parametrize(("credit", "label"), [(57.5, "high"), (57.4, "medium")])
def test_the_weakest_criterion_holds_the_score_back(credit, label):  # 25 points are 7.5 above 50
    row = company(credit_score=credit, revenue_last_year=90_000.0, margin_last_year=30_000.0,
                  margin_rate=0.33, card_outlook="A")  # fmt: skip

    assert row["weighted_grade"] == label


# --------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("none_at", "full_at", "value", "points"),
    [
        (0.0, 10.0, 5.0, 50.0), (0.0, 10.0, 12.0, 100.0), (0.0, 10.0, -1.0, 0.0),
        (0.5, 0.0, 0.1, 80.0), (0.5, 0.0, 0.6, 0.0), (0.5, 0.0, 0.0, 100.0),
    ],
)  # fmt: skip
def test_points_rise_in_proportion_whichever_end_is_the_larger(none_at, full_at, value, points):
    one = rules(criterion("a", 1.0, none_at=none_at, full_at=full_at))

    assert scored(one, a=[value])["score_a_points"].item() == points


def test_by_rank_points_are_the_share_of_customers_with_something_who_have_no_more():
    one = rules(criterion("a", 1.0, by="rank"))
    made = scored(one, a=[400.0, 300.0, 300.0, 100.0, 0.0, -5.0, None])

    assert made["score_a_points"].to_list() == [100.0, 75.0, 75.0, 25.0, 0.0, 0.0, None]


def test_by_codes_each_code_has_its_points_and_another_is_unknown():
    one = rules(criterion("a", 1.0, by="codes"))
    own = rules(criterion("a", 1.0, by="codes", codes={"yes": 100.0, "no": 10.0}))

    assert scored(one, a=["A", "C", "E", "F", None])["score_a_points"].to_list() == [
        100.0, 50.0, 0.0, None, None,
    ]  # fmt: skip
    assert scored(own, a=["yes", "no"])["score_a_points"].to_list() == [100.0, 10.0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_what_is_no_number_has_no_points(value):
    assert scored(TRIPLE, a=[value], b=[90.0], c=[90.0])["score_a_points"].item() is None


# --------------------------------------------------------------- what is missing


def test_the_weight_of_what_is_unknown_goes_to_the_rest_and_it_is_named():
    row = scored(TRIPLE, a=[80.0], b=[None], c=[10.0]).row(0, named=True)

    assert row["score_score"] == 60.0  # (0.5 * 80 + 0.2 * 10) / 0.7, where a zero would make 42
    assert (row["score_known_share"], row["score_missing"]) == (0.7, ["b"])
    assert row["score_b_points"] is None
    assert row["score_weakest"] == "c"
    assert row["score"] == "good"


def test_with_too_little_known_there_is_no_label_and_exactly_enough_is_enough():
    made = scored(TRIPLE, a=[80.0, 80.0, None], b=[None, None, 90.0], c=[None, 90.0, 90.0])

    assert made["score_known_share"].to_list() == [0.5, 0.7, 0.5]
    assert made["score"].to_list() == [None, "good", None]
    assert made["score_score"].to_list()[0] is None


def test_a_column_that_is_not_there_is_unknown_as_well():
    made = scored(TRIPLE, a=[80.0], c=[10.0])

    assert made["score_missing"].to_list() == [["b"]]
    assert made["score_score"].to_list() == [60.0]


def test_without_a_criterion_that_is_needed_there_is_no_label():
    needed = rules(criterion("a", 0.4, is_needed=True), criterion("b", 0.3), criterion("c", 0.3),
                   least_known_share=0.6)  # fmt: skip

    assert scored(needed, a=[None, 60.0], b=[90.0, None], c=[90.0, 90.0])["score"].to_list() == [
        None, "good",
    ]  # fmt: skip
    with pytest.raises(DataError, match=r"scorecard needs the column a\b"):
        scored(needed, b=[1.0], c=[1.0])


# --------------------------------------------------------------- labels


def test_a_score_exactly_on_a_floor_earns_the_better_label():
    made = scored(PAIR, a=[50.0, 49.9999, 30.0], b=[50.0, 50.0, 70.0])

    assert made["score"].to_list() == ["good", "poor", "good"]


def test_last_months_label_stays_within_the_margin():
    of = dataclasses.replace(PAIR, margin=0.1)
    who = {"customer_id": ["x", "y", "z"]}
    before = scored(of, **who, a=[50.0, 50.0, 40.0], b=[50.0, 50.0, 40.0])
    now = pl.DataFrame({**who, "a": [45.0, 44.9, 54.9], "b": [45.0, 44.9, 54.9]})

    made = scorecard.assign(now, of, before)

    assert made["score"].to_list() == ["good", "poor", "poor"]
    assert made["score_by_line"].to_list() == ["poor", "poor", "good"]


def test_lines_and_criteria_are_told():
    made = scored(TRIPLE, a=[80.0, 20.0], b=[None, 50.0], c=[10.0, 30.0])

    assert scorecard.score_lines(made, TRIPLE).rows() == [("score", "good", "score_score", 50.0)]
    assert scorecard.by_criterion(made, TRIPLE).rows() == [
        ("a", 0.5, 1.0, 50.0), ("b", 0.3, 0.5, 50.0), ("c", 0.2, 1.0, 20.0),
    ]  # fmt: skip


def test_missing_criteria_are_told_in_words():
    made = company(credit_score=None, revenue_last_year=10.0, margin_last_year=1.0,
                   margin_rate=0.1, card_outlook=None)  # fmt: skip
    frame = pl.DataFrame([made], schema_overrides={
        "weighted_grade_missing": pl.List(pl.Enum([one.name for one in ScorecardRules().criteria])),
    })  # fmt: skip

    told = scorecard.in_words(frame, ScorecardRules())["weighted_grade_missing"].item()

    assert told == "credit, development prospect (human judgement)"


# --------------------------------------------------------------- the sections that are shipped


@pytest.mark.parametrize("section", ["weighted", "card", "attitude", "loyalty", "performance"])
def test_no_single_criterion_of_a_section_makes_a_label(section):
    of = config.scored(Settings())[section]

    assert max(one.weight for one in of.criteria) < of.least_known_share


def card(*grades: str | None) -> str | None:
    of = Settings().card
    columns = {one.column: [grade] for one, grade in zip(of.criteria, grades, strict=True)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return scorecard.assign(frame, of)["card_grade"].item()


@pytest.mark.parametrize(
    ("grades", "overall"),
    [
        ("AAAAAAAA", "A"), ("BBBBBBBB", "B"), ("CCCCCCCC", "C"), ("DDDDDDDD", "D"),
        ("EEEEEEEE", "E"),
        ("AAAABBBB", "A"),  # 87.5, exactly between: the better one
        ("AAABBBBB", "B"),
        ("AAAAAAAE", "B"),  # one E bars A, though the mean is 87.5
        ("AAAAAAAD", "A"),
    ],
)  # fmt: skip
def test_the_card_has_the_grade_nearest_to_the_mean_and_no_e_in_an_a(grades, overall):
    assert card(*grades) == overall


def test_a_card_of_which_little_is_filled_in_has_no_grade():
    assert card("A", "A", "A", "A", None, None, None, None) is None
    assert card("A", "A", "A", "A", "A", None, None, None) == "A"


# --------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: rules(criterion("a", 0.5), criterion("b", 0.4), least_known_share=0.6),
         "weights of the criteria add to 0.9; they must add to 1"),
        (lambda: rules(criterion("a", 0.6), criterion("b", 0.4), least_known_share=0.6),
         "above the weight of 'a', 0.6, or that would decide alone"),
        (lambda: rules(criterion("a", 0.5), criterion("a", 0.5)), "each has a name of its own"),
        (lambda: criterion("a", 1.0, none_at=3.0, full_at=3.0), "of 'a' are both 3.0"),
        (lambda: criterion("a", 1.0, codes={"A": 120.0}), "codes of 'a' .* 0 to 100"),
        (lambda: criterion("a", 1.0, by="rang"), "did you mean 'range'"),
    ],
)  # fmt: skip
def test_weights_and_criteria_that_make_no_sense_are_refused(make, said):
    with pytest.raises(ConfigError, match=said):
        make()


def test_a_section_that_is_given_in_part_keeps_its_other_defaults(tmp_path):
    path = tmp_path / "segment.toml"
    path.write_text("[card]\nmost_lead = 60\n", encoding="utf-8")

    assert config.load(path).card == dataclasses.replace(Settings().card, most_lead=60.0)
