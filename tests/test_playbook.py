import datetime as dt

import polars as pl
import pytest

from segment import exceptions, playbook
from segment.config import Settings
from segment.config.settings import self_named
from segment.errors import ConfigError, DataError
from segment.playbook import Play, PlaybookRules
from segment.schemes import (
    credit,
    levels,
    lifecycle,
    membership,
    pareto,
    satisfaction,
    stars,
    triggers,
    value_groups,
    watch_list,
)
from segment.schemes.matrix import MatrixRules
from segment.text import LANGUAGES, marks, phrases

AS_OF = dt.date(2026, 10, 31)
NINE = MatrixRules(share_floors=(0.6, 0.3), quantity_shares=(0.1, 0.3, 0.6))
NAMED = tuple(self_named(Settings()).values())
LABELS = {
    "value_group": value_groups.LABELS,
    "tier": levels.LABELS,
    "abc_class": pareto.LABELS,
    "key_class": pareto.LABELS,
    "lifecycle_state": lifecycle.LABELS,
    "grade": ("A", "B", "C", "D"),
    "star": stars.LABELS,
    "watch": watch_list.LABELS,
    "credit_grade": credit.LABELS,
    "arrears": credit.ARREARS,
    "matrix_cell": NINE.labels,
    **{rules.label: rules.labels for rules in NAMED},
    "membership_level": membership.LABELS,
    "satisfaction_band": satisfaction.LABELS,
    "trigger": triggers.LABELS,
}
KINDS = LABELS | {"exception_state": exceptions.STATES}


def customers(*rows: dict[str, object]) -> pl.DataFrame:
    """Active customers in the core of class C with a value of 10, but for what a row says."""
    usual = {
        "customer_id": "a",
        "value_group": "core",
        "is_on_watch": False,
        "abc_class": "C",
        "lifecycle_state": "active",
        "actual_value": 10.0,
        "expected_growth": 3.0,
        "likely_revenue": 80.0,
        "revenue_last_year": 70.0,
        "star": "none",
        "watch": "calm",
        "exception_state": "none",
        "is_kept": False,
        "arrears": "none",
        "arrears_amount": 0.0,
    }
    kinds = {name: pl.Enum(codes) for name, codes in KINDS.items() if name in usual}
    return pl.DataFrame([usual | row for row in rows], infer_schema_length=None).cast(kinds)


def reasons(*rows: dict[str, object]) -> list[str]:
    return playbook.actions(customers(*rows), PlaybookRules(), AS_OF)["reason"].to_list()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"value_group": "MVC", "lifecycle_state": "sleeping"}, ["mvc_silent"]),
        ({"value_group": "MVC", "lifecycle_state": "lost"}, ["mvc_silent"]),
        ({"value_group": "MVC"}, ["mvc"]),
        ({"abc_class": "A", "lifecycle_state": "lost"}, ["key_silent"]),
        ({"abc_class": "A"}, []),
        ({"arrears": "act", "watch": "alarm"}, ["arrears_act"]),
        ({"arrears": "remind"}, []),
        ({"watch": "alarm"}, ["watch_alarm"]),
        ({"watch": "alarm", "lifecycle_state": "blocked"}, []),  # nothing is sold there
        ({"value_group": "BZC"}, ["bzc"]),
        ({"value_group": "BZC", "is_on_watch": True}, ["bzc_on_watch"]),
        ({"value_group": "BZC", "is_on_watch": None}, ["bzc"]),
        ({"value_group": "BZC", "is_kept": True, "exception_state": "holds"}, []),
        ({"value_group": "BZC", "is_kept": None}, []),  # whether it is kept is not known
        ({"value_group": "BZC", "is_on_watch": True, "is_kept": True}, []),
        ({"value_group": "BZC", "exception_state": "expired"}, ["exception_ends"]),
        ({"value_group": "core", "exception_state": "not_needed"}, []),
        ({"watch": "alarm", "value_group": "MVC"}, ["watch_alarm"]),
        ({"watch": "alarm", "value_group": "MVC", "lifecycle_state": "lost"}, ["mvc_silent"]),
        ({"watch": "look"}, []),
        ({"star": "star"}, ["star"]),
        ({"star": "star", "lifecycle_state": "lost"}, []),
        ({"star": "star", "value_group": "MGC"}, ["mgc"]),
        ({"value_group": "MGC", "lifecycle_state": "new"}, ["mgc"]),
        ({"value_group": "MGC", "lifecycle_state": "lost"}, []),
        ({"lifecycle_state": "won_back"}, ["won_back"]),
        ({"lifecycle_state": "new"}, ["new"]),
        ({}, []),
        ({"value_group": None, "lifecycle_state": None}, []),
    ],
)
def test_the_first_play_that_fits_is_played(row, expected):
    assert reasons(row) == expected


def test_the_most_urgent_come_first_and_then_the_most_money():
    found = playbook.actions(
        customers(
            {"customer_id": "a", "lifecycle_state": "new", "actual_value": 500.0},
            {"customer_id": "b", "value_group": "BZC", "actual_value": -5.0},
            {"customer_id": "c", "value_group": "BZC", "actual_value": -90.0},
            {"customer_id": "d", "value_group": "MVC", "lifecycle_state": "lost"},
        ),
        PlaybookRules(),
        AS_OF,
    )

    assert found["customer_id"].to_list() == ["d", "c", "b", "a"]
    assert found["priority"].to_list() == [1, 7, 7, 11]
    assert found["money_at_stake"].to_list() == [70.0, 90.0, 5.0, 500.0]


def test_each_play_has_its_money_and_its_day():
    found = playbook.actions(
        customers({"value_group": "MGC"}, {"customer_id": "b", "value_group": "MVC"}),
        PlaybookRules(),
        AS_OF,
    )

    assert found["money_at_stake"].to_list() == [3.0, 10.0]  # the expected growth, the value
    assert found["due_on"].to_list() == [dt.date(2026, 11, 30), dt.date(2027, 1, 29)]


def test_the_person_in_charge_is_named_where_known():
    frame = customers({"value_group": "MVC"}, {"customer_id": "b", "value_group": "MVC"})
    staffed = frame.with_columns(staff_id=pl.Series(["s1", None]))

    found = playbook.actions(staffed, PlaybookRules(), AS_OF)

    assert found["staff_id"].to_list() == ["s1", None]
    without = playbook.actions(frame, PlaybookRules(), AS_OF)
    assert without["staff_id"].to_list() == [None, None]
    assert without.schema == found.schema


def test_nobody_in_gives_no_actions_with_the_same_columns():
    frame = customers({"value_group": "MVC"})

    some, none = (playbook.actions(one, PlaybookRules(), AS_OF) for one in (frame, frame.clear()))

    assert none.is_empty()
    assert none.schema == some.schema
    assert playbook.in_words(none).schema == playbook.in_words(some).schema


def test_a_missing_column_is_named_with_the_play():
    with pytest.raises(DataError, match="the play 'mvc_silent' needs the column lifecycle_state"):
        playbook.actions(customers({}).drop("lifecycle_state"), PlaybookRules(), AS_OF)
    with pytest.raises(DataError, match="the playbook needs the column expected_growth"):
        playbook.actions(customers({}).drop("expected_growth"), PlaybookRules(), AS_OF)


def test_a_code_that_is_never_given_is_refused_with_the_nearest():
    play = Play(reason="mvc", when={"value_group": ("MCV",)}, due_days=1, stake="actual_value")

    with pytest.raises(ConfigError, match=r"value_group 'MCV', .*did you mean 'MVC'"):
        playbook.actions(customers({}), PlaybookRules(plays=(play,)), AS_OF)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("reason", "mvc_silnt", "did you mean 'mvc_silent'"),
        ("when", {}, "when of the play 'mvc'"),
        ("when", {"value_group": ()}, "when of the play 'mvc'"),
        ("due_days", -1, "due_days is -1"),
        ("stake", "", "stake is ''"),
    ],
)
def test_a_play_that_cannot_be_played_is_refused(field, value, said):
    good = {"reason": "mvc", "when": {"value_group": ("MVC",)}, "due_days": 0, "stake": "clv"}

    assert Play(**good).due_days == 0
    with pytest.raises(ConfigError, match=said):
        Play(**good | {field: value})


def test_plays_are_there_and_each_once():
    play = PlaybookRules().plays[0]

    with pytest.raises(ConfigError, match="plays are none"):
        PlaybookRules(plays=())
    with pytest.raises(ConfigError, match="mvc_silent, mvc_silent"):
        PlaybookRules(plays=(play, play))


def test_actions_get_their_words_at_the_end():
    found = playbook.actions(customers({"value_group": "BZC"}), PlaybookRules(), AS_OF)

    assert playbook.in_words(found)["why"].item() == "Costs more than it brings"
    assert playbook.in_words(found, "zh")["why"].item() == "成本高于贡献"
    assert playbook.in_words(found).columns == [*found.columns, "why", "what", "who"]


def test_letting_go_is_only_proposed():
    words = playbook.strategy("value_group", ("BZC",)).row(0, named=True)

    assert words["what"].startswith("Propose")
    assert phrases("en")["playbook.reason.bzc.what"].startswith("Propose")
    assert phrases("zh")["playbook.reason.bzc.what"].startswith("建议")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("label", "codes"), LABELS.items())
def test_every_label_has_its_strategy(label, codes, language):
    found = playbook.strategy(label, codes, language, PlaybookRules())

    assert found["code"].to_list() == list(codes)
    assert found.null_count().sum_horizontal().item() == 0


def test_a_label_without_a_budget_has_no_such_column():
    none = PlaybookRules(budget={"tier": {"VIP": 1.0}})
    assert "budget_share" not in playbook.strategy("watch", ("calm",), "en", none).columns
    assert "budget_share" not in playbook.strategy("tier", ("VIP",)).columns
    shares = playbook.strategy("abc_class", ("A", "B", "C"), "en", PlaybookRules())["budget_share"]
    assert shares.to_list() == [0.60, 0.30, 0.10]


def test_every_label_has_a_budget_but_that_of_share_and_quantity():  # whose cells may be nine
    assert set(LABELS) - {"matrix_cell"} <= set(PlaybookRules().budget)
    for label in set(LABELS) - {"matrix_cell"}:
        assert set(PlaybookRules().budget[label]) == set(LABELS[label]), label


@pytest.mark.parametrize("shares", [{"A": 0.5, "B": 0.4}, {"A": 1.2, "B": -0.2}, {"A": True}, {}])
def test_a_budget_that_is_not_spent_whole_is_refused(shares):
    with pytest.raises(ConfigError, match="budget of abc_class"):
        PlaybookRules(budget={"abc_class": shares})


def test_a_label_without_a_strategy_is_named():
    with pytest.raises(ConfigError, match=r"no phrase 'playbook\.tier\.gold\.what'"):
        playbook.strategy("tier", ("gold",))


@pytest.mark.parametrize("section", ["scheme", "playbook"])
def test_both_languages_have_the_same_keys_and_marks(section):
    english, chinese = (
        {key: marks(text) for key, text in phrases(language).items() if key.startswith(section)}
        for language in LANGUAGES
    )

    assert english == chinese


# --------------------------------------------------------------- what became of them


def test_what_became_of_last_months_actions_stands_beside_all_others():
    last, now = dt.date(2026, 9, 30), dt.date(2026, 10, 31)
    before = customers(
        {"customer_id": "silent", "value_group": "MVC", "lifecycle_state": "sleeping"},
        {"customer_id": "still", "value_group": "MVC", "lifecycle_state": "lost"},
        {"customer_id": "grows", "value_group": "MGC"},
        {"customer_id": "other"}, {"customer_id": "quiet"},
    )  # fmt: skip
    planned = playbook.actions(before, PlaybookRules(), last)
    again = playbook.actions(
        before.filter(pl.col("customer_id").is_in(["still", "grows"])), PlaybookRules(), now
    )
    bought = pl.DataFrame(
        [
            ("silent", dt.date(2026, 10, 1), 50.0), ("silent", now, -10.0),
            ("still", last, 70.0),  # on the last day itself, which last month knew
            ("other", now, 5.0), ("quiet", dt.date(2026, 11, 1), 9.0),  # not known yet
        ],
        schema={"customer_id": pl.String, "date": pl.Date, "amount": pl.Float64}, orient="row",
    )  # fmt: skip

    found = playbook.followed(planned, before, again, bought, last, now)

    assert found.rows() == [
        ("mvc_silent", 2, 1, 0.5, 40.0, 1, 0.5),
        ("mgc", 1, 0, 0.0, 0.0, 0, 0.0),
        ("others", 2, 1, 0.5, 5.0, None, None),
    ]
    short = playbook.following.in_short(found)
    assert "Of the 3 customers with an action last month, 33% have bought since" in short
    assert "of all others 50%; for 1 the reason is gone" in short
    assert playbook.following.in_short(found.filter(reason="others")) == ""
    alone = playbook.following.in_short(found.filter(pl.col("reason") != "others"), "zh")
    assert "33%" in alone
    assert "其他" not in alone


def test_a_refund_alone_is_no_purchase_since():
    last, now = dt.date(2026, 9, 30), dt.date(2026, 10, 31)
    before = customers({"customer_id": "a", "value_group": "MGC"})
    planned = playbook.actions(before, PlaybookRules(), last)
    back = pl.DataFrame({"customer_id": ["a"], "date": [now], "amount": [-3.0]})

    row = playbook.followed(planned, before, planned.clear(), back, last, now).row(0, named=True)
    assert (row["n_bought"], row["revenue"], row["n_settled"]) == (0, -3.0, 1)
