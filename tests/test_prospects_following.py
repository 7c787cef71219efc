"""What became of last month's grades, beside what was to be expected by now."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from segment.errors import DataError
from segment.prospects import following, sentences

THEN, NOW = dt.date(2026, 5, 31), dt.date(2026, 6, 30)


def published(*rows: tuple[str, str, str | None, float], age: int = 10) -> pl.DataFrame:
    """One lead a row: id, outcome of then, grade, chance."""
    return pl.DataFrame(
        rows,
        schema=["prospect_id", "outcome", "grade", "close_probability"],
        orient="row",
    ).with_columns(created_on=pl.lit(THEN - dt.timedelta(days=age)))


def leads(*rows: tuple[str, str, int | None], age: int = 40) -> pl.DataFrame:
    """One lead a row: id, outcome of now, days from the creation to the closing."""
    created = NOW - dt.timedelta(days=age)
    closed = [None if days is None else created + dt.timedelta(days=days) for _, _, days in rows]
    return pl.DataFrame(
        {
            "prospect_id": [row[0] for row in rows],
            "created_on": pl.Series([created] * len(rows), dtype=pl.Date),
            "outcome": [row[1] for row in rows],
            "closed_on": pl.Series(closed, dtype=pl.Date),
        }
    )


def test_only_who_was_open_and_graded_is_followed_and_who_is_gone_is_told():
    before = published(
        ("a", "open", "A", 0.5), ("b", "won", "A", 0.9), ("c", "open", None, 0.5),
        ("d", "open", "D", 0.1), ("e", "open", "B", 0.4),
    )  # fmt: skip
    now = leads(("a", "won", 20), ("b", "won", 5), ("c", "won", 20), ("e", "lost", 40))
    found = following.follow_up(before, now, THEN, NOW, 60)

    assert found["prospect_id"].to_list() == ["a", "d", "e"]
    assert found["fate"].to_list() == ["won", "gone", "lost"]


def test_what_closed_after_the_last_day_is_still_open():
    found = following.follow_up(
        published(("a", "open", "A", 0.5)), leads(("a", "won", 41)), THEN, NOW, 60
    )

    assert found["fate"].to_list() == ["open"]


def test_where_no_win_is_known_wins_are_taken_to_come_evenly():
    before = published(("a", "open", "A", 0.6))
    found = following.follow_up(before, leads(("a", "open", None)), THEN, NOW, 60)

    assert found["due_probability"].item() == pytest.approx(0.3)  # 30 of 60 days have passed


def test_what_is_due_follows_from_how_long_wins_took():
    # 200 days old: of the wins later than day 10, three came by day 40 and one later
    past = leads(*((f"w{n}", "won", days) for n, days in enumerate((5, 15, 20, 40, 70))), age=200)
    before = published(("a", "open", "A", 0.6))
    now = pl.concat([leads(("a", "open", None)), past])

    found = following.follow_up(before, now, THEN, NOW, 100)
    assert found["due_probability"].item() == pytest.approx(0.6 * 3 / 4)
    short = following.follow_up(before, now, THEN, NOW, 30)  # all of a horizon that is over
    assert short["due_probability"].item() == pytest.approx(0.6)


def test_the_horizon_that_was_published_beside_the_chance_counts():
    before = published(("a", "open", "A", 0.6)).with_columns(horizon_days=pl.lit(40))
    found = following.follow_up(before, leads(("a", "open", None)), THEN, NOW, 60)

    assert found["due_probability"].item() == pytest.approx(0.6 * 30 / 40)


def test_each_grade_is_counted_and_one_that_nobody_had_too():
    before = published(("a", "open", "A", 0.5), ("b", "open", "A", 0.5), ("c", "open", "D", 0.1))
    now = leads(("a", "won", 20), ("b", "open", None))
    table = following.by_grade(following.follow_up(before, now, THEN, NOW, 30), 0.9)

    assert table["grade"].to_list() == ["A", "B", "C", "D"]
    assert table["n_leads"].to_list() == [2, 0, 0, 1]
    assert table["n_won"].to_list() == [1, 0, 0, 0]
    assert table["n_gone"].to_list() == [0, 0, 0, 1]
    assert table["expected_won"].to_list() == pytest.approx([1.0, 0.0, 0.0, 0.0])
    assert table.row(0, named=True)["expected_low"] == 0
    assert table.row(0, named=True)["expected_high"] == 2


def test_wins_fall_between_the_bounds_as_often_as_is_said():
    chance, n, inside = 0.2, 80, 0
    rng = np.random.default_rng(3)
    for _ in range(200):
        won = rng.random(n) < chance
        followed = pl.DataFrame(
            {"grade": ["A"] * n, "fate": np.where(won, "won", "open"), "due_probability": chance}
        )
        row = following.in_all(followed, 0.9)
        inside += row["expected_low"] <= row["n_won"] <= row["expected_high"]

    assert inside >= 175  # 90% of 200, less what chance may take


def followed(*fates: str, chance: float = 0.5) -> pl.DataFrame:
    return pl.DataFrame({"grade": ["A"] * len(fates), "fate": fates, "due_probability": chance})


@pytest.mark.parametrize(
    ("fates", "chance", "said"),
    [
        (["won"] * 10 + ["open"] * 10, 0.5, "10 have been won; 10.0 were to be expected"),
        (["won"] * 20, 0.1, "more than the 2.0"),
        (["lost"] * 20, 0.9, "fewer than the 18.0"),
        (["gone", "open"], 0.1, "1 of them are no longer"),
        ([], 0.1, "Nobody was graded a month ago"),
    ],
)
def test_what_became_of_all_together_is_told_beside_what_was_expected(fates, chance, said):
    told = sentences.became(followed(*fates, chance=chance), 0.9)

    assert said in " ".join(told)


def test_prospects_that_were_never_graded_are_refused():
    with pytest.raises(DataError, match="grade"):
        following.follow_up(leads(("a", "open", None)), leads(("a", "open", None)), THEN, NOW, 60)
