import datetime as dt

import polars as pl
import pytest

from funnels import AS_OF, funnel, leads
from segment import prospects, text
from segment.errors import DataError
from segment.prospects import Abstention, Model, ProspectRules, Quality, leaks, words
from segment.prospects.model import ABSTENTIONS
from segment.prospects.reasons import DAYS_OPEN, REASON


def keys(language):
    phrases = text.phrases(language)
    return {
        key: text.marks(words) for key, words in phrases.items() if key.startswith("prospects.")
    }


def test_both_languages_have_the_same_phrases_with_the_same_marks():
    assert keys("en") == keys("zh")


@pytest.mark.parametrize("code", ABSTENTIONS)
def test_every_abstention_has_a_sentence(code):
    assert f"prospects.abstained.{code}" in keys("en")


@pytest.mark.parametrize("code", (*leaks.EMPTY, *leaks.SUSPECT))
def test_every_reason_to_leave_a_field_out_has_a_sentence_and_a_short_name(code):
    assert {f"prospects.left_out.{code}", f"prospects.why.{code}"} <= keys("en").keys()


def told(reasons, language="en"):
    graded = pl.DataFrame({"reasons": pl.Series([reasons], dtype=pl.List(REASON))})
    return words.reasons(graded, language).to_list()[0]


def reason(feature, value, effect):
    return {"feature": feature, "value": value, "effect": effect, "is_actionable": False}


def test_reasons_say_what_and_in_which_direction():
    assert told([reason("company_size", "120", 0.5), reason("source", "web", -0.2)]) == [
        "company size: 120 (raises the chance)",
        "source: web (lowers the chance)",
    ]


def test_missing_cells_booleans_and_waiting_have_words_of_their_own():
    assert told([reason("size", None, 0.5), reason("visited", "true", 0.2)]) == [
        "size: unknown (raises the chance)",
        "visited: yes (raises the chance)",
    ]
    assert told([reason(DAYS_OPEN, "60", -0.5)]) == ["open for 60 days (lowers the chance)"]
    assert told([reason(DAYS_OPEN, "3", 0.5)], "zh") == ["已跟进 3 天（提高概率）"]


def test_values_that_look_like_marks_or_patterns_are_told_as_written():
    assert told([reason("note", "$0 {value} \\1", 1.0)]) == [
        "note: $0 {value} \\1 (raises the chance)"
    ]


def test_no_reasons_are_an_empty_list():
    assert told([]) == []
    assert words.reasons(pl.DataFrame(schema={"reasons": pl.List(REASON)})).to_list() == []


def test_reasons_of_a_table_that_was_not_graded_are_refused():
    with pytest.raises(DataError, match="needs the column reasons"):
        words.reasons(pl.DataFrame({"prospect_id": ["a"]}))


def abstained(code, **values):
    fields = pl.DataFrame(schema=leaks.FIELDS)
    known = Quality(n_won=39, n_lost=50, n_open=0, n_hits=39, n_misses=50, horizon_days=90,
                    base_rate=0.4, base_low=0.3, base_high=0.5, fields=fields)  # fmt: skip
    return Model(as_of=AS_OF, rules=ProspectRules(), features=(), quality=known,
                 abstained=Abstention(code=code, values=values))  # fmt: skip


def test_an_abstention_gives_its_numbers():
    few = abstained("too_few_won", found=39, least=40, horizon_days=90)
    weak = abstained("no_signal", auc=0.505, low=0.488, high=0.522)

    assert words.abstention(few).startswith(
        "Only 39 prospects are known to have been won within 90 days of their creation; "
        "grades need 40."
    )
    assert "ranked 50.5% of the pairs rightly (48.8% to 52.2%)" in words.abstention(weak)
    assert "30 June 2026" in words.abstention(abstained("no_prospects"))


def test_what_could_not_be_judged_is_not_told():
    assert words.quality(abstained("not_judged")) == (
        "39 won, 50 lost, 0 open.",
        "40% of the prospects are won within 90 days of their creation (30% to 50%); "
        "open ones count as unknown, not as lost.",
    )


def test_a_model_that_grades_tells_its_quality_and_its_grades():
    model = prospects.fit(funnel(1500)[0], AS_OF, ProspectRules())
    facts = words.quality(model)

    assert words.abstention(model) is None
    assert "later prospects, it ranked" in facts[2]
    assert "Skill against the base rate" in facts[3]
    assert words.grades(model)["A"].startswith("at least 50% likely to close within")
    assert words.grades(model)["D"].endswith("than 15%")


def test_a_suspect_is_told_with_its_numbers_and_that_it_was_let_in():
    rows = [*[(90, "won", 9)] * 30, *[(90, "lost", 9)] * 30]
    table = leads(*rows, price=[float(n) for n in range(30)] + [None] * 30)
    careful = prospects.fit(table, AS_OF, ProspectRules())
    careless = prospects.fit(table, AS_OF, ProspectRules(allow=("price",)))

    said = "price: filled in for 100% of the won and 0% of the lost"
    assert words.left_out(careful)[0].startswith(said)
    assert words.left_out(careless)[0].endswith("because segment.toml lets it in.")


def test_a_share_that_nobody_can_know_is_told_as_unknown():
    rows = [*[(90 + n % 30, "won", 9 + n % 20) for n in range(60)],
            *[(90 + n % 30, "lost", 5 + n % 40) for n in range(60)]]  # fmt: skip
    closed = [AS_OF - dt.timedelta(days=age - days) for age, _, days in rows]
    late = prospects.fit(leads(*rows, signed_on=closed), AS_OF, ProspectRules())

    assert words.left_out(late) == (
        "signed_on: for 100% of the closed prospects it is the day of closing, or days counted "
        "until it or since.",
    )
