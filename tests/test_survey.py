"""The survey: scores, remarks that contradict their tick, and how sure a mean is."""

import datetime as dt

import polars as pl
import pytest

from segment import sample, survey
from segment.errors import ConfigError, DataError
from segment.schema import SATISFACTION_INDICATORS
from segment.survey import SurveyRules
from segment.survey.remarks import complains

END = dt.date(2026, 10, 31)
COMPLAINTS = (
    "The parts never fit.", "It didn't work.", "not good", "Nobody answered.",
    "No answer and the driver was rude.", "Not only late but also broken.", "No, it was broken",
    "Great people, but the pump leaks", "It isn’t clear at all", "Too heavy for one person",
    "Delivery is never on time", "很不满意。", "不太好用", "没有按时送到",
    "维修太慢，等了两个星期。", "说明书不清楚", "问题一直没有解决", "服务很好，但是送错了货",
)  # fmt: skip
CONTENT = (
    "No complaints at all.", "Not bad.", "never late", "not a single complaint", "Very good.",
    "nothing wrong with it", "Can't complain.", "no issues, works well", "without any delay",
    "Could not be better", "The latest model", "很好，没有问题。", "不错", "没有任何问题", "不慢",
    "毫无瑕疵", "没出过故障", "差不多都好",
)  # fmt: skip
INDICATORS = ("delivery", "training")


def answers(*rows: tuple[str, str, str, str | None], **more: object) -> pl.DataFrame:
    """Answers of today: customer, indicator, level, remark; a response for each customer."""
    frame = pl.DataFrame(
        list(rows),
        schema=dict.fromkeys(("customer_id", "indicator", "level", "remark"), pl.String),
        orient="row",
    )
    return frame.with_columns(response_id=pl.col("customer_id"), responded_on=pl.lit(END), **more)


def scored(*rows: tuple[str, str, str, str | None], **rules: object) -> list[float | None]:
    who = pl.DataFrame({"customer_id": ["a", "b"]})
    return survey.add(who, answers(*rows), END, SurveyRules(**rules))["satisfaction"].to_list()


@pytest.mark.parametrize("remark", COMPLAINTS)
def test_a_remark_that_complains_is_heard(remark):
    assert pl.select(complains(pl.lit(remark))).item()


@pytest.mark.parametrize("remark", CONTENT)
def test_a_negated_complaint_is_none(remark):
    assert not pl.select(complains(pl.lit(remark))).item()


def test_blanks_say_nothing():
    said = pl.DataFrame({"remark": ["  ", None]}).select(complains(pl.col("remark")))

    assert said.to_series().to_list() == [None, None]


@pytest.mark.parametrize(
    ("level", "score"),
    [
        ("very satisfied", 100),  # the source overrules "satisfied" and "fair" alone
        ("satisfied", 40),
        ("fair", 40),
        ("dissatisfied", 40),
        ("very dissatisfied", 20),
    ],
)
def test_a_complaint_beside_satisfied_or_fair_counts_as_dissatisfied(level, score):
    assert scored(("a", "delivery", level, "Arrived broken."))[0] == score


def test_a_remark_that_agrees_changes_nothing():
    assert scored(("a", "delivery", "satisfied", "No complaints.")) == [80, None]


def test_what_a_reader_states_goes_before_the_words():
    rows = answers(
        ("a", "delivery", "satisfied", "Arrived broken."),
        ("b", "delivery", "satisfied", "As ever."),
        ("c", "delivery", "satisfied", "Arrived broken."),
        is_complaint=pl.Series([False, True, None]),
    )

    judged = survey.judge(rows, END, SurveyRules())

    assert judged["is_contradicted"].to_list() == [False, True, True]
    assert judged["score"].to_list() == [80, 40, 40]


def test_indicators_weigh_as_they_are_told_and_blanks_count_neither_way():
    rows = (("a", "delivery", "very satisfied", None), ("a", "training", "fair", None))

    assert scored(*rows)[0] == 80
    assert scored(*rows, weights={"delivery": 3.0})[0] == 90
    assert scored(*rows, weights={"delivery": 0.0})[0] == 60
    assert scored(rows[0])[0] == 100


def test_answers_of_before_the_window_do_not_count():
    rows = answers(("a", "delivery", "fair", None)).with_columns(
        responded_on=END - dt.timedelta(days=365)
    )

    assert survey.judge(rows, END, SurveyRules()).is_empty()
    assert survey.judge(rows, END, SurveyRules(window_days=366)).height == 1


def test_the_company_is_told_per_indicator_with_respondents_and_an_interval():
    rows = answers(
        ("a", "delivery", "very satisfied", None),
        ("b", "delivery", "fair", "Arrived broken."),
        ("c", "delivery", "fair", None),
        *((who, "delivery", "satisfied", None) for who in "def"),
        ("a", "training", "fair", None),
    )

    told = survey.by_indicator(rows, END, SurveyRules())

    assert told["indicator"].to_list() == [*SATISFACTION_INDICATORS, "all"]
    delivery = told.filter(indicator="delivery").row(0, named=True)
    assert delivery["n_respondents"] == 6
    assert delivery["satisfaction"] == pytest.approx(440 / 6)
    assert delivery["dissatisfied_share"] == pytest.approx(1 / 6)
    assert delivery["n_contradicted"] == 1
    # 100, 40, 60 and three times 80: a standard error of 8.433, and 2.015 of them (t, 5 degrees)
    assert delivery["satisfaction_low"] == pytest.approx(73.333 - 2.015 * 8.433, abs=0.01)
    assert delivery["satisfaction_high"] == pytest.approx(73.333 + 2.015 * 8.433, abs=0.01)
    training = told.filter(indicator="training").row(0, named=True)
    assert (training["n_respondents"], training["satisfaction_low"]) == (1, None)
    packaging = told.filter(indicator="packaging").row(0, named=True)
    assert (packaging["n_respondents"], packaging["satisfaction"]) == (0, None)
    assert told["n_respondents"].to_list()[-1] == 6


def test_what_was_found_is_told_in_one_line():
    rows = answers(
        ("a", "delivery", "satisfied", "Arrived broken."), ("b", "training", "fair", None)
    )

    told = survey.by_indicator(rows, END, SurveyRules())

    said = survey.words.found(told)
    assert said == "Respondents: 2. Contradicted by their remark: 1 of 2 answers."
    assert "100, 80, 60, 40, 20" in survey.words.describe(SurveyRules())
    assert "满意、一般" in survey.words.describe(SurveyRules(), "zh")


def test_an_interval_ends_at_the_best_and_the_worst_score():
    rows = answers(("a", "delivery", "very satisfied", None), ("b", "delivery", "fair", None))

    told = survey.by_indicator(rows, END, SurveyRules()).filter(indicator="delivery")

    assert told.select("satisfaction_low", "satisfaction_high").row(0) == (20, 100)


def test_without_a_survey_nothing_is_known():
    told = survey.add(pl.DataFrame({"customer_id": ["a"]}), None, END, SurveyRules())

    assert told.row(0) == ("a", None, None, None)
    with pytest.raises(DataError, match="survey needs the column level"):
        survey.judge(answers().drop("level"), END, SurveyRules())


def test_the_sample_companys_contradictions_are_found():
    made = sample.make(sample.SampleRules(n_customers=600, n_prospects=50, n_responses=300))
    truth = made.truth["remarks"]

    judged = survey.judge(made.tables["survey"], END, SurveyRules(window_days=1000)).join(
        truth, on=["response_id", "indicator"]
    )

    assert judged.height == truth.height
    assert (judged["is_contradicted"] == judged["is_contradicting"]).all()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"scores": (100, 80, 60, 40)}, "scores is"),
        ({"scores": (20, 40, 60, 80, 100)}, "scores is"),
        ({"weights": {"delivry": 1}}, r"weights has 'delivry'.*did you mean 'delivery'"),
        ({"weights": {"delivery": -1}}, "weights is"),
        ({"weights": dict.fromkeys(SATISFACTION_INDICATORS, 0)}, "weights is 0 for every"),
        ({"overruled": ("okay",)}, "overruled has 'okay'"),
        ({"counts_as": "bad"}, "counts_as is 'bad'"),
    ],
)
def test_rules_refuse_what_cannot_be(rules, said):
    with pytest.raises(ConfigError, match=said):
        SurveyRules(**rules)
